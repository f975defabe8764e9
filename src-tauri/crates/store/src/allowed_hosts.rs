//! The names by which the server may be called, beside its public address.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{Error, Store, StoreEvent, Tx};

scim::words! {
    /// Why a name is on the list.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "lowercase")]
    #[ts(export)]
    pub enum HostOrigin {
        /// It was the public address.
        Former = "former",
        /// An Admin added it.
        Added = "added",
        /// A request with a valid token used it, in the time after an update.
        Used = "used",
    }
}

/// A name on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// In small letters, without a port.
    pub name: String,
    /// Why it is there.
    pub origin: HostOrigin,
    /// Since when.
    pub since: Timestamp,
    /// The Admin who added it, by the name of that time.
    pub added_by: Option<String>,
}

impl FromRow<'_, SqliteRow> for AllowedHost {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("name")?,
            origin: HostOrigin::from_word(row.try_get("origin")?).unwrap_or(HostOrigin::Added),
            since: from_millis(row.try_get("since")?),
            added_by: row.try_get("added_by")?,
        })
    }
}

impl Store {
    /// The names on the list, by name.
    pub async fn allowed_hosts(&self) -> Result<Vec<AllowedHost>, Error> {
        Ok(sqlx::query_as("SELECT * FROM allowed_host ORDER BY name").fetch_all(self.readers()).await?)
    }
}

impl Tx {
    /// Puts a name on the list. One that is there already stays as it is.
    pub async fn allow_host(
        &mut self,
        name: &str,
        origin: HostOrigin,
        added_by: Option<&str>,
    ) -> Result<(), Error> {
        let now = self.now().as_millisecond();
        sqlx::query(
            "INSERT INTO allowed_host (name, origin, since, added_by) VALUES ($1, $2, $3, $4)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(origin.as_str())
        .bind(now)
        .bind(added_by)
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Setting("server.hosts"));
        Ok(())
    }

    /// Takes a name off the list; false when it is not there.
    pub async fn forbid_host(&mut self, name: &str) -> Result<bool, Error> {
        let done = sqlx::query("DELETE FROM allowed_host WHERE name = $1")
            .bind(name)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Setting("server.hosts"));
        Ok(done.rows_affected() > 0)
    }
}
