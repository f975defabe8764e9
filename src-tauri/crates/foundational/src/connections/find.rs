//! Finding connections: one by its id or name, and all by their id.

use std::collections::HashMap;

use store::{Connection, Store};

use crate::error::Error;

pub(crate) type ConnectionsById = HashMap<String, Connection>;

/// The connection with this id or name.
pub(crate) async fn find_connection(store: &Store, id_or_name: &str) -> Result<Connection, Error> {
    let found = match store.connection(id_or_name).await? {
        Some(found) => Some(found),
        None => store.connection_named(id_or_name.trim()).await?,
    };
    found.ok_or_else(|| Error::not_found("connection", id_or_name))
}

pub(crate) async fn connections_by_id(store: &Store) -> Result<ConnectionsById, Error> {
    Ok(store.connections().await?.into_iter().map(|c| (c.id.clone(), c)).collect())
}
