//! What a request is answered with, and what the activity says about it.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use idp::guide::EvidenceKind;
use scim::ResourceType;
use serde_json::Value;
use store::{ActivityNote, ActivityResult, ReadyPerson, WriteOutcome};

/// An answer before it is bytes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// The body; where it is text or streamed, its summary for the activity.
    pub body: Option<Value>,
    /// The body where it is text already.
    pub text: Option<ReadyText>,
    /// A long body, of which the pieces follow as the client takes them.
    pub streamed: Option<Body>,
    /// The resource's version.
    pub version: Option<u64>,
    pub location: Option<String>,
    pub allow: Option<&'static [&'static str]>,
    pub summary: ActivitySummary,
}

/// A body that is text already.
#[derive(Clone, Debug)]
pub(crate) struct ReadyText {
    pub bytes: Bytes,
    /// The person that it is, where that is in memory.
    pub person: Option<Arc<ReadyPerson>>,
}

/// From where a person was read who was asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadFrom {
    Memory,
    Database,
}

/// What the activity says about an exchange that succeeded.
#[derive(Clone, Debug)]
pub(crate) struct ActivitySummary {
    pub sentence: String,
    pub result: ActivityResult,
    pub about: Option<(ResourceType, String)>,
    /// `None` where it is no look-up of one person who was found and is sent as in memory.
    pub read_from: Option<ReadFrom>,
    pub evidence: Vec<(EvidenceKind, String)>,
    pub notes: Vec<ActivityNote>,
    /// How each operation of a Bulk request ended.
    pub writes: Vec<WriteOutcome>,
}

impl ActivitySummary {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            result: ActivityResult::Ok,
            about: None,
            read_from: None,
            evidence: Vec::new(),
            notes: Vec::new(),
            writes: Vec::new(),
        }
    }

    pub(crate) fn lookup(sentence: impl Into<String>) -> Self {
        Self { result: ActivityResult::Lookup, ..Self::new(sentence) }
    }

    pub(crate) fn about(self, resource_type: ResourceType, id: impl Into<String>) -> Self {
        Self { about: Some((resource_type, id.into())), ..self }
    }

    pub(crate) fn read_from(self, from: ReadFrom) -> Self {
        Self { read_from: Some(from), ..self }
    }

    pub(crate) fn with_evidence(mut self, kind: EvidenceKind, sentence: impl Into<String>) -> Self {
        self.evidence.push((kind, sentence.into()));
        self
    }
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Value>, summary: ActivitySummary) -> Self {
        Self { body: Some(body.into()), ..Self::empty(200, summary) }
    }

    pub(crate) fn empty(status: u16, summary: ActivitySummary) -> Self {
        Self {
            status,
            body: None,
            text: None,
            streamed: None,
            version: None,
            location: None,
            allow: None,
            summary,
        }
    }
}
