//! The change that an operation makes, from its value. Two cases look alike and are distinguished here: a value
//! that states nothing, and one that states "no value".

use serde_json::{Map, Value};

use crate::element::is_significant;
use crate::error::{Error, ScimType};
use crate::ignored::Ignored;
use crate::schema::Attribute;
use crate::value::{Parsed, Parts, element, elements, parse_attribute, parts};

/// What is done at the place of a step. Values are in canonical form; an operation whose value is unspecified
/// becomes no step.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// The value takes the place of what is there: a simple value, a part, or an element that is not complex.
    Set(Value),
    /// The parts named get their value, or lose the one they have; the others are left as they are.
    SetParts(Parts),
    /// Elements that a list gets besides those it has.
    AddElements(Vec<Value>),
    /// The elements of a list, and no others.
    SetElements(Vec<Value>),
    /// Removes what is there.
    Remove,
    /// Removes the elements that one of these (parts of elements) identifies.
    RemoveElements(Vec<Value>),
    /// Removes these parts.
    RemoveParts(Vec<String>),
}

/// The attribute, part or elements that an operation names.
#[derive(Clone, Copy)]
pub(super) struct AttributeTarget<'s> {
    /// The attribute named first.
    pub attribute: &'s Attribute,
    /// The part named last.
    pub part: Option<&'s Attribute>,
    /// The path as a detail shows it.
    pub place: &'s str,
    /// Whether a filter selects elements.
    pub selected: bool,
}

impl AttributeTarget<'_> {
    /// Whether it is a whole multi-valued attribute.
    fn is_list(&self) -> bool {
        self.part.is_none() && self.attribute.multi_valued && !self.selected
    }

    /// Whether it is one complex value, or complex elements.
    fn is_complex(&self) -> bool {
        self.part.is_none() && self.attribute.is_complex() && !self.is_list()
    }
}

/// What `add` does; `None` if the value is unspecified or empty: an addition never removes anything.
pub(super) fn addition(
    target: &AttributeTarget<'_>,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Option<Change>, Error> {
    if target.is_complex() {
        let Some(value) = one(target, value) else { return Ok(None) };
        let given: Parts = parts(target.attribute, target.place, value, ignored)?
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .collect();
        return Ok(Some(given).filter(|given| !given.is_empty()).map(Change::SetParts));
    }
    Ok(match parse_value(target, value, ignored)? {
        Parsed::Unspecified | Parsed::Empty => None,
        Parsed::Value(Value::Array(items)) if target.is_list() => Some(Change::AddElements(items)),
        Parsed::Value(value) => Some(Change::Set(value)),
    })
}

/// What `replace` does; `None` if the value is unspecified. An empty value removes what is there, and so does a
/// complex one whose `value` is empty and that has no other part.
pub(super) fn replacement(
    target: &AttributeTarget<'_>,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Option<Change>, Error> {
    let was_list = value.is_array();
    if target.is_complex() {
        let Some(value) = one(target, value) else {
            ignored.empty(target.place);
            return Ok(Some(Change::Remove));
        };
        let given = parts(target.attribute, target.place, value, ignored)?;
        for (name, _) in given.iter().filter(|(_, value)| value.is_none()) {
            ignored.empty(&format!("{}.{name}", target.place));
        }
        let is_emptied = given.iter().any(|(name, value)| name == "value" && value.is_none());
        let has_another =
            given.iter().any(|(name, value)| value.is_some() && is_significant(target.attribute, name));
        return Ok(match (is_emptied && !has_another, given.is_empty()) {
            (true, _) => Some(Change::Remove),
            (false, true) => None,
            (false, false) => Some(Change::SetParts(given)),
        });
    }
    Ok(match parse_value(target, value, ignored)? {
        Parsed::Unspecified => None,
        Parsed::Empty => {
            if !was_list {
                ignored.empty(target.place);
            }
            Some(Change::Remove)
        }
        Parsed::Value(Value::Array(items)) if target.is_list() => Some(Change::SetElements(items)),
        Parsed::Value(value) => Some(Change::Set(value)),
    })
}

