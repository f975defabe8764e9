//! Bulk: each operation is a separate transaction, in an order in which references can be resolved.

use idp::guide::EvidenceKind;
use scim::{BulkOutcome, BulkRequest, BulkRun, BulkStep, Target, version};
use serde_json::Value;
use store::ActivityResult;

use super::job::{Job, Operation, body_of};
use super::operation;
use crate::answer::{ActivitySummary, Answer};
use crate::explain::intent;
use crate::health::{Sent, write_outcome};
use crate::notes::note;
use crate::refusal::Refusal;
use crate::sent_write::SentBody;
use crate::sentences;

/// How many refused operations the record names.
const NAMED: usize = 10;

pub(super) async fn run(job: &Job, mut operation: Operation) -> Result<Answer, Refusal> {
    let request = BulkRequest::parse(body_of(&mut operation)?, job.server.0.limits.bulk_operations)?;
    let total = request.operations.len();
    let mut run = BulkRun::new(request);
    let mut evidence: Vec<(EvidenceKind, String)> = Vec::new();
    let mut notes = Vec::new();
    let mut writes = Vec::new();
    let mut failed = 0_usize;
    while let Some(step) = run.next_step() {
        let (method, target) = (step.method, step.target.clone());
        let body = SentBody::of(Some(&target), &step.data);
        let sent = Sent { method, target: &target, body: &body };
        let outcome = match one(job, step).await {
            Ok(answer) => {
                for one in answer.summary.notes {
                    if !notes.contains(&one) {
                        notes.push(one);
                    }
                }
                for one in answer.summary.evidence {
                    if !evidence.iter().any(|(kind, _)| *kind == one.0) {
                        evidence.push(one);
                    }
                }
                let id = answer.summary.about.map(|(_, id)| id);
                writes.extend(write_outcome(&sent, None, Ok(id.as_deref())));
                BulkOutcome {
                    status: answer.status,
                    id,
                    location: answer.location,
                    version: answer.version.map(version::etag),
                    error: None,
                }
            }
            Err(refusal) => {
                failed += 1;
                let intent = if failed <= NAMED {
                    intent(&job.server, &job.scope, method, &target, body.name.as_deref()).await
                } else {
                    None
                };
                writes.extend(write_outcome(&sent, intent.as_ref(), Err(&refusal)));
                if failed <= NAMED {
                    let sentence = sentences::refused(&refusal, ActivityResult::Refused, intent.as_ref());
                    notes.push(note("bulk.refused", format!("{sentence}.")));
                }
                BulkOutcome {
                    status: refusal.error.status,
                    id: None,
                    location: None,
                    version: None,
                    error: Some(refusal.error),
                }
            }
        };
        run.outcome(outcome);
    }
    let mut summary = ActivitySummary::new(match failed {
        0 => format!("Bulk request with {total} operations"),
        _ => format!("Bulk request with {total} operations; {failed} refused"),
    });
    summary.evidence = evidence;
    summary.notes = notes;
    summary.writes = writes;
    Ok(Answer::ok(Value::Object(run.into_response()), summary))
}

async fn one(job: &Job, step: BulkStep) -> Result<Answer, Refusal> {
    let BulkStep { method, target, version, data } = step;
    let location = match &target {
        Target::Resource(resource_type, id) => Some(format!("{}{}/{id}", job.base, resource_type.endpoint())),
        _ => None,
    };
    let operation = Operation {
        method: method.to_owned(),
        query: String::new(),
        body: (!data.is_empty()).then_some(data),
        if_match: version,
        if_none_match: None,
    };
    let mut answer = operation::run(job, target, operation).await?;
    // RFC 7644 section 3.7.3: a location for everything that succeeded, deleted resources included.
    answer.location = answer.location.or(location);
    Ok(answer)
}
