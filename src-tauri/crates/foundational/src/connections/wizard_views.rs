//! The wizard: its step, its guide and evidence.

use std::collections::BTreeMap;

use idp::guide::EvidenceKind;
use idp::{Provider, WayIn};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The wizard's place, stored so that it resumes after the window closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WizardView {
    /// `start`, `create`, `connect`, `assign`, `test` or `finish`.
    pub step: WizardStep,
    /// The chosen kind of app, if the guide has several.
    pub variant: Option<String>,
    /// Steps and lines that the admin marked as done, with the time.
    #[ts(type = "Record<string, string>")]
    pub marks: BTreeMap<String, Timestamp>,
    #[ts(type = "string | null")]
    pub finished_at: Option<Timestamp>,
    #[ts(type = "string | null")]
    pub saved_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum WizardStep {
    Start,
    Create,
    Connect,
    Assign,
    Test,
    Finish,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct WizardSave {
    pub id: String,
    pub step: WizardStep,
    pub variant: Option<String>,
    /// Step or line to mark as done by hand.
    pub mark: Option<String>,
    /// Step or line whose mark is taken back.
    pub unmark: Option<String>,
}

/// One line of live evidence.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EvidenceView {
    pub kind: EvidenceKind,
    /// When it was seen first; `null`: not yet.
    #[ts(type = "string | null")]
    pub seen_at: Option<Timestamp>,
    /// The request that shows it.
    pub activity_id: Option<String>,
    /// "Ada Lovelace arrived from Okta and now has an account."
    pub sentence: Option<String>,
    /// Seen, but refused: amber, with `sentence` saying why.
    pub refused: bool,
    /// Seen, not proved: by a request without a valid token, or one that began on this computer.
    pub unproved: bool,
}

/// What our server supports, for clients that ask before they call.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Supports {
    /// The `ServiceProviderConfig` as clients read it.
    #[ts(type = "Record<string, unknown>")]
    pub config: serde_json::Value,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct GuideQuery {
    pub provider: Provider,
    pub way: WayIn,
}
