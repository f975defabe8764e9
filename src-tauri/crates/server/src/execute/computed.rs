//! What is computed of a resource, in its document: the `groups` of a person, the `members` of a group.

use scim::ResourceType;
use serde_json::{Map, Value};
use store::Entries;

/// The computed attribute of a resource, if it has entries.
pub(super) fn computed(resource_type: ResourceType, entries: Entries) -> Map<String, Value> {
    let has_some = !entries.list.is_empty();
    Map::from_iter(has_some.then(|| (resource_type.computed().to_owned(), entries.list.into())))
}
