//! What the functions that normalise a request share.

use scim::{Registry, ResourceType};
use serde_json::{Map, Value};

use crate::deviation::Deviation;
use crate::normalisation::Normalisations;

/// The request at hand, for the functions that normalise it.
pub(crate) struct Context<'a> {
    pub(crate) registry: &'a Registry,
    /// The connection's endpoint, without a slash at the end.
    pub(crate) base: &'a str,
    pub(crate) kind: ResourceType,
    pub(crate) normalisations: &'a mut Normalisations,
}

impl Context<'_> {
    /// Records what was normalised: a sentence without its subject, that starts with a verb and ends with a full stop.
    pub(crate) fn normalised(&mut self, deviation: &Deviation, text: &str) {
        self.normalisations.add(deviation, text);
    }
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
