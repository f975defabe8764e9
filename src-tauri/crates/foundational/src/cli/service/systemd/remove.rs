//! `foundational service remove`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;

use super::install::foreign;
use super::running::holder;
use super::status::nothing;
use super::systemctl::Systemctl;
use super::unit_file::{self, InstalledUnit};
use super::unit_location::{UNIT, UnitLocation};
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
        InstalledUnit::Foreign => return Err(foreign(location, "removed")),
        InstalledUnit::Nothing => return Err(nothing(location)),
    };
    let running = systemctl.answers();
    if running {
        systemctl.run(&["disable", "--now", UNIT])?;
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
    delete(&location.enabled_link())?;
    delete(&location.unit())?;
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

fn delete(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure {
            message: format!("{} cannot be deleted: {error}.", file.display()),
            hint: None,
            code: 1,
        }),
        _ => Ok(()),
    }
}
