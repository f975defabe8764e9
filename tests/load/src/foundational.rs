//! The server that is measured: the headless program on a data folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::cores::Cores;
use crate::http::Target;
use crate::limits::http::{free_address, listening};
use crate::process::Process;

/// `foundational serve`, with one connection.
pub(crate) struct Foundational {
    program: PathBuf,
    folder: PathBuf,
    cores: Cores,
    address: SocketAddr,
    process: Option<Process>,
    /// The id of its connection.
    pub connection: String,
    pub target: Rc<Target>,
}

impl Foundational {
    /// Starts it on a new folder, and creates a connection and a token by the command line.
    pub(crate) async fn on_new_folder(program: &Path, folder: &Path, cores: Cores) -> Result<Self> {
        ensure!(program.is_file(), "{} is not built", program.display());
        let address = free_address()?;
        let mut server = Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            cores,
            address,
            process: None,
            connection: String::new(),
            target: Target::new("http://127.0.0.1", "none")?,
        };
        server.set_up().await?;
        Ok(server)
    }

    /// Stops it, deletes its data folder, and starts it on a new one with a new connection and token.
    pub(crate) async fn renew(&mut self) -> Result<()> {
        self.stop().await?;
        std::fs::remove_dir_all(self.data())?;
        self.set_up().await
    }

    async fn set_up(&mut self) -> Result<()> {
        self.start().await?;
        // The other commands reach it over its bridge.
        let end = Instant::now() + Duration::from_mins(1);
        while !self.data().join("bridge.json").is_file() {
            ensure!(Instant::now() < end, "the server opens no bridge");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        (self.connection, self.target) = self.connect("Bench").await?;
        Ok(())
    }

    /// Creates a connection of this name and a token for it, by the command line; gives its id and where it is called.
    pub(crate) async fn connect(&self, name: &str) -> Result<(String, Rc<Target>)> {
        let connection = self.command(&["connection", "create", name, "--provider", "custom"]).await?;
        let id = text(&connection, "id")?;
        let token = self.command(&["token", "create", &id]).await?;
        let target = Target::new(&text(&connection, "endpoint")?, &text(&token, "token")?)?;
        Ok((id, target))
    }

    /// Its version.
    pub(crate) async fn version(&self) -> Result<String> {
        let output = Command::new(&self.program).arg("--version").output().await?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The running process.
    pub(crate) const fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    /// Starts it, and waits until it listens.
    pub(crate) async fn start(&mut self) -> Result<()> {
        let mut command = self.cores.serve(&self.program);
        command.arg("serve").arg("--data").arg(self.data()).arg("--listen").arg(self.address.to_string());
        let mut process = Process::start(command, &self.folder.join("serve.log"))?;
        listening(&mut process, self.address)
            .await
            .with_context(|| std::fs::read_to_string(self.folder.join("serve.log")).unwrap_or_default())?;
        self.process = Some(process);
        Ok(())
    }

    /// Ends it as an operator does.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        if let Some(process) = self.process.take() {
            process.stop().await?;
        }
        Ok(())
    }

    /// Runs another command of the program on the same data folder, and reads what it shows.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--json").arg("--data").arg(self.data()).kill_on_drop(true);
        let output = command.output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?} failed: {errors}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// How many bytes the files of the data folder have whose names begin so.
    pub(crate) fn bytes(&self, name: &str) -> Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.data())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(name) && entry.file_type()?.is_file() {
                bytes += entry.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    Ok(value[name].as_str().with_context(|| format!("there is no {name} in {value}"))?.to_owned())
}
