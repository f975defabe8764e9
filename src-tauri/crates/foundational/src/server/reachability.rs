//! What is known of the way from the public address to here, between one check and the next: the check says so, or a
//! request that proves it since: over HTTPS, from another computer, with a valid token.

use jiff::Timestamp;

use crate::context::Room as _;
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::known_reach::{KnownReach, settle};
use crate::server::views::{AddressVerdict, Reach};
use crate::settings;

impl ScimServer {
    /// Deletes what was found out, because the URL changed.
    pub(crate) async fn forget_reach(&self) -> Result<(), Error> {
        *self.exposure.reach.entry() = None;
        settings::REACH.set(self.store(), None).await
    }

    /// Saves what a check of this URL found at this moment.
    pub(crate) async fn save_reach(&self, url: String, reach: Reach, now: Timestamp) -> Result<(), Error> {
        let came_through = match reach.verdict {
            AddressVerdict::Reachable => Some(now),
            _ => self.exposure.reach.came_through(),
        };
        let lost_since = (reach.verdict == AddressVerdict::NotReachable)
            .then(|| self.exposure.reach.lost_since().unwrap_or(now));
        let checked_at = Some(now);
        let known = KnownReach { url, reach, came_through, lost_since, checked_at };
        *self.exposure.reach.entry() = Some(known.clone());
        settings::REACH.set(self.store(), Some(&known)).await
    }

    /// Looks whether a request has come through the address since it was checked.
    pub(crate) async fn settle_reach(&self) -> Result<(), Error> {
        if !self.exposure.reach.is_open() {
            return Ok(());
        }
        let arrived = self.store().last_secure_request().await?;
        let settled =
            self.exposure.reach.entry().as_mut().is_some_and(|known| settle(&mut known.reach, arrived));
        if settled {
            self.send(Event::of(Topic::Server));
        }
        Ok(())
    }
}
