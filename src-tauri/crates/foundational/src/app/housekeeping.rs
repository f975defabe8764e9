//! What is done from time to time while Foundational is open: retired tokens end, what is too old is deleted, the public
//! URL is checked, and a backup is made each day.

use std::time::Duration;

use store::{catch_panic, spawn_supervised};

use crate::connections::Connections;
use crate::context::{Context, Lifecycle, Room};
use crate::data::Data;
use crate::error::Error;
use crate::server::ScimServer;

const INTERVAL: Duration = Duration::from_mins(10);

/// Cheap to clone.
#[derive(Clone)]
pub struct Housekeeping {
    context: Context,
    scim_server: ScimServer,
    connections: Connections,
    data: Data,
}

impl Room for Housekeeping {
    fn context(&self) -> &Context {
        &self.context
    }
}

/// Starts the rounds; they end with the workspace.
pub(crate) fn start(housekeeping: Housekeeping) {
    let mut changes = housekeeping.context.lifecycle_changes();
    drop(spawn_supervised("housekeeping", async move {
        loop {
            // A panic in one round is logged there; the next round tries again.
            if let Ok(Err(error)) = catch_panic("housekeeping", housekeeping.round()).await {
                tracing::warn!(%error, "housekeeping failed; it is tried again later");
            }
            // A command of the command line has other things to do, and ends.
            if *changes.borrow_and_update() == Lifecycle::Serving
                && let Ok(Err(error)) = catch_panic("daily backup", housekeeping.data.daily_backup()).await
            {
                tracing::warn!(%error, "the backup of the day failed; it is tried again later");
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = changes.changed() => {}
            }
            if housekeeping.lifecycle() == Lifecycle::Closed {
                return;
            }
        }
    }));
}

impl Housekeeping {
    pub(crate) const fn new(
        context: Context,
        scim_server: ScimServer,
        connections: Connections,
        data: Data,
    ) -> Self {
        Self { context, scim_server, connections, data }
    }

    /// One round; it happens by itself every ten minutes.
    ///
    /// # Errors
    /// The store's.
    pub async fn round(&self) -> Result<(), Error> {
        // What an earlier run left unfinished.
        if let Err(error) = self.connections.finish_deletions().await {
            tracing::warn!(%error, "a connection was not deleted completely; it is tried again later");
        }
        self.store().renew_disk_reserve();
        for connection in self.store().connections().await? {
            self.connections.end_retired(&connection.id).await?;
        }
        self.scim_server.check_again().await?;
        self.store().save_latest_time().await?;
        self.data.delete_old(self.data.retention_time().await?).await
    }
}
