//! The answer with one resource. After a write it is read inside the write's own transaction: body and version are of one
//! snapshot, and nothing has to be read after the commit that could fail and make a change look as if it had not happened.

use scim::{ListQuery, Projection, ResourceType, render};
use serde_json::{Map, Value};
use store::{ComputedAttribute, Entries, Error, GroupMembers, Scope, StoredResource, Tx};

use super::computed::computed;
use super::job::{Job, Operation};
use super::listing::{Listing, STRETCH};
use crate::answer::{ActivitySummary, Answer};
use crate::refusal::Refusal;

/// Which part of a resource is shown after it was written.
#[derive(Clone)]
pub(super) struct View {
    pub resource_type: ResourceType,
    scope: Scope,
    pub base: String,
    pub projection: Projection,
    /// How many groups or members are shown to clients that do not ask for them.
    shown: u64,
}

impl View {
    /// The view that the request asks for.
    pub fn of(job: &Job, resource_type: ResourceType, operation: &Operation) -> Result<Self, Refusal> {
        let projection = ListQuery::from_query(&job.registry, resource_type, &operation.query)?.projection;
        Ok(Self { projection, ..Self::all(job, resource_type) })
    }

    /// The view of an answer without a body, for which nothing is read.
    pub fn none(job: &Job, resource_type: ResourceType) -> Result<Self, Refusal> {
        let computed = Some(resource_type.computed());
        let projection = Projection::parse(&job.registry, resource_type, None, computed)?;
        Ok(Self { projection, ..Self::all(job, resource_type) })
    }

    fn all(job: &Job, resource_type: ResourceType) -> Self {
        Self {
            resource_type,
            scope: job.scope.clone(),
            base: job.base.clone(),
            projection: Projection::default(),
            shown: job.server.0.limits.members_shown,
        }
    }

    /// How many groups of a person the answer shows, where it does not matter how many there are.
    pub fn bounded_groups(&self) -> Option<u64> {
        let name = self.resource_type.computed();
        (self.projection.wants(name) && !self.projection.asked_for(name)).then_some(self.shown)
    }

    /// The groups or members that the answer begins with; `members` counts those of a group. What has more than a
    /// few hundred is shown only to clients that ask for it; none of so many members is read in the transaction.
    pub async fn entries(&self, tx: &mut Tx, id: &str, members: u64) -> Result<Entries, Error> {
        let name = self.resource_type.computed();
        let is_asked = self.projection.asked_for(name);
        if !self.projection.wants(name) {
            return Ok(Entries::default());
        }
        if members > self.shown {
            return Ok(Entries { list: Vec::new(), next: is_asked.then(String::new) });
        }
        let of =
            ComputedAttribute { scope: &self.scope, resource_type: self.resource_type, base: &self.base };
        let entries = tx.entries(&of, id, if is_asked { STRETCH } else { self.shown }).await?;
        let is_left_out = entries.next.is_some() && !is_asked;
        Ok(if is_left_out { Entries::default() } else { entries })
    }
}

/// The answer with one resource and its first entries. When there are more, they are sent in stretches, of which none is read
/// before the answer has begun.
pub(super) fn resource_response(
    job: &Job,
    (resource_type, status): (ResourceType, u16),
    stored: StoredResource,
    entries: Entries,
    projection: Projection,
    summary: ActivitySummary,
) -> Answer {
    let (whole, long) = match entries.next {
        None => (computed(resource_type, entries), None),
        Some(_) => (Map::new(), Some(entries)),
    };
    let answer = rendered(job, (resource_type, status), &stored, whole, &projection, summary);
    let (Some(entries), Some(body)) = (long, &answer.body) else { return answer };
    let listing = match resource_type {
        ResourceType::User => Listing::of_person(job, projection, stored.id, body, entries),
        ResourceType::Group => Listing::of_written_group(job, projection, stored.id, stored.version, body),
    };
    Answer { streamed: Some(listing.body()), ..answer }
}

/// The answer with a group whose members are sent in stretches. The first of them are read here.
pub(super) async fn large_group_response(
    job: &Job,
    stored: StoredResource,
    members: GroupMembers,
    projection: Projection,
    summary: ActivitySummary,
) -> Result<Answer, Refusal> {
    let answer = rendered(job, (ResourceType::Group, 200), &stored, Map::new(), &projection, summary);
    let Some(body) = &answer.body else { return Ok(answer) };
    let (streamed, _) = Listing::of_group(job, projection, body, members).begin().await?;
    Ok(Answer { streamed: Some(streamed), ..answer })
}

fn rendered(
    job: &Job,
    (resource_type, status): (ResourceType, u16),
    stored: &StoredResource,
    computed: Map<String, Value>,
    projection: &Projection,
    summary: ActivitySummary,
) -> Answer {
    let meta = stored.meta(resource_type, &job.base);
    let shown =
        render(&job.registry, resource_type, &stored.id, &stored.document, &meta, computed, projection);
    Answer {
        status,
        version: Some(stored.version),
        location: Some(meta.location),
        ..Answer::ok(shown, summary)
    }
}
