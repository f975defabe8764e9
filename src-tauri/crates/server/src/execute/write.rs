//! Writing: create, replace, patch, delete. Each is one transaction, in which the answer is read too; its cost is limited
//! before anything is written, so that none occupies the writer for long.

use idp::deviations::execution::{EMPTY_VALUE, UNKNOWN_ATTRIBUTE};
use idp::guide::EvidenceKind;
use idp::reason_code::ReasonCode;
use scim::{Error, Ignored, Patch, ResourceType};
use serde_json::{Map, Value};
use store::{
    ActivityNote, ChangeSource, Creation, Entries, Matching, Person, Role, Scope, StoredResource, Tx,
};

use super::change::Change;
use super::cost::weight;
use super::job::{Job, Operation, body_of};
use super::membership::allow_rows;
use super::person_change::change_person;
use super::resource_response::{View, resource_response};
use super::write_target::{Resource, WriteTarget, Written, text_of};
use crate::answer::{ActivitySummary, Answer};
use crate::intent::active_in;
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
    let members: Vec<String> =
        parsed.members.unwrap_or_default().into_iter().map(|member| member.value).collect();
    allow_rows(members.len() as u64, 0, &job.server.0.limits)?;
    let name = text_of(
        &parsed.document,
        match resource_type {
            ResourceType::User => "userName",
            ResourceType::Group => "displayName",
        },
    );
    let created = match resource_type {
        ResourceType::User => create_person(job, parsed.document, view.clone()).await,
        ResourceType::Group => {
            let (scope, origin, shown) = (job.scope.clone(), job.origin.clone(), view.clone());
            let work = async move |tx: &mut Tx| -> Result<(StoredResource, Entries), Refusal> {
                let group = tx.create_group(&scope, parsed.document, members, &origin).await?;
                let entries = shown.entries(tx, &group.id, group.members).await?;
                Ok((group.into(), entries))
            };
            job.write(work).await
        }
    };
    let (stored, entries): (StoredResource, Entries) =
        created.map_err(|refusal| refusal.with_name(resource_type, &name))?;
    let (display, from) = (&stored.display, &job.connection_name);
    let mut summary = match resource_type {
        ResourceType::User => ActivitySummary::new(format!("Created {display}")).with_evidence(
            EvidenceKind::FirstPerson,
            format!("{display} arrived from {from} and now has an account."),
        ),
        ResourceType::Group => ActivitySummary::new(format!("Created the group {display}"))
            .with_evidence(EvidenceKind::Group, format!("The group {display} arrived from {from}.")),
    }
    .about(resource_type, &*stored.id);
    summary.notes.extend(notes_of(&parsed.ignored));
    Ok(resource_response(job, (resource_type, 201), stored, entries, view.projection, summary))
}

/// A local account has the userName, and an Admin decides.
fn waiting() -> Refusal {
    Refusal::new(ReasonCode::Duplicate, Error::uniqueness(sentences::WAITING_MATCH))
        .with_facts(|facts| facts.next = Some(sentences::DECIDE.to_owned()))
}

/// Creates a person, together with others or by itself.
async fn create_person(
    job: &Job,
    document: Map<String, Value>,
    view: View,
) -> Result<(StoredResource, Entries), Refusal> {
    let (scope, origin) = (job.scope.clone(), job.origin.clone());
    let otherwise =
        async move |tx: &mut Tx, document| -> Result<Option<(StoredResource, Entries)>, Refusal> {
            let Some(person) = create_by_itself(tx, &scope, document, &origin).await? else {
                return Ok(None);
            };
            let entries = view.entries(tx, &person.id, 0).await?;
            Ok(Some((person.into(), entries)))
        };
    let created = job.store().create_person(&job.scope, document, &job.origin, otherwise).await;
    match created.map_err(|refusal: Refusal| refusal.for_client_of(job.provider))? {
        // No group has a member whose id was drawn a moment ago.
        Creation::New(person) => Ok((person.into(), Entries::default())),
        Creation::Other(created) => created.ok_or_else(waiting),
    }
}

