//! Settings of the workspace: one text each.

use crate::{Error, Store, StoreEvent, Tx};

impl Store {
    /// A setting's value, if it was ever set.
    pub async fn setting(&self, key: &'static str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT value FROM setting WHERE key = $1")
            .bind(key)
            .fetch_optional(self.readers())
            .await?)
    }

    /// The version of the database library, as it says itself.
    pub async fn sqlite_version(&self) -> Result<String, Error> {
        Ok(sqlx::query_scalar("SELECT sqlite_version()").fetch_one(self.readers()).await?)
    }

    /// The versions of the schemas: of the workspace and of the request log.
    pub async fn schema_versions(&self) -> Result<(i64, i64), Error> {
        const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations";
        let workspace = sqlx::query_scalar(NEWEST).fetch_one(self.readers()).await?;
        let activity = sqlx::query_scalar(NEWEST).fetch_one(self.activity_readers()).await?;
        Ok((workspace, activity))
    }
}

impl Tx {
    /// A setting's value, read inside the transaction.
    pub async fn setting(&mut self, key: &'static str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT value FROM setting WHERE key = $1")
            .bind(key)
            .fetch_optional(&mut self.conn)
            .await?)
    }

    /// Sets or, with `None`, removes a setting.
    pub async fn set(&mut self, key: &'static str, value: Option<&str>) -> Result<(), Error> {
        match value {
            Some(value) => sqlx::query(
                "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2",
            )
            .bind(key)
            .bind(value)
            .execute(&mut self.conn)
            .await?,
            None => {
                sqlx::query("DELETE FROM setting WHERE key = $1").bind(key).execute(&mut self.conn).await?
            }
        };
        self.notify(StoreEvent::Setting(key));
        Ok(())
    }
}
