//! The bridge: the command table over HTTP for other processes of the same user. The command line uses it when an
//! instance holds the data folder, and browser tests use it as the UI's second backend.
//!
//! It listens on a loopback port of its own. Its address and a secret drawn at each launch stand in `bridge.json`
//! (mode 0600) in the data folder: whoever can read that file owns the workspace's files anyway.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_server::Handle;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::spawn_supervised;
use subtle::ConstantTimeEq as _;
use tokio::sync::broadcast::error::RecvError;

use crate::access::sessions::Caller;
use crate::app::open::Foundational;
use crate::desktop::second_start::SecondStart;
use crate::error::{Code, Error};
use crate::private_file;
use crate::views::{Event, Topic};

/// What `bridge.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    /// The bearer secret of this launch.
    pub secret: String,
    /// The process that serves it.
    pub pid: u32,
}

impl Ticket {
    fn file(folder: &Path) -> PathBuf {
        folder.join("bridge.json")
    }

    /// When the instance wrote it that runs, or that did not end in order.
    pub(crate) fn written_at(folder: &Path) -> Option<SystemTime> {
        std::fs::metadata(Self::file(folder)).ok()?.modified().ok()
    }

    /// The running instance's ticket, if there is one.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&std::fs::read_to_string(Self::file(folder)).ok()?).ok()
    }

    /// Asks the running instance: its answer or refusal.
    ///
    /// # Errors
    /// When it gives none in time.
    pub(crate) async fn post(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Result<Value, Error>, reqwest::Error> {
        // The bridge is on this computer, so its client needs neither TLS nor a proxy; the library wants a provider of
        // cryptography all the same. Installed already is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().connect_timeout(CONNECT).build()?;
        let request = http.post(format!("{}{path}", self.url)).bearer_auth(&self.secret).json(body);
        let answer = request.send().await?;
        if answer.status().is_success() {
            Ok(Ok(answer.json().await?))
        } else {
            Ok(Err(answer.json().await?))
        }
    }

    /// The running instance gave no answer.
    pub(crate) fn silent(&self, why: &dyn std::fmt::Display) -> Error {
        let why = format!("The running instance (process {}) does not answer: {why}", self.pid);
        Error::new(Code::Unavailable, why).hinting("Wait until it has started, or end it.")
    }
}

/// The header by which a browser window names itself; without it the caller is the command line.
const CLIENT: &str = "x-foundational-client";

/// How long this computer may take to connect to itself.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a window may take to be shown.
const SHOW: Duration = Duration::from_secs(3);
/// How long a socket of the bridge may last that asks for nothing: other users of this computer can open some.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// How long answers that are on their way may take when the bridge stops.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

#[derive(Clone)]
struct Shared {
    app: Foundational,
    secret: String,
}

/// A running bridge.
pub(crate) struct Bridge {
    handle: Handle<SocketAddr>,
    file: PathBuf,
}

impl Bridge {
    pub(crate) fn start(app: &Foundational) -> Result<Self, Error> {
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            Error::new(Code::Internal, format!("{what}: {error}"))
        };
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| failed("No randomness", &error))?;
        let secret = bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _cannot_fail = write!(text, "{byte:02x}");
            text
        });
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .map_err(|error| failed("The bridge cannot listen", &error))?;
        socket.set_nonblocking(true).map_err(|error| failed("The bridge cannot listen", &error))?;
        let address = socket.local_addr().map_err(|error| failed("The bridge cannot listen", &error))?;
        let shared = Shared { app: app.clone(), secret: secret.clone() };
        let router = Router::new()
            .route("/bridge/call", post(call))
            .route("/bridge/show", post(show))
            .route("/bridge/events", get(events))
            .with_state(shared);
        let handle = Handle::new();
        let http = axum_server::from_tcp(socket)
            .map_err(|error| failed("The bridge cannot listen", &error))?
            .first_request_timeout(FIRST_REQUEST)
            .handle(handle.clone());
        drop(spawn_supervised("bridge", async move {
            if let Err(error) = http.serve(router.into_make_service()).await {
                tracing::error!(%error, "the bridge stopped");
            }
        }));
        let file = Ticket::file(app.store().folder());
        let ticket = Ticket { url: format!("http://{address}"), secret, pid: std::process::id() };
        let text = serde_json::to_string(&ticket)
            .map_err(|error| failed("bridge.json cannot be written", &error))?;
        private_file::write(&file, text.as_bytes())
            .map_err(|error| failed("bridge.json cannot be written", &error))?;
        Ok(Self { handle, file })
    }

    pub(crate) fn stop(self) {
        // Gone already is as good.
        drop(std::fs::remove_file(&self.file));
        // An answer on its way arrives; streams of events never end by themselves, so they are cut.
        self.handle.graceful_shutdown(Some(LAST_ANSWERS));
    }
}

