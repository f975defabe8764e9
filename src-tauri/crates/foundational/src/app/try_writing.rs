//! While nothing can be saved it is tried every few seconds, so that it is known when it can be saved again, though no request
//! or command writes. The space on the disk is looked at as often.

use std::time::Duration;

use store::spawn_supervised;

use crate::context::{Context, Lifecycle, Room as _};

/// How long it may take until it is known that the cause is there, or over.
const INTERVAL: Duration = Duration::from_secs(5);

/// Tries until the workspace is being closed.
pub(crate) fn start(context: Context) {
    drop(spawn_supervised("writing", async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = context.until(Lifecycle::Closed) => return,
            }
            context.store().look_at_disk();
            if context.store().workspace_write_failure().is_some() {
                // The store notes how it ended, and announces what is new.
                drop(context.store().test_write().await);
            }
            if context.store().log_write_failure().is_some() {
                drop(context.store().test_log().await);
            }
        }
    }));
}
