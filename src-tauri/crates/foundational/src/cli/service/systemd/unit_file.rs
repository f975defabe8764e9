//! The unit as a file. Its last line seals the others, so that a unit that a person edited is recognised.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use store::private_file;

use super::place::Place;
use super::spec::Spec;
use super::unit::unit;
use crate::cli::output::Failure;

const SEAL: &str = "# Seal: ";

/// What is at the unit's place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// As Foundational wrote it.
    Own(Box<Spec>),
    /// Written or edited by a person or another program.
    Foreign,
}

/// Writes the unit whole or not at all, readable for all: nothing in it is secret.
pub(super) fn write(place: &Place, spec: &Spec) -> Result<(), Failure> {
    let refuse = |message: String| Failure { message, hint: None, code: 1 };
    let text = sealed(spec).map_err(refuse)?;
    let file = place.unit();
    private_file::create_folder(place.folder())
        .and_then(|()| private_file::write(&file, text.as_bytes()))
        .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o644)))
        .map_err(|error| refuse(format!("{} cannot be written: {error}.", file.display())))
}

pub(super) fn read(file: &Path) -> Result<Found, Failure> {
    // A link leads to the unit of another program, or masks the name.
    if fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink()) {
        return Ok(Found::Foreign);
    }
    match fs::read(file) {
        Ok(text) => {
            Ok(String::from_utf8(text).ok().and_then(|text| opened(&text)).map_or(Found::Foreign, Found::Own))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(Failure {
            message: format!("{} cannot be read: {error}.", file.display()),
            hint: None,
            code: 1,
        }),
    }
}

/// The unit, what it is made of, and the seal of both.
pub(super) fn sealed(spec: &Spec) -> Result<String, String> {
    let made_of = serde_json::to_string(spec).map_err(|error| error.to_string())?;
    let edit = spec.scope.command("systemctl", "edit foundational");
    let text = format!(
        "# Written by `foundational service install`. Put changes in a file of their own: {edit}\n# {made_of}\n\n{}\n",
        unit(spec)?
    );
    Ok(format!("{text}{SEAL}{}\n", digest(&text)))
}

fn opened(text: &str) -> Option<Box<Spec>> {
    let (text, seal) = text.rsplit_once(SEAL)?;
    let made_of = text.lines().nth(1)?.strip_prefix("# ")?;
    (seal.trim_end() == digest(text)).then(|| serde_json::from_str(made_of).ok())?
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}
