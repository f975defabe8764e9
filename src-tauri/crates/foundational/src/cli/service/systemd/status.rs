//! `foundational service status`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::running::{holder, listens_on};
use super::systemctl::{Systemctl, UnitState};
use super::unit_file::{self, InstalledUnit};
use super::unit_location::{Scope, UnitLocation};
use crate::cli::output::{Failure, Print};

/// What programs read of the service.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceStatus {
    unit: String,
    /// As systemd says it: `active`, `inactive`, `failed`; `unknown` where no systemd answers.
    state: String,
    /// As systemd writes the time; nothing while it does not run.
    since: Option<String>,
    pid: Option<u32>,
    /// Whether systemd starts it by itself.
    enabled: bool,
    /// Nothing where the unit was edited.
    data: Option<String>,
    /// Address and port, as the running instance says.
    listen: Option<String>,
    /// The addresses that systemd opens for it.
    sockets: Vec<SocketAddr>,
    /// Another process that uses the data folder.
    in_use_by: Option<String>,
}

/// Shows what is installed. Exit code 0 says that it runs.
///
/// # Errors
/// When nothing is installed, or systemd does not say.
pub(super) async fn status(
    location: &UnitLocation,
    systemctl: &Systemctl,
    print: &Print,
) -> Result<ExitCode, Failure> {
    let found = unit_file::read(&location.unit())?;
    if found == InstalledUnit::Nothing {
        return Err(nothing(location));
    }
    let answers = systemctl.answers();
    let state = if answers {
        systemctl.state()?
    } else {
        UnitState { active: "unknown".to_owned(), ..UnitState::default() }
    };
    let (data, sockets) = match found {
        InstalledUnit::Own(options) => (Some(options.data), options.sockets),
        InstalledUnit::Nothing | InstalledUnit::Foreign => (None, Vec::new()),
    };
    let folder = data.as_deref().map(Path::new);
    let listen = match folder {
        Some(folder) => listens_on(folder).await,
        None => None,
    };
    let status = ServiceStatus {
        unit: location.unit().display().to_string(),
        since: Some(state.since.clone()).filter(|since| state.active == "active" && !since.is_empty()),
        pid: Some(state.pid).filter(|pid| *pid != 0),
        enabled: if answers { state.enabled == "enabled" } else { location.enabled_link().is_symlink() },
        listen,
        sockets,
        in_use_by: folder.and_then(|folder| holder(folder, state.pid)),
        state: state.active,
        data,
    };
    print.either(&status, &lines(location.scope, &status))?;
    Ok(if status.state == "active" { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// There is no unit.
pub(super) fn nothing(location: &UnitLocation) -> Failure {
    Failure {
        message: format!("No service is installed: there is no {}.", location.unit().display()),
        hint: Some(
            "Install it with `foundational service install`; --system and --user say which one is meant."
                .to_owned(),
        ),
        code: 1,
    }
}

fn lines(scope: Scope, status: &ServiceStatus) -> Vec<String> {
    let edited = if status.data.is_none() { " (edited, or written by another program)" } else { "" };
    let mut state = match status.state.as_str() {
        "active" => "running".to_owned(),
        "unknown" => "unknown: systemd is not running here".to_owned(),
        other => other.to_owned(),
    };
    state.extend(status.since.iter().map(|since| format!(" since {since}")));
    state.extend(status.pid.iter().map(|pid| format!(", process {pid}")));
    let starts = match (status.enabled, scope) {
        (true, Scope::System) => "with the computer",
        (true, Scope::User) => "with this user's session, or with the computer after loginctl enable-linger",
        (false, _) => "not automatically: it is not enabled",
    };
    let mut lines = vec![
        format!("Unit     {}{edited}", status.unit),
        format!("State    {state}"),
        format!("Starts   {starts}"),
    ];
    if let Some(data) = &status.data {
        let by = status.in_use_by.as_ref().map_or_else(String::new, |by| format!(", in use by {by}"));
        lines.push(format!("Data     {data}{by}"));
    }
    let unseen =
        if status.state == "active" { "unknown: this user cannot query the service" } else { "none" };
    lines.push(format!("Address  {}", status.listen.as_deref().unwrap_or(unseen)));
    lines.extend(status.sockets.iter().map(|address| format!("Opened   {address}, by systemd")));
    lines
}
