//! Names of the schemas and of SCIM's messages, which name no company and no person.

use std::collections::BTreeSet;

use scim::{Attribute, Registry};

/// Names in messages of RFC 7644 and RFC 9865, and in URNs.
const MESSAGE: [&str; 31] = [
    "schemas",
    "operations",
    "op",
    "path",
    "value",
    "resources",
    "totalresults",
    "startindex",
    "itemsperpage",
    "detail",
    "scimtype",
    "status",
    "filter",
    "count",
    "attributes",
    "excludedattributes",
    "sortby",
    "sortorder",
    "cursor",
    "nextcursor",
    "previouscursor",
    "method",
    "bulkid",
    "version",
    "data",
    "location",
    "response",
    "failonerrors",
    "user",
    "group",
    "patchop",
];

/// The names of all attributes of the schemas and of the messages, in lower case.
pub(super) fn known_names(registry: &Registry) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = MESSAGE.iter().map(|name| (*name).to_owned()).collect();
    let mut add = |attributes: &[Attribute]| {
        for attribute in attributes {
            names.insert(attribute.name.to_lowercase());
            names.extend(attribute.sub_attributes.iter().map(|sub| sub.name.to_lowercase()));
        }
    };
    add(registry.common());
    for schema in registry.schemas() {
        add(&schema.attributes);
    }
    names
}
