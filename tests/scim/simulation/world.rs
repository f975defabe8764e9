//! The real store and the real application, a clock that the test moves, and a process that ends at any moment.

use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use foundational::{Caller, Foundational, Options};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::{Clock, Ids};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::client_request::Wire;
use super::model::Snapshot;

pub struct World {
    app: Foundational,
    folder: TempDir,
    pub clock: Clock,
}

/// A connection and its token.
pub struct Endpoint {
    id: String,
    token: String,
}

impl World {
    pub async fn open() -> Self {
        let folder = tests::empty_workspace().await;
        let clock = Clock::fixed("2026-11-24T10:00:00Z".parse().unwrap());
        Self { app: open(folder.path(), &clock).await, folder, clock }
    }

    pub async fn close(self) {
        self.app.close().await;
    }

    pub async fn connect(&self, name: &str) -> Endpoint {
        let made = self.command("connection.create", json!({"name": name, "provider": "custom"})).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let made = self.command("token.create", json!({"connectionId": id, "expires": "never"})).await;
        Endpoint { id, token: made["token"].as_str().unwrap().to_owned() }
    }

    pub async fn command(&self, name: &str, args: Value) -> Value {
        self.app.call(&Caller::Operator, name, args).await.unwrap()
    }

    /// Signs in at a window. Whether that is possible.
    pub async fn sign_in(&self, window: &str, name: &str, password: &Value) -> bool {
        let args = json!({"email": name, "password": password});
        self.app.call(&Caller::Window(window.to_owned()), "session.signIn", args).await.is_ok()
    }

    /// Whether a window has a session.
    pub async fn has_session(&self, window: &str) -> bool {
        let window = Caller::Window(window.to_owned());
        !self.app.call(&window, "workspace.status", json!({})).await.unwrap()["session"].is_null()
    }

    /// Sends a request. Its status and body.
    pub async fn send(&self, endpoint: &Endpoint, wire: Wire) -> (u16, Value) {
        let answer = self.app.server().router().oneshot(endpoint.request(wire)).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn read(&self, endpoint: &Endpoint, path: &str) -> Value {
        let (status, body) = self.send(endpoint, ("GET", path.to_owned(), None)).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// All people and groups of a connection.
    pub async fn snapshot(&self, endpoint: &Endpoint) -> Snapshot {
        let listed = |list: &Value| list["Resources"].as_array().cloned().unwrap_or_default();
        let people = self.read(endpoint, "/Users?count=100").await;
        let listed_groups = self.read(endpoint, "/Groups?count=100").await;
        let mut groups = Vec::new();
        for group in listed(&listed_groups) {
            groups.push(self.read(endpoint, &format!("/Groups/{}", group["id"].as_str().unwrap())).await);
        }
        Snapshot {
            total_people: people["totalResults"].clone(),
            people: listed(&people),
            total_groups: listed_groups["totalResults"].clone(),
            groups,
        }
    }

    /// Ends the process as a user does, and starts another one on its folder.
    pub async fn restart(&mut self) {
        self.app.close().await;
        self.start().await;
    }

    /// Ends the process from one moment to the next, and starts another one on what it left. A request may be under way: that
    /// moment is this much later than its arrival.
    pub async fn kill(&mut self, endpoint: &Endpoint, under_way: Option<Wire>, moment: usize) {
        let router = self.app.server().router();
        let request = under_way.map(|wire| tokio::spawn(router.oneshot(endpoint.request(wire))));
        for _ in 0..moment {
            tokio::task::yield_now().await;
        }
        let left = tempfile::tempdir().unwrap();
        for file in ["foundational.db", "activity.db"] {
            copy_as_it_is(self.folder.path(), left.path(), file);
        }
        // What the process did after that moment is not in the copy. Its answer reaches no client.
        if let Some(request) = request {
            drop(request.await.unwrap());
        }
        self.app.close().await;
        self.folder = left;
        self.start().await;
    }

    /// Starts a process. It does not know what an earlier one knew.
    async fn start(&mut self) {
        self.clock = Clock::fixed(self.clock.now());
        self.app = open(self.folder.path(), &self.clock).await;
    }
}

impl Endpoint {
    fn request(&self, (method, path, body): Wire) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", self.id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/scim+json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap()
    }
}

async fn open(folder: &Path, clock: &Clock) -> Foundational {
    let options = Options { data: folder.to_owned(), listen: None, public_url: None, insist: false };
    Box::pin(Foundational::open_at(options, clock.clone(), Ids::random())).await.unwrap()
}

/// Copies a database and its write-ahead log as a process that is killed now leaves them: what was written so far is there, and
/// the last write perhaps in part. Where the log begins again in between, both are copied again.
fn copy_as_it_is(from: &Path, to: &Path, file: &str) {
    let log = format!("{file}-wal");
    let read_log = || fs::read(from.join(&log)).unwrap_or_default();
    let head = |log: &[u8]| log.get(..32).map(<[u8]>::to_vec);
    loop {
        let before = head(&read_log());
        fs::copy(from.join(file), to.join(file)).unwrap();
        let copied = read_log();
        if head(&copied) == before {
            fs::write(to.join(&log), copied).unwrap();
            return;
        }
    }
}
