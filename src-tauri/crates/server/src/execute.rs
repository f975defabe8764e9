//! The operation of a request: normalised, found and done.

mod bulk;
mod change;
mod computed;
mod cost;
mod discovery;
mod impossible_ids;
pub(crate) mod job;
mod list_frame;
mod listing;
mod member_text;
mod membership;
mod operation;
mod people;
mod person_change;
mod read;
mod ready;
mod resource_response;
mod write;
mod write_target;

use idp::IncomingRequest;
use idp::reason_code::ReasonCode;
use idp::recognise::near_miss;
use scim::{Error, Target};
use store::ActivityNote;

use crate::answer::Answer;
use crate::execute::job::{Job, Operation};
use crate::notes::normalised;
use crate::refusal::Refusal;

/// Normalises a request, finds out what it asks for, and does it.
pub(crate) async fn execute(
    job: &Job,
    mut request: IncomingRequest,
    if_match: Option<String>,
    if_none_match: Option<String>,
) -> Result<Answer, (Refusal, Vec<ActivityNote>)> {
    let notes = idp::normalise(job.provider, &job.registry, &job.base, &mut request);
    let notes: Vec<ActivityNote> = notes.into_iter().map(normalised).collect();
    let IncomingRequest { method, path, query, body } = request;
    let operation = Operation { method, query, body, if_match, if_none_match };
    // "/Users/Users" is no look-up of a user with that id, but an endpoint pasted with "/Users".
    let done = match Target::parse(&path).filter(|_| near_miss(&path).is_none()) {
        Some(Target::Bulk) if operation.method == "POST" => Box::pin(bulk::run(job, operation)).await,
        Some(target) => Box::pin(operation::run(job, target, operation)).await,
        None => Err(unknown_path(&path, &job.base)),
    };
    match done {
        Ok(mut answer) => {
            answer.summary.notes.splice(0..0, notes);
            Ok(answer)
        }
        Err(refusal) => Err((refusal, notes)),
    }
}

fn unknown_path(path: &str, base: &str) -> Refusal {
    let shown: String = path.chars().take(80).collect();
    Refusal::new(
        ReasonCode::UnknownPath,
        Error::not_found(format!(
            "There is nothing at {shown}. The base URL is {base}; below it are /Users, /Groups, /Schemas, /ResourceTypes, /ServiceProviderConfig, /Bulk and /.search."
        )),
    )
}
