//! People as they are sent to a client that asks for nothing in particular: from memory, or else read in one statement and
//! put there.

use std::sync::Arc;

use scim::{Comparand, CompareOp, Filter, Node, Projection, ResourceType, TextRenderer, fold};
use store::{PersonKey, PersonRead, ReadyPerson};

use super::job::Job;
use super::people::{put, write};
use crate::answer::ReadFrom;
use crate::refusal::Refusal;

/// About how many bytes an answer has around a document.
const AROUND: usize = 512;

/// What was found of a person.
pub(super) enum Found {
    None,
    One(Arc<ReadyPerson>, ReadFrom),
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
        return Ok(Found::One(person, ReadFrom::Memory));
    }
    let ticket = store.read_ticket();
    let shown = job.server.0.limits.members_shown;
    Ok(match store.person_with_groups(&job.scope, &job.base, key, shown).await? {
        PersonRead::None => Found::None,
        PersonRead::Other => Found::Other,
        PersonRead::One(read) => {
            let (person, groups) = *read;
            let name = match key {
                PersonKey::UserName(name) => Some(name.to_owned()),
                PersonKey::Id(_) => None,
            };
            let renderer = TextRenderer::of(&job.registry, ResourceType::User);
            let mut text = String::with_capacity(person.document.len() + AROUND);
            write(job, &renderer, &person, groups, &mut text)?;
            Found::One(put(job, ticket, person, &text, name), ReadFrom::Database)
        }
    })
}
