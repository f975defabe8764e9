//! Does the public address lead to this very process, and does everything pass? It is checked when an Admin asks, and by
//! itself.

pub(crate) mod arrived;
pub(crate) mod beyond;
pub(crate) mod fixes;
pub(crate) mod hop;
pub(crate) mod probe;
pub(crate) mod views;
pub(crate) mod walk;
pub(crate) mod walked;

use std::time::Duration;

use idp::Provider;

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::diagnosis::thresholds::ENDS;
use crate::error::{Code, Error};
use crate::random::random_hex;
use crate::server::ScimServer;
use crate::server::public_url_check::fixes::fixes;
use crate::server::public_url_check::views::AddressCheck;
use crate::server::public_url_check::walk::Walk;
use crate::server::public_url_check::walked::{Fault, Walked};
use crate::server::served::place_of;
use crate::server::views::{AddressVerdict, Broken, Reach};
use crate::shapes::Nothing;

/// How long an arrival over HTTPS makes a check of its own needless.
const FRESH: Duration = Duration::from_mins(10);
/// How often the certificate is looked at while requests come through, and how often once it is near its end.
const LOOK: Duration = Duration::from_hours(24);
const RENEWAL: Duration = Duration::from_hours(1);

impl ScimServer {
    pub(crate) async fn check_public_url(&self, _: Actor, _: Nothing) -> Result<AddressCheck, Error> {
        let Some(url) = self.exposure.public_url() else {
            return Err(Error::new(Code::Conflict, "No public address is set.").hinting("Enter it first."));
        };
        self.check(url, true).await
    }

    /// Checks the public address, if there is one.
    pub(crate) async fn check_known(&self) -> Result<(), Error> {
        if let Some(url) = self.exposure.public_url() {
            self.check(url, true).await?;
        }
        Ok(())
    }

    /// Looks again by itself at an address that was checked before, so that a tunnel that went down is reported, and one
    /// that is up again as well. An address that can't be tested from here is left alone.
    pub(crate) async fn check_again(&self) -> Result<(), Error> {
        let known = self.exposure.reach.known();
        let (Some(url), Some(reach)) = (self.exposure.public_url(), known) else { return Ok(()) };
        // Requests that come through show nothing of those that do not.
        let is_whole = is_limited(&reach) && reach.at + RENEWAL <= self.now();
        let arrived = self.store().last_secure_request().await?;
        let fresh = arrived.is_some_and(|at| at + FRESH > self.now()) && !self.is_certificate_due(&reach);
        if (fresh && !is_whole) || reach.verdict == AddressVerdict::CantTell || !self.exposure.is_listening()
        {
            return Ok(());
        }
        let known = reach.verdict;
        let found = self.check(url.clone(), is_whole).await?.verdict;
        // One lost connection is no outage.
        if known == AddressVerdict::Reachable && found != known {
            self.check(url, is_whole).await?;
        }
        Ok(())
    }

    /// Requests that come through show nothing of the certificate: what is known of it grows old, and once it is near its
    /// end a new one is expected.
    fn is_certificate_due(&self, reach: &Reach) -> bool {
        let ends_soon = reach.certificate_ends.is_some_and(|end| end <= self.now() + ENDS);
        let age = if ends_soon { RENEWAL } else { LOOK };
        self.exposure.reach.checked_at().is_none_or(|at| at + age <= self.now())
    }

