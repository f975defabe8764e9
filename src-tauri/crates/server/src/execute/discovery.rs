//! Discovery: what the server supports (RFC 7644 section 4).

use idp::reason_code::ReasonCode;
use scim::{Error, Target, discovery};

use super::job::Job;
use crate::answer::{ActivitySummary, Answer};
use crate::refusal::Refusal;

pub(super) fn answer(job: &Job, target: &Target, query: &str) -> Result<Answer, Refusal> {
    // RFC 7644 section 4: a filter on these endpoints is to be refused with 403.
    if scim::has_parameter(query, "filter")? {
        return Err(Refusal::new(
            ReasonCode::Filter,
            Error::forbidden("filter is not possible on discovery endpoints."),
        ));
    }
    let (registry, base) = (&*job.registry, job.base.as_str());
    let (body, what) = match target {
        Target::Schemas => (Some(discovery::schemas(base, registry)), "the schemas".to_owned()),
        Target::Schema(urn) => (discovery::schema(base, registry, urn), format!("the schema {urn}")),
        Target::ResourceTypes => {
            (Some(discovery::resource_types(base, registry)), "the resource types".to_owned())
        }
        Target::ResourceTypeNamed(name) => {
            (discovery::resource_type(base, registry, name), format!("the resource type {name}"))
        }
        _ => (Some(job.server.service_provider_config(base)), "what this server supports".to_owned()),
    };
    let what: String = what.chars().take(120).collect();
    let body =
        body.ok_or_else(|| Refusal::from(Error::not_found(format!("There is no such thing as {what}."))))?;
    Ok(Answer::ok(body, ActivitySummary::lookup(format!("Read {what}"))))
}
