//! Why a person is here, or is not: the answer of each connection and of the local accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::diagnosis::remedy_views::RemedyView;
use crate::shapes::Source;

/// What to look for.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct WhyQuestion {
    /// A name, userName, e-mail address or externalId, or a part of one: 1 to 120 characters.
    pub text: String,
}

/// What is known of that name.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WhyView {
    /// The question, without spaces around it.
    pub text: String,
    /// What matches exactly, where anything does; otherwise what contains the text. Each connection has an answer.
    pub answers: Vec<WhyAnswer>,
    /// More users match than are answered for.
    pub more: bool,
    /// How far back the requests were looked through; `null`: there are none.
    #[ts(type = "string | null")]
    pub reaches: Option<Timestamp>,
}

/// What one connection, or the local accounts, say of one person.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WhyAnswer {
    /// The connection; `null`: local accounts, or a connection that was deleted.
    pub source: Option<Source>,
    /// The connection's name, "Local accounts", "A deleted connection".
    pub source_name: String,
    /// The person's name as far as it is known.
    pub name: String,
    /// The person's id, where there is a page to open.
    pub person_id: Option<String>,
    pub verdict: WhyVerdict,
    /// The verdict in a sentence, without its time.
    pub sentence: String,
    /// What to do, where that is known.
    pub hint: Option<String>,
    /// When that happened.
    #[ts(type = "string | null")]
    pub at: Option<Timestamp>,
    /// When the provider is expected to call next; with the verdict `waitingForCycle` only.
    #[ts(type = "string | null")]
    pub expected_at: Option<Timestamp>,
    /// What can be done here about a person who can still sign in: blocking it.
    pub remedy: Option<RemedyView>,
    /// The requests that show it, the decisive one first; 5 at most.
    pub requests: Vec<WhyRequest>,
}

/// A request that shows a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WhyRequest {
    pub id: String,
    #[ts(type = "string")]
    pub at: Timestamp,
    pub sentence: String,
}

/// Why a person is here, or is not. `why/verdict.rs` decides which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WhyVerdict {
    /// A create, a deactivation or a reactivation was refused, and was not done since.
    Refused,
    /// An Admin decides whether the person and a local account are the same.
    HeldAsMatch,
    /// An Admin here has blocked the person from signing in.
    Blocked,
    /// Sign-in is withheld until an Admin lets the person through.
    Withheld,
    Deactivated,
    Deleted,
    /// The provider looked the person up, found nothing and did not create the account.
    LookedUp,
    /// The same, and the provider's next usual time is still to come.
    WaitingForCycle,
    Active,
    /// No stored request asks for the person.
    NeverAsked,
}
