//! When the next order by ACME may be placed: authorities limit how many there are (for example
//! <https://letsencrypt.org/docs/rate-limits/>: five failed ones of a host in an hour).

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::server::certificate_problem::CertificateProblem;

/// How long after an order the next one is placed by itself, at the earliest; doubled with each one that fails.
const MIN_WAIT: Duration = Duration::from_hours(1);
/// How long after one that failed at the latest.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// What is known of the orders since another source or another public address was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Orders {
    next: Option<Timestamp>,
    failures: u32,
    /// Why the last one gave no certificate, and since when.
    pub trouble: Option<CertificateProblem>,
}

impl Orders {
    /// Whether an order may be placed by itself. A time that is farther away than any wait was set while the clock was ahead.
    pub(crate) fn may_order(&self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| next <= now || next > now + MAX_WAIT + MIN_WAIT)
    }

    /// After one that ended now; where it failed, why.
    pub(crate) fn after(&self, done: Result<(), String>, now: Timestamp) -> Self {
        let failures = if done.is_ok() { 0 } else { self.failures.saturating_add(1) };
        let wait = MIN_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(5)).min(MAX_WAIT);
        let since = self.trouble.as_ref().map_or(now, |trouble| trouble.since);
        let trouble = done.err().map(|why| CertificateProblem { why, since });
        Self { next: Some(now + wait), failures, trouble }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_one_order_an_hour_and_fewer_while_they_fail() {
        let hour = Duration::from_hours(1);
        let now = Timestamp::UNIX_EPOCH;
        let mut orders = Orders::default();
        assert!(orders.may_order(now), "the first at once");
        for hours in [1, 2, 4, 8, 16, 24, 24] {
            orders = orders.after(Err("Why.".to_owned()), now);
            let end = now + hour * hours;
            assert!(orders.may_order(end) && !orders.may_order(end - Duration::from_secs(1)), "{hours}");
        }
        let stored = serde_json::to_string(&orders).unwrap();
        assert_eq!(serde_json::from_str::<Orders>(&stored).unwrap(), orders, "the same over a restart");
        assert_eq!(orders.trouble.as_ref().map(|trouble| &*trouble.why), Some("Why."));
        orders = orders.after(Ok(()), now);
        assert_eq!(orders.trouble, None);
        assert!(orders.may_order(now + hour) && !orders.may_order(now), "as after the first");
        assert!(!orders.may_order(now - hour * 24), "a clock that was a little ahead");
        assert!(orders.may_order(now - hour * 48), "the clock was far ahead, and is set back");
    }
}
