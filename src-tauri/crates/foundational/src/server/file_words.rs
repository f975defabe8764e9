//! Why a file can't be used, as a sentence.

use std::error::Error;
use std::fmt::Display;
use std::io;
use std::path::Path;

use store::private_file;

use crate::words::innermost;

/// That a file can't be read.
pub(crate) fn unreadable(path: impl Display, error: &dyn Error) -> String {
    format!("The file {path} can't be read: {}.", innermost(error))
}

/// That a file can't be written.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("The file {} can't be written: {}.", path.display(), innermost(error))
}

/// Writes a file for its owner only.
///
/// # Errors
/// Why it is not written, as a sentence.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), String> {
    private_file::write(path, bytes).map_err(|error| unwritable(path, &error))
}
