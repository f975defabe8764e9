//! The people of a list as they are sent to a client that asks for nothing in particular: from memory, and the others read
//! together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use scim::{Projection, ResourceType, TextRenderer, render, render_entries};
use serde_json::{Map, Value};
use store::{
    BoundedEntries, ComputedAttribute, Entries, ListedPerson, PersonKey, PersonText, ReadTicket, ReadyPerson,
};

use super::computed::computed;
use super::job::Job;
use crate::refusal::Refusal;

/// How many people are looked at together, at most.
const CHUNK: usize = 100;
/// After how many bytes of documents no more are read.
const CHUNK_BYTES: usize = 256 * 1024;

/// Hands over the name and the text of the next people with these ids, one after the other, and takes out their ids. Ends after
/// about so many bytes. People who were deleted since are left out; a person with more than `shown` groups has none here.
pub(super) async fn next_people(
    job: &Job,
    ids: &mut VecDeque<String>,
    shown: u64,
    most_bytes: usize,
    mut take: impl FnMut(&str, &[u8]) + Send,
) -> Result<(), Refusal> {
    let in_memory =
        |id: &String| job.store().ready_person(PersonKey::Id(id), job.scope.connection_id(), job.view);
    let ready: Vec<Option<Arc<ReadyPerson>>> = ids.iter().take(CHUNK).map(in_memory).collect();
    let missing: Vec<String> =
        ids.iter().zip(&ready).filter(|(_, ready)| ready.is_none()).map(|(id, _)| id.clone()).collect();
    let ticket = job.store().read_ticket();
    let (read, mut unread) = if missing.is_empty() {
        (Vec::new(), 0)
    } else {
        let (read, used) = job.store().person_texts(&job.scope, &missing, CHUNK_BYTES).await?;
        (read, used)
    };
    let mut groups = groups(job, &read, shown).await?;
    let renderer = TextRenderer::of(&job.registry, ResourceType::User);
    let (mut read, mut text, mut bytes) = (read.into_iter().peekable(), String::new(), 0);
    for ready in ready {
        if bytes >= most_bytes || (ready.is_none() && unread == 0) {
            break;
        }
        let Some(id) = ids.pop_front() else { break };
        if let Some(person) = ready {
            bytes += person.text.len();
            take(&person.display, &person.text);
            continue;
        }
        unread -= 1;
        let Some(ListedPerson { person, .. }) = read.next_if(|listed| listed.person.id == id) else {
            continue;
        };
        text.clear();
        let (list, has_all_groups) = match groups.remove(&id) {
            Some(BoundedEntries::All(list)) => (list, true),
            Some(BoundedEntries::TooMany) => (Vec::new(), false),
            None => (Vec::new(), true),
        };
        write(job, &renderer, &person, list, &mut text)?;
        bytes += text.len();
        take(&person.display, text.as_bytes());
        if has_all_groups {
            put(job, ticket, person, &text, None);
        }
    }
    Ok(())
}

/// Puts a person who was read, and is written as this text, into memory. `user_name_fold`: the userName by which it was found.
pub(super) fn put(
    job: &Job,
    ticket: ReadTicket,
    person: PersonText,
    text: &str,
    user_name_fold: Option<String>,
) -> Arc<ReadyPerson> {
    let person = Arc::new(ReadyPerson {
        id: person.id,
        connection_id: job.scope.connection_id().to_owned(),
        user_name_fold,
        display: person.display,
        version: person.version,
        text: Bytes::copy_from_slice(text.as_bytes()),
        is_plain: OnceLock::new(),
        view: job.view,
    });
    job.store().put_ready_person(ticket, Arc::clone(&person));
    person
}

/// The groups of those who are in any.
async fn groups(
    job: &Job,
    people: &[ListedPerson],
    shown: u64,
) -> Result<HashMap<String, BoundedEntries>, Refusal> {
    let ids: Vec<String> =
        people.iter().filter(|listed| listed.is_member).map(|listed| listed.person.id.clone()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of = ComputedAttribute { scope: &job.scope, resource_type: ResourceType::User, base: &job.base };
    Ok(job.store().reader(&job.scope).await?.bounded_entries(&of, &ids, shown).await?)
}

/// Writes a person with these groups as it is sent.
pub(super) fn write(
    job: &Job,
    renderer: &TextRenderer<'_>,
    person: &PersonText,
    list: Vec<Value>,
    text: &mut String,
) -> Result<(), Refusal> {
    let (meta, everything) = (person.meta(&job.base), Projection::default());
    let entries: Vec<String> = render_entries(&job.registry, ResourceType::User, list.clone(), &everything)
        .iter()
        .map(Value::to_string)
        .collect();
    if renderer.write(&person.id, &person.document, &meta, &entries.join(","), text).is_some() {
        return Ok(());
    }
    let groups = computed(ResourceType::User, Entries { list, next: None });
    let document: Map<String, Value> = person.parsed()?;
    let resource_type = ResourceType::User;
    let shown = render(&job.registry, resource_type, &person.id, &document, &meta, groups, &everything);
    text.push_str(&Value::Object(shown).to_string());
    Ok(())
}
