//! The notes of a recorded exchange.

use store::ActivityNote;

/// The note by which an address that is nearly right is explained.
pub(crate) const NEAR_MISS: &str = "path.near_miss";

/// The note on an exchange whose client disconnected too early.
pub(crate) const GONE: &str = "client.gone";

/// A note of our own.
pub(crate) fn note(code: &str, text: impl Into<String>) -> ActivityNote {
    ActivityNote { code: code.to_owned(), text: text.into() }
}

/// How a request was read that is not quite as the RFCs have it.
pub(crate) fn normalised(of: idp::Normalisation) -> ActivityNote {
    note(of.code, of.text)
}
