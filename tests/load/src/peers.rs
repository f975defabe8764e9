//! `--peers`: other SCIM servers, installed and started as their own documentation says, beside the one of this project: the
//! same requests by the same clients, on the same machine in the same run.

mod install;
mod start;
mod versions;
mod workloads;

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use crate::bench::Bench;
use crate::report::{Compared, Comparison};
use crate::table;
use versions::{Peer, peers};

/// Measures the server of this run on a new data folder, and then each peer, while no other server runs. `folder` is that of
/// the run; peers are installed beside it, once for all runs.
///
/// # Errors
/// The server of this run does not do all of it. A peer that does not is in the comparison with the reason.
pub(crate) async fn compare(bench: &mut Bench, folder: &Path) -> Result<()> {
    let server = bench.server.as_mut().context("there is no server of ours")?;
    server.renew().await?;
    let (name, target) = (server.version().await?, Rc::clone(&server.target));
    table::note(&format!("{name}, to compare with other servers"));
    bench.cores.generate()?;
    let ours = workloads::measure(&bench.against(target), name).await;
    ensure!(ours.remarks.is_empty(), "{}", ours.remarks.join("; "));
    let server = bench.server.as_mut().context("there is no server of ours")?;
    server.stop().await?;
    let mut servers = vec![ours];
    let parent = folder.parent().context("the folder of the run has no parent")?;
    // What installs a peer runs in its folder.
    let installed = std::path::absolute(parent.join("peers"))?;
    for peer in peers()? {
        table::note(&peer.title());
        let compared = measured(bench, &peer, &installed, folder).await;
        servers.push(compared.unwrap_or_else(|error| Compared {
            name: peer.title(),
            figures: Vec::new(),
            remarks: vec![format!("{error:#}")],
        }));
    }
    let people = workloads::people(&bench.options);
    bench.report.borrow_mut().comparison = Some(Comparison { people, servers });
    Ok(())
}

/// Installs a peer, starts it on a new data folder, measures it and ends it.
async fn measured(bench: &Bench, peer: &Peer, installed: &Path, folder: &Path) -> Result<Compared> {
    let installed = installed.join(peer.file_name());
    bench.cores.use_all()?;
    install::install(peer, &installed).await.context("it cannot be installed")?;
    bench.cores.generate()?;
    let data = folder.join(peer.file_name());
    std::fs::create_dir_all(&data)?;
    let running =
        start::start(peer, &bench.cores, &installed, &data).await.context("it cannot be started")?;
    let mut compared = workloads::measure(&bench.against(Rc::clone(&running.target)), peer.title()).await;
    if let Err(error) = running.stop().await {
        compared.remarks.push(format!("it cannot be ended: {error:#}"));
    }
    Ok(compared)
}
