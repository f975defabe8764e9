//! A line about something that needs a person.

use serde::Serialize;
use ts_rs::TS;

/// Something that needs a person.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Attention {
    /// `server.stopped`, `server.portChanged`, `address.notReachable`, `certificate.expiring`, `token.expired`,
    /// `token.none`, `token.expiring`, `connection.failing`,
    /// `connection.quiet`, `match.waiting`, `token.old`, `app.crashed`, `backup.failing`, `clock.behind`, `clock.ahead`,
    /// `backup.restored`, `server.crowded`, `people.unconfirmed`, `log.setAside`, `log.stopped`, `writing.stopped`,
    /// `disk.reserve`, `file.damaged`.
    pub code: String,
    pub urgent: bool,
    /// "Azure – Staff: the token expires in 6 days."
    pub message: String,
    /// The label of the button.
    pub action: String,
    pub connection_id: Option<String>,
}
