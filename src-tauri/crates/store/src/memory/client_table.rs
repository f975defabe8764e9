//! Connections and tokens by id.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use idp::WayIn;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::brake::{hold_of, mode_of};
use crate::pause::pause_of;
use crate::{AccountChoices, BrakeMode, Error, Pause, Rules, Token};

/// What a request needs to know of a connection.
#[derive(Clone, Debug)]
pub struct KnownConnection {
    /// The connection's id.
    pub id: String,
    /// The integration name.
    pub name: String,
    /// The identity provider that it was set up for, by its code.
    pub provider: String,
    /// How that reaches this computer.
    pub way_in: WayIn,
    /// Why it refuses everything for now, if it does.
    pub pause: Option<Pause>,
    /// How it treats what arrives.
    pub rules: Rules,
    /// How its people are shown.
    pub choices: AccountChoices,
    /// What it does about a mass change.
    pub brake_mode: BrakeMode,
    /// Removals are held, or were, and a part of them may arrive again.
    pub has_hold: bool,
}

impl FromRow<'_, SqliteRow> for KnownConnection {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            provider: row.try_get("provider")?,
            way_in: WayIn::of(row.try_get("way_in")?),
            pause: pause_of(row)?,
            rules: Rules::from_row(row)?,
            choices: AccountChoices::from_row(row)?,
            brake_mode: mode_of(row)?,
            has_hold: hold_of(row)?.is_some(),
        })
    }
}

/// A connection or a token as a transaction leaves it; `None`: it is gone.
pub(super) enum ClientChange {
    Connection(String, Option<Arc<KnownConnection>>),
    Token(String, Option<Arc<Token>>),
}

type ById<T> = RwLock<HashMap<String, Arc<T>>>;

/// The connections and tokens of the workspace.
pub(crate) struct ClientTable {
    connections: ById<KnownConnection>,
    tokens: ById<Token>,
}

impl ClientTable {
    pub(super) async fn load(conn: &mut SqliteConnection) -> Result<Self, Error> {
        let connections: Vec<KnownConnection> =
            sqlx::query_as("SELECT * FROM connection WHERE deleting IS NULL").fetch_all(&mut *conn).await?;
        let tokens: Vec<Token> = sqlx::query_as("SELECT * FROM token").fetch_all(conn).await?;
        Ok(Self {
            connections: RwLock::new(
                connections.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            ),
            tokens: RwLock::new(tokens.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect()),
        })
    }

    pub(super) async fn connection_change(
        conn: &mut SqliteConnection,
        id: String,
    ) -> Result<ClientChange, sqlx::Error> {
        let now: Option<KnownConnection> =
            sqlx::query_as("SELECT * FROM connection WHERE id = $1 AND deleting IS NULL")
                .bind(&id)
                .fetch_optional(conn)
                .await?;
        Ok(ClientChange::Connection(id, now.map(Arc::new)))
    }

    pub(super) async fn token_change(
        conn: &mut SqliteConnection,
        id: String,
    ) -> Result<ClientChange, sqlx::Error> {
        let now: Option<Token> =
            sqlx::query_as("SELECT * FROM token WHERE id = $1").bind(&id).fetch_optional(conn).await?;
        Ok(ClientChange::Token(id, now.map(Arc::new)))
    }

    pub(super) fn apply(&self, changes: Vec<ClientChange>) {
        for change in changes {
            match change {
                ClientChange::Connection(id, now) => replace(&self.connections, id, now),
                ClientChange::Token(id, now) => replace(&self.tokens, id, now),
            }
        }
    }

    pub(crate) fn connection(&self, id: &str) -> Option<Arc<KnownConnection>> {
        get(&self.connections, id)
    }

    pub(crate) fn connections(&self) -> Vec<Arc<KnownConnection>> {
        self.connections.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) fn token(&self, id: &str) -> Option<Arc<Token>> {
        get(&self.tokens, id)
    }
}

fn get<T>(all: &ById<T>, id: &str) -> Option<Arc<T>> {
    all.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
}

fn replace<T>(all: &ById<T>, id: String, now: Option<Arc<T>>) {
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    match now {
        Some(now) => all.insert(id, now),
        None => all.remove(&id),
    };
}
