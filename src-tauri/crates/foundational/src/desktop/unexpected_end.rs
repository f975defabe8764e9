//! That the app ended by itself. The host knows, from the file it left about it; an Admin sees it once, on Home.

use std::path::Path;

use jiff::Timestamp;
use store::AuditAct;

use crate::access::actor::Actor;
use crate::bridge::ticket::Ticket;
use crate::context::Room as _;
use crate::desktop::Desktop;
use crate::error::Error;
use crate::settings;
use crate::shapes::Nothing;

/// When the run before this one began to serve, if it did not end in order. To be asked before the workspace is opened.
pub fn left_behind(folder: &Path) -> Option<Timestamp> {
    Ticket::written_at(folder)?.try_into().ok()
}

impl Desktop {
    /// The run before this one ended unexpectedly.
    ///
    /// # Errors
    /// The store's.
    pub async fn ended_unexpectedly(&self, at: Timestamp) -> Result<(), Error> {
        let acknowledged = settings::CRASH_ACKNOWLEDGED.get(self.store()).await?;
        if acknowledged.is_some_and(|acknowledged| at <= acknowledged) {
            return Ok(());
        }
        settings::CRASHED_AT.set(self.store(), Some(&at)).await
    }

    /// An Admin has taken note of it. Without such an end nothing is done.
    pub(crate) async fn note_crash(&self, actor: Actor, _: Nothing) -> Result<Nothing, Error> {
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                let Some(at) = settings::CRASHED_AT.get_in(tx).await? else { return Ok(()) };
                settings::CRASH_ACKNOWLEDGED.set_in(tx, Some(&at)).await?;
                settings::CRASHED_AT.set_in(tx, None).await?;
                Ok(tx.audit(&actor.audit(AuditAct::CrashAcknowledge)).await?)
            })
            .await;
        done?;
        Ok(Nothing {})
    }
}
