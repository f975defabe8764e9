//! Installs a peer into a folder of its own, once for each set of versions.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tokio::time::timeout;

use crate::peers::versions::{Peer, Registry};

/// How long one command of an installation may take: `better-sqlite3` is compiled where no built one can be had.
const PATIENCE: Duration = Duration::from_mins(20);

/// Installs the packages of a peer, unless these versions are installed already.
///
/// # Errors
/// The first line in which the package manager names an error.
pub(crate) async fn install(peer: &Peer, folder: &Path) -> Result<()> {
    let (stamp, wanted) = (folder.join("installed.txt"), peer.packages.join(" "));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let packages = peer.packages.iter().map(String::as_str);
    match peer.registry {
        Registry::Pypi => {
            run(OsStr::new("python3"), ["-m", "venv", "venv"], folder).await?;
            let python = folder.join("venv/bin/python");
            let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
            run(python.as_os_str(), arguments.into_iter().chain(packages), folder).await?;
        }
        Registry::Npm => {
            // Without one, npm installs into the project that the folder is in.
            fs::write(folder.join("package.json"), r#"{"private":true}"#)?;
            let arguments = ["install", "--save-exact", "--no-audit", "--no-fund"];
            run(OsStr::new("npm"), arguments.into_iter().chain(packages), folder).await?;
        }
    }
    fs::write(stamp, wanted)?;
    Ok(())
}

async fn run<'a>(program: &OsStr, arguments: impl IntoIterator<Item = &'a str>, folder: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    let name = program.to_string_lossy();
    let output = timeout(PATIENCE, command.output())
        .await
        .with_context(|| format!("{name} does not end"))?
        .with_context(|| format!("{name} cannot be started"))?;
    ensure!(output.status.success(), "{name}: {}", reason(&String::from_utf8_lossy(&output.stderr)));
    Ok(())
}

/// What a program says about why it failed: its first line with an error, or else its last one.
pub(crate) fn reason(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.to_lowercase().contains("error"));
    error.or_else(|| lines().next_back()).unwrap_or("no reason is given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_reason_is_the_first_line_with_an_error_or_else_the_last_line() {
        let npm = "npm warn old\nnpm error code E404\nnpm error A complete log of this run is in a file\n";
        assert_eq!(reason(npm), "npm error code E404");
        assert_eq!(reason("The venv was not created.\nInstall python3-venv.\n\n"), "Install python3-venv.");
        assert_eq!(reason("\n"), "no reason is given");
    }
}
