//! The program through which a test uses the app's window.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::paths::tool;
use crate::process::Group;
use crate::wait::{PATIENCE, until};

/// tauri-driver, or with `FOUNDATIONAL_DRIVER=direct` the web view's own driver without it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tauri,
    Direct,
}

pub(crate) struct Driver {
    kind: Kind,
    port: u16,
    process: Group,
}

impl Driver {
    /// Starts it with the environment that the app will inherit, and waits until it answers.
    pub(crate) async fn start(folder: &Path, environment: &[(String, String)]) -> Self {
        let kind = match std::env::var("FOUNDATIONAL_DRIVER").as_deref() {
            Ok("direct") => Kind::Direct,
            _ => Kind::Tauri,
        };
        let port = free_port();
        let mut command = match kind {
            Kind::Tauri => {
                let mut command = Command::new(tool("tauri-driver"));
                command.arg(format!("--port={port}")).arg(format!("--native-port={}", free_port()));
                command
            }
            Kind::Direct => {
                let mut command = Command::new("WebKitWebDriver");
                command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
                command
            }
        };
        command.envs(environment.iter().map(|(name, value)| (name, value))).stdout(Stdio::null());
        let mut process = Group::start(command, &folder.join("driver.log"));
        // It opens its port well before it can answer; a session asked for in between is refused.
        until("the driver is ready", async || {
            let ended = process.child().try_wait().expect("its state can be asked");
            assert!(ended.is_none(), "the driver ended: {}", process.output());
            answers(port).await.then_some(())
        })
        .await;
        Self { kind, port, process }
    }

    /// Opens the app with these arguments and gives the session that drives its window.
    pub(crate) async fn open(&self, app: &Path, arguments: &[String]) -> Client {
        let options = match self.kind {
            Kind::Tauri => json!({ "tauri:options": { "application": app, "args": arguments } }),
            Kind::Direct => json!({ "webkitgtk:browserOptions": { "binary": app, "args": arguments } }),
        };
        let Value::Object(wanted) = options else { unreachable!("an object was written above") };
        let mut capabilities = Capabilities::new();
        capabilities.extend(wanted);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        let session = timeout(PATIENCE, builder.connect(&address)).await;
        session
            .expect("the app's window opens in time")
            .unwrap_or_else(|error| panic!("no session: {error}\n{}", self.process.output()))
    }
}

/// Asks for the driver's status over a socket: there is no session yet that a client could use.
async fn answers(port: u16) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        let request = format!("GET /status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.ok()?;
        head.ends_with(b" 200").then_some(())
    };
    timeout(PATIENCE, ask).await.ok().flatten().is_some()
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    socket.local_addr().expect("it has an address").port()
}
