//! What an operation wants done, from its value. Two things that look alike are kept apart here: a value that says
//! nothing, and one that says "there is to be none".

use serde_json::{Map, Value};

use super::Change;
use crate::element::bears;
use crate::error::{Error, ScimType};
use crate::passed_over::PassedOver;
use crate::schema::Attribute;
use crate::value::{Parts, Said, element, elements, parts, said};

/// Where an operation leads.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    /// The attribute named first.
    pub attribute: &'s Attribute,
    /// The part named last.
    pub part: Option<&'s Attribute>,
    /// The path as a detail shows it.
    pub place: &'s str,
    /// Whether a filter selects elements.
    pub selected: bool,
}

impl Spot<'_> {
    /// Whether it leads to a whole list.
    fn is_list(&self) -> bool {
        self.part.is_none() && self.attribute.multi_valued && !self.selected
    }

    /// Whether it leads to one complex value, or to elements that are complex.
    fn is_complex(&self) -> bool {
        self.part.is_none() && self.attribute.is_complex() && !self.is_list()
    }
}

/// What `add` does; none if the value says nothing, or is empty: an addition never takes anything away.
pub(super) fn addition(
    spot: &Spot<'_>,
    value: Value,
    passed_over: &mut PassedOver,
) -> Result<Option<Change>, Error> {
    if spot.is_complex() {
        let Some(value) = one(spot, value) else { return Ok(None) };
        let given: Parts = parts(spot.attribute, spot.place, value, passed_over)?
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .collect();
        return Ok(Some(given).filter(|given| !given.is_empty()).map(Change::SetParts));
    }
    Ok(match understood(spot, value, passed_over)? {
        Said::Nothing | Said::Empty => None,
        Said::Value(Value::Array(items)) if spot.is_list() => Some(Change::AddElements(items)),
        Said::Value(value) => Some(Change::Set(value)),
    })
}

/// What `replace` does; none if the value says nothing. An empty value takes away what is there, and so does a complex
/// one that names its `value` as empty and nothing besides it.
pub(super) fn replacement(
    spot: &Spot<'_>,
    value: Value,
    passed_over: &mut PassedOver,
) -> Result<Option<Change>, Error> {
    let was_list = value.is_array();
    if spot.is_complex() {
        let Some(value) = one(spot, value) else {
            passed_over.empty(spot.place);
            return Ok(Some(Change::Remove));
        };
        let given = parts(spot.attribute, spot.place, value, passed_over)?;
        for (name, _) in given.iter().filter(|(_, value)| value.is_none()) {
            passed_over.empty(&format!("{}.{name}", spot.place));
        }
        let is_emptied = given.iter().any(|(name, value)| name == "value" && value.is_none());
        let bears_another = given.iter().any(|(name, value)| value.is_some() && bears(spot.attribute, name));
        return Ok(match (is_emptied && !bears_another, given.is_empty()) {
            (true, _) => Some(Change::Remove),
            (false, true) => None,
            (false, false) => Some(Change::SetParts(given)),
        });
    }
    Ok(match understood(spot, value, passed_over)? {
        Said::Nothing => None,
        Said::Empty => {
            if !was_list {
                passed_over.empty(spot.place);
            }
            Some(Change::Remove)
        }
        Said::Value(Value::Array(items)) if spot.is_list() => Some(Change::SetElements(items)),
        Said::Value(value) => Some(Change::Set(value)),
    })
}

/// What `remove` takes away; none if its value names nothing. A value narrows the removal to what it names, so that a
/// client that means one element or part never loses them all: of a list the elements that are meant, of a complex
/// value its parts. At a simple value the path says enough.
pub(super) fn removal(
    spot: &Spot<'_>,
    value: Value,
    passed_over: &mut PassedOver,
) -> Result<Option<Change>, Error> {
    let is_value_of_list = spot.attribute.multi_valued
        && !spot.selected
        && spot.part.is_some_and(|part| part.name == "value" && !value.is_null());
    if is_value_of_list {
        // `emails.value` with one of the values names this one, and not all of them.
        let item = Value::Object(Map::from_iter([("value".to_owned(), value)]));
        let spot = Spot { part: None, ..*spot };
        let meant = named_element(&spot, item, passed_over)?;
        return Ok(meant.map(|meant| Change::RemoveElements(vec![meant])));
    }
    if value.is_null() || !(spot.is_list() || spot.is_complex()) {
        return Ok(Some(Change::Remove));
    }
    if spot.is_list() {
        let mut meant = Vec::new();
        for item in listed(value) {
            meant.extend(named_element(spot, item, passed_over)?);
        }
        return Ok(Some(meant).filter(|meant| !meant.is_empty()).map(Change::RemoveElements));
    }
    let Some(value) = one(spot, value) else { return Ok(Some(Change::Remove)) };
    let mut named: Vec<String> =
        parts(spot.attribute, spot.place, value, passed_over)?.into_iter().map(|(name, _)| name).collect();
    if named.is_empty() {
        return Ok(None);
    }
    if spot.selected {
        // Labels only repeat which elements the filter selects.
        named.retain(|name| bears(spot.attribute, name));
        if named.is_empty() {
            return Ok(Some(Change::Remove));
        }
    }
    Ok(Some(Change::RemoveParts(named)))
}

/// What an element of a removal names; none if it names nothing. Something unknown beside which no `value` says what
/// is meant is refused, because what is left would name more than the client did.
fn named_element(spot: &Spot<'_>, item: Value, passed_over: &mut PassedOver) -> Result<Option<Value>, Error> {
    if !spot.attribute.is_complex() {
        return Ok(element(spot.attribute, spot.place, item, passed_over)?.value());
    }
    if item.is_null() {
        return Ok(None);
    }
    let unknown: Vec<String> = item
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| spot.attribute.sub(name).is_none())
        .cloned()
        .collect();
    let named = parts(spot.attribute, spot.place, item, passed_over)?;
    let has_value = named.iter().any(|(name, value)| name == "value" && value.is_some());
    if let (Some(name), false) = (unknown.first(), has_value) {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{}: {name} is not known here, so that it is not clear which to remove", spot.place),
        ));
    }
    // An empty part names no element; without it, what is left would name others.
    if !has_value && named.iter().any(|(_, value)| value.is_none()) {
        return Ok(None);
    }
    let named: Map<String, Value> =
        named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(Some(named).filter(|named| !named.is_empty()).map(Value::Object))
}

/// Reads the value of a list, of a simple attribute, or of a part.
fn understood(spot: &Spot<'_>, value: Value, passed_over: &mut PassedOver) -> Result<Said, Error> {
    if spot.is_list() {
        return match value {
            Value::Null => Ok(Said::Empty),
            Value::String(text) if text.is_empty() => Ok(Said::Empty),
            Value::Array(items) if items.is_empty() => Ok(Said::Empty),
            value => elements(spot.attribute, spot.place, listed(value), passed_over),
        };
    }
    match spot.part {
        Some(part) if part.multi_valued => said(part, spot.place, listed(value).into(), passed_over),
        Some(part) => said(part, spot.place, value, passed_over),
        None if spot.attribute.multi_valued => {
            element(spot.attribute, spot.place, unwrapped(value), passed_over)
        }
        None => said(spot.attribute, spot.place, value, passed_over),
    }
}

/// One complex value, out of its array if it is alone in one; none if it is empty.
fn one(spot: &Spot<'_>, value: Value) -> Option<Value> {
    let value = if spot.attribute.multi_valued { unwrapped(value) } else { value };
    let is_empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => spot.attribute.multi_valued && items.is_empty(),
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
