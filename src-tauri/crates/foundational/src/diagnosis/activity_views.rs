//! What an Admin sees of requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{ActivityKind, ActivityResult, RecordedBodies};
use ts_rs::TS;

use crate::diagnosis::finding::Confidence;
use crate::diagnosis::remedy_views::RemedyView;
use crate::diagnosis::steps::StepView;
use crate::history::views::ChangeView;
use crate::shapes::Within;

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
    /// What it is about; `null` for a Bulk request and for one that met no endpoint.
    pub kind: Option<ActivityKind>,
    /// Why it was refused: `auth.unknown`, `data.duplicate`.
    pub reason: Option<String>,
    pub duration_us: u64,
    /// How many requests the row stands for: 1, or more that are alike and were recorded as one.
    pub requests: u64,
    /// When the last of them arrived.
    #[ts(type = "string")]
    pub last_at: Timestamp,
    /// It was refused or failed, and not as a part of ordinary traffic.
    pub needs_a_look: bool,
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

/// A header of a request or of its answer.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HeaderView {
    /// In small letters.
    pub name: String,
    /// Without secrets.
    pub value: String,
}

#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ActivityView {
    pub row: ActivityRow,
    /// Why it was refused, in words.
    pub why: Option<String>,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// What can be done about it.
    pub remedy: Option<RemedyView>,
    /// What the provisioning logs of Azure call it, if it is a connection of Azure: one code, or several of which one fits.
    pub log_codes: Option<String>,
    /// Who has the name that the request asked for.
    pub holder: Option<ResourceLink>,
    pub source_ip: Option<String>,
    /// The token that proved it, masked: `fdn_••••k2Qa`.
    pub token: Option<String>,
    /// The id of it, by which requests are filtered.
    pub token_id: Option<String>,
    /// How what arrived was normalised.
    pub notes: Vec<String>,
    pub user_agent: Option<String>,
    /// What of the bodies was to be recorded when it arrived.
    pub bodies: RecordedBodies,
    /// The headers that are recorded of the request; `null` where none were to be recorded, by an older version, or once they are
    /// deleted with the bodies.
    pub request_headers: Option<Vec<HeaderView>>,
    /// Those of the answer.
    pub response_headers: Option<Vec<HeaderView>>,
    /// How many bytes of its body were received; `null` where not all of it was, or by an older version.
    pub request_size: Option<u64>,
    /// How many bytes of the answer's body were sent.
    pub response_size: Option<u64>,
    /// Redacted request body, cut at 64 kB.
    pub request_body: Option<String>,
    pub response_body: Option<String>,
    /// It is older than bodies are retained, which is so many days.
    pub bodies_gone: Option<u32>,
    pub changes: Vec<ChangeView>,
    /// How far it got.
    pub steps: Vec<StepView>,
    /// The user or group that it is about.
    pub about: Option<ResourceLink>,
    /// The request as a command for curl; `null` where what it needs is not stored.
    pub curl: Option<String>,
    /// The request as a text for a ticket, without any value of a person.
    pub report: String,
}

/// Which requests. What is not given filters nothing.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct ActivityFilter {
    pub connection_id: Option<String>,
    /// The id of the user or group that they are about.
    pub resource_id: Option<String>,
    /// The id of the token that proved them.
    pub token_id: Option<String>,
    pub result: Option<ActivityResult>,
    pub kind: Option<ActivityKind>,
    pub status: Option<u16>,
    pub within: Option<Within>,
    /// Only what arrived at this time or later.
    #[ts(as = "Option<String>")]
    pub from: Option<Timestamp>,
    /// Only what arrived before this time.
    #[ts(as = "Option<String>")]
    pub until: Option<Timestamp>,
    /// A part of the sentence, of the path or of the reason. Case is ignored.
    pub text: Option<String>,
}

/// A page of the requests that match, newest first.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct ActivityQuery {
    pub connection_id: Option<String>,
    /// The id of the user or group that they are about.
    pub resource_id: Option<String>,
    /// The id of the token that proved them.
    pub token_id: Option<String>,
    pub result: Option<ActivityResult>,
    pub kind: Option<ActivityKind>,
    pub status: Option<u16>,
    pub within: Option<Within>,
    /// Only what arrived at this time or later.
    #[ts(as = "Option<String>")]
    pub from: Option<Timestamp>,
    /// Only what arrived before this time.
    #[ts(as = "Option<String>")]
    pub until: Option<Timestamp>,
    /// A part of the sentence, of the path or of the reason. Case is ignored.
    pub text: Option<String>,
    /// Only what is older than the request with this id: `next` of a page.
    pub before: Option<String>,
    /// 1 to 200.
    pub limit: u64,
}

impl ActivityQuery {
    pub(crate) fn filter(self) -> ActivityFilter {
        ActivityFilter {
            connection_id: self.connection_id,
            resource_id: self.resource_id,
            token_id: self.token_id,
            result: self.result,
            kind: self.kind,
            status: self.status,
            within: self.within,
            from: self.from,
            until: self.until,
            text: self.text,
        }
    }
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
