//! What the Home screen shows.

use idp::Provider;
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use crate::diagnosis::finding::Finding;
use crate::server::views::ServerState;
use crate::shapes::SleepIntervalView;

/// The whole screen. A Member sees no connections, so the lists are empty for them.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HomeView {
    /// The last 24 hours, oldest first.
    pub hours: Vec<HourBar>,
    /// When this computer slept during them, oldest first.
    pub sleep_intervals: Vec<SleepIntervalView>,
    /// What needs a person, the most pressing first; notices are shown in Diagnostics alone.
    pub attention: Vec<Finding>,
    /// The newest changes of people and groups, newest first.
    pub recent: Vec<RecentChange>,
    /// A person was seen to lose access: the checklist's last line.
    pub leaver_seen: bool,
    /// Anybody ever arrived from a provider.
    pub person_seen: bool,
}

/// The requests of one hour.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HourBar {
    #[ts(type = "string")]
    pub from: Timestamp,
    pub ok: u64,
    pub refused: u64,
    pub failed: u64,
}

/// One line of recent changes.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecentChange {
    #[ts(type = "string")]
    pub at: Timestamp,
    /// "Ada Lovelace: deactivated by Okta – Employees".
    pub sentence: String,
    /// `User` or `Group`.
    pub resource_type: String,
    pub resource_id: String,
}

/// How provisioning stands, for the tray and for the question before the app ends.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Summary {
    pub state: ServerState,
    /// The state as the tray shows it.
    pub state_text: String,
    pub connections: u32,
    pub paused: u32,
    /// How many of them were paused all at once, and are resumed so.
    pub paused_together: u32,
    /// In a state in which requests fail: stopped, out of reach, without a valid token, failing.
    pub troubled: u32,
    /// One for each connection through which a provider works at this time.
    pub live: Vec<Provider>,
    /// What needs a person most. Shown to an Admin alone, at a locked window too: it names no person.
    pub problem: Option<Finding>,
}
