//! What a PUT or a PATCH makes of a resource, before it is written.

use idp::deviations::execution::{PUT_WITHOUT_ACTIVE, PUT_WITHOUT_MEMBERS};
use scim::Patch;
use serde_json::{Map, Value};
use store::{MemberChange, Tx};

use super::cost::{allow_changes, weight};
use super::impossible_ids::refuse_impossible;
use super::membership::{allow_rows, changes};
use super::write_target::{Resource, Update, WriteTarget};
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
    /// The resource as the request wants it.
    pub async fn of(self, tx: &mut Tx, target: &WriteTarget, resource: &Resource) -> Result<Update, Refusal> {
        match self {
            Self::Replace(body) => replaced(target, resource, body),
            Self::Patch { patch, weight } => patched(tx, target, resource, &patch, weight).await,
        }
    }
}

fn replaced(target: &WriteTarget, resource: &Resource, body: Map<String, Value>) -> Result<Update, Refusal> {
    let names_active = body.iter().any(|(key, value)| key.eq_ignore_ascii_case("active") && !value.is_null());
    let parsed = scim::parse_replace(&target.registry, target.resource_type, resource.document(), body)?;
    let (change, left_out) = match (resource, parsed.members) {
        (Resource::Person(..), _) => (
            None,
            (!names_active)
                .then(|| note(PUT_WITHOUT_ACTIVE.code, "active was not sent, so access did not change")),
        ),
        (Resource::Group(group), Some(members)) => {
            allow_rows(members.len() as u64, group.members, &target.limits)?;
            (Some(MemberChange::Replace(members.into_iter().map(|member| member.value).collect())), None)
        }
        // A PUT without members does not remove them.
        (Resource::Group(_), None) => (
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

async fn patched(
    tx: &mut Tx,
    target: &WriteTarget,
    resource: &Resource,
    patch: &Patch,
    request: u64,
) -> Result<Update, Refusal> {
    allow_changes(patch.changes(), weight(resource.document()), request, &target.limits)?;
    let mut document = resource.document().clone();
    let left_out = patch.apply(&target.registry, &mut document)?;
    let mut ignored = patch.ignored().clone();
    ignored.empty.extend(left_out);
    let members = match resource {
        Resource::Person(..) => Vec::new(),
        Resource::Group(group) => {
            refuse_impossible(tx, &group.id, patch.members()).await?;
            changes(tx, &target.scope, group, patch.members(), &target.limits).await?
        }
    };
    Ok(Update { document, members, ignored, notes: Vec::new() })
}
