//! What is around the resources of a list, and what the log holds of it.

use std::collections::VecDeque;

use scim::{Projection, ResourceType, list_response};
use serde_json::{Map, Value};

/// How many ids of a list are in the log.
const LOGGED: usize = 10;

/// What is around the resources of a list.
#[derive(Default)]
pub(super) struct Frame {
    pub total: u64,
    pub start_index: Option<u64>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

impl Frame {
    fn around(&self, resources: Vec<Map<String, Value>>) -> Map<String, Value> {
        list_response(self.total, self.start_index, self.next.clone(), self.previous.clone(), resources)
    }

    /// The beginning of the list, up to its first resource. How many there are follows at the end.
    pub fn head(&self) -> String {
        let mut head = self.around(Vec::new());
        head.shift_remove("itemsPerPage");
        head.shift_remove("Resources");
        format!("{},\"Resources\":[", unclosed(&Value::Object(head)))
    }

    /// The list of these resources, which are text already.
    pub fn whole<'t>(&self, resources: impl Iterator<Item = &'t [u8]>) -> Vec<u8> {
        let mut text = self.head().into_bytes();
        let mut items = 0;
        for resource in resources {
            begin_item(&mut text, &mut items);
            text.extend_from_slice(resource);
        }
        text.extend_from_slice(Self::end(items).as_bytes());
        text
    }

    pub fn end(items: u64) -> String {
        format!("],\"itemsPerPage\":{items}}}")
    }
}

/// The resources of one type in a list.
pub(super) struct Segment {
    pub resource_type: ResourceType,
    pub projection: Projection,
    pub ids: VecDeque<String>,
}

/// What the log holds of a list: its numbers and the first ids.
pub(super) fn summary(frame: &Frame, segments: &[Segment]) -> Value {
    let ids = segments.iter().flat_map(|segment| &segment.ids);
    let first = ids.take(LOGGED).map(|id| Map::from_iter([("id".to_owned(), Value::from(id.as_str()))]));
    let mut summary = frame.around(first.collect());
    let count: usize = segments.iter().map(|segment| segment.ids.len()).sum();
    summary.insert("itemsPerPage".to_owned(), count.into());
    Value::Object(summary)
}

/// Begins the next resource of a list.
pub(super) fn begin_item(text: &mut Vec<u8>, items: &mut u64) {
    if *items > 0 {
        text.push(b',');
    }
    *items += 1;
}

/// An object as text, without its last brace.
pub(super) fn unclosed(object: &Value) -> String {
    let mut text = object.to_string();
    text.pop();
    text
}
