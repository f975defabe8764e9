//! What a connection's one word of status is, out of everything known about it.

use std::time::Duration;

use jiff::Timestamp;

use crate::views::{ConnectionStatus, WizardStep};

/// How long before its end a token is the connection's status.
const EXPIRES_SOON: Duration = Duration::from_hours(14 * 24);

/// What a status is made of.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; the status is what they come to"
)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    pub paused: bool,
    /// The public address was found not to lead here, and nothing has arrived since.
    pub unreachable: bool,
    /// Its last requests were refused.
    pub failing: bool,
    /// No token works any more.
    pub lapsed: bool,
    /// When the token in use ends.
    pub token_end: Option<Timestamp>,
    /// Its provider has missed several of its usual times.
    pub quiet: bool,
    /// Where an unfinished set-up stands.
    pub setting_up: Option<WizardStep>,
    /// Anything ever arrived.
    pub called: bool,
}

/// The status with its words. The first that fits, in this order.
pub(crate) fn status(facts: &Facts, now: Timestamp) -> (ConnectionStatus, String) {
    let ends_soon = facts.token_end.filter(|end| *end <= now + EXPIRES_SOON);
    if facts.paused {
        (ConnectionStatus::Paused, "Paused".to_owned())
    } else if facts.unreachable {
        (ConnectionStatus::NotReachable, "Not reachable".to_owned())
    } else if facts.failing {
        (ConnectionStatus::Failing, "Failing".to_owned())
    } else if facts.lapsed {
        (ConnectionStatus::TokenExpired, "Token expired".to_owned())
    } else if let Some(end) = ends_soon {
        (ConnectionStatus::TokenExpiring, format!("Token expires {}", ends(end, now)))
    } else if facts.quiet {
        (ConnectionStatus::Quiet, "Quiet".to_owned())
    } else if let Some(step) = facts.setting_up {
        (ConnectionStatus::SettingUp, format!("Setting up, step {} of 4", number(step)))
    } else if facts.called {
        (ConnectionStatus::Live, "Live".to_owned())
    } else {
        (ConnectionStatus::Waiting, "Waiting for first request".to_owned())
    }
}

/// When something ends, in whole days: "today", "tomorrow", "in 14 days".
pub(crate) fn ends(end: Timestamp, now: Timestamp) -> String {
    match end.duration_since(now).as_hours() / 24 {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

const fn number(step: WizardStep) -> u8 {
    match step {
        WizardStep::Start | WizardStep::Create => 1,
        WizardStep::Connect => 2,
        WizardStep::Assign => 3,
        WizardStep::Test | WizardStep::Finish => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_fits_is_the_status() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let mut facts = Facts {
            paused: true,
            unreachable: true,
            failing: true,
            lapsed: true,
            token_end: Some(now + Duration::from_hours(24)),
            quiet: true,
            setting_up: Some(WizardStep::Connect),
            called: true,
        };
        let mut is = |words: &str, lift: fn(&mut Facts)| {
            assert_eq!(status(&facts, now).1, words, "before everything that stands after it: {facts:?}");
            lift(&mut facts);
        };
        is("Paused", |facts| facts.paused = false);
        is("Not reachable", |facts| facts.unreachable = false);
        is("Failing", |facts| facts.failing = false);
        is("Token expired", |facts| facts.lapsed = false);
        is("Token expires tomorrow", |facts| facts.token_end = None);
        is("Quiet", |facts| facts.quiet = false);
        is("Setting up, step 2 of 4", |facts| facts.setting_up = None);
        is("Live", |facts| facts.called = false);
        is("Waiting for first request", |_| ());
    }

    #[test]
    fn a_token_is_the_status_from_fourteen_days_before_its_end() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let at = |seconds: u64, more: u64| {
            let left = Duration::from_secs(seconds) + Duration::from_millis(more);
            let facts = Facts { token_end: Some(now + left), called: true, ..Facts::default() };
            status(&facts, now).1
        };
        let day = 24 * 3600;
        assert_eq!(at(14 * day, 1), "Live", "a moment earlier");
        assert_eq!(at(14 * day, 0), "Token expires in 14 days");
        assert_eq!(at(2 * day - 1, 999), "Token expires tomorrow");
        assert_eq!(at(day - 1, 999), "Token expires today");
    }
}
