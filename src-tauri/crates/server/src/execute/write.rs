//! Writing: create, replace, patch, delete. Each is one transaction, in which the answer is read too; its cost is limited
//! before anything is written, so that none occupies the writer for long.

use idp::guide::ProofKind as EvidenceKind;
use idp::quirks::kept::{EMPTY_VALUE, PUT_WITHOUT_ACTIVE, PUT_WITHOUT_MEMBERS, UNKNOWN_ATTRIBUTE};
use scim::{Error, Ignored, Patch, ResourceType};
use serde_json::{Map, Value};
use store::{
    ActivityDeviation, Entries, Group, Matching, MemberChange, Origin, Person, Role, Scope, StoredResource,
    Tx,
};

use super::cost::{allow_changes, weight};
use super::impossible_ids::refuse_impossible;
use super::job::{Job, Operation, body_of};
use super::membership::{self, allow_rows};
use super::resource_response::{View, resource_response};
use super::write_target::{WriteTarget, Written, text_of};
use crate::answer::{ActivitySummary, Answer};
use crate::notes::note;
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
    let (shown, name) = (view.clone(), &job.connection_name);
    let writer = &job.server.0.store;
    let mut summary;
    let (stored, entries) = match resource_type {
        ResourceType::User => {
            let user_name = text_of(&parsed.document, "userName");
            let created: Result<Creation, Refusal> = writer
                .write_for(&job.scope, async move |tx| {
                    let creation = create_person(tx, &scope, parsed.document, &origin).await?;
                    let Creation::Created(person, _) = creation else { return Ok(creation) };
                    let entries = shown.entries(tx, &person.id, 0).await?;
                    Ok(Creation::Created(person, entries))
                })
                .await;
            let created = created.map_err(|refusal| refusal.with_name("userName", &user_name))?;
            let Creation::Created(person, entries) = created else {
                return Err(waiting().with_name("userName", &user_name));
            };
            summary = ActivitySummary::new(format!("Created {}", person.display)).with_evidence(
                EvidenceKind::FirstPerson,
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
                .write_for(&job.scope, async move |tx| {
                    let group = tx.create_group(&scope, parsed.document, members, &origin).await?;
                    let entries = shown.entries(tx, &group.id, group.members).await?;
                    Ok((group, entries))
                })
                .await;
            let (group, entries) = made.map_err(|refusal| refusal.with_name("group", &name))?;
            summary = ActivitySummary::new(format!("Created the group {}", group.display)).with_evidence(
                EvidenceKind::Group,
                format!("The group {} arrived from {name}.", group.display),
            );
            (StoredResource::from(group), entries)
        }
    };
    summary = summary.about(resource_type, &*stored.id);
    summary.notes.extend(notes_of(&parsed.ignored));
    resource_response(job, (resource_type, 201), stored, entries, view.projection, summary).await
}

/// A local account has the userName, and an Admin decides.
fn waiting() -> Refusal {
    Refusal::new("data.duplicate", Error::uniqueness(sentences::WAITING_MATCH))
        .with_fact("next", Some(sentences::DECIDE.to_owned()))
}

/// What happened to a person that a provider creates.
enum Creation {
    /// The person, with the groups that the answer shows.
    Created(Box<Person>, Entries),
    /// A local account has the userName; an Admin decides.
    Waiting,
}

