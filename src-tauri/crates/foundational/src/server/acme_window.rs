//! When a certificate of ACME is renewed: at a moment of the window that its authority suggests (RFC 9773), or where that suggests
//! none, with a third of its time left.

use std::path::Path;
use std::time::Duration;

use instant_acme::CertificateIdentifier;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::server::acme::Acme;
use crate::server::acme_account::account;
use crate::server::acme_http::words;
use crate::server::acme_pair::is_old;
use crate::server::pair::PairFacts;

/// When an authority is asked again that could not be asked, or suggests nothing (RFC 9773 section 4.3.3).
const DEFAULT_RETRY: Duration = Duration::from_hours(6);
/// The bounds of the `Retry-After` of an authority (RFC 9773 section 4.3.2).
const MIN_RETRY: Duration = Duration::from_mins(1);
const MAX_RETRY: Duration = Duration::from_hours(24);

/// What an authority suggests for a certificate (RFC 9773 section 4.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    begins: Timestamp,
    ends: Timestamp,
    /// After which time it wants to be asked again: its `Retry-After`.
    retry_after: Duration,
}

impl Window {
    /// The moment of the window at which this certificate is renewed. It follows from the certificate, as if chosen at random, so
    /// that it is the same after a restart. Never with less than a tenth of its time left, whatever the authority suggests.
    fn moment(self, facts: &PairFacts) -> Option<Timestamp> {
        // RFC 9773 section 4.2: a window that does not end after its start is not valid.
        let length =
            (self.begins < self.ends).then(|| self.ends.duration_since(self.begins).unsigned_abs())?;
        let hash = Sha256::digest(facts.leaf()?);
        let share = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        let at = self.begins + length.mul_f64(f64::from(share) / f64::from(u32::MAX));
        Some(at.min(facts.ends - facts.ends.duration_since(facts.begins) / 10))
    }
}

/// When one certificate is renewed, as far as its authority was asked. It is asked again after a restart.
#[derive(Clone, Debug)]
pub(crate) struct Renewal {
    facts: PairFacts,
    at: Option<Timestamp>,
    ask_again: Timestamp,
}

impl Renewal {
    /// `answer`: the window, if the authority suggests one.
    pub(crate) fn after(answer: Option<Window>, facts: &PairFacts, now: Timestamp) -> Self {
        let wait = answer.map_or(DEFAULT_RETRY, |window| window.retry_after.clamp(MIN_RETRY, MAX_RETRY));
        Self {
            facts: facts.clone(),
            at: answer.and_then(|window| window.moment(facts)),
            ask_again: now + wait,
        }
    }

    /// Whether it is about this certificate, and the authority need not be asked again. A time that is farther away than any wait
    /// was set while the clock was ahead.
    pub(crate) fn is_known(&self, facts: &PairFacts, now: Timestamp) -> bool {
        self.facts == *facts && now < self.ask_again && self.ask_again <= now + MAX_RETRY
    }

    /// Whether it is time to renew the certificate.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.at.map_or_else(|| is_old(&self.facts, now), |at| at <= now)
    }
}

/// By what an authority knows a certificate that it has signed (RFC 9773 section 4.1); none where it names no key of the authority.
pub(crate) fn identifier(facts: &PairFacts) -> Option<CertificateIdentifier<'static>> {
    facts.leaf().and_then(|leaf| CertificateIdentifier::try_from(leaf).ok())
}

/// Asks the authority when to renew a certificate that it has signed. None where it suggests nothing, as authorities without RFC
/// 9773 do, or cannot be asked: an order follows in time without it, whose failure is found.
pub(crate) async fn ask(folder: &Path, acme: &Acme, facts: &PairFacts) -> Option<Window> {
    let identifier = identifier(facts)?;
    let asked = match account(folder, acme).await {
        Ok(account) => account.renewal_info(&identifier).await.map_err(|error| words(&error)),
        Err(why) => Err(why),
    };
    match asked {
        Ok((info, retry_after)) => {
            let second = |at: i64| Timestamp::from_second(at).ok();
            let window = info.suggested_window;
            let begins = second(window.start.unix_timestamp())?;
            Some(Window { begins, ends: second(window.end.unix_timestamp())?, retry_after })
        }
        Err(why) => {
            tracing::debug!(%why, "the authority suggests no time for the renewal of the certificate");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::acme_pair::interim;

    const DAY: Duration = Duration::from_hours(24);

    /// A certificate of 90 days.
    fn facts(now: Timestamp) -> PairFacts {
        interim("scim.example.com", now).unwrap().facts
    }

    #[test]
    fn a_certificate_is_renewed_within_the_window_that_its_authority_suggests() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let facts = facts(now);
        let window = |begins: u32, ends: u32| Window {
            begins: now + DAY * begins,
            ends: now + DAY * ends,
            retry_after: Duration::from_hours(12),
        };
        let due = |answer, at| Renewal::after(answer, &facts, now).is_due(at);
        let early = Some(window(10, 20));
        assert!(!due(early, now + DAY * 10 - Duration::from_secs(1)), "before the window");
        assert!(due(early, now + DAY * 20), "in the window");
        assert!(due(Some(Window { begins: now - DAY * 2, ends: now - DAY, ..window(0, 0) }), now), "at once");
        let late = Some(window(70, 72));
        assert!(!due(late, now + DAY * 65), "later than without a window");
        let never = Some(window(400, 500));
        assert!(!due(never, now + DAY * 80));
        assert!(due(never, now + DAY * 81), "with a tenth of its time left it is renewed anyway");
    }

    #[test]
    fn without_a_valid_window_a_third_of_the_time_decides() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let facts = facts(now);
        let turned = Window { begins: now + DAY * 20, ends: now + DAY * 10, retry_after: DEFAULT_RETRY };
        for answer in [None, Some(turned)] {
            let renewal = Renewal::after(answer, &facts, now);
            assert!(!renewal.is_due(now + DAY * 59), "{answer:?}");
            assert!(renewal.is_due(now + DAY * 60), "{answer:?}");
        }
    }

    #[test]
    fn an_authority_is_asked_again_as_it_wants_between_a_minute_and_a_day() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let one = facts(now);
        let asked = |retry_after: Option<Duration>| {
            let window = retry_after.map(|retry_after| Window { begins: now, ends: now + DAY, retry_after });
            Renewal::after(window, &one, now)
        };
        for (retry_after, wait) in [
            (Some(Duration::from_hours(12)), Duration::from_hours(12)),
            (Some(Duration::ZERO), MIN_RETRY),
            (Some(DAY * 30), DAY),
            (None, Duration::from_hours(6)),
        ] {
            let renewal = asked(retry_after);
            assert!(renewal.is_known(&one, now + wait - Duration::from_secs(1)), "{retry_after:?}");
            assert!(!renewal.is_known(&one, now + wait), "{retry_after:?}");
        }
        let renewal = asked(None);
        assert!(!renewal.is_known(&facts(now), now), "another certificate");
        assert!(!renewal.is_known(&one, now - DAY * 2), "the clock was ahead, and is set back");
    }
}
