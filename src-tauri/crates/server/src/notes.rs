//! The notes of a recorded exchange.

use store::{ActivityNote, WRONG_SECRET};

/// The note by which an address that is nearly right is explained.
pub(crate) const NEAR_MISS: &str = "path.near_miss";

/// The note on an exchange whose client disconnected too early.
pub(crate) const GONE: &str = "client.gone";

/// A note of our own.
pub(crate) fn note(code: &str, text: impl Into<String>) -> ActivityNote {
    ActivityNote { code: code.to_owned(), text: text.into() }
}

/// The token has the key of one of ours, and another secret.
pub(crate) fn wrong_secret() -> ActivityNote {
    let text = "The token has the key of a token of this server, and another secret. Its checksum is right, so it is no typing \
                error.";
    note(WRONG_SECRET, text)
}

/// How a request was read that is not quite as the RFCs have it.
pub(crate) fn normalised(of: idp::Normalisation) -> ActivityNote {
    note(of.code, of.text)
}
