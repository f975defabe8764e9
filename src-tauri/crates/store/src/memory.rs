//! What is held in memory of the workspace, so that a request does not read the database for what the process knows:
//! connections, tokens, and people as they are sent.
//!
//! **Invariant**: no request is answered from something older than an acknowledged write. The triggers of `stale.sql` name
//! every row that a transaction changes, whatever code changed it. [`Memory::prepare`] removes people before the commit and
//! reads connections and tokens again; [`Memory::settle`] puts those in place after it, before any caller is answered.
//! Another process that commits to the same database would have to do the same with what it changed.

mod client_table;
mod ready_people;

use std::sync::Arc;

pub use client_table::KnownConnection;
pub use ready_people::{PersonKey, ReadTicket, ReadyPerson};

use client_table::{ClientChange, ClientTable};
use ready_people::ReadyPeople;
use sqlx::Executor as _;
use sqlx::sqlite::SqliteConnection;

use crate::Error;
use crate::tx_connection::TxConnection;

/// The memory of one open store.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) clients: Arc<ClientTable>,
    pub(crate) people: Arc<ReadyPeople>,
}

/// What a transaction changed of what is held, between [`Memory::prepare`] and [`Memory::settle`].
pub(crate) struct Prepared(Vec<ClientChange>);

impl Memory {
    /// Reads the connections and tokens, and prepares the writing connection to name what it changes.
    pub(crate) async fn load(writer: &mut SqliteConnection, bytes: u64) -> Result<Self, Error> {
        writer.execute(include_str!("memory/stale.sql")).await?;
        let clients = ClientTable::load(writer).await?;
        Ok(Self { clients: Arc::new(clients), people: Arc::new(ReadyPeople::new(bytes)) })
    }

    /// Ends the last write of a transaction and forgets the people that it changed, before the commit.
    pub(crate) async fn prepare(&self, writer: &mut TxConnection) -> Result<Prepared, sqlx::Error> {
        let stale = writer.sweep().await?;
        let mut changes = Vec::new();
        let mut people = Vec::new();
        let mut connections = Vec::new();
        for (kind, id) in stale {
            match kind {
                0 => changes.push(ClientTable::connection_change(writer.begun().await?, id).await?),
                1 => changes.push(ClientTable::token_change(writer.begun().await?, id).await?),
                2 => people.push(id),
                _ => connections.push(id),
            }
        }
        self.people.forget(&people, &connections);
        Ok(Prepared(changes))
    }

    /// Ends what [`Memory::prepare`] began, once the commit has succeeded or failed.
    pub(crate) fn settle(&self, prepared: Prepared, is_committed: bool) {
        if is_committed {
            self.clients.apply(prepared.0);
        }
        self.people.settle();
    }
}
