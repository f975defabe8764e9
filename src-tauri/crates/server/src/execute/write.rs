//! Writing: create, replace, patch, delete. Each is one transaction, in which the answer is read too; its cost is limited
//! before anything is written, so that none holds the writer up for long.

use idp::guide::ProofKind;
use idp::quirks::kept::{EMPTY_VALUE, PUT_WITHOUT_ACTIVE, PUT_WITHOUT_MEMBERS, UNKNOWN_ATTRIBUTE};
use scim::{Error, Ignored, Patch, ResourceType};
use serde_json::{Map, Value};
use store::{
    ActivityDeviation, Entries, Group, Matching, MemberChange, Origin, Person, Role, Scope, StoredResource,
    Tx,
};

use super::cost::{allow_changes, weight};
use super::impossible_ids::refuse_impossible;
use super::membership::{self, allow_rows};
use super::resource_response::{View, resource};
use super::write_target::{Order, Written, text_of};
use super::{Job, Operation, body_of, noted};
use crate::answer::{Answer, Story};
use crate::refusal::Refusal;
use crate::sentences;

pub(super) async fn create(
    job: &Job,
    resource_type: ResourceType,
    mut operation: Operation,
) -> Result<Answer, Refusal> {
    let view = View::of(job, resource_type, &operation)?;
    let parsed = scim::parse_create(&job.registry, resource_type, body_of(&mut operation)?)?;
    let (scope, origin) = (job.scope.clone(), job.origin.clone());
    let (shown, asked, name) = (view.clone(), &job.scope, &job.connection_name);
    let writer = &job.server.0.store;
    let mut story;
    let (stored, entries) = match resource_type {
        ResourceType::User => {
            let user_name = text_of(&parsed.document, "userName");
            let arrived: Result<Arrival, Refusal> = writer
                .write_for(asked, async move |tx| {
                    let arrival = arrive(tx, &scope, parsed.document, &origin).await?;
                    let Arrival::Created(person, _) = arrival else { return Ok(arrival) };
                    let entries = shown.entries(tx, &person.id, 0).await?;
                    Ok(Arrival::Created(person, entries))
                })
                .await;
            let arrived = arrived.map_err(|refusal| refusal.naming("userName", &user_name))?;
            let Arrival::Created(person, entries) = arrived else {
                return Err(waiting().naming("userName", &user_name));
            };
            story = Story::new(format!("Created {}", person.display)).proving(
                ProofKind::FirstPerson,
                format!("{} arrived from {name} and now has an account.", person.display),
            );
            (StoredResource::from(*person), entries)
        }
        ResourceType::Group => {
            let members: Vec<String> =
                parsed.members.unwrap_or_default().into_iter().map(|member| member.value).collect();
            allow_rows(members.len() as u64, 0, &job.server.0.limits)?;
            let name = text_of(&parsed.document, "displayName");
            let made: Result<(Group, Entries), Refusal> = writer
                .write_for(asked, async move |tx| {
                    let group = tx.create_group(&scope, parsed.document, members, &origin).await?;
                    let entries = shown.entries(tx, &group.id, group.members).await?;
                    Ok((group, entries))
                })
                .await;
            let (group, entries) = made.map_err(|refusal| refusal.naming("group", &name))?;
            story = Story::new(format!("Created the group {}", group.display))
                .proving(ProofKind::Group, format!("The group {} arrived from {name}.", group.display));
            (StoredResource::from(group), entries)
        }
    };
    story = story.about(resource_type, &*stored.id);
    story.notes.extend(notes_of(&parsed.ignored));
    resource(job, (resource_type, 201), stored, entries, view.projection, story).await
}

/// A local account has the userName, and an Admin decides.
fn waiting() -> Refusal {
    Refusal::new("data.duplicate", Error::uniqueness(sentences::WAITING_MATCH))
        .knowing("next", Some(sentences::DECIDE.to_owned()))
}

/// What became of somebody whom a provider wants to create.
enum Arrival {
    /// Here they are, with the groups that the answer shows.
    Created(Box<Person>, Entries),
    /// A local account has the userName; that is kept for an Admin to decide.
    Waiting,
}

