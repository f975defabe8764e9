//! Connections: one link to one identity provider each.

use idp::Provider;
use jiff::Timestamp;
use scim::fold;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::pauses::pause_of;
use crate::{ChangeKind, Error, Notice, Origin, Pause, Rules, Store, Tx};

/// One connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Opaque, unguessable and URL-safe: it is a part of the endpoint.
    pub id: String,
    /// The integration name, unique without regard to case.
    pub name: String,
    /// What it was set up for.
    pub provider: Provider,
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
}

/// What becomes of the people of a connection that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeopleAfterDelete {
    /// They become local accounts that cannot sign in.
    KeepDeactivated,
    /// They become local accounts as they are.
    KeepActive,
    /// They are deleted.
    Delete,
}

impl FromRow<'_, SqliteRow> for Connection {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let word: String = row.try_get("provider")?;
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            provider: Provider::from_word(&word).unwrap_or(Provider::Custom),
            wizard: row.try_get("wizard")?,
            people: row.try_get::<i64, _>("people")?.try_into().unwrap_or(0),
            groups: row.try_get::<i64, _>("groups")?.try_into().unwrap_or(0),
            created_at: from_millis(row.try_get("created_at")?),
            pause: pause_of(row)?,
            rules: Rules::from_row(row)?,
        })
    }
}

impl Store {
    /// All connections by name.
    pub async fn connections(&self) -> Result<Vec<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection ORDER BY name_fold").fetch_all(self.readers()).await?)
    }

    /// The connection with this id.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// How many of a connection's people are deactivated.
    pub async fn deactivated(&self, connection_id: &str) -> Result<u64, Error> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM person WHERE connection_id = $1 AND deleted_at IS NULL AND active = 0",
        )
        .bind(connection_id)
        .fetch_one(self.readers())
        .await?;
        Ok(count.try_into().unwrap_or(0))
    }

    /// The connection with this name, without regard to case.
    pub async fn connection_named(&self, name: &str) -> Result<Option<Connection>, Error> {
        Ok(sqlx::query_as("SELECT * FROM connection WHERE name_fold = $1")
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
        provider: Provider,
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
        .bind(provider.as_str())
        .bind(wizard)
        .bind(self.now().as_millisecond())
        .fetch_one(&mut self.conn)
        .await
        .map_err(Error::of_constraint)?;
        self.notify(Notice::Connection(id));
        Ok(connection)
    }

    /// Gives it another name. `false` when there is no such connection.
    pub async fn rename_connection(&mut self, id: &str, name: &str) -> Result<bool, Error> {
        let done = sqlx::query("UPDATE connection SET name = $2, name_fold = $3 WHERE id = $1")
            .bind(id)
            .bind(name)
            .bind(fold(name))
            .execute(&mut self.conn)
            .await
            .map_err(Error::of_constraint)?;
        self.notify(Notice::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Keeps the wizard's place. `false` when there is no such connection.
    pub async fn save_wizard(&mut self, id: &str, wizard: &str) -> Result<bool, Error> {
        let done = sqlx::query("UPDATE connection SET wizard = $2 WHERE id = $1")
            .bind(id)
            .bind(wizard)
            .execute(&mut self.conn)
            .await?;
        self.notify(Notice::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// Deletes it with its tokens and groups; its people become what `people` says. `false` when there is none.
    pub async fn delete_connection(
        &mut self,
        id: &str,
        people: PeopleAfterDelete,
        origin: &Origin,
    ) -> Result<bool, Error> {
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM person WHERE connection_id = $1 AND deleted_at IS NULL")
                .bind(id)
                .fetch_all(&mut self.conn)
                .await?;
        let (kind, active, after) = match people {
            PeopleAfterDelete::KeepActive => {
                (ChangeKind::Update, None, serde_json::json!({"source": "local"}))
            }
            PeopleAfterDelete::KeepDeactivated => {
                (ChangeKind::Deactivate, Some(false), serde_json::json!({"source": "local", "active": false}))
            }
            PeopleAfterDelete::Delete => (ChangeKind::Delete, None, serde_json::json!({})),
        };
        if people == PeopleAfterDelete::Delete {
            self.end_rights(&ids).await?;
        }
        for person in ids {
            if people == PeopleAfterDelete::KeepDeactivated {
                self.set_active_in_document(&person, false).await?;
            }
            self.journal(
                origin,
                scim::ResourceType::User,
                &person,
                kind,
                &serde_json::json!({"source": id}),
                &after,
            )
            .await?;
            let notice_connection = Some(id.to_owned());
            self.notify(match people {
                PeopleAfterDelete::KeepActive => {
                    Notice::Person { connection_id: notice_connection, id: person }
                }
                _ => Notice::PersonGone { connection_id: notice_connection, id: person },
            });
        }
        // Tombstones lose their connection too: nothing may point at a row that is gone.
        sqlx::query(
            "UPDATE person SET connection_id = NULL, role = 'member', external_id = NULL,
             active = coalesce($2, active) WHERE connection_id = $1",
        )
        .bind(id)
        .bind(active)
        .execute(&mut self.conn)
        .await?;
        let done =
            sqlx::query("DELETE FROM connection WHERE id = $1").bind(id).execute(&mut self.conn).await?;
        self.notify(Notice::Connection(id.to_owned()));
        Ok(done.rows_affected() > 0)
    }
}
