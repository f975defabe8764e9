//! Rehearsals: a simulated client plays its whole life against a connection.

mod http;
pub(crate) mod player;
pub(crate) mod run;
pub(crate) mod sandbox;
mod verdict;
pub(crate) mod views;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::context::{Context, Room};
use crate::rehearsal::views::Rehearsal;
use crate::server::ScimServer;

/// The newest rehearsal of each connection, for as long as the app runs. Cheap to clone.
#[derive(Clone)]
pub struct Rehearsals {
    context: Context,
    scim_server: ScimServer,
    newest: Arc<Mutex<HashMap<String, Rehearsal>>>,
}

impl Rehearsals {
    pub(crate) fn new(context: Context, scim_server: ScimServer) -> Self {
        Self { context, scim_server, newest: Arc::default() }
    }

    fn newest(&self) -> MutexGuard<'_, HashMap<String, Rehearsal>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room for Rehearsals {
    fn context(&self) -> &Context {
        &self.context
    }
}
