//! What is done from time to time while Foundational is open: retired tokens end, what is too old is deleted, the public
//! URL is checked, a backup is made each day, and the file is checked each week.

use std::time::Duration;

use store::{catch_panic, spawn_supervised};

use crate::connections::Connections;
use crate::context::{Context, Lifecycle, Room};
use crate::data::Data;
use crate::error::Error;
use crate::history::History;
use crate::server::ScimServer;
use crate::steps::Steps;

const INTERVAL: Duration = Duration::from_mins(10);
/// How long after the start the work begins that reads much of the disk, which the first requests and screens need then.
const HEAVY_AFTER: Duration = Duration::from_secs(10);

/// Cheap to clone.
#[derive(Clone)]
pub struct Housekeeping {
    context: Context,
    scim_server: ScimServer,
    connections: Connections,
    history: History,
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
        // What an earlier run left unfinished does not wait.
        if let Err(error) = Box::pin(housekeeping.light_round()).await {
            tracing::warn!(%error, "housekeeping failed; it is tried again later");
        }
        tokio::select! {
            () = tokio::time::sleep(HEAVY_AFTER) => {}
            () = housekeeping.context.until(Lifecycle::Closed) => return,
        }
        loop {
            if let Err(error) = Box::pin(housekeeping.round()).await {
                tracing::warn!(%error, "housekeeping failed; it is tried again later");
            }
            // A command of the command line has other things to do, and ends.
            if *changes.borrow_and_update() == Lifecycle::Serving
                && let Ok(Err(error)) = catch_panic("daily backup", housekeeping.data.daily_backup()).await
            {
                tracing::warn!(%error, "the backup of the day failed; it is tried again later");
            }
            if housekeeping.lifecycle() == Lifecycle::Serving
                && let Ok(Err(error)) =
                    catch_panic("file check", housekeeping.data.check_file_when_due()).await
            {
                tracing::warn!(%error, "the file of the workspace could not be checked; it is tried again later");
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
        history: History,
        data: Data,
    ) -> Self {
        Self { context, scim_server, connections, history, data }
    }

    /// One round; it happens by itself every ten minutes. A step that fails keeps no other from being done.
    ///
    /// # Errors
    /// The first failure.
    pub async fn round(&self) -> Result<(), Error> {
        let mut steps = Steps::default();
        steps.run("what reads little", Box::pin(self.light_round())).await;
        steps.run("check of the audit entries", self.history.check_audit_when_due()).await;
        steps.run("retention", async { self.data.delete_old(self.data.retention_time().await?).await }).await;
        steps.end()
    }

    /// The steps of a round that read little of the disk.
    async fn light_round(&self) -> Result<(), Error> {
        let mut steps = Steps::default();
        // What an earlier run left unfinished.
        steps.run("unfinished deletions", self.connections.finish_deletions()).await;
        steps.run("unfinished names", self.connections.finish_names()).await;
        steps.run("unfinished undos", self.history.finish_undos()).await;
        steps.run("unfinished removals", self.connections.finish_removals()).await;
        steps.run("held removals", self.connections.look_after_holds()).await;
        steps.run("retired tokens", self.end_retired()).await;
        steps.run("check of the public URL", self.scim_server.check_again()).await;
        steps.run("latest time", async { Ok(self.store().save_latest_time().await?) }).await;
        steps.end()
    }

    async fn end_retired(&self) -> Result<(), Error> {
        let mut steps = Steps::default();
        for connection in self.store().connections().await? {
            steps.run("retired tokens of a connection", self.connections.end_retired(&connection.id)).await;
        }
        steps.end()
    }
}
