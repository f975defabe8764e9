//! The one state of the server and of each connection, out of everything known about it. Every screen, the tray, the
//! notifications and the command line show what is decided here.
//!
//! The worst is first, and hides what follows it. A pause is before everything but a stopped server: a person decided it,
//! and nothing is answered until it ends, whatever else is fixed.

use jiff::Timestamp;

use crate::connections::views::ConnectionStatus;
use crate::connections::wizard_views::WizardStep;
use crate::diagnosis::thresholds::ENDS_SOON;
use crate::server::state::{ServerFacts, server_state};
use crate::server::views::ServerState;
use crate::words::ends;

/// What a status is made of.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; the status is decided from them"
)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StatusFacts {
    /// The server, its pause aside; a connection that was called since is reached all the same.
    pub server: ServerFacts,
    pub paused: bool,
    /// Its tokens are past their end, and none works any more.
    pub lapsed: bool,
    /// It is set up, and no token works.
    pub tokenless: bool,
    /// Its last requests of one kind were refused, or a deactivation was.
    pub failing: bool,
    /// When the token in use ends.
    pub token_end: Option<Timestamp>,
    /// Its provider has missed several of its usual times.
    pub quiet: bool,
    /// The step of an unfinished set-up.
    pub setting_up: Option<WizardStep>,
    /// Anything ever arrived.
    pub called: bool,
}

impl ServerState {
    /// How screens show it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Stopped => "Stopped",
            Self::Paused => "Paused",
            Self::NotReachable => "Not reachable",
            Self::PortChanged => "Port changed",
            Self::Serving => "Serving",
        }
    }
}

/// What the status means, in one sentence. `idp` is what screens call the identity provider.
pub(crate) fn meaning(status: ConnectionStatus, text: &str, idp: &str) -> String {
    match status {
        ConnectionStatus::Stopped
        | ConnectionStatus::Paused
        | ConnectionStatus::NotReachable
        | ConnectionStatus::PortChanged
        | ConnectionStatus::TokenExpiring => format!("{text}."),
        ConnectionStatus::TokenExpired => {
            format!("Not working: the token has expired, so {idp} is refused.")
        }
        ConnectionStatus::NoToken => format!("Not working: there is no valid token, so {idp} is refused."),
        ConnectionStatus::Failing => {
            "Not working: requests are refused or fail one after another, or a deactivation was refused. Diagnostics shows why."
                .to_owned()
        }
        ConnectionStatus::Quiet => format!("Quiet: {idp} has missed its usual times."),
        ConnectionStatus::SettingUp => "The set-up is not finished.".to_owned(),
        ConnectionStatus::Waiting => format!("Ready. {idp} has not called yet."),
        ConnectionStatus::Live => "Working.".to_owned(),
    }
}

/// The status with its words. The first that fits, in this order. Why requests are refused is before that they are:
/// replacing the token fixes both.
pub(crate) fn status(facts: &StatusFacts, now: Timestamp) -> (ConnectionStatus, String) {
    let server = server_state(ServerFacts { paused: facts.paused, ..facts.server });
    let of_server = match server {
        ServerState::Stopped => Some(ConnectionStatus::Stopped),
        ServerState::Paused => Some(ConnectionStatus::Paused),
        ServerState::NotReachable => Some(ConnectionStatus::NotReachable),
        ServerState::PortChanged => Some(ConnectionStatus::PortChanged),
        ServerState::Serving => None,
    };
    let ends_soon = facts.token_end.filter(|end| *end <= now + ENDS_SOON);
    if let Some(status) = of_server {
        (status, server.text().to_owned())
    } else if facts.lapsed {
        (ConnectionStatus::TokenExpired, "Token expired".to_owned())
    } else if facts.tokenless {
        (ConnectionStatus::NoToken, "No valid token".to_owned())
    } else if facts.failing {
        (ConnectionStatus::Failing, "Failing".to_owned())
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

impl ConnectionStatus {
    /// Whether requests of the provider fail in this state, which no person decided.
    pub(crate) const fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::Stopped
                | Self::NotReachable
                | Self::PortChanged
                | Self::TokenExpired
                | Self::NoToken
                | Self::Failing
        )
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
    use std::time::Duration;

    use super::*;

    /// Takes a fact away.
    type Lift = fn(&mut StatusFacts);

    #[test]
    fn the_worst_is_the_state_of_the_server() {
        use ServerState::{NotReachable, Paused, PortChanged, Serving, Stopped};
        for bits in 0..16_u8 {
            let is = |bit: u8| bits & (1 << bit) != 0;
            let facts = ServerFacts { stopped: is(0), paused: is(1), unreachable: is(2), moved: is(3) };
            let worst =
                [Stopped, Paused, NotReachable, PortChanged, Serving][bits.trailing_zeros().min(4) as usize];
            assert_eq!(server_state(facts), worst, "{facts:?}");
        }
    }

    #[test]
    fn the_worst_is_the_state_of_a_connection() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        // Each with what takes it away. Whatever follows it is there all the time.
        let order: [(&str, bool, Lift); 12] = [
            ("Stopped", true, |facts| facts.server.stopped = false),
            ("Paused", false, |facts| facts.paused = false),
            ("Not reachable", true, |facts| facts.server.unreachable = false),
            ("Port changed", true, |facts| facts.server.moved = false),
            ("Token expired", true, |facts| facts.lapsed = false),
            ("No valid token", true, |facts| facts.tokenless = false),
            ("Failing", true, |facts| facts.failing = false),
            ("Token expires in 24 hours", false, |facts| facts.token_end = None),
            ("Quiet", false, |facts| facts.quiet = false),
            ("Setting up, step 2 of 4", false, |facts| facts.setting_up = None),
            ("Live", false, |facts| facts.called = false),
            ("Waiting for first request", false, |_| ()),
        ];
        let mut facts = StatusFacts {
            server: ServerFacts { stopped: true, paused: false, unreachable: true, moved: true },
            paused: true,
            lapsed: true,
            tokenless: true,
            failing: true,
            token_end: Some(now + Duration::from_hours(24)),
            quiet: true,
            setting_up: Some(WizardStep::Connect),
            called: true,
        };
        for (words, is_trouble, lift) in order {
            let (is, shown) = status(&facts, now);
            assert_eq!(shown, words, "before everything that follows it: {facts:?}");
            assert_eq!(is.is_trouble(), is_trouble, "{words}");
            lift(&mut facts);
        }
    }

    #[test]
    fn each_state_of_a_connection_has_a_sentence() {
        let sentence = |status| meaning(status, "Its words", "Okta");
        assert_eq!(sentence(ConnectionStatus::Live), "Working.");
        assert_eq!(sentence(ConnectionStatus::Waiting), "Ready. Okta has not called yet.");
        assert_eq!(sentence(ConnectionStatus::Paused), "Its words.");
        assert_eq!(
            sentence(ConnectionStatus::TokenExpired),
            "Not working: the token has expired, so Okta is refused."
        );
    }

    #[test]
    fn a_token_is_the_status_from_seven_days_before_its_end() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let at = |seconds: u64, more: u64| {
            let left = Duration::from_secs(seconds) + Duration::from_millis(more);
            let facts = StatusFacts { token_end: Some(now + left), called: true, ..StatusFacts::default() };
            status(&facts, now).1
        };
        let day = 24 * 3600;
        assert_eq!(at(7 * day, 1), "Live", "a moment earlier");
        assert_eq!(at(7 * day, 0), "Token expires in 7 days");
        assert_eq!(at(day - 1, 999), "Token expires in 23 hours");
    }
}
