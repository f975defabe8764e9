//! Starts an installed peer on the server's core.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::process::Command;
use tokio::time::timeout;

use crate::cores::Cores;
use crate::http::Target;
use crate::limits::http::{free_address, listening};
use crate::peers::install::reason;
use crate::peers::versions::{Peer, Registry, scripts};
use crate::process::Process;

/// How long a peer has to start, and to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// The token of a peer that is given one.
const TOKEN: &str = "bench";

/// A peer that runs. Dropping it kills it.
pub(crate) struct Running {
    process: Process,
    pub target: Rc<Target>,
}

impl Running {
    /// Ends it.
    pub(crate) async fn stop(self) -> Result<()> {
        timeout(PATIENCE, self.process.stop()).await.context("it does not end")?
    }
}

/// Starts a peer, and waits until it listens.
///
/// # Errors
/// It does not start: what it says about it.
pub(crate) async fn start(peer: &Peer, cores: &Cores, installed: &Path, data: &Path) -> Result<Running> {
    let (address, log) = (free_address()?, data.join("log.txt"));
    let mut process = Process::start(command(peer, cores, installed, data, address)?, &log)?;
    timeout(PATIENCE, listening(&mut process, address))
        .await
        .context("it does not listen")?
        .with_context(|| reason(&fs::read_to_string(&log).unwrap_or_default()))?;
    let target = match peer.registry {
        Registry::Pypi => Target::new(&format!("http://{address}/v2"), TOKEN)?,
        Registry::Npm => {
            let text = fs::read_to_string(data.join("target.txt")).context("target.txt")?;
            let (url, token) = text.trim().split_once('\n').context("target.txt has no second line")?;
            Target::new(url, token)?
        }
    };
    Ok(Running { process, target })
}

/// scim2-server has a command; the others have a script, which finds their packages from the folder in which it is.
fn command(
    peer: &Peer,
    cores: &Cores,
    installed: &Path,
    data: &Path,
    address: SocketAddr,
) -> Result<Command> {
    let port = address.port().to_string();
    let command = match peer.registry {
        Registry::Pypi => {
            let mut command = cores.serve(&installed.join("venv/bin").join(peer.package_name()));
            command.args(["--hostname", "127.0.0.1", "--port", &port, "--bearer-token", TOKEN]);
            command
        }
        Registry::Npm => {
            let script = format!("{}.mjs", peer.file_name());
            fs::copy(scripts().join(&script), installed.join(&script))?;
            let mut command = cores.serve(Path::new("node"));
            command.arg(installed.join(script)).arg(port).arg(data);
            command
        }
    };
    Ok(command)
}
