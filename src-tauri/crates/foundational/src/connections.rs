//! Connections to identity providers: set-up, status, tokens, rules, pause, deletion.

pub(crate) mod account_choices;
pub(crate) mod account_choices_views;
pub(crate) mod brake;
pub(crate) mod brake_views;
pub(crate) mod connection;
pub(crate) mod days_views;
pub(crate) mod deletion;
pub(crate) mod endpoint;
pub(crate) mod find;
pub(crate) mod gathering;
pub(crate) mod health;
pub(crate) mod hold_words;
pub(crate) mod holds;
pub(crate) mod holds_views;
pub(crate) mod matches;
pub(crate) mod matches_views;
pub(crate) mod names_in_use;
pub(crate) mod observe_first;
pub(crate) mod observe_first_views;
pub(crate) mod old_host;
pub(crate) mod pause;
pub(crate) mod pause_words;
pub(crate) mod progress;
pub(crate) mod rhythm;
pub(crate) mod rules;
pub(crate) mod rules_views;
pub(crate) mod status;
pub(crate) mod token_views;
pub(crate) mod tokens;
pub(crate) mod views;
pub(crate) mod way_in;
pub(crate) mod way_in_views;
pub(crate) mod wizard;
pub(crate) mod wizard_views;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::context::{Context, Room};
use crate::server::ScimServer;

/// Connections and what belongs to them. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    context: Context,
    scim_server: ScimServer,
    /// Held while steps of a deletion are taken: two at once would only wait for each other.
    deletion: Arc<Mutex<()>>,
    /// The same for the names that are derived again.
    naming: Arc<Mutex<()>>,
    /// The same for held removals that are done here.
    removals: Arc<Mutex<()>>,
}

impl Connections {
    pub(crate) fn new(context: Context, scim_server: ScimServer) -> Self {
        Self {
            context,
            scim_server,
            deletion: Arc::default(),
            naming: Arc::default(),
            removals: Arc::default(),
        }
    }
}

impl Room for Connections {
    fn context(&self) -> &Context {
        &self.context
    }
}
