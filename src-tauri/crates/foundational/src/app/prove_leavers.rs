//! Reads leavers back after each commit that ended access, and what an earlier process did not come to.

use std::time::Duration;

use store::{catch_panic, spawn_supervised};

use crate::context::{Context, Lifecycle, Room as _};
use crate::leavers::Leavers;

/// How often it is looked for those that no event led to: the process ended before, or events were lost.
const INTERVAL: Duration = Duration::from_mins(1);
/// How long leavers are gathered after the last ones were read back: many of them are read and written together, and do not
/// take a commit for each commit of the clients.
const BATCH_DELAY: Duration = Duration::from_millis(25);

/// Reads back until the workspace is being closed.
pub(crate) fn start(context: Context, leavers: Leavers) {
    drop(spawn_supervised("leavers", async move {
        let mut lifecycle = context.lifecycle_changes();
        loop {
            let is_asked = tokio::select! {
                () = leavers.asked() => true,
                _ = lifecycle.changed() => false,
                () = tokio::time::sleep(INTERVAL) => false,
            };
            let now = context.lifecycle();
            if now == Lifecycle::Closed {
                return;
            }
            // A command of the command line has other things to do, and ends.
            if (is_asked || now == Lifecycle::Serving)
                && let Ok(Err(error)) = catch_panic("leavers", leavers.prove()).await
            {
                tracing::warn!(%error, "leavers were not read back; it is tried again later");
            }
            tokio::select! {
                () = tokio::time::sleep(BATCH_DELAY) => {}
                () = context.until(Lifecycle::Closed) => return,
            }
        }
    }));
}
