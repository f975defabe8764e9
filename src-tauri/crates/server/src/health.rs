//! What an exchange shows of the health of its connection.

use idp::reason_code::ReasonCode;
use scim::{ResourceType, Target};
use store::{RequestHealth, RequestKind, Verdict, WriteAct, WriteOutcome, WriteRefusal};

use crate::answer::ActivitySummary;
use crate::exchange::Exchange;
use crate::intent::Intent;
use crate::recorded_request::RecordedRequest;
use crate::refusal::Refusal;
use crate::sentences;

/// What an exchange shows, by its outcome. `path` is the part of its address that is below the endpoint.
pub(crate) fn health(
    exchange: &Exchange,
    path: &str,
    request: &RecordedRequest,
    outcome: &Result<ActivitySummary, Refusal>,
) -> RequestHealth {
    let is_authenticated = exchange.is_authenticated();
    let method = exchange.method.as_str();
    let target = Target::parse(path);
    let is_write =
        !matches!(method, "GET" | "HEAD" | "OPTIONS") && !matches!(target, Some(Target::Search(_)));
    let kind = match (is_authenticated, is_write) {
        (false, _) => RequestKind::Authentication,
        (true, false) => RequestKind::Lookup,
        (true, true) => RequestKind::Write,
    };
    let mut writes = Vec::new();
    if is_authenticated && is_write {
        match (&target, outcome) {
            (Some(Target::Bulk), Ok(summary)) => writes.clone_from(&summary.writes),
            (Some(target), outcome) => {
                let written = match outcome {
                    Ok(summary) => Ok(summary.about.as_ref().map(|(_, id)| id.as_str())),
                    Err(refusal) => Err(refusal),
                };
                let sent = Sent { method, target, name: request.name.as_deref(), active: request.active };
                writes.extend(write_outcome(&sent, exchange.intent.as_ref(), written));
            }
            (None, _) => {}
        }
    }
    let verdict = match outcome {
        Err(refusal) if counts(refusal) => Verdict::Refusal,
        Err(_) => Verdict::Neutral,
        Ok(_) if !is_authenticated => Verdict::Neutral,
        Ok(_) if writes.is_empty() || writes.iter().any(|write| write.refusal.is_none()) => Verdict::Success,
        Ok(_) => Verdict::Refusal,
    };
    RequestHealth { kind, verdict, is_authenticated, writes }
}

/// One write as it was sent.
pub(crate) struct Sent<'a> {
    pub method: &'a str,
    pub target: &'a Target,
    /// The name in its body.
    pub name: Option<&'a str>,
    /// What its body does with `active`.
    pub active: Option<bool>,
}

/// How one write ended; `written` is the id of what was written, or why nothing was. None where it shows nothing: it is no
/// write of a resource, or it was put off.
pub(crate) fn write_outcome(
    sent: &Sent<'_>,
    intent: Option<&Intent>,
    written: Result<Option<&str>, &Refusal>,
) -> Option<WriteOutcome> {
    let (resource_type, id) = match sent.target {
        Target::Resources(resource_type) => (*resource_type, None),
        Target::Resource(resource_type, id) => (*resource_type, Some(id.as_str())),
        _ => return None,
    };
    let act = match (sent.method, resource_type, sent.active) {
        ("POST", ..) => WriteAct::Create,
        ("DELETE", ResourceType::User, _) | (_, ResourceType::User, Some(false)) => WriteAct::Deactivate,
        (_, ResourceType::User, Some(true)) => WriteAct::Activate,
        _ => WriteAct::Change,
    };
    let refusal = match written {
        Ok(_) => None,
        Err(refusal) if counts(refusal) || refusal.reason == ReasonCode::Duplicate => {
            let name = intent.map(|intent| intent.subject.clone());
            Some(WriteRefusal {
                name: name.or_else(|| sent.name.map(str::to_owned)).unwrap_or_else(|| "a user".to_owned()),
                reason: refusal.reason.as_str().to_owned(),
                sentence: sentences::cause(refusal, intent),
            })
        }
        Err(_) => return None,
    };
    Some(WriteOutcome {
        act,
        resource_type: resource_type.name(),
        id: written.ok().flatten().or(id).map(str::to_owned),
        user_name: sent.name.map(str::to_owned),
        refusal,
    })
}

/// Whether a refusal speaks against the connection.
fn counts(refusal: &Refusal) -> bool {
    refusal.reason.reason().counts
}
