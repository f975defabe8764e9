//! A SCIM server by itself: its store, one or more connections, and limits that the test chooses.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, Response};
use idp::Provider;
use server::{Address, Listener, Server, ServerLimits};
use store::{Activity, ChangeSource, Clock, Ids, Reader, Scope, Store, TokenText};
use tempfile::TempDir;
use tests::until;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

pub struct BareServer {
    pub store: Store,
    pub server: Server,
    clock: Clock,
    ids: Ids,
    limits: ServerLimits,
    folder: TempDir,
}

/// A write transaction that is open, so that all other writes wait.
pub struct OccupiedWriter {
    end: oneshot::Sender<()>,
    writing: JoinHandle<()>,
}

impl OccupiedWriter {
    /// Ends the transaction.
    pub async fn release(self) {
        self.end.send(()).unwrap();
        self.writing.await.unwrap();
    }
}

/// A connection and the text of its token.
pub struct Tenant {
    pub id: String,
    pub token: String,
}

impl BareServer {
    pub async fn start(limits: ServerLimits) -> Self {
        Self::start_at(limits, Clock::system(), Ids::random()).await
    }

    /// By another clock, and with other ids.
    pub async fn start_at(limits: ServerLimits, clock: Clock, ids: Ids) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), clock.clone(), ids.clone()).await.unwrap();
        let address = Address::of("http://127.0.0.1:8470");
        let server = Server::with_limits(store.clone(), address, limits.clone());
        Self { store, server, clock, ids, limits, folder }
    }

    /// Closes the store, and starts a server at the same address on what the folder holds.
    pub async fn restart(&mut self) {
        self.store.close().await;
        self.store = Store::open(self.folder.path(), self.clock.clone(), self.ids.clone()).await.unwrap();
        self.server = Server::with_limits(
            self.store.clone(),
            Address::clone(&self.server.address()),
            self.limits.clone(),
        );
    }

    pub async fn connect(&self, name: &str) -> Tenant {
        let text = TokenText::generate().unwrap();
        let (token, name) = (text.reveal().to_owned(), name.to_owned());
        let made: Result<String, store::Error> = self
            .store
            .write(async move |tx| {
                let connection = tx.create_connection(&name, Provider::Custom.as_str(), "{}").await?;
                let origin = ChangeSource::default();
                tx.create_token(&connection.id, &text, None, None, &origin).await?;
                Ok(connection.id)
            })
            .await;
        Tenant { id: made.unwrap(), token }
    }

    /// Gives a connection another token, and revokes its tokens of before.
    pub async fn rotate(&self, tenant: &mut Tenant) {
        let text = TokenText::generate().unwrap();
        let token = text.reveal().to_owned();
        let id = tenant.id.clone();
        let old = self.store.tokens(&id).await.unwrap();
        let done: Result<(), store::Error> = self
            .store
            .write(async move |tx| {
                for token in old {
                    tx.revoke_token(&token.id, None).await?;
                }
                tx.create_token(&id, &text, None, None, &ChangeSource::default()).await?;
                Ok(())
            })
            .await;
        done.unwrap();
        tenant.token = token;
    }

    /// Pauses a connection, or resumes it.
    pub async fn pause(&self, tenant: &Tenant, pause: bool) {
        let id = tenant.id.clone();
        let done: Result<bool, store::Error> = self
            .store
            .write(async move |tx| {
                if pause { tx.pause_connection(&id, "Grace").await } else { tx.resume_connection(&id).await }
            })
            .await;
        assert!(done.unwrap(), "there is such a connection");
    }

    /// Listens on any free port.
    pub fn listen(&self) -> (Listener, SocketAddr) {
        let listener = Listener::start(&self.server, "127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.address();
        (listener, address)
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.server.router().oneshot(request).await.unwrap()
    }

    /// Occupies the writer until it is released.
    pub async fn occupy_writer(&self) -> OccupiedWriter {
        let (end, ended) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let store = self.store.clone();
        let writing = tokio::spawn(async move {
            let written: Result<(), store::Error> = store
                .write(async move |_| {
                    begin.send(()).unwrap();
                    ended.await.unwrap();
                    Ok(())
                })
                .await;
            written.unwrap();
        });
        begun.await.unwrap();
        OccupiedWriter { end, writing }
    }

    /// Truncates the files of the workspace, so that reading what is not in memory fails. The activity is not affected.
    pub fn damage_workspace(&self) {
        for file in ["foundational.db", "foundational.db-wal"] {
            let file = std::fs::File::options().write(true).open(self.folder.path().join(file)).unwrap();
            file.set_len(0).unwrap();
        }
    }

    /// Takes all connections to the database that read.
    pub async fn take_readers(&self) -> Vec<Reader> {
        let mut readers = Vec::new();
        for scope in ["a", "a", "b", "b", "c", "c", "d"] {
            readers.push(self.store.reader(&Scope::of(scope)).await.unwrap());
        }
        readers
    }

    /// The exchanges of a connection, newest first, once this many are recorded.
    pub async fn recorded(&self, tenant: &Tenant, least: usize) -> Vec<Activity> {
        until("the exchanges are recorded", async || {
            let found = self.store.activities(&tenant.id, 500).await.unwrap();
            (found.len() >= least).then_some(found)
        })
        .await
    }
}

impl Tenant {
    /// A request with the right token.
    pub fn request(&self, method: &str, path: &str, body: Body) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", self.id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", self.token))
            .body(body)
            .unwrap()
    }

    /// The head of a request of HTTP/1.1 with the right token, with these header lines more.
    pub fn head(&self, method: &str, path: &str, headers: &str) -> String {
        format!(
            "{method} /scim/v2/{}{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n{headers}\r\n",
            self.id, self.token
        )
    }
}
