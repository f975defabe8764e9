//! Finds the function for an operation. The same functions serve a single request and an operation in a bulk request.

use idp::reason_code::ReasonCode;
use scim::{Error, ScimType, Target};

use super::job::{Job, Operation};
use super::{discovery, read, write};
use crate::answer::{ActivitySummary, Answer};
use crate::refusal::Refusal;

/// Does an operation on a target other than bulk.
pub(super) async fn run(job: &Job, target: Target, operation: Operation) -> Result<Answer, Refusal> {
    let allowed = target.allowed();
    if !allowed.contains(&operation.method.as_str()) {
        return Err(Refusal::not_allowed(&operation.method, allowed));
    }
    if operation.method == "OPTIONS" {
        let summary = ActivitySummary::lookup("Read which methods an address accepts");
        return Ok(Answer { allow: Some(allowed), ..Answer::empty(204, summary) });
    }
    match (target, operation.method.as_str()) {
        (Target::Me, _) => Err(Refusal::new(
            ReasonCode::UnknownPath,
            Error::not_implemented(
                "/Me is not offered: a provisioning token belongs to a connection, not to a person. Use /Users/{id}.",
            ),
        )),
        (Target::Bulk, _) => Err(Error::bad_request(
            ScimType::InvalidPath,
            "path: a bulk request cannot be an operation of another one.",
        )
        .into()),
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
