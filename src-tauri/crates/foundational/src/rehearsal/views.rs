//! What the UI sees of a rehearsal.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a rehearsal is started.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct RehearsalRun {
    /// The connection's id or name.
    pub id: String,
    /// `okta-put`; without it, what fits the connection's provider.
    #[serde(default)]
    #[ts(optional)]
    pub dialect: Option<String>,
    /// Stay on this computer, although there is a public URL.
    #[serde(default)]
    #[ts(optional)]
    pub local: Option<bool>,
}

/// A rehearsal, under way or over.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Rehearsal {
    /// `okta-put`.
    pub dialect: String,
    /// "Okta, app of your own".
    pub label: String,
    /// Where the requests went.
    pub endpoint: String,
    /// How many steps the script has.
    pub total: u32,
    /// What was played so far.
    pub steps: Vec<RehearsalStep>,
    /// It is over.
    pub finished: bool,
    /// It is over and no step failed.
    pub passed: bool,
    /// How it goes or went, in a sentence.
    pub verdict: String,
}

/// One step of a rehearsal.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RehearsalStep {
    /// "Okta asks whether Ada exists".
    pub title: String,
    /// `client`: the client sends it; `look`: a look at what became of it; `clean-up`.
    pub phase: String,
    pub passed: bool,
    /// What was not as expected, in sentences.
    pub findings: Vec<String>,
    /// What was sent; `null`: nothing, because an earlier answer lacked what it needs.
    pub request: Option<RehearsalRequest>,
    /// The answer; `null`: no answer.
    pub answer: Option<RehearsalAnswer>,
    pub duration_us: u64,
}

/// A request without its token.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RehearsalRequest {
    pub method: String,
    /// Below the endpoint, encoded.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    #[ts(type = "unknown")]
    pub body: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RehearsalAnswer {
    pub status: u16,
    /// `null`: none, or none that is JSON.
    #[ts(type = "unknown")]
    pub body: Option<serde_json::Value>,
}
