//! The unit as a file. Its last line is a checksum of the others, so that a unit that a person edited is recognised.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use store::private_file;

use super::unit::unit;
use super::unit_location::UnitLocation;
use super::unit_options::UnitOptions;
use crate::cli::output::Failure;

const CHECKSUM: &str = "# Checksum: ";

/// What is at the unit's location.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InstalledUnit {
    Nothing,
    /// As Foundational wrote it.
    Own(Box<UnitOptions>),
    /// Written or edited by a person or another program.
    Foreign,
}

/// Writes the unit whole or not at all, readable for all: nothing in it is secret.
pub(super) fn write(location: &UnitLocation, options: &UnitOptions) -> Result<(), Failure> {
    let refuse = |message: String| Failure { message, hint: None, code: 1 };
    let text = with_checksum(options).map_err(refuse)?;
    let file = location.unit();
    private_file::create_folder(location.folder())
        .and_then(|()| private_file::write(&file, text.as_bytes()))
        .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o644)))
        .map_err(|error| refuse(format!("{} cannot be written: {error}.", file.display())))
}

pub(super) fn read(file: &Path) -> Result<InstalledUnit, Failure> {
    // A link leads to the unit of another program, or masks the name.
    if fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink()) {
        return Ok(InstalledUnit::Foreign);
    }
    match fs::read(file) {
        Ok(text) => Ok(String::from_utf8(text)
            .ok()
            .and_then(|text| opened(&text))
            .map_or(InstalledUnit::Foreign, InstalledUnit::Own)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(InstalledUnit::Nothing),
        Err(error) => Err(Failure {
            message: format!("{} cannot be read: {error}.", file.display()),
            hint: None,
            code: 1,
        }),
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
    Ok(format!("{text}{CHECKSUM}{}\n", digest(&text)))
}

fn opened(text: &str) -> Option<Box<UnitOptions>> {
    let (text, checksum) = text.rsplit_once(CHECKSUM)?;
    let made_of = text.lines().nth(1)?.strip_prefix("# ")?;
    (checksum.trim_end() == digest(text)).then(|| serde_json::from_str(made_of).ok())?
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}