/// Creates a person, or does what the connection's rule says where a local account has the userName. Nobody is ever
/// matched by e-mail, and a local Admin is never handed over.
async fn arrive(
    tx: &mut Tx,
    scope: &Scope,
    document: Map<String, Value>,
    origin: &Origin,
) -> Result<Arrival, Refusal> {
    let user_name = document.get("userName").and_then(Value::as_str).unwrap_or_default();
    let Some(local) = tx.local_account(user_name).await? else {
        let person = tx.create_person(scope, document, origin).await?;
        return Ok(Arrival::Created(Box::new(person), Entries::default()));
    };
    match tx.rules(scope.connection_id()).await?.matching {
        Matching::Refuse => Err(Refusal::new("perm.local_user", Error::forbidden(sentences::LOCAL_ACCOUNT))),
        // What an Admin was asked about, or has undone, is not linked by the rule.
        Matching::Link if local.role != Role::Admin && !tx.has_match(scope, &local.id).await? => {
            let linked = tx.link_account(scope, &local.id, Some(document), origin).await?;
            linked.map(|person| Arrival::Created(Box::new(person), Entries::default())).ok_or_else(waiting)
        }
        Matching::Ask | Matching::Link => {
            let display = document.get("displayName").and_then(Value::as_str).unwrap_or(user_name).to_owned();
            tx.save_match(scope, &local.id, &display).await?;
            Ok(Arrival::Waiting)
        }
    }
}

pub(super) async fn replace(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    mut operation: Operation,
) -> Result<Answer, Refusal> {
    let view = View::of(job, resource_type, &operation)?;
    let body = body_of(&mut operation)?;
    if let Some(named) = body.get("id").and_then(Value::as_str).filter(|named| *named != id) {
        let named: String = named.chars().take(80).collect();
        let detail = format!("id: the body names {named}, the address names {id}; they must be the same");
        return Err(Error::bad_request(scim::ScimType::Mutability, detail).into());
    }
    let order = Order::of(job, &view, id, &operation);
    let written: Result<Written, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            match resource_type {
                ResourceType::User => {
                    let person = order.person(tx).await?;
                    let names_active = body
                        .iter()
                        .any(|(key, value)| key.eq_ignore_ascii_case("active") && !value.is_null());
                    let parsed = scim::parse_replace(&order.registry, resource_type, &person.document, body)?;
                    let mut written = order.update_person(tx, person, parsed.document).await?;
                    written.ignored = parsed.ignored;
                    if !names_active {
                        written.notes.push(noted(
                            PUT_WITHOUT_ACTIVE.code,
                            "active was not sent, so access did not change",
                        ));
                    }
                    Ok(written)
                }
                ResourceType::Group => {
                    let group = order.group(tx).await?;
                    let parsed = scim::parse_replace(&order.registry, resource_type, &group.document, body)?;
                    // A PUT that says nothing of members is no order to remove everybody.
                    let (changes, notes) = match parsed.members {
                        Some(members) => {
                            allow_rows(members.len() as u64, group.members, &order.limits)?;
                            let ids = members.into_iter().map(|member| member.value).collect();
                            (vec![MemberChange::Replace(ids)], Vec::new())
                        }
                        None => (
                            Vec::new(),
                            vec![noted(
                                PUT_WITHOUT_MEMBERS.code,
                                "members was not sent, so the members did not change",
                            )],
                        ),
                    };
                    let mut written = order.update_group(tx, group, parsed.document, &changes).await?;
                    written.ignored = parsed.ignored;
                    written.notes = notes;
                    Ok(written)
                }
            }
        })
        .await;
    answer_written(job, view, written?).await
}

