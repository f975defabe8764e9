//! The last line of a unit is a checksum of the others, so that a unit that a person edited is recognised.

use sha2::{Digest as _, Sha256};

const CHECKSUM: &str = "# Checksum: ";

/// A text with its checksum.
pub(super) fn sealed(text: &str) -> String {
    format!("{text}{CHECKSUM}{}\n", digest(text))
}

/// The text of which this is the checksum; nothing where one of both was changed.
pub(super) fn opened(sealed: &str) -> Option<&str> {
    let (text, checksum) = sealed.rsplit_once(CHECKSUM)?;
    (checksum.trim_end() == digest(text)).then_some(text)
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}