    /// `is_whole`: what stops only some requests is looked for too.
    async fn check(&self, url: String, is_whole: bool) -> Result<AddressCheck, Error> {
        let _only_one = self.exposure.reach.checking.lock().await;
        let listen = self.exposure.listen().to_string();
        let moved = self.exposure.served().and_then(|served| served.moved);
        let walk = Walk {
            server: self.server(),
            url: &url,
            is_here: false,
            moved: moved.map(|moved| (place_of(&moved.from, &listen), place_of(&listen, &moved.from))),
            own_url: self.exposure.own_url(),
            root: self.exposure.root(),
            is_public_needed: self.is_public_authority_needed().await?,
            now: self.now(),
            is_whole,
        };
        let Walked { steps, faults, certificate_ends, proxy } =
            walk.follow(random_hex::<16>()?.to_string()).await;
        let fault = faults.into_iter().next().map(|fault| self.without_excuse(fault));
        let now = self.now();
        let found = reach_of(fault, now, certificate_ends);
        let reach = with_limit(found, self.exposure.reach.known(), is_whole);
        let check = AddressCheck {
            verdict: reach.verdict,
            message: reach.message.clone(),
            failing: reach.broken.as_ref().map(|broken| broken.hop),
            steps,
            checked_at: now,
            certificate_ends,
            fixes: reach
                .broken
                .as_ref()
                // They are those of proxies that terminate TLS.
                .filter(|_| self.exposure.certificate().is_none())
                .map(|broken| fixes(&url, &listen, &proxy, broken.hop))
                .unwrap_or_default(),
            elsewhere: Vec::new(),
        };
        // The address may have been changed while it was being checked.
        if self.exposure.public_url().as_ref() == Some(&url) {
            self.save_reach(url, reach, now).await?;
            self.clear_port_change_if_reached().await?;
        }
        Ok(check)
    }

    /// Okta or Azure are to call by the public address, and no request has come through it so far. One that does shows that
    /// the certificate is right, whichever this computer sees.
    async fn is_public_authority_needed(&self) -> Result<bool, Error> {
        if self.store().last_secure_request().await?.is_some() {
            return Ok(false);
        }
        Ok(self
            .store()
            .known_connections()
            .iter()
            .any(|one| one.way_in.is_public() && Provider::of(&one.provider) != Provider::Custom))
    }

    /// Where a check passed once, a network that does not allow it is no excuse.
    fn without_excuse(&self, fault: Fault) -> Fault {
        if fault.verdict != AddressVerdict::CantTell || self.exposure.reach.came_through().is_none() {
            return fault;
        }
        Fault {
            seen: fault.seen,
            ..Fault::stopping(fault.hop, "nothing answers there any more. A proxy or tunnel may be down.")
        }
        .hint("Start the proxy or tunnel again.")
    }
}

/// What is known after a check: a limit that it did not look for is as it was.
fn with_limit(found: Reach, known: Option<Reach>, is_whole: bool) -> Reach {
    match known.filter(is_limited) {
        Some(known) if !is_whole && found.verdict == AddressVerdict::Reachable => {
            Reach { certificate_ends: found.certificate_ends, ..known }
        }
        _ => found,
    }
}

/// It leads here, and not everything passes.
fn is_limited(reach: &Reach) -> bool {
    reach.verdict == AddressVerdict::Reachable && reach.broken.is_some()
}

fn reach_of(fault: Option<Fault>, at: jiff::Timestamp, certificate_ends: Option<jiff::Timestamp>) -> Reach {
    let Some(fault) = fault else {
        let message = "Reachable: the address leads to this computer.".to_owned();
        return Reach {
            verdict: AddressVerdict::Reachable,
            message,
            hint: None,
            broken: None,
            at,
            certificate_ends,
        };
    };
    let (verdict, message) = (fault.verdict, fault.message());
    let Fault { hop, cause, seen, hint, .. } = fault;
    Reach { verdict, message, hint, broken: Some(Broken { hop, cause, seen }), at, certificate_ends }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::server::public_url_check::hop::Hop;

    #[test]
    fn a_limit_lasts_until_it_is_looked_for_again_or_the_way_is_lost() {
        let reach = |fault: Option<Fault>| reach_of(fault, Timestamp::UNIX_EPOCH, None);
        let limited = || reach(Some(Fault::limiting(Hop::Body, "a body of 1 MB does not pass.")));
        let lost = || reach(Some(Fault::stopping(Hop::Answer, "something else answers.")));
        assert_eq!(with_limit(reach(None), Some(limited()), false), limited(), "not looked for");
        assert_eq!(with_limit(reach(None), Some(limited()), true), reach(None), "looked for");
        assert_eq!(with_limit(lost(), Some(limited()), false), lost(), "nothing arrives");
        assert_eq!(with_limit(reach(None), Some(lost()), false), reach(None), "it arrives again");
        assert_eq!(
            with_limit(limited(), None, true).message,
            "Reachable, with a limit: a body of 1 MB does not pass."
        );
    }
}
