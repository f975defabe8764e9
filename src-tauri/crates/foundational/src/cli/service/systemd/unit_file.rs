//! The units as files.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use store::private_file;

use super::checksum::{opened, sealed};
use super::socket_unit::socket_unit;
use super::unit::unit;
use super::unit_location::UnitLocation;
use super::unit_options::UnitOptions;
use crate::cli::output::Failure;

/// What is at the unit's location.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InstalledUnit {
    Nothing,
    /// As Foundational wrote it.
    Own(Box<UnitOptions>),
    /// Written or edited by a person or another program.
    Foreign,
}

/// Writes the unit, and that of its sockets if it has some.
pub(super) fn write(location: &UnitLocation, options: &UnitOptions) -> Result<(), Failure> {
    let text = with_checksum(options).map_err(refuse)?;
    if let Some(sockets) = socket_unit(options) {
        write_whole(location, &location.socket(), &sockets)?;
    }
    write_whole(location, &location.unit(), &text)
}

/// Writes a unit whole or not at all, readable for all: nothing in it is secret.
fn write_whole(location: &UnitLocation, file: &Path, text: &str) -> Result<(), Failure> {
    private_file::create_folder(location.folder())
        .and_then(|()| private_file::write(file, text.as_bytes()))
        .and_then(|()| fs::set_permissions(file, fs::Permissions::from_mode(0o644)))
        .map_err(|error| refuse(format!("{} cannot be written: {error}.", file.display())))
}

/// Deletes the unit, and the link by which systemd starts it.
pub(super) fn delete(location: &UnitLocation) -> Result<(), Failure> {
    delete_file(&location.enabled_link())?;
    delete_file(&location.unit())
}

/// The same of its sockets.
pub(super) fn delete_socket(location: &UnitLocation) -> Result<(), Failure> {
    delete_file(&location.enabled_socket_link())?;
    delete_file(&location.socket())
}

fn delete_file(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(refuse(format!("{} cannot be deleted: {error}.", file.display())))
        }
        _ => Ok(()),
    }
}

fn refuse(message: String) -> Failure {
    Failure { message, hint: None, code: 1 }
}

pub(super) fn read(file: &Path) -> Result<InstalledUnit, Failure> {
    // A link leads to the unit of another program, or masks the name.
    if fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink()) {
        return Ok(InstalledUnit::Foreign);
    }
    match fs::read(file) {
        Ok(text) => Ok(String::from_utf8(text)
            .ok()
            .and_then(|text| made_of(&text))
            .map_or(InstalledUnit::Foreign, InstalledUnit::Own)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(InstalledUnit::Nothing),
        Err(error) => Err(refuse(format!("{} cannot be read: {error}.", file.display()))),
    }
}

/// The unit, what it is made of, and the checksum of both.
pub(super) fn with_checksum(options: &UnitOptions) -> Result<String, String> {
    let made_of = serde_json::to_string(options).map_err(|error| error.to_string())?;
    let edit = options.scope.command("systemctl", "edit foundational");
    let text = format!(
        "# Written by `foundational service install`. Put changes in a file of their own: {edit}\n# {made_of}\n\n{}\n",
        unit(options)?
    );
    Ok(sealed(&text))
}

fn made_of(text: &str) -> Option<Box<UnitOptions>> {
    let made_of = opened(text)?.lines().nth(1)?.strip_prefix("# ")?;
    serde_json::from_str(made_of).ok()
}
