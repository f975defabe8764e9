//! Refused requests whose token has the key of one of this server's tokens, and another secret.

use jiff::Timestamp;

use crate::{Activity, Error, Store};

/// The code of the note on such a request.
pub const WRONG_SECRET: &str = "token.wrong_secret";
/// Among how many of the newest requests without a valid token they are looked for.
const SEARCHED: u32 = 2_000;
/// Those that may have the note: a client can write its code, too.
const NEWEST: &str = "SELECT *, NULL AS bodies FROM activity
    WHERE seq IN (SELECT seq FROM activity WHERE has_token = 0 ORDER BY seq DESC LIMIT $1)
        AND instr(detail, $2) > 0 ORDER BY seq DESC";

/// One of these requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongSecret {
    /// The request's id.
    pub id: String,
    /// The connection whose address was called.
    pub connection_id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// The client's address, if it is known.
    pub source_ip: Option<String>,
}

impl Store {
    /// The requests of this kind among the newest 2,000 without a valid token, newest first.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn wrong_secrets(&self) -> Result<Vec<WrongSecret>, Error> {
        let rows: Vec<Activity> = sqlx::query_as(NEWEST)
            .bind(SEARCHED)
            .bind(WRONG_SECRET)
            .fetch_all(self.activity_readers())
            .await?;
        let noted = rows.into_iter().filter(|row| row.notes.iter().any(|note| note.code == WRONG_SECRET));
        Ok(noted
            .map(|row| WrongSecret {
                id: row.id,
                connection_id: row.connection_id,
                at: row.at,
                source_ip: row.source_ip,
            })
            .collect())
    }
}
