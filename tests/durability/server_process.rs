//! The serving program with `faults.c` preloaded: called by SCIM and over its bridge, killed and started again.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{KillOnDrop, free_address, program_on};

use crate::fault_library::FaultLibrary;

/// An answer of the SCIM server or of the bridge.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    /// Null when there is none.
    pub body: Value,
}

impl Answer {
    pub(crate) fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of an answer that says that it was done.
    pub(crate) fn done(self) -> Value {
        assert!(self.is_done(), "{self:?}");
        self.body
    }
}

/// A workspace with one connection and a token for it, which is served.
pub(crate) struct ServerProcess {
    /// Before what it uses, so that it ends before that is deleted.
    process: Option<KillOnDrop>,
    pub library: FaultLibrary,
    /// Where the writes are recorded.
    pub record: PathBuf,
    pub data: PathBuf,
    pub connection_id: String,
    address: String,
    /// The address of its monitoring server.
    monitoring: String,
    /// With the token of the connection.
    scim: Client,
    bridge: Client,
    bridge_url: String,
    _folder: TempDir,
}

impl ServerProcess {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // SQLite opens files by the paths without links.
        let data = std::fs::canonicalize(folder.path()).unwrap().join("data");
        std::fs::create_dir(&data).unwrap();
        let [address, monitoring] = [free_address(), free_address()].map(|address| address.to_string());
        let mut server = Self {
            library: FaultLibrary::new(),
            record: PathBuf::new(),
            data,
            connection_id: String::new(),
            address,
            monitoring,
            scim: client(""),
            bridge: client(""),
            bridge_url: String::new(),
            process: None,
            _folder: folder,
        };
        server.begin(false).await;
        let made = json!({"name": "First", "provider": "custom"});
        let made = server.call("connection.create", made).await.done();
        made["id"].as_str().unwrap().clone_into(&mut server.connection_id);
        let token = json!({"connectionId": server.connection_id, "expires": "1y"});
        let token = server.call("token.create", token).await.done();
        server.scim = client(token["token"].as_str().unwrap());
        server
    }

    /// Starts the program, which does not run, and waits until it serves.
    pub(crate) async fn begin(&mut self, is_recorded: bool) {
        let arguments = ["serve", "--listen", &self.address, "--metrics", &self.monitoring];
        let mut command = program_on(&self.data, &arguments);
        if is_recorded {
            self.record = self.library.preload_recording(&mut command, &self.data);
        } else {
            self.library.preload(&mut command, &self.data);
        }
        self.process = Some(KillOnDrop::serve(command, &self.data).await);
        let ticket = std::fs::read_to_string(self.data.join("bridge.json")).unwrap();
        let ticket: Value = serde_json::from_str(&ticket).unwrap();
        self.bridge = client(ticket["secret"].as_str().unwrap());
        ticket["url"].as_str().unwrap().clone_into(&mut self.bridge_url);
    }

    /// Ends the program by force.
    pub(crate) fn kill(&mut self) {
        drop(self.process.take());
    }

    /// Ends the program by force and starts it again.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        self.begin(false).await;
    }

    /// A request to the connection; `path` is below its endpoint.
    pub(crate) async fn scim(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("http://{}/scim/v2/{}{path}", self.address, self.connection_id);
        let request = self.scim.request(method, url);
        answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// What it answers when it is asked whether it is ready.
    pub(crate) async fn readiness(&self) -> (u16, String) {
        let answer = self.scim.get(format!("http://{}/readyz", self.monitoring)).send().await;
        let answer = answer.expect("it is answered");
        (answer.status().as_u16(), answer.text().await.expect("the answer is whole"))
    }

    /// A command, as the command line gives it.
    pub(crate) async fn call(&self, command: &str, args: Value) -> Answer {
        let call = json!({"command": command, "args": args});
        answer(self.bridge.post(format!("{}/bridge/call", self.bridge_url)).json(&call)).await
    }
}

fn client(bearer: &str) -> Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let bearer = format!("Bearer {bearer}").parse().unwrap();
    let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
    let longest = Duration::from_secs(20);
    Client::builder().default_headers(headers).timeout(longest).no_proxy().build().unwrap()
}

async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("it is answered");
    let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("the answer is whole");
    Answer { status, retry_after, body: serde_json::from_slice(&body).unwrap_or_default() }
}
