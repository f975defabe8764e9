//! Connections: one link to one identity provider each. One whose deletion was decided is not among them.

use idp::WayIn;
use jiff::Timestamp;
use scim::fold;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::brake::hold_of;
use crate::clock::from_millis;
use crate::error::Constraint as _;
use crate::pause::pause_of;
use crate::{AccountChoices, Brake, Error, Hold, Pause, Rules, Store, StoreEvent, Tx};

/// One connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Opaque, unguessable and URL-safe: it is a part of the endpoint.
    pub id: String,
    /// The integration name, unique without regard to case.
    pub name: String,
    /// The identity provider that it was set up for, by its code.
    pub provider: String,
    /// How that reaches this computer.
    pub way_in: WayIn,
    /// The wizard's place, JSON of the caller's own.
    pub wizard: String,
    /// How many people it manages, deactivated ones included.
    pub people: u64,
    /// How many groups.
    pub groups: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Why it refuses everything for now, if it does.
    pub pause: Option<Pause>,
    /// How it treats what arrives.
    pub rules: Rules,
    /// How its people are shown.
    pub choices: AccountChoices,
    /// The attributes that the page of its people does not show, by their SCIM paths.
    pub hidden_attributes: Vec<String>,
    /// What it does about a mass change.
    pub brake: Brake,
    /// That its removals are held, or were.
    pub hold: Option<Hold>,
    /// Since when sign-in and roles that it gives are withheld until an Admin lets the people through.
    pub observing_since: Option<Timestamp>,
}

impl FromRow<'_, SqliteRow> for Connection {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            provider: row.try_get("provider")?,
            way_in: WayIn::of(row.try_get("way_in")?),
            wizard: row.try_get("wizard")?,
            people: row.try_get::<i64, _>("people")?.try_into().unwrap_or(0),
            groups: row.try_get::<i64, _>("groups")?.try_into().unwrap_or(0),
            created_at: from_millis(row.try_get("created_at")?),
            pause: pause_of(row)?,
            rules: Rules::from_row(row)?,
            choices: AccountChoices::from_row(row)?,
            hidden_attributes: serde_json::from_str(row.try_get("hidden_attributes")?).unwrap_or_default(),
            brake: Brake::from_row(row)?,
            hold: hold_of(row)?,
            observing_since: row.try_get::<Option<i64>, _>("observing_since")?.map(from_millis),
        })
    }
}

impl Store {
    /// All connections by name.
    pub async fn connections(&self) -> Result<Vec<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection WHERE deleting IS NULL ORDER BY name_fold")
            .fetch_all(self.readers())
            .await?)
    }

    /// The connection with this id.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection WHERE id = $1 AND deleting IS NULL")
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// Whether this connection is here at this moment.
    pub async fn has_connection(&self, id: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM connection WHERE id = $1 AND deleting IS NULL)")
            .bind(id)
            .fetch_one(self.readers())
            .await?)
    }

    /// The connection with this name, without regard to case.
    pub async fn connection_named(&self, name: &str) -> Result<Option<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection WHERE name_fold = $1 AND deleting IS NULL")
            .bind(fold(name))
            .fetch_optional(self.readers())
            .await?)
    }
}

impl Tx {
    /// Makes a connection. [`Error::Duplicate`] when the name is taken.
    pub async fn create_connection(
        &mut self,
        name: &str,
        provider: &str,
        wizard: &str,
    ) -> Result<Connection, Error> {
        let id = self.new_opaque_id();
        let connection = sqlx::query_as(
            "INSERT INTO connection (id, name, name_fold, provider, wizard, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
        )
        .bind(&id)
        .bind(name)
        .bind(fold(name))
        .bind(provider)
        .bind(wizard)
        .bind(self.now().as_millisecond())
        .fetch_one(&mut self.conn)
        .await
        .or_constraint()?;
        self.notify(StoreEvent::Connection(id));
        Ok(connection)
    }

    /// Gives it another name. `false` when there is no such connection.
    pub async fn rename_connection(&mut self, id: &str, name: &str) -> Result<bool, Error> {
        let done =
            sqlx::query("UPDATE connection SET name = $2, name_fold = $3 WHERE id = $1 AND deleting IS NULL")
                .bind(id)
                .bind(name)
                .bind(fold(name))
                .execute(&mut self.conn)
                .await
                .or_constraint()?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Sets how the identity provider reaches this computer. `false`: no such connection, or it is set already.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn set_way_in(&mut self, id: &str, way: WayIn) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET way_in = $2 WHERE id = $1 AND deleting IS NULL AND way_in <> $2",
        )
        .bind(id)
        .bind(way.as_str())
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Keeps the wizard's place. `false` when there is no such connection.
    pub async fn save_wizard(&mut self, id: &str, wizard: &str) -> Result<bool, Error> {
        let done = sqlx::query("UPDATE connection SET wizard = $2 WHERE id = $1")
            .bind(id)
            .bind(wizard)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }
}
