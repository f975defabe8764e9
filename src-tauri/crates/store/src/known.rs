//! What the store answers from memory, without the database.

use std::sync::Arc;

use crate::{KnownConnection, PersonKey, ReadTicket, ReadyPerson, Store, Token};

impl Store {
    /// The connection with this id, without reading the database. One whose deletion was decided is not here.
    pub fn known_connection(&self, id: &str) -> Option<Arc<KnownConnection>> {
        self.0.memory.clients.connection(id)
    }

    /// All connections, without reading the database, in no order.
    pub fn known_connections(&self) -> Vec<Arc<KnownConnection>> {
        self.0.memory.clients.connections()
    }

    /// The token with this key id, without reading the database.
    pub fn known_token(&self, id: &str) -> Option<Arc<Token>> {
        self.0.memory.clients.token(id)
    }

    /// How many bytes of people may be held in memory from now on.
    pub fn set_memory(&self, bytes: u64) {
        self.0.memory.people.set_bytes(bytes);
    }

    /// Takes a ticket for something that is about to be read, to [put](Self::put_ready_person) it into memory afterwards.
    pub fn read_ticket(&self) -> ReadTicket {
        self.0.memory.people.ticket()
    }

    /// A person of the scope's connection as it is sent, if it is in memory as the newest commit left it. `view` is the
    /// caller's number for how it is written.
    pub fn ready_person(
        &self,
        key: PersonKey<'_>,
        connection_id: &str,
        view: u64,
    ) -> Option<Arc<ReadyPerson>> {
        self.0.memory.people.get(key, connection_id, view)
    }

    /// Puts a person into memory that was read after the ticket was taken, unless a commit changed it since.
    pub fn put_ready_person(&self, ticket: ReadTicket, person: Arc<ReadyPerson>) {
        self.0.memory.people.put(ticket, person);
    }
}
