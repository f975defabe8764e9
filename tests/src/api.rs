//! A workspace: the real store in a temporary folder, a clock that moves only when the test moves it, the SCIM router called
//! directly or over a socket, and the command table.

use std::net::SocketAddr;
use std::sync::Mutex;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use foundational::{Caller, Foundational, MonitoringServer, Options};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::{Clock, Ids};
use tower::ServiceExt as _;

use crate::empty_workspace::{BEGINNING, empty_workspace};
use crate::until;

/// A workspace with one connection and a token for it.
pub struct Api {
    pub app: Foundational,
    pub clock: Clock,
    pub connection_id: String,
    pub token: String,
    folder: tempfile::TempDir,
    /// Where its requests are sent; none where they are handed to the router.
    socket: Option<SocketAddr>,
    /// The requests that were sent through it, oldest first.
    sent: Mutex<Vec<Sent>>,
}

/// A request that was sent.
struct Sent {
    method: Method,
    /// Path and query.
    address: String,
    /// What its answer calls it, which is the id of its row in the log.
    id: Option<String>,
}

/// An answer of the SCIM server.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body as JSON; null when there is none.
    pub body: Value,
}

impl Api {
    /// A workspace whose connection was made for this provider: `okta`, `azure` or `custom`.
    pub async fn start(provider: &str) -> Self {
        Self::start_in(empty_workspace().await, provider).await
    }

    /// The same, listening: its requests are sent over a socket, as a client sends them.
    pub async fn start_listening(provider: &str) -> Self {
        let mut api = Self::open(empty_workspace().await).await;
        api.app.serve().await.unwrap();
        let server = api.command("server.listen", json!({ "listen": "127.0.0.1:0" })).await;
        api.socket = Some(server["listen"].as_str().unwrap().parse().unwrap());
        // Afterwards: a port that changes under a connection is a finding.
        (api.connection_id, api.token) = api.connect("First", provider).await;
        api
    }

    /// The same in a folder that was prepared before.
    pub async fn start_in(folder: tempfile::TempDir, provider: &str) -> Self {
        let mut api = Self::open(folder).await;
        (api.connection_id, api.token) = api.connect("First", provider).await;
        api
    }

    /// The workspace that a folder has already, with a new token for one of its connections.
    pub async fn over(folder: tempfile::TempDir, connection_id: String) -> Self {
        let mut api = Self::open(folder).await;
        api.token = api.new_token(&connection_id).await;
        api.connection_id = connection_id;
        api
    }

    /// The same workspace, closed before, opened again.
    pub async fn reopened(self) -> Self {
        let Self { clock, connection_id, token, folder, .. } = self;
        Self { connection_id, token, ..Self::open_at(folder, clock).await }
    }

    async fn open(folder: tempfile::TempDir) -> Self {
        Self::open_at(folder, Clock::fixed(BEGINNING.parse().unwrap())).await
    }

    async fn open_at(folder: tempfile::TempDir, clock: Clock) -> Self {
        let options =
            Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
        let app = Foundational::open_at(options, clock.clone(), Ids::random()).await.unwrap();
        let sent = Mutex::default();
        Self { app, clock, connection_id: String::new(), token: String::new(), folder, socket: None, sent }
    }

    /// Another connection, with a token that lives a year.
    pub async fn connect(&self, name: &str, provider: &str) -> (String, String) {
        let made = self.command("connection.create", json!({ "name": name, "provider": provider })).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let token = self.new_token(&id).await;
        (id, token)
    }

    async fn new_token(&self, connection_id: &str) -> String {
        let made =
            self.command("token.create", json!({ "connectionId": connection_id, "expires": "1y" })).await;
        made["token"].as_str().unwrap().to_owned()
    }

    /// A command as the command line gives it; it must succeed.
    pub async fn command(&self, name: &str, args: Value) -> Value {
        match self.app.call(&Caller::Operator, name, args).await {
            Ok(value) => value,
            Err(error) => panic!("{name}: {error:?}"),
        }
    }

    /// A SCIM request to the first connection with its token. `path` is below the endpoint and may have a query.
    pub async fn scim(&self, method: &str, path: &str, body: impl Into<Option<Value>>) -> Reply {
        self.scim_with(method, path, &[], body).await
    }