/// Creates a person, or does what the connection's rule says where a local account has the userName. No one is ever
/// matched by e-mail, and a local Admin is never handed over.
async fn create_person(
    tx: &mut Tx,
    scope: &Scope,
    document: Map<String, Value>,
    origin: &Origin,
) -> Result<Creation, Refusal> {
    let user_name = document.get("userName").and_then(Value::as_str).unwrap_or_default();
    let Some(local) = tx.local_account(user_name).await? else {
        let person = tx.create_person(scope, document, origin).await?;
        return Ok(Creation::Created(Box::new(person), Entries::default()));
    };
    match tx.rules(scope.connection_id()).await?.matching {
        Matching::Refuse => Err(Refusal::new("perm.local_user", Error::forbidden(sentences::LOCAL_ACCOUNT))),
        // A match that is before an Admin, or that an Admin has undone, is not linked by the rule.
        Matching::Link if local.role != Role::Admin && !tx.has_match(scope, &local.id).await? => {
            let linked = tx.link_account(scope, &local.id, Some(document), origin).await?;
            linked.map(|person| Creation::Created(Box::new(person), Entries::default())).ok_or_else(waiting)
        }
        Matching::Ask | Matching::Link => {
            let display = document.get("displayName").and_then(Value::as_str).unwrap_or(user_name).to_owned();
            tx.save_match(scope, &local.id, &display).await?;
            Ok(Creation::Waiting)
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
    let target = WriteTarget::of(job, &view, id, &operation);
    let written: Result<Written, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            match resource_type {
                ResourceType::User => {
                    let person = target.person(tx).await?;
                    let names_active = body
                        .iter()
                        .any(|(key, value)| key.eq_ignore_ascii_case("active") && !value.is_null());
                    let parsed =
                        scim::parse_replace(&target.registry, resource_type, &person.document, body)?;
                    let mut written = target.update_person(tx, person, parsed.document).await?;
                    written.ignored = parsed.ignored;
                    if !names_active {
                        written.notes.push(note(
                            PUT_WITHOUT_ACTIVE.code,
                            "active was not sent, so access did not change",
                        ));
                    }
                    Ok(written)
                }
                ResourceType::Group => {
                    let group = target.group(tx).await?;
                    let parsed = scim::parse_replace(&target.registry, resource_type, &group.document, body)?;
                    // A PUT without members does not remove them.
                    let (changes, notes) = match parsed.members {
                        Some(members) => {
                            allow_rows(members.len() as u64, group.members, &target.limits)?;
                            let ids = members.into_iter().map(|member| member.value).collect();
                            (vec![MemberChange::Replace(ids)], Vec::new())
                        }
                        None => (
                            Vec::new(),
                            vec![note(
                                PUT_WITHOUT_MEMBERS.code,
                                "members was not sent, so the members did not change",
                            )],
                        ),
                    };
                    let mut written = target.update_group(tx, group, parsed.document, &changes).await?;
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
    let target = WriteTarget::of(job, &view, id, &operation);
    let written: Result<Written, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            match resource_type {
                ResourceType::User => {
                    let person = target.person(tx).await?;
                    allow_changes(patch.changes(), weight(&person.document), request, &target.limits)?;
                    let mut document = person.document.clone();
                    let left_out = patch.apply(&target.registry, &mut document)?;
                    let mut written = target.update_person(tx, person, document).await?;
                    written.ignored = patch.ignored().clone();
                    written.ignored.empty.extend(left_out);
                    Ok(written)
                }
                ResourceType::Group => {
                    let group = target.group(tx).await?;
                    // Members are no part of what the changes look at.
                    let request = if patch.changes() == 0 { 0 } else { request };
                    allow_changes(patch.changes(), weight(&group.document), request, &target.limits)?;
                    let mut document = group.document.clone();
                    let left_out = patch.apply(&target.registry, &mut document)?;
                    refuse_impossible(tx, &group.id, patch.members()).await?;
                    let changes =
                        membership::changes(tx, &target.scope, &group, patch.members(), &target.limits)
                            .await?;
                    let mut written = target.update_group(tx, group, document, &changes).await?;
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
        .map(|name| note(UNKNOWN_ATTRIBUTE.code, format!("{name} is not in our schemas and was ignored")));
    let empty = empty
        .iter()
        .map(|name| note(EMPTY_VALUE.code, format!("{name} was sent empty, which means no value")));
    let unspecified = unspecified.iter().map(|name| {
        note(EMPTY_VALUE.code, format!("{name} was sent without a value to set, so it did not change"))
    });
    unknown.chain(empty).chain(unspecified).collect()
}

async fn answer_written(job: &Job, view: View, written: Written) -> Result<Answer, Refusal> {
    let resource_type = view.resource_type;
    let (display, name) = (&written.stored.display, &job.connection_name);
    let mut summary = match (resource_type, written.was_active, written.is_active, written.changed) {
        (_, _, _, false) => ActivitySummary::new(format!("Sent {display} again: nothing changed")),
        (ResourceType::User, true, false, _) => ActivitySummary::new(format!("Deactivated {display}"))
            .with_evidence(
                EvidenceKind::Deactivation,
                format!("{display} was deactivated by {name}. Leavers will lose access."),
            ),
        (ResourceType::User, false, true, _) => ActivitySummary::new(format!("Reactivated {display}"))
            .with_evidence(EvidenceKind::Reactivation, format!("{display} was reactivated by {name}.")),
        (ResourceType::User, ..) => ActivitySummary::new(format!("Changed {display}"))
            .with_evidence(EvidenceKind::Change, format!("{display} was changed by {name}.")),
        (ResourceType::Group, ..) => ActivitySummary::new(format!("Changed the group {display}"))
            .with_evidence(EvidenceKind::Group, format!("The group {display} was changed by {name}.")),
    }
    .about(resource_type, &*written.stored.id);
    summary.notes.extend(written.notes);
    summary.notes.extend(notes_of(&written.ignored));
    resource_response(job, (resource_type, 200), written.stored, written.entries, view.projection, summary)
        .await
}

pub(super) async fn delete(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    operation: Operation,
) -> Result<Answer, Refusal> {
    let about = id.clone();
    let target = WriteTarget::of(job, &View::whole(job, resource_type), id, &operation);
    let deleted: Result<String, Refusal> = job
        .server
        .0
        .store
        .write_for(&job.scope, async move |tx| {
            Ok(match resource_type {
                ResourceType::User => {
                    let person = target.person(tx).await?;
                    let display = person.display.clone();
                    tx.delete_person(&target.scope, person, &target.origin).await?;
                    display
                }
                ResourceType::Group => {
                    let group = target.group(tx).await?;
                    let display = group.display.clone();
                    tx.delete_group(&target.scope, group, &target.origin).await?;
                    display
                }
            })
        })
        .await;
    let (display, name) = (deleted?, &job.connection_name);
    let summary = match resource_type {
        ResourceType::User => ActivitySummary::new(format!("Deleted {display}")).with_evidence(
            EvidenceKind::Deactivation,
            format!("{display} was deleted by {name}. Leavers will lose access."),
        ),
        ResourceType::Group => ActivitySummary::new(format!("Deleted the group {display}")),
    };
    Ok(Answer::empty(204, summary.about(resource_type, about)))
}