/// Proves that the caller could read the ticket, and that no web page's name stands in Host (DNS rebinding).
fn caller(shared: &Shared, headers: &HeaderMap, client: Option<&str>) -> Option<Caller> {
    let text = |name: header::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let secret = text(header::AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
    if !bool::from(secret.as_bytes().ct_eq(shared.secret.as_bytes())) {
        return None;
    }
    let host = text(header::HOST).split(':').next().unwrap_or_default().to_owned();
    if host != "127.0.0.1" && host != "localhost" {
        return None;
    }
    let client = headers.get(CLIENT).and_then(|value| value.to_str().ok()).or(client);
    Some(client.map_or(Caller::Operator, |id| Caller::Window(format!("bridge:{id}"))))
}

#[derive(Deserialize)]
struct Call {
    command: String,
    #[serde(default)]
    args: Value,
}

async fn call(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let Some(caller) = caller(&shared, &headers, None) else { return forbidden() };
    let Ok(Call { command, args }) = serde_json::from_str(&body) else {
        return answer(Error::new(Code::Invalid, "The bridge takes {\"command\": …, \"args\": {…}}."));
    };
    match shared.app.call(&caller, &command, args).await {
        Ok(value) => Json(value).into_response(),
        Err(error) => answer(error),
    }
}

/// A second start of the app on this folder.
async fn show(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let Some(Caller::Operator) = caller(&shared, &headers, None) else { return forbidden() };
    let Ok(start) = serde_json::from_str::<SecondStart>(&body) else {
        return answer(Error::new(Code::Invalid, "The bridge takes {\"hidden\": …, \"link\": …}."));
    };
    match tokio::time::timeout(SHOW, shared.app.request(start)).await {
        Ok(Ok(())) => Json(Value::Null).into_response(),
        Ok(Err(error)) => answer(error),
        Err(_) => answer(
            Error::new(Code::Unavailable, format!("Its window was not shown within {} s.", SHOW.as_secs()))
                .hinting("End that one, and start Foundational again."),
        ),
    }
}

fn answer(error: Error) -> Response {
    let status = match error.code {
        Code::SignedOut | Code::Locked | Code::Confirm | Code::WrongCredentials => StatusCode::UNAUTHORIZED,
        Code::Role => StatusCode::FORBIDDEN,
        Code::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
        Code::Invalid => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict => StatusCode::CONFLICT,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(error)).into_response()
}

fn forbidden() -> Response {
    answer(
        Error::new(Code::Role, "The bridge's secret is not right.")
            .hinting("It stands in bridge.json in the data folder."),
    )
}

#[derive(Deserialize)]
struct Listener {
    client: Option<String>,
}

async fn events(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Query(listener): Query<Listener>,
) -> Response {
    if caller(&shared, &headers, listener.client.as_deref()).is_none() {
        return forbidden();
    }
    let receiver = shared.app.events();
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async move {
        let event = match receiver.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event { topic: Topic::Lagged, connection_id: None, id: None },
            Err(RecvError::Closed) => return None,
        };
        let sent = Sent::default().json_data(event).unwrap_or_default();
        Some((Ok::<_, Infallible>(sent), receiver))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}
