//! `foundational service remove`.

use std::path::Path;

use serde::Serialize;

use super::install::foreign;
use super::running::holder;
use super::socket_unit::is_foreign;
use super::status::nothing;
use super::systemctl::Systemctl;
use super::unit_file::{self, InstalledUnit};
use super::unit_location::{SOCKET, UNIT, UnitLocation};
use crate::cli::output::{Failure, Print};

/// What programs read of a removal.
#[derive(Serialize)]
struct Removed {
    unit: String,
    /// The data folder, which remains.
    data: String,
}

/// Stops and disables the service and deletes its unit.
///
/// # Errors
/// When there is none, it was edited, it does not stop, or no systemd answers and a process uses the data folder, which may
/// be the service: then it is not deleted.
pub(super) fn remove(location: &UnitLocation, systemctl: &Systemctl, print: &Print) -> Result<(), Failure> {
    location.refuse_without_root()?;
    let options = match unit_file::read(&location.unit())? {
        InstalledUnit::Own(options) => options,
        InstalledUnit::Foreign => return Err(foreign(location, UNIT, "removed")),
        InstalledUnit::Nothing => return Err(nothing(location)),
    };
    let has_sockets = !options.sockets.is_empty();
    if has_sockets && is_foreign(&location.socket()) {
        return Err(foreign(location, SOCKET, "removed"));
    }
    let running = systemctl.answers();
    if running {
        // Together, so that no connection starts the service again.
        let units = if has_sockets { &[SOCKET, UNIT][..] } else { &[UNIT][..] };
        systemctl.run(&[&["disable", "--now"][..], units].concat())?;
        if systemctl.state()?.runs() {
            return Err(Failure {
                message: "The service is disabled, but it has not stopped: its unit is not deleted."
                    .to_owned(),
                hint: Some(format!("See {}", location.scope.command("systemctl", "status foundational"))),
                code: 1,
            });
        }
    } else if let Some(holder) = holder(Path::new(&options.data), 0) {
        return Err(Failure {
            message: format!(
                "systemd is not running here, so the service cannot be stopped, and {} is in use by {holder}: the unit is not deleted.",
                options.data
            ),
            hint: Some(format!(
                "Try {}; a user's systemd answers in a session of that user.",
                location.scope.command("systemctl", "stop foundational")
            )),
            code: 1,
        });
    }
    // The link is systemd's own, and gone where a systemd answered.
    if has_sockets {
        unit_file::delete_socket(location)?;
    }
    unit_file::delete(location)?;
    if running {
        systemctl.run(&["daemon-reload"])?;
        // A unit that did not fail has nothing to reset, which is as good.
        drop(systemctl.run(&["reset-failed", UNIT]));
    }
    let unit = location.unit().display().to_string();
    let mut lines = vec![format!("Removed {unit}. The data remains in {}.", options.data)];
    let own = location.folder().join(format!("{UNIT}.d"));
    if own.is_dir() {
        lines.push(format!("Drop-in files remain in {}.", own.display()));
    }
    print.either(&Removed { unit, data: options.data }, &lines)
}
