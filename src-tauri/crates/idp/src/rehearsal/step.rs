//! One request of a script and what is expected of its answer.

use serde::Serialize;
use serde_json::Value;

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// A request the client really sends.
    Client,
    /// A read of the state afterwards, which the client would not send.
    Look,
    /// Removing what the rehearsal made.
    CleanUp,
}

/// What is sent along. Texts may hold `${name}`, which stands for a value of an earlier answer, and
/// `${tag}`, the mark of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Body {
    /// Nothing.
    None,
    /// This document.
    Json(Value),
    /// The resource as an earlier answer had it, with some values changed: how Okta and others use PUT.
    Echo {
        /// The name under which the whole answer was remembered.
        of: &'static str,
        /// JSON pointers and what to put there.
        edits: Vec<(&'static str, Value)>,
    },
}

/// One thing that has to be true of an answer. The texts are JSON pointers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// The value there is this one.
    Is(&'static str, Value),
    /// There is something, and it is not empty.
    Present(&'static str),
    /// There is nothing, or something empty.
    Missing(&'static str),
    /// The list there has an element with at least these parts.
    Has(&'static str, Value),
    /// The list there has no such element.
    Lacks(&'static str, Value),
    /// It is a list response with numbers for numbers; if one is given, that is its total.
    List(Option<u64>),
    /// It is a SCIM error with a detail and this status as text.
    Error(u16),
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptStep {
    /// What the step is for.
    pub phase: Phase,
    /// What happens, for a person: "Okta asks whether Ada exists".
    pub title: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// Path and query below the endpoint, with gaps; what fills them is percent-encoded.
    pub path: String,
    /// What is sent along.
    pub body: Body,
    /// The statuses that are right.
    pub statuses: Vec<u16>,
    /// What has to be true of the answer's body.
    pub checks: Vec<Check>,
    /// What to remember of it: a name and a JSON pointer.
    pub learn: Vec<(&'static str, &'static str)>,
}

impl ScriptStep {
    pub(super) fn new(title: &'static str, method: &'static str, path: &str) -> Self {
        let statuses = match method {
            "POST" => vec![201],
            "PATCH" => vec![200, 204],
            "DELETE" => vec![204],
            _ => vec![200],
        };
        Self {
            phase: Phase::Client,
            title,
            method,
            path: path.to_owned(),
            body: Body::None,
            statuses,
            checks: Vec::new(),
            learn: Vec::new(),
        }
    }

    pub(super) fn get(title: &'static str, path: &str) -> Self {
        Self::new(title, "GET", path)
    }

    pub(super) fn look(title: &'static str, path: &str, checks: Vec<Check>) -> Self {
        Self { phase: Phase::Look, checks, ..Self::get(title, path) }
    }

    pub(super) fn post(title: &'static str, path: &str, body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::new(title, "POST", path) }
    }

    pub(super) fn put(title: &'static str, path: &str, body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::new(title, "PUT", path) }
    }

    pub(super) fn echo(
        title: &'static str,
        path: &str,
        of: &'static str,
        edits: Vec<(&'static str, Value)>,
    ) -> Self {
        Self { body: Body::Echo { of, edits }, ..Self::new(title, "PUT", path) }
    }

    pub(super) fn delete(title: &'static str, path: &str) -> Self {
        Self::new(title, "DELETE", path)
    }

    /// A PATCH with these operations.
    pub(super) fn patch(title: &'static str, path: &str, operations: &Value) -> Self {
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        Self { body: Body::Json(body), ..Self::new(title, "PATCH", path) }
    }

    /// Expects a refusal.
    pub(super) fn refused(mut self, status: u16) -> Self {
        self.statuses = vec![status];
        self.checks = vec![Check::Error(status)];
        self
    }

    pub(super) fn checking(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    pub(super) fn learning(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.learn.push((name, pointer));
        self
    }
}
