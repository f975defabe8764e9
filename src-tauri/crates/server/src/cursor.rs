//! Cursors of RFC 9865: opaque to clients, signed by us, bound to the connection and the query of their list.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use store::PageStart;
use subtle::ConstantTimeEq as _;

/// Signs and reads cursors. The key lives as long as the process: after a restart clients begin again, which the
/// RFC provides for.
pub(crate) struct Cursors {
    key: [u8; 32],
}

impl Cursors {
    pub(crate) fn new() -> Self {
        let mut key = [0; 32];
        if let Err(error) = getrandom::fill(&mut key) {
            // An unsigned cursor would only let a client choose its own start in a list it may read anyway.
            tracing::warn!(%error, "no randomness for the cursor key");
        }
        Self { key }
    }

    /// Writes a cursor for a page of `query` that begins at `start`, valid until `expires`.
    pub(crate) fn sign(&self, query: &str, start: &PageStart, expires: Timestamp) -> String {
        let (kind, place) = match start {
            PageStart::Offset(offset) => ('o', offset.to_string()),
            PageStart::After(id) => ('a', id.clone()),
            PageStart::Before(id) => ('b', id.clone()),
        };
        let body = format!("{kind}{place}.{}", expires.as_second());
        format!("{body}.{}", self.signature(query, &body))
    }

    /// Reads a cursor of `query`.
    ///
    /// # Errors
    /// `invalidCursor` for one that was never ours or belongs to another query, `expiredCursor` for an old one.
    pub(crate) fn read(&self, query: &str, cursor: &str, now: Timestamp) -> Result<PageStart, scim::Error> {
        let invalid = scim::Error::invalid_cursor;
        let (body, signature) = cursor.rsplit_once('.').ok_or_else(invalid)?;
        if !bool::from(self.signature(query, body).as_bytes().ct_eq(signature.as_bytes())) {
            return Err(invalid());
        }
        let (place, expires) = body.rsplit_once('.').ok_or_else(invalid)?;
        if expires.parse::<i64>().map_or(true, |end| end <= now.as_second()) {
            return Err(scim::Error::expired_cursor());
        }
        let rest = place.get(1..).ok_or_else(invalid)?;
        match place.as_bytes().first() {
            Some(b'o') => Ok(PageStart::Offset(rest.parse().map_err(|error: std::num::ParseIntError| {
                tracing::debug!(%error, "a signed cursor without a number");
                invalid()
            })?)),
            Some(b'a') => Ok(PageStart::After(rest.to_owned())),
            Some(b'b') => Ok(PageStart::Before(rest.to_owned())),
            _ => Err(invalid()),
        }
    }

    /// HMAC-SHA-256 (RFC 2104), cut to 128 bits, in hexadecimal digits.
    fn signature(&self, query: &str, body: &str) -> String {
        // A key of 32 bytes is not longer than a block, so that it is never refused.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        let signature = mac.chain_update(query).chain_update([0]).chain_update(body).finalize().into_bytes();
        HEXLOWER.encode(&signature[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_only_for_its_own_query_and_in_time() {
        let cursors = Cursors::new();
        let at = |second| Timestamp::from_second(second).unwrap();
        let start = PageStart::After("0192-ab".into());
        let cursor = cursors.sign("one", &start, at(100));
        assert_eq!(cursors.read("one", &cursor, at(99)), Ok(start), "its own");
        assert_eq!(
            cursors.read("two", &cursor, at(99)),
            Err(scim::Error::invalid_cursor()),
            "another query's"
        );
        assert_eq!(cursors.read("one", &cursor, at(100)), Err(scim::Error::expired_cursor()), "too old");
        let forged = cursor.replace("0192-ab", "0000-00");
        assert_eq!(cursors.read("one", &forged, at(99)), Err(scim::Error::invalid_cursor()), "forged");
        assert_eq!(
            cursors.read("one", "nonsense", at(99)),
            Err(scim::Error::invalid_cursor()),
            "no cursor at all"
        );
    }
}
