//! L1: a server that answers every request with the same person, 1 KB of JSON.

use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use crate::cores::Cores;
use crate::http::Target;
use crate::people::document;
use crate::process::Process;

/// The id in the fixed answer.
pub(crate) const ID: &str = "01940000-0000-7000-8000-000000000000";

/// Serves the fixed answer until the process ends.
pub(crate) async fn serve(listen: SocketAddr) -> Result<()> {
    let body = document(1, true, 0).replacen('{', &format!(r#"{{"id":"{ID}","#), 1);
    let answer = async move || ([(CONTENT_TYPE, "application/scim+json")], body.clone());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, Router::new().fallback(get(answer))).await?;
    Ok(())
}

/// The fixed answer, served by a process of its own.
pub(crate) struct FixedAnswer {
    pub process: Process,
    pub target: Rc<Target>,
}

impl FixedAnswer {
    /// Starts it on the server's core.
    pub(crate) async fn start(cores: &Cores, folder: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = cores.serve(&std::env::current_exe()?);
        command.args(["--fixed-answer", &address.to_string()]);
        let mut process = Process::start(command, &folder.join("fixed-answer.log"))?;
        listening(&mut process, address).await?;
        Ok(Self { process, target: Target::new(&format!("http://{address}"), "none")? })
    }
}

/// An address of this computer that nothing listens on.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits until a process listens on an address; five minutes at most.
pub(crate) async fn listening(process: &mut Process, address: SocketAddr) -> Result<()> {
    let end = Instant::now() + Duration::from_mins(5);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        ensure!(process.is_running()?, "the server ended while it started");
        ensure!(Instant::now() < end, "the server does not listen on {address}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
