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
    /// How many requests the row stands for: 1, or more that are alike and were recorded as one.
    pub requests: u64,
    /// When the last of them arrived.
    #[ts(type = "string")]
    pub last_at: Timestamp,
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

/// Which requests, newest first. What is not given filters nothing.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct ActivityQuery {
    pub connection_id: Option<String>,
    pub result: Option<ActivityResult>,
    /// `User` or `Group`.
    pub resource_type: Option<String>,
    /// A part of the sentence, of the path or of the reason. Case is ignored.
    pub text: Option<String>,
    /// Only what is older than the request with this id: `next` of a page.
    pub before: Option<String>,
    /// 1 to 200.
    pub limit: u64,
}

/// A part of the request log.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityPage {
    pub rows: Vec<ActivityRow>,
    /// Where the next page begins; `null` at the end. A page may have fewer rows than were wanted, and a next one: a long log
    /// is searched in steps.
    pub next: Option<String>,
    /// When the oldest request that was looked at arrived.
    #[ts(type = "string | null")]
    pub reaches: Option<Timestamp>,
}
