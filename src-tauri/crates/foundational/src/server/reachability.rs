//! What is known of the way from the public address to here, between one check and the next: the check says so, or a
//! request that proves it since: over HTTPS, from another computer, with a valid token.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::views::{AddressVerdict, Event, Reach, Topic};

const REACH: &str = "server.reach";

/// The newest that is known; nothing before the first check of an address.
pub(crate) struct ReachState {
    known: Mutex<Option<Known>>,
    /// One check at a time: the server waits for one sign only.
    pub(crate) checking: tokio::sync::Mutex<()>,
}

/// What is known, as it is kept over a restart.
#[derive(Clone, Serialize, Deserialize)]
struct Known {
    /// The address that was checked.
    url: String,
    reach: Reach,
    /// When a check last came through: this network lets a computer call its own public address.
    came_through: Option<Timestamp>,
    /// Since when no check has found a way.
    #[serde(default)]
    lost_since: Option<Timestamp>,
    /// When it was checked last.
    #[serde(default)]
    checked_at: Option<Timestamp>,
}

impl ReachState {
    /// What an earlier run found out about this address.
    pub(crate) async fn read(store: &Store, url: Option<&str>) -> Result<Self, store::Error> {
        let kept = store.setting(REACH).await?;
        let kept: Option<Known> = kept.and_then(|text| serde_json::from_str(&text).ok());
        let mut known = kept.filter(|kept| Some(kept.url.as_str()) == url);
        if let Some(known) = &mut known {
            settle(&mut known.reach, store.last_secure_request().await?);
        }
        Ok(Self { known: Mutex::new(known), checking: tokio::sync::Mutex::default() })
    }

    fn place(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn known(&self) -> Option<Reach> {
        self.place().as_ref().map(|known| known.reach.clone())
    }

    /// When a check last came through.
    pub(crate) fn came_through(&self) -> Option<Timestamp> {
        self.place().as_ref().and_then(|known| known.came_through)
    }

    /// When the address was checked last.
    pub(crate) fn checked_at(&self) -> Option<Timestamp> {
        self.place().as_ref().and_then(|known| known.checked_at)
    }

    /// Since when the address has not led here.
    pub(crate) fn lost_since(&self) -> Option<Timestamp> {
        let known = self.place();
        known.as_ref().filter(|known| known.reach.verdict == AddressVerdict::NotReachable)?.lost_since
    }

    fn is_open(&self) -> bool {
        self.known().is_some_and(|reach| reach.verdict != AddressVerdict::Reachable)
    }
}

/// A request that arrives through the address after a check shows that it leads here, whatever the check said.
fn settle(reach: &mut Reach, arrived: Option<Timestamp>) -> bool {
    match arrived {
        Some(at) if reach.verdict != AddressVerdict::Reachable && at > reach.at => {
            let message = "Reachable: a request arrived through the address.".to_owned();
            let certificate_ends = reach.certificate_ends;
            *reach = Reach { verdict: AddressVerdict::Reachable, message, hint: None, at, certificate_ends };
            true
        }
        _ => false,
    }
}

/// Forgets what was found out, because the address changed.
pub(crate) async fn forget(app: &Foundational) -> Result<(), Error> {
    *app.exposure().reach.place() = None;
    app.store().write(async move |tx| Ok::<(), Error>(tx.set(REACH, None).await?)).await
}

impl Foundational {
    /// Keeps what a check of this address found.
    pub(crate) async fn keep_reach(&self, url: String, reach: Reach) -> Result<(), Error> {
        let came_through = match reach.verdict {
            AddressVerdict::Reachable => Some(reach.at),
            _ => self.exposure().reach.came_through(),
        };
        let lost_since = (reach.verdict == AddressVerdict::NotReachable)
            .then(|| self.exposure().reach.lost_since().unwrap_or(reach.at));
        let checked_at = Some(reach.at);
        let known = Known { url, reach, came_through, lost_since, checked_at };
        let kept =
            serde_json::to_string(&known).map_err(|error| Error::new(Code::Internal, error.to_string()))?;
        *self.exposure().reach.place() = Some(known);
        self.store().write(async move |tx| Ok::<(), Error>(tx.set(REACH, Some(&kept)).await?)).await
    }

    /// Looks whether a request has come through the address since it was checked.
    pub(crate) async fn settle_reach(&self) -> Result<(), Error> {
        if !self.exposure().reach.is_open() {
            return Ok(());
        }
        let arrived = self.store().last_secure_request().await?;
        let settled =
            self.exposure().reach.place().as_mut().is_some_and(|known| settle(&mut known.reach, arrived));
        if settled {
            self.tell(Event { topic: Topic::Server, connection_id: None, id: None });
        }
        Ok(())
    }
}
