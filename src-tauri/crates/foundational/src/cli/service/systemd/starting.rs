//! The start of a service that is installed.

use super::systemctl::{Systemctl, UnitState};
use super::unit_location::{SOCKET, UNIT, UnitLocation};
use crate::cli::output::Failure;

/// Whether it serves.
pub(super) fn is_up(state: &UnitState) -> bool {
    state.active == "active"
}

/// Enables and starts it; one that runs is started again, with the unit as it is now. The unit is of type `notify`, so
/// that `restart` ends well only after the program serves.
pub(super) fn start(
    location: &UnitLocation,
    systemctl: &Systemctl,
    has_sockets: bool,
) -> Result<UnitState, Failure> {
    let not_enabled = |failure: Failure| Failure {
        hint: Some(format!("{} is written, but the service is not started.", location.unit().display())),
        ..failure
    };
    systemctl.run(&["daemon-reload"]).map_err(not_enabled)?;
    if has_sockets {
        // systemd opens sockets only while their service does not run.
        systemctl.run(&["stop", SOCKET, UNIT]).map_err(not_enabled)?;
        systemctl.run(&["enable", "--now", SOCKET]).map_err(not_enabled)?;
    }
    systemctl.run(&["enable", UNIT]).map_err(not_enabled)?;
    let started = systemctl.run(&["restart", UNIT]);
    let state = systemctl.state()?;
    match started {
        Err(failure) if is_up(&state) || state.code == 0 => {
            Err(Failure { hint: Some(where_to_look(location)), ..failure })
        }
        _ => Ok(state),
    }
}

/// Why it does not serve. The program's exit codes are those of `foundational --help`.
pub(super) fn not_started(location: &UnitLocation, state: &UnitState) -> Failure {
    let (why, code) = match state.code {
        signal if state.killed => (format!("signal {signal} ended its process"), 1),
        3 => ("another instance holds the data folder".to_owned(), 3),
        4 => ("the data folder cannot be written".to_owned(), 4),
        5 => ("the port is taken, or is below 1024 and not named with --listen or --socket".to_owned(), 5),
        6 => ("the data is lost, damaged or newer than this version".to_owned(), 6),
        217 => ("systemd cannot run it as the owner of its data folder".to_owned(), 1),
        other => (format!("its state is {}, its exit code {other}", state.active), 1),
    };
    Failure {
        message: format!("The service is installed and enabled, but it does not serve: {why}."),
        hint: Some(where_to_look(location)),
        code,
    }
}

fn where_to_look(location: &UnitLocation) -> String {
    format!("See its log: {}", location.scope.command("journalctl", "-n 20 -u foundational"))
}
