//! A token as it is stored: its hash only.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{Clock, TokenUse};

/// A token as it is stored. Its text is stored nowhere.
#[derive(Clone, Debug)]
pub struct Token {
    /// The key id inside the token's text.
    pub id: String,
    /// The connection it proves.
    pub connection_id: String,
    /// What it is called; no other token of the connection is called so, whatever the case.
    pub label: String,
    /// SHA-256 of the text.
    pub hash: Vec<u8>,
    /// The text's last four characters.
    pub tail: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The person here who made it; `None`: the command line, or an older version, which did not store it.
    pub created_by: Option<String>,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it, by the name of that time; `None`: it was retired after its replacement, or an older version did
    /// not store it.
    pub revoked_by: Option<String>,
    /// When it first arrived unencrypted; others may know it since.
    pub exposed_at: Option<Timestamp>,
    /// The token that takes its place.
    pub replaced_by: Option<String>,
    /// How long it remains usable after that one was first used.
    pub overlap: Option<Duration>,
}

/// Whether requests with a token are authenticated, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenValidity {
    /// They are.
    Usable,
    /// It was revoked.
    Revoked,
    /// The token that replaces it has been in use for as long as the two overlap.
    Retired,
    /// Its expiry date has passed.
    Expired,
}

impl Token {
    /// Its validity now. `successor_first_use` is the first use of [`Token::replaced_by`], if there was one. A token that
    /// has ended does not become valid again when the clock is set back.
    pub fn validity(&self, clock: &Clock, successor_first_use: Option<Timestamp>) -> TokenValidity {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| clock.latest() >= end);
        if self.revoked_at.is_some() {
            TokenValidity::Revoked
        } else if is_over(self.retires_at(successor_first_use)) {
            TokenValidity::Retired
        } else if is_over(self.expires_at) {
            TokenValidity::Expired
        } else {
            TokenValidity::Usable
        }
    }

    /// From when on it is refused because the token that replaces it has been in use for as long as the two overlap.
    pub fn retires_at(&self, successor_first_use: Option<Timestamp>) -> Option<Timestamp> {
        self.replaced_by.as_ref()?;
        Some(successor_first_use? + self.overlap?)
    }

    /// When it ends by itself: when it expires or retires, whichever is first.
    pub fn ends_at(&self, successor_first_use: Option<Timestamp>) -> Option<Timestamp> {
        self.expires_at.into_iter().chain(self.retires_at(successor_first_use)).min()
    }

    /// The first use of the token that replaces it.
    pub fn successor_first_use(&self, uses: &HashMap<String, TokenUse>) -> Option<Timestamp> {
        Some(uses.get(self.replaced_by.as_ref()?)?.first_at)
    }

    /// Whether requests with it are authenticated now.
    pub fn is_usable(&self, clock: &Clock, uses: &HashMap<String, TokenUse>) -> bool {
        self.validity(clock, self.successor_first_use(uses)) == TokenValidity::Usable
    }
}

impl FromRow<'_, SqliteRow> for Token {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            label: row.try_get("label")?,
            hash: row.try_get("hash")?,
            tail: row.try_get("tail")?,
            created_at: from_millis(row.try_get("created_at")?),
            created_by: row.try_get("created_by")?,
            expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(from_millis),
            revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(from_millis),
            revoked_by: row.try_get("revoked_by")?,
            exposed_at: row.try_get::<Option<i64>, _>("exposed_at")?.map(from_millis),
            replaced_by: row.try_get("replaced_by")?,
            overlap: row
                .try_get::<Option<i64>, _>("overlap_ms")?
                .map(|millis| Duration::from_millis(millis.try_into().unwrap_or(0))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_ends_by_its_expiry_date_or_by_its_overlap_whichever_is_first() {
        let token = Token {
            id: "old".to_owned(),
            connection_id: "c".to_owned(),
            label: "1".to_owned(),
            hash: Vec::new(),
            tail: String::new(),
            created_at: at(0),
            created_by: None,
            expires_at: Some(at(100)),
            revoked_at: None,
            revoked_by: None,
            exposed_at: None,
            replaced_by: Some("new".to_owned()),
            overlap: Some(Duration::from_secs(10)),
        };
        let validity = |token: &Token, now: i64, first_use: Option<i64>| {
            token.validity(&Clock::fixed(at(now)), first_use.map(at))
        };
        assert_eq!(validity(&token, 99, None), TokenValidity::Usable, "the new one is not in use");
        assert_eq!(validity(&token, 100, None), TokenValidity::Expired);
        assert_eq!(validity(&token, 59, Some(50)), TokenValidity::Usable, "during the overlap");
        assert_eq!(validity(&token, 60, Some(50)), TokenValidity::Retired, "at its end");
        assert_eq!(token.ends_at(Some(at(50))), Some(at(60)), "the overlap is over first");
        assert_eq!(token.ends_at(Some(at(95))), Some(at(100)), "the expiry date is first");
        let endless = Token { expires_at: None, ..token.clone() };
        assert_eq!((endless.ends_at(None), endless.ends_at(Some(at(50)))), (None, Some(at(60))));
        let single = Token { replaced_by: None, ..token.clone() };
        assert_eq!(validity(&single, 60, Some(50)), TokenValidity::Usable, "no other one replaces it");
        let revoked = Token { revoked_at: Some(at(1)), ..token };
        assert_eq!(validity(&revoked, 200, Some(50)), TokenValidity::Revoked, "whatever else is over");
    }
}
