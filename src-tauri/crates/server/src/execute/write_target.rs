//! An existing resource that a request writes: which connection it belongs to, under which preconditions, and what the
//! write did.

use std::sync::Arc;

use scim::{Error, Ignored, Registry, ResourceType, version};
use serde_json::{Map, Value};
use store::{ActivityNote, ChangeSource, Entries, Group, MemberChange, Person, Scope, StoredResource, Tx};

use super::job::{Job, Operation, not_found};
use super::membership::allow_size;
use super::resource_response::View;
use crate::limits::ServerLimits;
use crate::refusal::Refusal;

/// The resource that a request writes. It goes into the transaction, where all of it is checked.
pub(super) struct WriteTarget {
    pub registry: Arc<Registry>,
    pub scope: Scope,
    pub origin: ChangeSource,
    pub resource_type: ResourceType,
    pub id: String,
    pub limits: ServerLimits,
    view: View,
    if_match: Option<String>,
    if_none_match: Option<String>,
}

/// The resource as it is before the write.
pub(super) enum Resource {
    Person(Person),
    Group(Group),
}

impl Resource {
    const fn version(&self) -> u64 {
        match self {
            Self::Person(person) => person.version,
            Self::Group(group) => group.version,
        }
    }
}

/// The resource as the request wants it.
pub(super) struct Update {
    pub document: Map<String, Value>,
    pub members: Vec<MemberChange>,
    pub ignored: Ignored,
    pub notes: Vec<ActivityNote>,
}

/// What a write changed, and the resource after it.
pub(super) struct Written {
    pub stored: StoredResource,
    /// The groups or members that the answer begins with.
    pub entries: Entries,
    pub was_active: bool,
    pub is_active: bool,
    pub changed: bool,
    pub ignored: Ignored,
    pub notes: Vec<ActivityNote>,
}

impl WriteTarget {
    pub fn of(job: &Job, view: &View, id: String, operation: &Operation) -> Self {
        Self {
            registry: job.registry.clone(),
            scope: job.scope.clone(),
            origin: job.origin.clone(),
            resource_type: view.resource_type,
            id,
            limits: job.server.0.limits.clone(),
            view: view.clone(),
            if_match: operation.if_match.clone(),
            if_none_match: operation.if_none_match.clone(),
        }
    }

    /// The resource, if it is there and the preconditions allow a write.
    pub async fn load(&self, tx: &mut Tx) -> Result<Resource, Refusal> {
        let absent = || not_found(self.resource_type, &self.id);
        let resource = match self.resource_type {
            ResourceType::User => {
                Resource::Person(tx.person(&self.scope, &self.id).await?.ok_or_else(absent)?)
            }
            ResourceType::Group => {
                Resource::Group(tx.group(&self.scope, &self.id).await?.ok_or_else(absent)?)
            }
        };
        self.check_preconditions(resource.version())?;
        Ok(resource)
    }

    /// Writes the resource, and reads the answer in the same transaction.
    pub async fn update(&self, tx: &mut Tx, resource: Resource, update: Update) -> Result<Written, Refusal> {
        let Update { document, members, ignored, notes } = update;
        let version = resource.version();
        let (stored, entries, was_active, is_active): (StoredResource, _, _, _) = match resource {
            Resource::Person(person) => {
                let was_active = person.active;
                let name = text_of(&document, "userName");
                let updated = tx
                    .update_person(person, document, &self.origin)
                    .await
                    .map_err(|error| Refusal::from(error).with_name(ResourceType::User, &name))?;
                let entries = self.view.entries(tx, &updated.id, 0).await?;
                let is_active = updated.active;
                (updated.into(), entries, was_active, is_active)
            }
            Resource::Group(group) => {
                let before = group.members;
                let name = text_of(&document, "displayName");
                let updated = tx
                    .update_group(&self.scope, group, document, &members, &self.origin)
                    .await
                    .map_err(|error| Refusal::from(error).with_name(ResourceType::Group, &name))?;
                allow_size(before, updated.members, &self.limits)?;
                let entries = self.view.entries(tx, &updated.id, updated.members).await?;
                (updated.into(), entries, true, true)
            }
        };
        let changed = stored.version != version;
        Ok(Written { stored, entries, was_active, is_active, changed, ignored, notes })
    }

    /// Checks the preconditions of the request (RFC 9110 section 13) against the present version.
    pub fn check_preconditions(&self, version: u64) -> Result<(), Error> {
        version::if_match(self.if_match.as_deref(), version)?;
        if version::if_none_match(self.if_none_match.as_deref(), version) {
            return Err(Error::precondition_failed(format!(
                "If-None-Match: the resource has the version {}, which it was not to have",
                version::etag(version)
            )));
        }
        Ok(())
    }
}

/// An attribute's text; empty where it has none.
pub(super) fn text_of(document: &Map<String, Value>, name: &str) -> String {
    document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
