//! The headless program, serving.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::paths::built;
use crate::process::Group;
use crate::wait::{PATIENCE, until};

/// `foundational serve` on a data folder of its own, and the other commands against it.
pub struct Headless {
    _server: Group,
    folder: TempDir,
}

impl Headless {
    /// Starts it and waits until a command is answered by the running instance.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same in an environment with these variables.
    pub async fn start_with(variables: &[(&str, &Path)]) -> Self {
        Self::start_as(&["--listen", "127.0.0.1:0"], variables).await
    }

    /// The same with these arguments of `serve`.
    pub async fn start_as(arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        let folder =
            tempfile::Builder::new().prefix("foundational-").tempdir().expect("a folder can be made");
        let mut command = Command::new(built("foundational"));
        command.arg("serve").arg("--data").arg(data(folder.path())).args(arguments);
        command.stdout(Stdio::null()).envs(variables.iter().copied());
        let mut server = Group::start(command, &folder.path().join("serve.log"));
        let bridge = data(folder.path()).join("bridge.json");
        until("the headless server is up", async || {
            let ended = server.child().try_wait().expect("its state can be asked");
            assert!(ended.is_none(), "it ended: {}", server.output());
            bridge.is_file().then_some(())
        })
        .await;
        Self { _server: server, folder }
    }

    /// Runs another command of the program on the same data folder; it must succeed and show JSON.
    pub async fn command(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(built("foundational"));
        command.args(arguments).arg("--json").arg("--data").arg(data(self.folder.path()));
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output =
            timeout(PATIENCE, command.output()).await.expect("it ends in time").expect("it can be started");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} failed: {errors}");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?} shows no JSON: {error}"))
    }

    /// Gives the running instance a command over its bridge, as the owner of its files does; it must succeed.
    pub async fn call(&self, name: &str, args: Value) -> Value {
        let ticket = std::fs::read_to_string(self.data().join("bridge.json")).expect("the bridge is there");
        let ticket: Value = serde_json::from_str(&ticket).expect("its ticket is JSON");
        // Another provider is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        let request = client
            .post(format!("{}/bridge/call", text(&ticket, "url")))
            .bearer_auth(text(&ticket, "secret"))
            .json(&json!({ "command": name, "args": args }));
        let answer = request.send().await.expect("the bridge answers");
        let status = answer.status();
        let body: Value = answer.json().await.expect("with JSON");
        assert!(status.is_success(), "{name}: {body}");
        body
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        data(self.folder.path())
    }

    /// A new connection and a token for it: the endpoint and the token.
    pub async fn connect(&self, name: &str) -> (String, String) {
        let connection = self.command(&["connection", "create", name, "--provider", "custom"]).await;
        let token = self.command(&["token", "create", text(&connection, "id")]).await;
        (text(&connection, "endpoint").to_owned(), text(&token, "token").to_owned())
    }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("there is {name} in {value}"))
}