pub(super) async fn patch(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    mut operation: Operation,
) -> Result<Answer, Refusal> {
    let view = View::of(job, resource_type, &operation)?;
    let body = body_of(&mut operation)?;
    let patch = Patch::parse(&job.registry, resource_type, &body)?;
    let request = weight(&body);
    drop(body);
    let order = Order::of(job, &view, id, &operation);
    let written: Result<Written, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            match resource_type {
                ResourceType::User => {
                    let person = order.person(tx).await?;
                    allow_changes(patch.changes(), weight(&person.document), request, &order.limits)?;
                    let mut document = person.document.clone();
                    let left_out = patch.apply(&order.registry, &mut document)?;
                    let mut written = order.update_person(tx, person, document).await?;
                    written.ignored = patch.ignored().clone();
                    written.ignored.empty.extend(left_out);
                    Ok(written)
                }
                ResourceType::Group => {
                    let group = order.group(tx).await?;
                    // Members are no part of what the changes look at.
                    let request = if patch.changes() == 0 { 0 } else { request };
                    allow_changes(patch.changes(), weight(&group.document), request, &order.limits)?;
                    let mut document = group.document.clone();
                    let left_out = patch.apply(&order.registry, &mut document)?;
                    refuse_impossible(tx, &group.id, patch.members()).await?;
                    let changes =
                        membership::changes(tx, &order.scope, &group, patch.members(), &order.limits).await?;
                    let mut written = order.update_group(tx, group, document, &changes).await?;
                    written.ignored = patch.ignored().clone();
                    written.ignored.empty.extend(left_out);
                    Ok(written)
                }
            }
        })
        .await;
    answer_written(job, view, written?).await
}

/// What an Admin is to know of a request that was done but for some of it.
fn notes_of(ignored: &Ignored) -> Vec<ActivityDeviation> {
    let Ignored { unknown, empty, unspecified } = ignored;
    let unknown = unknown
        .iter()
        .map(|name| noted(UNKNOWN_ATTRIBUTE.code, format!("{name} is not in our schemas and was ignored")));
    let empty = empty
        .iter()
        .map(|name| noted(EMPTY_VALUE.code, format!("{name} was sent empty, which means no value")));
    let unspecified = unspecified.iter().map(|name| {
        noted(EMPTY_VALUE.code, format!("{name} was sent without a value to set, so it did not change"))
    });
    unknown.chain(empty).chain(unspecified).collect()
}

async fn answer_written(job: &Job, view: View, written: Written) -> Result<Answer, Refusal> {
    let resource_type = view.resource_type;
    let (display, name) = (&written.stored.display, &job.connection_name);
    let mut story = match (resource_type, written.was_active, written.is_active, written.changed) {
        (_, _, _, false) => Story::new(format!("Sent {display} again: nothing changed")),
        (ResourceType::User, true, false, _) => Story::new(format!("Deactivated {display}")).proving(
            ProofKind::Deactivation,
            format!("{display} was deactivated by {name}. Leavers will lose access."),
        ),
        (ResourceType::User, false, true, _) => Story::new(format!("Reactivated {display}"))
            .proving(ProofKind::Reactivation, format!("{display} was reactivated by {name}.")),
        (ResourceType::User, ..) => Story::new(format!("Changed {display}"))
            .proving(ProofKind::Change, format!("{display} was changed by {name}.")),
        (ResourceType::Group, ..) => Story::new(format!("Changed the group {display}"))
            .proving(ProofKind::Group, format!("The group {display} was changed by {name}.")),
    }
    .about(resource_type, &*written.stored.id);
    story.notes.extend(written.notes);
    story.notes.extend(notes_of(&written.ignored));
    resource(job, (resource_type, 200), written.stored, written.entries, view.projection, story).await
}

pub(super) async fn delete(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    operation: Operation,
) -> Result<Answer, Refusal> {
    let about = id.clone();
    let order = Order::of(job, &View::whole(job, resource_type), id, &operation);
    let deleted: Result<String, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            Ok(match resource_type {
                ResourceType::User => {
                    let person = order.person(tx).await?;
                    let display = person.display.clone();
                    tx.delete_person(&order.scope, person, &order.origin).await?;
                    display
                }
                ResourceType::Group => {
                    let group = order.group(tx).await?;
                    let display = group.display.clone();
                    tx.delete_group(&order.scope, group, &order.origin).await?;
                    display
                }
            })
        })
        .await;
    let (display, name) = (deleted?, &job.connection_name);
    let story = match resource_type {
        ResourceType::User => Story::new(format!("Deleted {display}")).proving(
            ProofKind::Deactivation,
            format!("{display} was deleted by {name}. Leavers will lose access."),
        ),
        ResourceType::Group => Story::new(format!("Deleted the group {display}")),
    };
    Ok(Answer::empty(204, story.about(resource_type, about)))
}
