//! What an exchange shows of the health of its connection.

use idp::reason_code::ReasonCode;
use idp::reasons::reason;
use scim::{ResourceType, Target};
use store::{RequestHealth, RequestKind, Verdict, WriteAct, WriteOutcome, WriteRefusal};

use crate::answer::ActivitySummary;
use crate::exchange::Exchange;
use crate::intent::Intent;
use crate::recorded_request::RecordedRequest;
use crate::refusal::Refusal;
use crate::sent_write::SentBody;
use crate::sentences;

/// How many writes of a Bulk request that is refused as a whole are recorded, deactivations first.
const MOST_OF_BULK: usize = 1_000;

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
            (Some(Target::Bulk), Err(refusal)) => writes.extend(of_whole_bulk(request, refusal)),
            (Some(target), outcome) => {
                let written = match outcome {
                    Ok(summary) => Ok(summary.about.as_ref().map(|(_, id)| id.as_str())),
                    Err(refusal) => Err(refusal),
                };
                let sent = Sent { method, target, body: &request.sent };
                writes.extend(write_outcome(&sent, exchange.intent.as_ref(), written));
            }
            (None, _) => {}
        }
    }
    let verdict = match outcome {
        Err(refusal) if counts(refusal) => Verdict::Refusal,
        Err(_) => Verdict::Neutral,
        Ok(_) if !is_authenticated => Verdict::Neutral,
        Ok(_) if is_write => of_writes(&writes),
        Ok(_) => Verdict::Success,
    };
    RequestHealth { kind, verdict, is_authenticated, writes }
}

/// How a request with these writes ended, which was answered: that is so also where no operation of a Bulk request was done.
fn of_writes(writes: &[WriteOutcome]) -> Verdict {
    if writes.iter().any(|write| write.refusal.is_none()) {
        return Verdict::Success;
    }
    let mut refusals = writes.iter().filter_map(|write| write.refusal.as_ref());
    if refusals.any(|refusal| reason(&refusal.reason).is_some_and(|reason| reason.counts)) {
        Verdict::Refusal
    } else {
        Verdict::Neutral
    }
}

/// The writes of a Bulk request that was refused as a whole: none of them was done.
fn of_whole_bulk(request: &RecordedRequest, refusal: &Refusal) -> Vec<WriteOutcome> {
    let sent = request.operations.iter();
    let sent = sent.map(|one| Sent { method: &one.method, target: &one.target, body: &one.body });
    let mut writes: Vec<WriteOutcome> =
        sent.filter_map(|sent| write_outcome(&sent, None, Err(refusal))).collect();
    writes.sort_by_key(|write| write.act != WriteAct::Deactivate);
    writes.truncate(MOST_OF_BULK);
    writes
}

/// One write as it was sent.
pub(crate) struct Sent<'a> {
    pub method: &'a str,
    pub target: &'a Target,
    pub body: &'a SentBody,
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
    let act = match (sent.method, resource_type, sent.body.active) {
        ("POST", ..) => WriteAct::Create,
        ("DELETE", ResourceType::User, _) | (_, ResourceType::User, Some(false)) => WriteAct::Deactivate,
        (_, ResourceType::User, Some(true)) => WriteAct::Activate,
        _ => WriteAct::Change,
    };
    let named = sent.body.name.as_deref();
    let refusal = match written {
        Ok(_) => None,
        Err(refusal) if counts(refusal) || refusal.reason == ReasonCode::Duplicate => {
            // Where nothing was looked up, the request itself has a name or an id.
            let intent_of_request = || Intent::of(sent.method, sent.target, named, None);
            let name = intent.cloned().or_else(intent_of_request).map(|intent| intent.subject);
            let type_name = || format!("a {}", resource_type.name().to_lowercase());
            Some(WriteRefusal {
                name: name.or_else(|| named.map(str::to_owned)).unwrap_or_else(type_name),
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
        user_name: named.map(str::to_owned),
        digest: sent.body.digest.clone(),
        refusal,
    })
}

/// Whether a refusal speaks against the connection.
fn counts(refusal: &Refusal) -> bool {
    refusal.reason.reason().counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        method: &str,
        path: &str,
        name: Option<&str>,
        reason: Option<ReasonCode>,
    ) -> Option<WriteOutcome> {
        let target = Target::parse(path).unwrap();
        let refusal = reason.map(|reason| Refusal::new(reason, scim::Error::new(400, "No.")));
        let body = SentBody { name: name.map(str::to_owned), ..SentBody::default() };
        let sent = Sent { method, target: &target, body: &body };
        write_outcome(&sent, None, refusal.as_ref().map_or(Ok(None), Err))
    }

    #[test]
    fn a_bulk_request_that_did_nothing_ends_no_run_of_refusals() {
        let one = |reason| written("PATCH", "/Users/7", None, reason);
        let (done, invalid) = (one(None), one(Some(ReasonCode::Invalid)));
        let (absent, in_use) = (one(Some(ReasonCode::NotFound)), one(Some(ReasonCode::Duplicate)));
        for (writes, verdict) in [
            (vec![], Verdict::Neutral),
            (vec![absent], Verdict::Neutral),
            (vec![in_use.clone()], Verdict::Neutral),
            (vec![in_use, invalid.clone()], Verdict::Refusal),
            (vec![invalid, done], Verdict::Success),
        ] {
            let writes: Vec<WriteOutcome> = writes.into_iter().flatten().collect();
            assert_eq!(of_writes(&writes), verdict, "{writes:?}");
        }
    }

    #[test]
    fn a_refused_write_has_a_name_although_none_was_looked_up() {
        for (method, path, name, shown) in [
            ("PATCH", "/Users/7", None, "7"),
            ("DELETE", "/Groups/7", None, "the group 7"),
            ("POST", "/Groups", Some("Crew"), "the group Crew"),
            ("PUT", "/Groups", None, "a group"),
        ] {
            let write = written(method, path, name, Some(ReasonCode::Invalid)).unwrap();
            assert_eq!(write.refusal.unwrap().name, shown, "{method} {path}");
        }
    }
}
