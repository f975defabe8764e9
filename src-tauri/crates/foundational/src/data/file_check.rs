//! Whether the file of the workspace is whole: looked at behind the start when the last run ended unexpectedly, and each week.
//! What is found remains a finding until a later check finds nothing.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use crate::context::{Lifecycle, Room as _};
use crate::data::Data;
use crate::data::file_check_state::FileCheck;
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::settings::{FILE_CHECKED_AT, FILE_DAMAGE};

const WEEK: Duration = Duration::from_hours(24 * 7);

impl Data {
    /// Takes what an earlier run found. Called once, when the workspace is opened.
    pub(crate) async fn load_file_damage(&self) -> Result<(), Error> {
        let found = FILE_DAMAGE.get(self.store()).await?.unwrap_or_default();
        self.file_check().found = found;
        Ok(())
    }

    /// Checks the file if that is due. It may take minutes, and slows nothing.
    ///
    /// # Errors
    /// The store's.
    pub async fn check_file_when_due(&self) -> Result<(), Error> {
        let last = FILE_CHECKED_AT.get(self.store()).await?;
        let now = self.now();
        let is_fresh = last.is_some_and(|last| last <= now && now < last + WEEK);
        if is_fresh && (self.file_check().is_done || !self.store().ended_uncleanly()) {
            return Ok(());
        }
        let found = match self.store().check_workspace().await {
            Err(store::Error::Closed) => return Ok(()),
            other => other?,
        };
        if let Some(first) = found.first() {
            tracing::error!(problem = first, "the file of the workspace is damaged");
        }
        *self.file_check() = FileCheck { found: found.clone(), is_done: true };
        self.send(Event::of(Topic::Server));
        if self.lifecycle() == Lifecycle::Closed {
            return Ok(());
        }
        FILE_DAMAGE.set(self.store(), (!found.is_empty()).then_some(&found)).await?;
        FILE_CHECKED_AT.set(self.store(), Some(&now)).await
    }

    fn file_check(&self) -> MutexGuard<'_, FileCheck> {
        self.file_check.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wrong with the file, in SQLite's words.
    pub(crate) fn file_damage(&self) -> Option<String> {
        self.file_check().found.first().cloned()
    }
}
