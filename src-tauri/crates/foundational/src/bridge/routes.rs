//! The bridge: the command table over HTTP for other processes of the same user. The command line uses it when an
//! instance holds the data folder, and browser tests use it as the UI's second backend.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use tokio::sync::broadcast::error::RecvError;

use crate::access::actor::Caller;
use crate::app::Foundational;
use crate::desktop::window_request::SecondStart;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};

/// The header by which a browser window names itself; without it the caller is the command line.
const CLIENT: &str = "x-foundational-client";

/// The longest call, in bytes: one that saves a support bundle has all its files.
const LONGEST_CALL: usize = 16 << 20;

/// How long a window may take to be shown.
const SHOW: Duration = Duration::from_secs(3);

#[derive(Clone)]
struct Shared {
    app: Foundational,
    secret: String,
}

/// The routes for a caller with this secret.
pub(crate) fn routes(app: Foundational, secret: String) -> Router {
    Router::new()
        .route("/bridge/call", post(call))
        .route("/bridge/show", post(show))
        .route("/bridge/events", get(events))
        .layer(DefaultBodyLimit::max(LONGEST_CALL))
        .with_state(Shared { app, secret })
}

/// Proves that the caller could read the ticket, and that no web page's name is in Host (DNS rebinding).
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
    // A task of its own: a client that disconnects ends this future, and half of a command must not be all of it.
    let done = tokio::spawn(async move { shared.app.call(&caller, &command, args).await }).await;
    match done {
        Ok(Ok(value)) => Json(value).into_response(),
        Ok(Err(error)) => answer(error),
        Err(error) => answer(Error::new(Code::Internal, error.to_string())),
    }
}

/// A second start of the app on this folder.
async fn show(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let Some(Caller::Operator) = caller(&shared, &headers, None) else { return forbidden() };
    let Ok(start) = serde_json::from_str::<SecondStart>(&body) else {
        return answer(Error::new(Code::Invalid, "The bridge takes {\"hidden\": …, \"link\": …}."));
    };
    match tokio::time::timeout(SHOW, shared.app.desktop().show_window(start)).await {
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
            .hinting("It is in bridge.json in the data folder."),
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
            Err(RecvError::Lagged(_)) => Event::of(Topic::Lagged),
            Err(RecvError::Closed) => return None,
        };
        let sent = Sent::default().json_data(event).unwrap_or_default();
        Some((Ok::<_, Infallible>(sent), receiver))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}
