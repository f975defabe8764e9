//! Which attributes the page of a connection's users does not show. Their values are stored and answered all the same.

use crate::{Error, StoreEvent, Tx};

/// `$2` is among them if `$3` is true.
const SET: &str = "
    UPDATE connection SET hidden_attributes = (
        SELECT json_group_array(attribute) FROM (
            SELECT value AS attribute FROM json_each(connection.hidden_attributes) WHERE value <> $2
            UNION SELECT $2 WHERE $3
        )
    ) WHERE id = $1 AND deleting IS NULL";

impl Tx {
    /// Sets whether the page of a connection's users shows an attribute, by its SCIM path. `false`: no such connection.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn show_attribute(
        &mut self,
        connection_id: &str,
        attribute: &str,
        is_shown: bool,
    ) -> Result<bool, Error> {
        let done = sqlx::query(SET)
            .bind(connection_id)
            .bind(attribute)
            .bind(!is_shown)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(done.rows_affected() > 0)
    }
}
