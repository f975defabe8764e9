//! People as they are sent to a client that asks for nothing in particular: from memory, or else read in one statement and
//! put there.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use scim::{Comparand, CompareOp, Filter, Node, Projection, ResourceType, fold, render};
use store::{Entries, PersonKey, PersonRead, ReadTicket, ReadyPerson, StoredResource};

use super::computed::computed;
use super::job::Job;
use crate::refusal::Refusal;

/// What was found of a person.
pub(super) enum Found {
    None,
    One(Arc<ReadyPerson>),
    /// It must be read in the general way.
    Other,
}

/// Whether resources of this type are in memory as this projection shows them.
pub(super) fn is_ready_made(resource_type: ResourceType, projection: &Projection) -> bool {
    resource_type == ResourceType::User && *projection == Projection::default()
}

/// The userName that a filter looks for, folded, if it looks for nothing else.
pub(super) fn user_name_in(filter: &Filter) -> Option<String> {
    match filter.nodes.get(filter.root)? {
        Node::Compare { path, op: CompareOp::Eq, value: Comparand::String(name), case_exact: false }
            if path.is_core("userName") && path.sub.is_none() =>
        {
            Some(fold(name))
        }
        _ => None,
    }
}

/// Finds a person in memory, or reads it.
pub(super) async fn find(job: &Job, key: PersonKey<'_>) -> Result<Found, Refusal> {
    let store = job.store();
    if let Some(person) = store.ready_person(key, job.scope.connection_id(), job.view) {
        return Ok(Found::One(person));
    }
    let ticket = store.read_ticket();
    let shown = job.server.0.limits.members_shown;
    Ok(match store.person_with_groups(&job.scope, &job.base, key, shown).await? {
        PersonRead::None => Found::None,
        PersonRead::Other => Found::Other,
        PersonRead::One(read) => {
            let (stored, entries) = *read;
            let name = match key {
                PersonKey::UserName(name) => Some(name.to_owned()),
                PersonKey::Id(_) => None,
            };
            Found::One(put(job, ticket, stored, entries, name))
        }
    })
}

/// Writes a person as it is sent, and puts it into memory.
fn put(
    job: &Job,
    ticket: ReadTicket,
    stored: StoredResource,
    entries: Entries,
    user_name_fold: Option<String>,
) -> Arc<ReadyPerson> {
    let meta = stored.meta(ResourceType::User, &job.base);
    let groups = computed(ResourceType::User, entries);
    let shown = render(
        &job.registry,
        ResourceType::User,
        &stored.id,
        &stored.document,
        &meta,
        groups,
        &Projection::default(),
    );
    let text = Bytes::from(serde_json::Value::Object(shown).to_string());
    let person = Arc::new(ReadyPerson {
        id: stored.id,
        connection_id: job.scope.connection_id().to_owned(),
        user_name_fold,
        display: stored.display,
        version: stored.version,
        text,
        is_plain: OnceLock::new(),
        view: job.view,
    });
    job.store().put_ready_person(ticket, Arc::clone(&person));
    person
}
