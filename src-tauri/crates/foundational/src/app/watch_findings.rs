//! Looks for findings after changes and every few minutes, so that it is known when each began and ended.

use std::time::Duration;

use store::{catch_panic, spawn_supervised};
use tokio::sync::broadcast::error::RecvError;

use crate::context::{Context, Lifecycle, Room as _};
use crate::diagnosis::Diagnosis;
use crate::error::Error;

/// How often it is looked when nothing changes: tokens end, and identity providers fall silent, without an event.
const INTERVAL: Duration = Duration::from_mins(5);
/// How long changes are gathered before it is looked: many requests are one look.
const BATCH_DELAY: Duration = Duration::from_secs(30);

/// Looks until the workspace is being closed.
pub(crate) fn start(context: Context, diagnosis: Diagnosis) {
    let mut events = context.store().events();
    drop(spawn_supervised("findings", async move {
        loop {
            let next = async {
                match tokio::time::timeout(INTERVAL, events.recv()).await {
                    Ok(Err(RecvError::Closed)) => return false,
                    Ok(_) => tokio::time::sleep(BATCH_DELAY).await,
                    Err(_) => {}
                }
                true
            };
            tokio::select! {
                is_open = next => if !is_open { return },
                () = context.until(Lifecycle::Closed) => return,
            }
            events = events.resubscribe();
            // A command of the command line has other things to do, and ends.
            if context.lifecycle() == Lifecycle::Serving
                && let Err(error) = look(&diagnosis).await
            {
                tracing::warn!(%error, "what needs attention could not be looked at; it is tried again later");
            }
        }
    }));
}

/// One look.
pub(crate) async fn look(diagnosis: &Diagnosis) -> Result<(), Error> {
    catch_panic("findings", diagnosis.look()).await?.map(drop)
}
