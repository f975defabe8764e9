//! What differs between two documents, as the journal notes it.
//!
//! Each side is an object of the attributes that differ. A value has one of three forms there:
//!
//! * the value itself: all that the attribute has on that side. Single values, values that only one side has, and
//!   lists whose elements changed their order. Rows of older versions have no other form;
//! * `{"$parts": {"familyName": <form>}}`: of a complex value or an extension, the parts that differ;
//! * `{"$elements": [[3, <element>]]}`: of a list, the elements that only this side has, with their places in the list
//!   of this side, counted from 0 and ascending. All others are in both lists, in the same order.
//!
//! No attribute name begins with `$` (RFC 7643 section 2.1; `$ref` is the only part that does), so that no value reads
//! as a form. A change of one element of a list of thousands is so noted in the size of that element.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

const PARTS: &str = "$parts";
const ELEMENTS: &str = "$elements";

/// A noted value, understood.
#[derive(Debug, PartialEq)]
pub enum JournalValue<'v> {
    /// All that the attribute has on this side.
    Whole(&'v Value),
    /// The parts that differ, each in its own form.
    Parts(&'v Map<String, Value>),
    /// The elements that only this side has, with their places from 0.
    Elements(Vec<(usize, &'v Value)>),
}

impl<'v> JournalValue<'v> {
    /// Reads a value of `before` or `after`, of this version or an older one.
    pub fn of(value: &'v Value) -> Self {
        let form = value.as_object().filter(|form| form.len() == 1);
        if let Some(parts) = form.and_then(|form| form.get(PARTS)).and_then(Value::as_object) {
            return Self::Parts(parts);
        }
        let pairs = form.and_then(|form| form.get(ELEMENTS)).and_then(Value::as_array);
        pairs.map_or(Self::Whole(value), |pairs| Self::Elements(pairs.iter().filter_map(placed).collect()))
    }
}

fn placed(pair: &Value) -> Option<(usize, &Value)> {
    let place = pair.get(0)?.as_u64()?.try_into().ok()?;
    Some((place, pair.get(1)?))
}

/// What only one document has, for each of the two.
pub(crate) fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> (Value, Value) {
    let (before, after) = parts(before, after);
    (Value::Object(before), Value::Object(after))
}

fn parts(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let (mut left, mut right) = (Map::new(), Map::new());
    for (name, old) in before {
        match after.get(name) {
            Some(new) if new == old => {}
            Some(new) => {
                let (old, new) = values(old, new);
                left.extend(old.map(|old| (name.clone(), old)));
                right.extend(new.map(|new| (name.clone(), new)));
            }
            None => drop(left.insert(name.clone(), old.clone())),
        }
    }
    let come = after.iter().filter(|(name, _)| !before.contains_key(*name));
    right.extend(come.map(|(name, new)| (name.clone(), new.clone())));
    (left, right)
}

fn values(before: &Value, after: &Value) -> (Option<Value>, Option<Value>) {
    let form = |name: &str, is_empty: bool, inner: Value| (!is_empty).then(|| json!({ name: inner }));
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let (old, new) = parts(old, new);
            let side = |of: Map<String, Value>| form(PARTS, of.is_empty(), Value::Object(of));
            (side(old), side(new))
        }
        (Value::Array(old), Value::Array(new)) => match elements(old, new) {
            Some((old, new)) => {
                let side = |of: Vec<Value>| form(ELEMENTS, of.is_empty(), Value::Array(of));
                (side(old), side(new))
            }
            None => (Some(before.clone()), Some(after.clone())),
        },
        _ => (Some(before.clone()), Some(after.clone())),
    }
}

/// The elements that only one list has; `None` where what both have does not stand in the same order, or where they
/// have nothing in common.
fn elements(before: &[Value], after: &[Value]) -> Option<(Vec<Value>, Vec<Value>)> {
    let texts = |list: &[Value]| list.iter().map(Value::to_string).collect::<Vec<_>>();
    let (old, new) = (texts(before), texts(after));
    let (gone, stays) = split(before, &old, &new);
    let (come, stood) = split(after, &new, &old);
    (!stays.is_empty() && stays == stood).then_some((gone, come))
}

/// What of a list the other one has not, with places, and what it has.
fn split<'t>(list: &[Value], texts: &'t [String], other: &[String]) -> (Vec<Value>, Vec<&'t str>) {
    let mut left: HashMap<&str, usize> = HashMap::with_capacity(other.len());
    for text in other {
        *left.entry(text).or_default() += 1;
    }
    let (mut only, mut common) = (Vec::new(), Vec::new());
    for (place, (element, text)) in list.iter().zip(texts).enumerate() {
        match left.get_mut(text.as_str()).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                common.push(text.as_str());
            }
            None => only.push(json!([place, element])),
        }
    }
    (only, common)
}

/// Takes a noted change back: the document as it was before.
pub(crate) fn take_back(
    document: &mut Map<String, Value>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) {
    let later = after.keys().filter(|name| !before.contains_key(*name));
    for name in before.keys().chain(later) {
        // What is there before and after retains its place among the others.
        let present = document.get_mut(name).map(Value::take);
        match former(present, before.get(name), after.get(name)) {
            Some(value) => drop(document.insert(name.clone(), value)),
            None => drop(document.shift_remove(name)),
        }
    }
}

