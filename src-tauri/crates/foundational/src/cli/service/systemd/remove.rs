//! `foundational service remove`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;

use super::install::foreign;
use super::place::{Place, UNIT};
use super::running::holder;
use super::status::nothing;
use super::systemctl::Systemctl;
use super::unit_file::{self, Found};
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
pub(super) fn remove(place: &Place, systemctl: &Systemctl, print: &Print) -> Result<(), Failure> {
    place.refuse_without_root()?;
    let spec = match unit_file::read(&place.unit())? {
        Found::Own(spec) => spec,
        Found::Foreign => return Err(foreign(place, "removed")),
        Found::Nothing => return Err(nothing(place)),
    };
    let running = systemctl.answers();
    if running {
        systemctl.run(&["disable", "--now", UNIT])?;
        if systemctl.state()?.runs() {
            return Err(Failure {
                message: "The service is disabled, but it has not stopped: its unit is not deleted."
                    .to_owned(),
                hint: Some(format!("See {}", place.scope.command("systemctl", "status foundational"))),
                code: 1,
            });
        }
    } else if let Some(holder) = holder(Path::new(&spec.data), 0) {
        return Err(Failure {
            message: format!(
                "No systemd answers here that could stop the service, and {} is in use by {holder}: the unit is not deleted.",
                spec.data
            ),
            hint: Some(format!(
                "Try {}; a user's systemd answers in a session of that user.",
                place.scope.command("systemctl", "stop foundational")
            )),
            code: 1,
        });
    }
    // The link is systemd's own, and gone where a systemd answered.
    delete(&place.enabled_link())?;
    delete(&place.unit())?;
    if running {
        systemctl.run(&["daemon-reload"])?;
        // A unit that did not fail has nothing to reset, which is as good.
        drop(systemctl.run(&["reset-failed", UNIT]));
    }
    let unit = place.unit().display().to_string();
    let mut lines = vec![format!("Removed {unit}. The data remains in {}.", spec.data)];
    let own = place.folder().join(format!("{UNIT}.d"));
    if own.is_dir() {
        lines.push(format!("Changes by hand remain in {}.", own.display()));
    }
    print.either(&Removed { unit, data: spec.data }, &lines)
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
