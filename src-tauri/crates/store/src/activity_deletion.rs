//! Deleting what was observed of a connection, in small steps.

use crate::activity_ids::with_id;
use crate::log_size::STEP;
use crate::log_upgrade::has_old_rows;
use crate::{Error, Store};

const ROWS: &str =
    "DELETE FROM activity WHERE seq IN (SELECT seq FROM activity WHERE connection_id = ? LIMIT ?)";

/// What else of the request log belongs to a connection, by its id and how many go at once.
const OBSERVED: [&str; 5] = [
    "DELETE FROM setup_evidence WHERE (connection_id, kind) IN
         (SELECT connection_id, kind FROM setup_evidence WHERE connection_id = $1 LIMIT $2)",
    "DELETE FROM activity_quarter WHERE (connection_id, quarter) IN
         (SELECT connection_id, quarter FROM activity_quarter WHERE connection_id = $1 LIMIT $2)",
    "DELETE FROM sync_cycle WHERE (connection_id, started_at) IN
         (SELECT connection_id, started_at FROM sync_cycle WHERE connection_id = $1 LIMIT $2)",
    "DELETE FROM refusal_run WHERE (connection_id, kind) IN
         (SELECT connection_id, kind FROM refusal_run WHERE connection_id = $1 LIMIT $2)",
    "DELETE FROM refused_write WHERE (connection_id, subject, act) IN
         (SELECT connection_id, subject, act FROM refused_write WHERE connection_id = $1 LIMIT $2)",
];

const OLD_ROWS: &str = "DELETE FROM activity_before_9 WHERE rowid IN
    (SELECT rowid FROM activity_before_9 WHERE connection_id = $1 LIMIT $2)";

impl Store {
    /// Deletes some of what was observed of a connection and the use of these tokens, and stores nothing more of it
    /// from now on, also not of requests that are still under way. `false`: nothing is left.
    pub async fn delete_activity(&self, connection_id: &str, tokens: Vec<String>) -> Result<bool, Error> {
        self.recorder().ignore_connection(connection_id);
        let id = connection_id.to_owned();
        let work = self.recorder().work(async move |conn| {
            sqlx::query("DELETE FROM token_use WHERE token_id IN (SELECT value FROM json_each($1))")
                .bind(crate::sql_values::json_list(&tokens))
                .execute(&mut *conn)
                .await?;
            let rows = sqlx::query_with(ROWS, with_id(&id)?).bind(STEP).execute(&mut *conn).await?;
            if rows.rows_affected() > 0 {
                return Ok(true);
            }
            let old = has_old_rows(conn).await?.then_some(OLD_ROWS);
            for sql in old.into_iter().chain(OBSERVED) {
                let gone = sqlx::query(sql).bind(&id).bind(STEP).execute(&mut *conn).await?;
                if gone.rows_affected() > 0 {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        work.await
    }
}
