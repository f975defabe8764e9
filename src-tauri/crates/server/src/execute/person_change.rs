//! A person who is changed for an answer that shows a bounded number of groups, which is what clients ask for: no write of a
//! person changes its groups, so that they are read with the person, before.

use scim::{Ignored, ResourceType};
use store::{ActivityNote, BoundedEntries, ChangedPerson, Entries, Person, PersonUpdate};

use super::change::Change;
use super::job::{Job, not_found};
use super::write_target::{Update, WriteTarget, Written, text_of};
use crate::refusal::Refusal;

/// What is known of the person before the change.
struct Before {
    entries: Entries,
    was_active: bool,
    version: u64,
    ignored: Ignored,
    notes: Vec<ActivityNote>,
}

/// Changes the person, with up to so many groups in the answer. `wants_access`: the request says that the person is active.
pub(super) async fn change_person(
    job: &Job,
    target: WriteTarget,
    change: Change,
    most: u64,
    wants_access: bool,
) -> Result<Written, Refusal> {
    let changed = ChangedPerson {
        scope: target.scope.clone(),
        id: target.id.clone(),
        base: job.base.clone(),
        most,
        origin: target.origin.clone(),
        wants_access,
    };
    let decide =
        move |found: Option<(Person, BoundedEntries)>| -> Result<PersonUpdate<Before, Refusal>, Refusal> {
            let (person, groups) = found.ok_or_else(|| not_found(ResourceType::User, &target.id))?;
            target.check_preconditions(person.version)?;
            let Update { document, ignored, notes, .. } = change.of_person(&target, &person)?;
            let entries = match groups {
                BoundedEntries::All(list) => Entries { list, next: None },
                BoundedEntries::TooMany => Entries::default(),
            };
            let answer =
                Before { entries, was_active: person.active, version: person.version, ignored, notes };
            let name = text_of(&document, "userName");
            let refuse = Box::new(move |error: store::Error| {
                Refusal::from(error).with_name(ResourceType::User, &name)
            });
            Ok(PersonUpdate { person, document, answer, refuse })
        };
    let changed = job.store().change_person(changed, decide).await;
    let (person, before) = changed.map_err(|refusal| refusal.for_client_of(job.provider))?;
    let Before { entries, was_active, version, ignored, notes } = before;
    Ok(Written {
        is_active: person.active,
        changed: person.version != version,
        stored: person.into(),
        entries,
        was_active,
        ignored,
        notes,
    })
}
