//! What the UI sees of people, groups and activity.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{PeopleSort, PersonStatus, Role, Withheld};
use ts_rs::TS;

use crate::shapes::{Source, Within};

/// A window of a long list. `total` counts every match, not only the rows sent.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonPage {
    pub rows: Vec<PersonRow>,
    pub total: u64,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub user_name: String,
    /// The connection that manages this person; `null`: a local account.
    pub source: Option<Source>,
    pub role: Role,
    pub active: bool,
    /// An Admin here has blocked the person from signing in, whatever the provider says.
    pub blocked: bool,
    /// What the person does not have until an Admin lets them through.
    pub withheld: Option<Withheld>,
    /// "Created", "Blocked", "Made Admin".
    pub last_change: Option<String>,
    /// Who or what made that change: a person here, or a connection.
    pub changed_by: Option<String>,
    /// When anything that is shown of the person last changed.
    #[ts(type = "string")]
    pub changed_at: Timestamp,
    /// The first by name of the groups that the person is in directly.
    pub first_group: Option<String>,
    /// How many more groups those are.
    pub more_groups: u64,
}

/// Which people, in which order.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PeopleQuery {
    /// Part of a name, userName, e-mail or externalId.
    pub search: Option<String>,
    pub status: Option<PersonStatus>,
    /// A connection's id, or `local`.
    pub source: Option<String>,
    pub role: Option<Role>,
    /// Direct members of this group.
    pub group_id: Option<String>,
    pub changed: Option<Within>,
    pub sort: PeopleSort,
    pub descending: bool,
    pub offset: u64,
    /// 1 to 200.
    pub limit: u64,
}