    /// The same with more headers.
    pub async fn scim_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Option<Value>>,
    ) -> Reply {
        let body: Option<Value> = body.into();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", self.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", self.token));
        if body.is_some() {
            request = request.header("content-type", "application/scim+json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap())
            .await
    }

    /// Any request; one that names no host is sent to this computer.
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        let host = axum::http::HeaderValue::from_static("127.0.0.1:8470");
        request.headers_mut().entry("host").or_insert(host);
        self.send_as_it_is(request).await
    }

    /// Any request, without a Host header if it has none.
    pub async fn send_as_it_is(&self, request: Request<Body>) -> Reply {
        let (method, address) = (request.method().clone(), request.uri().to_string());
        let (status, headers, bytes) = if let Some(socket) = self.socket {
            over(socket, request).await
        } else {
            let response = self.app.server().router().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
        };
        let id = headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned());
        self.sent.lock().unwrap().push(Sent { method, address, id });
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|error| panic!("the body is JSON ({error}): {bytes:?}"))
        };
        Reply { status, headers, body }
    }

    /// What is recorded of the last request to the first connection with this method and path start. One that was not
    /// sent through this is found by its row alone.
    pub async fn recorded(&self, method: &str, path: &str) -> Value {
        let start = format!("/scim/v2/{}{path}", self.connection_id);
        let is_meant = |sent: &&Sent| sent.method == method && sent.address.starts_with(&start);
        let id = self.sent.lock().unwrap().iter().rev().find(is_meant).and_then(|sent| sent.id.clone());
        for _ in 0..500 {
            let rows = self
                .command("activity.list", json!({ "connectionId": self.connection_id, "limit": 200 }))
                .await;
            let found = rows["rows"].as_array().unwrap().iter().find(|row| match &id {
                Some(id) => row["id"] == *id,
                None => {
                    row["method"] == method && row["path"].as_str().is_some_and(|text| text.starts_with(path))
                }
            });
            if let Some(row) = found {
                return self.command("activity.show", json!({ "id": row["id"] })).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{method} {path} was not recorded within 5 s");
    }

    /// Waits until a request to the first connection is recorded that was sent at this time of the clock.
    pub async fn recorded_now(&self) {
        let now = self.clock.now().to_string();
        until("the request is recorded", async || {
            let view = self.command("connection.show", json!({ "id": self.connection_id })).await;
            (view["lastRequestAt"] == json!(now)).then_some(())
        })
        .await;
    }

    /// What an Admin sees of the newest 200 requests, each with its bodies, which the file stores compressed.
    pub async fn whole_log(&self) -> (usize, String) {
        let rows =
            self.command("activity.list", json!({ "connectionId": self.connection_id, "limit": 200 })).await;
        let rows = rows["rows"].as_array().unwrap();
        let mut shown = json!(rows).to_string();
        for row in rows {
            shown += &self.command("activity.show", json!({ "id": row["id"] })).await.to_string();
        }
        (rows.len(), shown)
    }

    /// The answer of the monitoring server.
    pub async fn monitoring(&self, path: &str) -> (StatusCode, String) {
        let monitoring = MonitoringServer::default();
        monitoring.follow(Some(self.app.monitoring().clone()));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (parts, body) = monitoring.router().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Sends a request to this address; gives status, headers and body.
async fn over(socket: SocketAddr, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    // Another provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let url = format!("http://{socket}{}", parts.uri);
    let answer = client.request(parts.method, url).headers(parts.headers).body(body).send().await.unwrap();
    (answer.status(), answer.headers().clone(), answer.bytes().await.unwrap())
}

impl Reply {
    /// The body, after the status was as expected.
    pub fn expect(self, status: u16, why: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{why}: {}", self.body);
        self.body
    }

    /// A SCIM error of this status and keyword; answers its detail.
    pub fn refused(self, status: u16, scim_type: Option<&str>) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        let error = "urn:ietf:params:scim:api:messages:2.0:Error";
        assert_eq!(self.body["schemas"], json!([error]), "{}", self.body);
        assert_eq!(self.body["status"], json!(status.to_string()), "the status is a string in the body");
        assert_eq!(self.body["scimType"].as_str(), scim_type, "{}", self.body);
        let detail = self.body["detail"].as_str().unwrap_or_default().to_owned();
        assert!(!detail.is_empty(), "a refusal says why");
        detail
    }
}
