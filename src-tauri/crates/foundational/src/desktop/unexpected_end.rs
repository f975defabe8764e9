//! That the app ended by itself. The host knows, from the file it left about it; an Admin is told once, on Home.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::bridge::http::Ticket;
use crate::error::Error;
use crate::views::{Attention, Nothing};

/// When it ended, for as long as nobody has taken note.
const CRASHED: &str = "crash.at";
/// Up to when somebody has.
const NOTED: &str = "crash.noted";

/// When the run before this one began to serve, if it did not end in order. To be asked before the workspace is opened.
pub fn left_behind(folder: &Path) -> Option<Timestamp> {
    Ticket::written_at(folder)?.try_into().ok()
}

impl Foundational {
    /// The run before this one ended unexpectedly.
    ///
    /// # Errors
    /// The store's.
    pub async fn ended_unexpectedly(&self, at: Timestamp) -> Result<(), Error> {
        let noted = self.store().setting(NOTED).await?.and_then(|text| text.parse::<Timestamp>().ok());
        if noted.is_some_and(|noted| at <= noted) {
            return Ok(());
        }
        let at = at.to_string();
        self.store().write(async move |tx| Ok::<(), Error>(tx.set(CRASHED, Some(&at)).await?)).await
    }

    /// The line on Home.
    pub(crate) async fn crash_line(&self) -> Result<Option<Attention>, Error> {
        let at = self.store().setting(CRASHED).await?.and_then(|text| text.parse::<Timestamp>().ok());
        Ok(at.map(|at| {
            let when = TimeZone::system().to_datetime(at).strftime("%-d %B at %H:%M").to_string();
            Attention {
                code: "app.crashed".to_owned(),
                urgent: false,
                message: format!("Foundational ended unexpectedly on {when}. The log has the details."),
                action: "Open log folder".to_owned(),
                connection_id: None,
            }
        }))
    }

    /// An Admin has taken note of it.
    pub(crate) async fn note_crash(&self, _: Actor, _: Nothing) -> Result<Nothing, Error> {
        let at = self.store().setting(CRASHED).await?;
        self.store()
            .write(async move |tx| {
                if at.is_some() {
                    tx.set(NOTED, at.as_deref()).await?;
                }
                Ok::<(), Error>(tx.set(CRASHED, None).await?)
            })
            .await?;
        Ok(Nothing {})
    }
}
