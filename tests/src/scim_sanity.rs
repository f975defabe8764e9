//! scim-sanity, another SCIM client that was not written here: a strict probe by the RFCs.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::paths::target;
use crate::wait::PATIENCE;

/// Runs the strict probe and gives its report.
pub async fn scim_sanity(endpoint: &str, token: &str) -> Value {
    let program: PathBuf = target().join("venv/bin/scim-sanity");
    assert!(program.is_file(), "{} is missing; `npm test` installs it", program.display());
    let mut command = Command::new(program);
    command
        .args(["probe", endpoint, "--token", token, "--strict", "--json-output", "--i-accept-side-effects"])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE * 2, command.output()).await.expect("scim-sanity ends in time");
    let output = output.expect("scim-sanity can be started");
    let shown = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&shown)
        .unwrap_or_else(|error| panic!("{error} in {shown}{}", String::from_utf8_lossy(&output.stderr)))
}
