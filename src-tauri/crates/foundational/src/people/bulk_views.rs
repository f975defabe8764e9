//! What the UI asks and sees of many people at once.

use serde::{Deserialize, Serialize};
use store::{PeopleSort, PersonStatus, Role};
use ts_rs::TS;

use crate::shapes::ExportFormat;
use crate::shapes::Within;

/// Which people.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PeopleFilter {
    /// Part of a name, userName, e-mail or externalId.
    pub search: Option<String>,
    pub status: Option<PersonStatus>,
    /// A connection's id, or `local`.
    pub source: Option<String>,
    pub role: Option<Role>,
    /// Direct members of this group.
    pub group_id: Option<String>,
    pub changed: Option<Within>,
}

/// Where in a list the typed letters lead.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PeopleJump {
    pub filter: PeopleFilter,
    /// By `changed` there is no place for letters.
    pub sort: PeopleSort,
    pub descending: bool,
    /// 1 to 100 characters.
    pub letters: String,
}

/// A selection of people.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub enum PeopleChoice {
    /// These: 1 to 1,000 ids.
    Ids(Vec<String>),
    /// Everybody who matches, except these.
    Matching { filter: PeopleFilter, except: Vec<String> },
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SelectedPeople {
    pub people: PeopleChoice,
}

/// What became of a choice.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PeopleChanged {
    /// How many are different now.
    pub changed: u64,
    /// Your own account was among them and was left as it is.
    pub without_you: bool,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct PeopleExport {
    pub people: PeopleChoice,
    pub format: ExportFormat,
}
