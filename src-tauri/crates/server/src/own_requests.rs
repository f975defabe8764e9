//! What shows that a request began in this very process: a value generated at each start, which no other program has. It
//! is sent over plain HTTP on this computer only, so no proxy, tunnel or provider ever sees it.

use axum::http::HeaderMap;
use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq as _;

/// The header that carries it.
const HEADER: &str = "x-foundational-own";

/// The value; None when this computer has no randomness to give, and then no request is this process's own.
pub(crate) struct OwnRequestKey(Option<String>);

impl OwnRequestKey {
    pub(crate) fn generate() -> Self {
        let mut bytes = [0_u8; 32];
        match getrandom::fill(&mut bytes) {
            Ok(()) => Self(Some(HEXLOWER.encode(&bytes))),
            Err(error) => {
                tracing::warn!(%error, "no randomness for the key of this process's own requests");
                Self(None)
            }
        }
    }

    /// The header and its value.
    pub(crate) fn header(&self) -> Option<(&'static str, String)> {
        self.0.clone().map(|value| (HEADER, value))
    }

    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        match (&self.0, headers.get(HEADER)) {
            (Some(value), Some(sent)) => value.as_bytes().ct_eq(sent.as_bytes()).into(),
            _ => false,
        }
    }
}