fn former(present: Option<Value>, before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
    let nothing = Map::new();
    match (before.map(JournalValue::of), after.map(JournalValue::of)) {
        (Some(JournalValue::Whole(value)), _) => Some(value.clone()),
        (None, None | Some(JournalValue::Whole(_))) => None,
        (Some(JournalValue::Parts(old)), Some(JournalValue::Parts(new))) => {
            Some(former_parts(present, old, new))
        }
        (Some(JournalValue::Parts(old)), _) => Some(former_parts(present, old, &nothing)),
        (None, Some(JournalValue::Parts(new))) => Some(former_parts(present, &nothing, new)),
        (Some(JournalValue::Elements(old)), Some(JournalValue::Elements(new))) => {
            Some(former_list(present, &old, &new))
        }
        (Some(JournalValue::Elements(old)), _) => Some(former_list(present, &old, &[])),
        (None, Some(JournalValue::Elements(new))) => Some(former_list(present, &[], &new)),
    }
}

fn former_parts(present: Option<Value>, old: &Map<String, Value>, new: &Map<String, Value>) -> Value {
    let mut parts = match present {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    take_back(&mut parts, old, new);
    Value::Object(parts)
}

fn former_list(present: Option<Value>, old: &[(usize, &Value)], new: &[(usize, &Value)]) -> Value {
    let mut list = match present {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    for (place, _) in new.iter().rev() {
        if *place < list.len() {
            list.remove(*place);
        }
    }
    for (place, element) in old {
        list.insert((*place).min(list.len()), (*element).clone());
    }
    Value::Array(list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => Map::from_iter([("value".to_owned(), other)]),
        }
    }

    #[test]
    fn only_what_differs_is_noted() {
        let work = json!({"type": "work", "value": "a@x"});
        for (before, after, left, right) in [
            (
                json!({"title": "A", "active": true}),
                json!({"title": "B", "active": true}),
                json!({"title": "A"}),
                json!({"title": "B"}),
            ),
            (
                json!({"name": {"givenName": "Ada", "familyName": "Byron"}}),
                json!({"name": {"givenName": "Ada", "familyName": "King"}}),
                json!({"name": {"$parts": {"familyName": "Byron"}}}),
                json!({"name": {"$parts": {"familyName": "King"}}}),
            ),
            (
                json!({"emails": [work, {"value": "b@x"}, {"value": "c@x"}]}),
                json!({"emails": [work, {"value": "c@x"}, {"value": "d@x"}]}),
                json!({"emails": {"$elements": [[1, {"value": "b@x"}]]}}),
                json!({"emails": {"$elements": [[2, {"value": "d@x"}]]}}),
            ),
            (
                json!({"emails": [work]}),
                json!({"emails": [work, 1]}),
                json!({}),
                json!({"emails": {"$elements": [[1, 1]]}}),
            ),
            (
                json!({"emails": [1, 2]}),
                json!({"emails": [2, 1]}),
                json!({"emails": [1, 2]}),
                json!({"emails": [2, 1]}),
            ),
            (json!({"emails": [1]}), json!({"emails": [2]}), json!({"emails": [1]}), json!({"emails": [2]})),
            (json!({"emails": [1]}), json!({}), json!({"emails": [1]}), json!({})),
        ] {
            let found = difference(&object(before.clone()), &object(after.clone()));
            assert_eq!(found, (left, right), "{before} became {after}");
        }
    }

    #[test]
    fn one_of_ten_thousand_elements_is_noted_in_its_own_size() {
        let many = |last: &str| {
            let mut list: Vec<Value> =
                (0..10_000).map(|n| json!({"value": format!("p{n}@example.com")})).collect();
            list.push(json!({"value": last}));
            object(json!({"urn:x": {"emails": list}}))
        };
        let (before, after) = difference(&many("a"), &many("b"));
        let bytes = before.to_string().len() + after.to_string().len();
        assert!(bytes < 200, "{bytes} bytes for one element, also inside an extension");
    }

    #[test]
    fn rows_of_older_versions_are_taken_back_whole() {
        let mut document = object(json!({"emails": [1, 2, 3], "name": {"givenName": "B"}, "title": "new"}));
        let before = object(json!({"emails": [1, 2], "name": {"familyName": "A"}}));
        let after = object(json!({"emails": [1, 2, 3], "name": {"givenName": "B"}, "title": "new"}));
        take_back(&mut document, &before, &after);
        assert_eq!(document, before);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![(0..4u8).prop_map(|n| json!(n)), Just(json!("x")), Just(json!(true))];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn taking_a_change_back_gives_what_was_before(before in value(), after in value()) {
            let (before, after) = (object(before), object(after));
            let (left, right) = difference(&before, &after);
            let mut document = after.clone();
            take_back(&mut document, &object(left.clone()), &object(right.clone()));
            prop_assert_eq!(&document, &before, "{} became {}: {} / {}", json!(before), json!(after), left, right);
        }
    }
}
