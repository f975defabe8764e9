//! The Home screen and the summary of the tray.

pub(crate) mod overview;
pub(crate) mod summary;
pub(crate) mod views;

use crate::connections::Connections;
use crate::context::{Context, Room};
use crate::diagnosis::Diagnosis;
use crate::history::History;
use crate::server::ScimServer;

/// What needs a person, and the state of provisioning. Cheap to clone.
#[derive(Clone)]
pub struct Home {
    context: Context,
    scim_server: ScimServer,
    connections: Connections,
    history: History,
    diagnosis: Diagnosis,
}

impl Home {
    pub(crate) const fn new(
        context: Context,
        scim_server: ScimServer,
        connections: Connections,
        history: History,
        diagnosis: Diagnosis,
    ) -> Self {
        Self { context, scim_server, connections, history, diagnosis }
    }
}

impl Room for Home {
    fn context(&self) -> &Context {
        &self.context
    }
}
