//! One SCIM operation, done. The same functions serve a request of its own and an operation in a bulk request.

mod bulk;
mod cost;
mod discovery;
mod impossible_ids;
mod listing;
mod membership;
mod read;
mod resource_response;
mod write;
mod write_target;

use std::sync::Arc;

use idp::Request as Arrived;
use idp::recognise::near_miss;
use scim::{Error, Registry, ResourceType, Target};
use serde_json::{Map, Value};
use store::{ActivityDeviation, Origin, Scope};

use crate::Server;
use crate::answer::{Answer, Story};
use crate::refusal::Refusal;

/// On whose behalf an operation is done.
pub(crate) struct Job {
    pub server: Server,
    /// The schemas as they were when the request came.
    pub registry: Arc<Registry>,
    pub scope: Scope,
    pub connection_name: String,
    pub provider: idp::Provider,
    /// The connection's endpoint, under which every location is told.
    pub base: String,
    pub origin: Origin,
}

/// An operation on a target that is known already.
pub(crate) struct Operation {
    pub method: String,
    /// The raw query.
    pub query: String,
    pub body: Option<Map<String, Value>>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
}

/// Straightens what the provider bends, finds out what is meant, and does it.
pub(crate) async fn execute(
    job: &Job,
    mut arrived: Arrived,
    if_match: Option<String>,
    if_none_match: Option<String>,
) -> Result<Answer, (Refusal, Vec<ActivityDeviation>)> {
    let notes = idp::normalise(job.provider, &job.registry, &job.base, &mut arrived);
    let notes: Vec<ActivityDeviation> = notes.into_iter().map(kept).collect();
    let Arrived { method, path, query, body } = arrived;
    let operation = Operation { method, query, body, if_match, if_none_match };
    let done = match Target::parse(&path) {
        // "/Users/Users" is no look-up of somebody with that id, but an endpoint pasted with "/Users".
        Some(target) if near_miss(&path).is_none() => Box::pin(run_target(job, target, operation)).await,
        _ => Err(unknown_path(&path, &job.base)),
    };
    match done {
        Ok(mut answer) => {
            answer.story.notes.splice(0..0, notes);
            Ok(answer)
        }
        Err(refusal) => Err((refusal, notes)),
    }
}

/// A note of `idp` as it is kept.
pub(crate) fn kept(note: idp::Note) -> ActivityDeviation {
    ActivityDeviation { code: note.code.to_owned(), text: note.text }
}

/// A note of our own.
pub(crate) fn noted(code: &str, text: impl Into<String>) -> ActivityDeviation {
    ActivityDeviation { code: code.to_owned(), text: text.into() }
}

/// Finds the function for a target and a method.
pub(crate) async fn run_target(job: &Job, target: Target, operation: Operation) -> Result<Answer, Refusal> {
    let allowed = target.allowed();
    if !allowed.contains(&operation.method.as_str()) {
        return Err(Refusal::not_allowed(&operation.method, allowed));
    }
    if operation.method == "OPTIONS" {
        let story = Story::lookup("Read which methods an address accepts");
        return Ok(Answer { allow: Some(allowed), ..Answer::empty(204, story) });
    }
    match (target, operation.method.as_str()) {
        (Target::Me, _) => Err(Refusal::new(
            "path.unknown",
            Error::not_implemented(
                "/Me is not offered: a provisioning token belongs to a connection, not to a person. Use /Users/{id}.",
            ),
        )),
        (Target::Bulk, _) => bulk::run(job, operation).await,
        (Target::Search(resource_type), _) => read::search(job, resource_type, operation).await,
        (Target::Resources(resource_type), "POST") => write::create(job, resource_type, operation).await,
        (Target::Resources(resource_type), _) => read::list(job, resource_type, &operation).await,
        (Target::Resource(resource_type, id), "PUT") => {
            write::replace(job, resource_type, id, operation).await
        }
        (Target::Resource(resource_type, id), "PATCH") => {
            write::patch(job, resource_type, id, operation).await
        }
        (Target::Resource(resource_type, id), "DELETE") => {
            write::delete(job, resource_type, id, operation).await
        }
        (Target::Resource(resource_type, id), _) => read::get(job, resource_type, id, &operation).await,
        (discovery, _) => discovery::answer(job, &discovery, &operation.query),
    }
}

fn unknown_path(path: &str, base: &str) -> Refusal {
    let shown: String = path.chars().take(80).collect();
    Refusal::new(
        "path.unknown",
        Error::not_found(format!(
            "There is nothing at {shown}. The base URL is {base}; below it are /Users, /Groups, /Schemas, /ResourceTypes, /ServiceProviderConfig, /Bulk and /.search."
        )),
    )
}

/// Nobody here has this id, or none that this connection may see.
pub(crate) fn not_found(resource_type: ResourceType, id: &str) -> Refusal {
    let shown: String = id.chars().take(80).collect();
    Error::not_found(format!("{} {shown} does not exist", resource_type.name())).into()
}

/// The body of an operation that needs one.
pub(crate) fn body_of(operation: &mut Operation) -> Result<Map<String, Value>, Refusal> {
    operation.body.take().ok_or_else(|| {
        Error::bad_request(
            scim::ScimType::InvalidSyntax,
            format!("{} needs a JSON object as body; nothing arrived", operation.method),
        )
        .into()
    })
}
