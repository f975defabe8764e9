//! When the next order by ACME may be placed: authorities limit how many there are (for example
//! <https://letsencrypt.org/docs/rate-limits/>: five failed ones of a host in an hour).

use std::time::Duration;

use jiff::Timestamp;

/// How long after an order the next one is placed by itself, at the earliest; doubled with each one that fails.
const BETWEEN: Duration = Duration::from_hours(1);
/// How long after one that failed at the latest.
const LONGEST: Duration = Duration::from_hours(24);

/// What is known of the orders since the start, or since another source was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    next: Option<Timestamp>,
    failures: u32,
}

impl Orders {
    /// Whether an order may be placed by itself. A time that is farther away than any wait was set while the clock was ahead.
    pub(crate) fn may_order(self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| next <= now || next > now + LONGEST)
    }

    /// After one that ended now.
    pub(crate) fn after(self, is_done: bool, now: Timestamp) -> Self {
        let failures = if is_done { 0 } else { self.failures.saturating_add(1) };
        let wait = BETWEEN.saturating_mul(1 << failures.saturating_sub(1).min(5)).min(LONGEST);
        Self { next: Some(now + wait), failures }
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
            orders = orders.after(false, now);
            let end = now + hour * hours;
            assert!(orders.may_order(end) && !orders.may_order(end - Duration::from_secs(1)), "{hours}");
        }
        orders = orders.after(true, now);
        assert!(orders.may_order(now + hour) && !orders.may_order(now), "as after the first");
        assert!(orders.may_order(now - hour * 24), "the clock was ahead, and is set back");
    }
}