/// What `remove` does; `None` if its value names nothing. A value narrows the removal to what it names, so that a
/// client that names one element or part never loses them all: of a list the elements it identifies, of a complex
/// value its parts. For a simple value the path alone decides.
pub(super) fn removal(
    target: &AttributeTarget<'_>,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Option<Change>, Error> {
    let is_value_of_list = target.attribute.multi_valued
        && !target.selected
        && target.part.is_some_and(|part| part.name == "value" && !value.is_null());
    if is_value_of_list {
        // `emails.value` with one of the values identifies this one, not all of them.
        let item = Value::Object(Map::from_iter([("value".to_owned(), value)]));
        let target = AttributeTarget { part: None, ..*target };
        let named = named_element(&target, item, ignored)?;
        return Ok(named.map(|named| Change::RemoveElements(vec![named])));
    }
    if value.is_null() || !(target.is_list() || target.is_complex()) {
        return Ok(Some(Change::Remove));
    }
    if target.is_list() {
        let mut named = Vec::new();
        for item in listed(value) {
            named.extend(named_element(target, item, ignored)?);
        }
        return Ok(Some(named).filter(|named| !named.is_empty()).map(Change::RemoveElements));
    }
    let Some(value) = one(target, value) else { return Ok(Some(Change::Remove)) };
    let mut named: Vec<String> =
        parts(target.attribute, target.place, value, ignored)?.into_iter().map(|(name, _)| name).collect();
    if named.is_empty() {
        return Ok(None);
    }
    if target.selected {
        // Labels only repeat which elements the filter selects.
        named.retain(|name| is_significant(target.attribute, name));
        if named.is_empty() {
            return Ok(Some(Change::Remove));
        }
    }
    Ok(Some(Change::RemoveParts(named)))
}

/// What an element of a removal identifies; `None` if nothing. An unknown part without a `value` beside it is refused,
/// because the other parts would identify more elements than the client did.
fn named_element(
    target: &AttributeTarget<'_>,
    item: Value,
    ignored: &mut Ignored,
) -> Result<Option<Value>, Error> {
    if !target.attribute.is_complex() {
        return Ok(element(target.attribute, target.place, item, ignored)?.value());
    }
    if item.is_null() {
        return Ok(None);
    }
    let unknown: Vec<String> = item
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| target.attribute.sub(name).is_none())
        .cloned()
        .collect();
    let named = parts(target.attribute, target.place, item, ignored)?;
    let has_value = named.iter().any(|(name, value)| name == "value" && value.is_some());
    if let (Some(name), false) = (unknown.first(), has_value) {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{}: {name} is unknown here, so it is not clear which one to remove", target.place),
        ));
    }
    // An empty part identifies no element; without it the other parts would identify others.
    if !has_value && named.iter().any(|(_, value)| value.is_none()) {
        return Ok(None);
    }
    let named: Map<String, Value> =
        named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(Some(named).filter(|named| !named.is_empty()).map(Value::Object))
}

/// Reads the value of a list, of a simple attribute, or of a part.
fn parse_value(target: &AttributeTarget<'_>, value: Value, ignored: &mut Ignored) -> Result<Parsed, Error> {
    if target.is_list() {
        return match value {
            Value::Null => Ok(Parsed::Empty),
            Value::String(text) if text.is_empty() => Ok(Parsed::Empty),
            Value::Array(items) if items.is_empty() => Ok(Parsed::Empty),
            value => elements(target.attribute, target.place, listed(value), ignored),
        };
    }
    match target.part {
        Some(part) if part.multi_valued => parse_attribute(part, target.place, listed(value).into(), ignored),
        Some(part) => parse_attribute(part, target.place, value, ignored),
        None if target.attribute.multi_valued => {
            element(target.attribute, target.place, unwrapped(value), ignored)
        }
        None => parse_attribute(target.attribute, target.place, value, ignored),
    }
}

/// One complex value, out of its array if it is alone in one; none if it is empty.
fn one(target: &AttributeTarget<'_>, value: Value) -> Option<Value> {
    let value = if target.attribute.multi_valued { unwrapped(value) } else { value };
    let is_empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => target.attribute.multi_valued && items.is_empty(),
        _ => false,
    };
    (!is_empty).then_some(value)
}

/// One value or several, as an array.
fn listed(value: Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        single => vec![single],
    }
}

/// The one value of an array of one, where a single value is wanted.
fn unwrapped(value: Value) -> Value {
    match value {
        Value::Array(mut items) if items.len() == 1 => items.remove(0),
        other => other,
    }
}