/// Creates a person whose userName may be or have been in use. Where a local account has it, what the connection's rule says is
/// done; None when an Admin decides. No one is ever matched by e-mail, and a local Admin is never handed over.
async fn create_by_itself(
    tx: &mut Tx,
    scope: &Scope,
    document: Map<String, Value>,
    origin: &ChangeSource,
) -> Result<Option<Person>, Refusal> {
    let user_name = document.get("userName").and_then(Value::as_str).unwrap_or_default();
    let Some(local) = tx.local_account(user_name).await? else {
        return Ok(Some(tx.create_person(scope, document, origin).await?));
    };
    match tx.rules(scope.connection_id()).await?.matching {
        Matching::Refuse => {
            Err(Refusal::new(ReasonCode::LocalUser, Error::forbidden(sentences::LOCAL_ACCOUNT)))
        }
        // A match that is before an Admin, or that an Admin has undone, is not linked by the rule.
        Matching::Link if local.role != Role::Admin && !tx.has_match(scope, &local.id).await? => {
            let linked = tx.link_account(scope, &local.id, Some(document), origin).await?;
            linked.map(Some).ok_or_else(waiting)
        }
        Matching::Ask | Matching::Link => {
            let display = tx.account_name(scope, &document);
            tx.save_match(scope, &local.id, &display).await?;
            Ok(None)
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
    let named = body.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
    if let Some(named) = named.and_then(|(_, value)| value.as_str()).filter(|named| *named != id) {
        let named: String = named.chars().take(80).collect();
        let detail = format!("id: the body names {named}, the address names {id}; they must be the same");
        return Err(Error::bad_request(scim::ScimType::Mutability, detail).into());
    }
    let wants_access = active_in(&body) == Some(true);
    change(job, view, id, &operation, Change::Replace(body), wants_access).await
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
    let wants_access = active_in(&body) == Some(true);
    change(job, view, id, &operation, Change::Patch { patch, weight: weight(&body) }, wants_access).await
}

/// Changes a resource and answers it as this transaction left it. `wants_access`: the request says that the person is active.
async fn change(
    job: &Job,
    view: View,
    id: String,
    operation: &Operation,
    change: Change,
    wants_access: bool,
) -> Result<Answer, Refusal> {
    let target = WriteTarget::of(job, &view, id, operation);
    let bounded = view.bounded_groups().filter(|_| view.resource_type == ResourceType::User);
    let written = if let Some(most) = bounded {
        change_person(job, target, change, most, wants_access).await
    } else {
        let work = async move |tx: &mut Tx| {
            let resource = target.load(tx).await?;
            if wants_access {
                tx.withdraw_removals(&target.origin, std::slice::from_ref(&target.id), "").await?;
            }
            let update = match &resource {
                Resource::Person(person) => change.of_person(&target, person)?,
                Resource::Group(group) => change.of_group(tx, &target, group).await?,
            };
            target.update(tx, resource, update).await
        };
        job.write(work).await
    };
    Ok(answer_written(job, view, written?))
}

/// What an Admin learns about a request of which a part was ignored.
fn notes_of(ignored: &Ignored) -> Vec<ActivityNote> {
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

fn answer_written(job: &Job, view: View, written: Written) -> Answer {
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
}

pub(super) async fn delete(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    operation: Operation,
) -> Result<Answer, Refusal> {
    let about = id.clone();
    let target = WriteTarget::of(job, &View::none(job, resource_type)?, id, &operation);
    let deleted: Result<String, Refusal> = job
        .write(async move |tx| match target.load(tx).await? {
            Resource::Person(person) => {
                let display = person.display.clone();
                tx.delete_person(&target.scope, person, &target.origin).await?;
                Ok(display)
            }
            Resource::Group(group) => {
                let display = group.display.clone();
                tx.delete_group(&target.scope, group, &target.origin).await?;
                Ok(display)
            }
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
