//! What an Admin sees of requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::ActivityResult;
use ts_rs::TS;

use crate::diagnosis::remedy_views::RemedyView;
use crate::history::views::ChangeView;

/// One SCIM exchange as a line.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityRow {
    pub id: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    pub connection_id: String,
    /// "Created Ada Lovelace".
    pub sentence: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub result: ActivityResult,
    /// Why it was refused: `auth.unknown`, `data.duplicate`.
    pub reason: Option<String>,
    pub duration_us: u64,
}

/// A person or group to go to.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ResourceLink {
    /// `User` or `Group`.
    pub resource_type: String,
    pub id: String,
    pub name: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityView {
    pub row: ActivityRow,
    /// Why it was refused, in words.
    pub why: Option<String>,
    /// What can be done about it.
    pub remedy: Option<RemedyView>,
    /// Who has the name that the request asked for.
    pub holder: Option<ResourceLink>,
    pub source_ip: Option<String>,
    /// The token that proved it, masked: `fdn_••••k2Qa`.
    pub token: Option<String>,
    /// How what arrived was normalised.
    pub notes: Vec<String>,
    pub user_agent: Option<String>,
    /// Redacted request body, cut at 64 kB.
    pub request_body: Option<String>,
    pub response_body: Option<String>,
    /// It is older than bodies are retained, which is so many days.
    pub bodies_gone: Option<u32>,
    pub changes: Vec<ChangeView>,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ActivityQuery {
    pub connection_id: String,
    /// 1 to 200.
    pub limit: u64,
}
