//! What a PUT or a PATCH makes of a resource, before it is written.

use idp::deviations::execution::{PUT_WITHOUT_ACTIVE, PUT_WITHOUT_MEMBERS};
use scim::{Ignored, Patch};
use serde_json::{Map, Value};
use store::{Group, MemberChange, Person, Tx};

use super::cost::{allow_changes, weight};
use super::impossible_ids::refuse_impossible;
use super::membership::{allow_rows, changes};
use super::write_target::{Update, WriteTarget};
use crate::notes::note;
use crate::refusal::Refusal;

/// A change of an existing resource.
pub(super) enum Change {
    /// PUT with this body.
    Replace(Map<String, Value>),
    /// PATCH, and about how many bytes its body has.
    Patch { patch: Patch, weight: u64 },
}

impl Change {
    /// The person as the request wants it.
    pub fn of_person(self, target: &WriteTarget, person: &Person) -> Result<Update, Refusal> {
        match self {
            Self::Replace(body) => {
                let names_active =
                    body.iter().any(|(key, value)| key.eq_ignore_ascii_case("active") && !value.is_null());
                let parsed =
                    scim::parse_replace(&target.registry, target.resource_type, &person.document, body)?;
                let left_out = (!names_active)
                    .then(|| note(PUT_WITHOUT_ACTIVE.code, "active was not sent, so access did not change"));
                Ok(Update {
                    document: parsed.document,
                    members: Vec::new(),
                    ignored: parsed.ignored,
                    notes: left_out.into_iter().collect(),
                })
            }
            Self::Patch { patch, weight } => {
                let (document, ignored) = patched(target, &person.document, &patch, weight)?;
                Ok(Update { document, members: Vec::new(), ignored, notes: Vec::new() })
            }
        }
    }

    /// The group as the request wants it.
    pub async fn of_group(self, tx: &mut Tx, target: &WriteTarget, group: &Group) -> Result<Update, Refusal> {
        match self {
            Self::Replace(body) => replaced_group(target, group, body),
            Self::Patch { patch, weight } => {
                let (document, ignored) = patched(target, &group.document, &patch, weight)?;
                refuse_impossible(tx, &group.id, patch.members()).await?;
                let members = changes(tx, &target.scope, group, patch.members(), &target.limits).await?;
                Ok(Update { document, members, ignored, notes: Vec::new() })
            }
        }
    }
}

fn replaced_group(target: &WriteTarget, group: &Group, body: Map<String, Value>) -> Result<Update, Refusal> {
    let parsed = scim::parse_replace(&target.registry, target.resource_type, &group.document, body)?;
    let (change, left_out) = match parsed.members {
        Some(members) => {
            allow_rows(members.len() as u64, group.members, &target.limits)?;
            (Some(MemberChange::Replace(members.into_iter().map(|member| member.value).collect())), None)
        }
        // A PUT without members does not remove them.
        None => (
            None,
            Some(note(PUT_WITHOUT_MEMBERS.code, "members was not sent, so the members did not change")),
        ),
    };
    Ok(Update {
        document: parsed.document,
        members: change.into_iter().collect(),
        ignored: parsed.ignored,
        notes: left_out.into_iter().collect(),
    })
}

/// The document that a PATCH makes, and what of the request was ignored.
fn patched(
    target: &WriteTarget,
    before: &Map<String, Value>,
    patch: &Patch,
    request: u64,
) -> Result<(Map<String, Value>, Ignored), Refusal> {
    allow_changes(patch.changes(), weight(before), request, &target.limits)?;
    let mut document = before.clone();
    let left_out = patch.apply(&target.registry, &mut document)?;
    let mut ignored = patch.ignored().clone();
    ignored.empty.extend(left_out);
    Ok((document, ignored))
}
