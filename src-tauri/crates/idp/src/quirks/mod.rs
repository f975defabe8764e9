//! Quirks: what clients send beside the RFC, one subject a file, each with who does it and where that was seen.
//!
//! A quirk turns one wrong form into the right one and says so. It has three duties: a request that was right
//! already passes untouched; what it made passes untouched a second time; and a removal never removes more than
//! the client named.
//!
//! The keys in the sources stand for: **Entra docs** Microsoft's provisioning documentation, **Entra validator**
//! captured runs of Microsoft's SCIM validator, **Okta docs** Okta's SCIM reference, **SCIM-SDK** the comments on
//! observed requests in the open source server of that name.
//!
//! To add one: write a file with a [`Quirk`] and a function on the operations or the body, list the quirk in
//! [`ALL`], and call the function from [`crate::normalise()`].

pub(crate) mod booleans;
pub(crate) mod documents;
pub(crate) mod elements;
pub(crate) mod extensions;
pub(crate) mod filters;
pub mod kept;
pub(crate) mod lifted;
pub(crate) mod manager;
pub(crate) mod members;
pub(crate) mod op_names;
pub(crate) mod pathless;
pub(crate) mod photos;
pub(crate) mod read_only;
pub(crate) mod removals;
pub(crate) mod scalars;
pub(crate) mod schemas;
pub(crate) mod unknown;

use scim::{Registry, ResourceType};
use serde_json::{Map, Value};

use crate::notes::Notes;

/// A liberty that some client takes. As data, so that the interop report and the documentation show the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Stable, kept with every exchange.
    pub code: &'static str,
    /// What is unusual, in a few words.
    pub title: &'static str,
    /// Who was seen doing it.
    pub senders: &'static str,
    /// Where that was learnt.
    pub source: &'static str,
    /// The section of the RFC that says otherwise.
    pub rule: &'static str,
    /// What we make of it.
    pub answer: &'static str,
}

/// Every quirk known, in the order in which they are looked for.
pub const ALL: [&Quirk; 34] = [
    &crate::auth::BARE_TOKEN,
    &crate::auth::BEARER_TWICE,
    &crate::auth::SPACES,
    &filters::SUFFIX,
    &filters::ALIAS,
    &filters::QUOTED_BOOLEAN,
    &filters::BARE_WORD,
    &op_names::KEYS,
    &op_names::CASE,
    &schemas::MESSAGE,
    &schemas::RESOURCE,
    &schemas::MISSPELT,
    &pathless::FLAT_KEYS,
    &pathless::ELEMENT_KEYS,
    &read_only::IN_VALUE,
    &extensions::UNQUALIFIED,
    &extensions::WHOLE,
    &extensions::DOTTED,
    &lifted::WRAPPED,
    &elements::WRAPPED,
    &elements::BARE,
    &booleans::TEXT,
    &scalars::FOR_TEXT,
    &photos::OVERSIZED,
    &documents::JSON_IN_TEXT,
    &manager::FORM,
    &members::ID_FORM,
    &members::BY_VALUE,
    &removals::VALUE,
    &unknown::PASSED_OVER,
    &kept::EMPTY_VALUE,
    &kept::UNKNOWN_ATTRIBUTE,
    &kept::PUT_WITHOUT_MEMBERS,
    &kept::PUT_WITHOUT_ACTIVE,
];

/// The quirk with that code.
pub fn by_code(code: &str) -> Option<&'static Quirk> {
    ALL.into_iter().find(|quirk| quirk.code == code)
}

/// What every quirk needs to know.
pub(crate) struct Context<'a> {
    pub(crate) registry: &'a Registry,
    /// The connection's endpoint, without a slash at the end.
    pub(crate) base: &'a str,
    pub(crate) kind: ResourceType,
    pub(crate) notes: &'a mut Notes,
}

/// The operations of a PATCH, each an object with `op`, `path` and `value`.
pub(crate) type Operations = Vec<Map<String, Value>>;

/// The text under a key.
pub(crate) fn text<'v>(map: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    map.get(key).and_then(Value::as_str)
}

/// The same map with one key renamed, in the same place.
pub(crate) fn renamed(map: Map<String, Value>, from: &str, to: &str) -> Map<String, Value> {
    map.into_iter()
        .map(|(key, value)| if key == from { (to.to_owned(), value) } else { (key, value) })
        .collect()
}

/// An operation with a path.
pub(crate) fn operation(op: &str, path: String, value: Option<Value>) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("op".to_owned(), op.into());
    map.insert("path".to_owned(), path.into());
    if let Some(value) = value {
        map.insert("value".to_owned(), value);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_every_field_is_filled() {
        let mut codes: Vec<&str> = ALL.iter().map(|quirk| quirk.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len(), "two quirks share a code");
        for quirk in ALL {
            assert!(quirk.rule.starts_with("RFC "), "{} names no section", quirk.code);
            for field in [quirk.title, quirk.senders, quirk.source, quirk.answer] {
                assert!(!field.is_empty(), "{} is incomplete", quirk.code);
            }
            assert_eq!(by_code(quirk.code), Some(quirk));
        }
    }
}
