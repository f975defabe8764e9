//! When each token was used for the first time. The request log says so a moment after the request; until then it is known in
//! memory, so that what depends on the first use of a token does not wait for the log.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{Error, Store};

/// The tokens that this process has accepted, with the time of the first request.
#[derive(Default)]
pub(crate) struct FirstUses(RwLock<HashMap<String, Timestamp>>);

impl Store {
    /// Notes that a request with this token was accepted.
    pub fn note_token_use(&self, token_id: &str) {
        let uses = &self.0.first_uses.0;
        if !uses.read().unwrap_or_else(PoisonError::into_inner).contains_key(token_id) {
            let mut uses = uses.write().unwrap_or_else(PoisonError::into_inner);
            uses.entry(token_id.to_owned()).or_insert_with(|| self.clock().now());
        }
    }

    /// When a token was used for the first time.
    pub async fn token_first_use(&self, token_id: &str) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> = sqlx::query_scalar("SELECT first_at FROM token_use WHERE token_id = $1")
            .bind(token_id)
            .fetch_optional(self.activity_readers())
            .await?;
        let noted =
            || self.0.first_uses.0.read().unwrap_or_else(PoisonError::into_inner).get(token_id).copied();
        // The log knows the uses of earlier runs too.
        Ok(at.map(from_millis).or_else(noted))
    }
}
