//! When each token was used for the first time. The request log has it a moment after the request; until then it is known in
//! memory, so that what depends on the first use of a token does not wait for the log.

use jiff::Timestamp;

use crate::clock::from_millis;
use crate::{Error, Store};

impl Store {
    /// Notes that a request with this token was accepted.
    pub fn note_token_use(&self, token_id: &str) {
        self.0.first_uses.note(token_id, || self.clock().now());
    }

    /// When a token was used for the first time.
    pub async fn token_first_use(&self, token_id: &str) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> = sqlx::query_scalar("SELECT first_at FROM token_use WHERE token_id = $1")
            .bind(token_id)
            .fetch_optional(self.activity_readers())
            .await?;
        // The log knows the uses of earlier runs too.
        Ok(at.map(from_millis).or_else(|| self.0.first_uses.of(token_id)))
    }
}
