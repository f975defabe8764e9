//! Changes of the parts of a complex value.

use serde_json::{Map, Value};

use super::change::Change;
use crate::element::{is_significant, same_part};
use crate::error::{Error, ScimType};
use crate::filter::Filter;
use crate::resource::immutable;
use crate::schema::{Attribute, Mutability};
use crate::value::Parts;

/// Refuses another value of a part that is immutable and had one.
pub(super) fn check_parts(
    attribute: &Attribute,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<(), Error> {
    let mut immutables =
        attribute.sub_attributes.iter().filter(|sub| sub.mutability == Mutability::Immutable);
    let is_changed =
        |sub: &&Attribute| before.contains_key(&sub.name) && !same_part(attribute, &sub.name, before, after);
    match immutables.find(is_changed) {
        None => Ok(()),
        Some(sub) => Err(immutable(&format!("{}.{}", attribute.name, sub.name))),
    }
}

/// Whether a change can only remove something, so that there is nothing to do where nothing is there.
pub(super) fn only_removes(change: &Change) -> bool {
    match change {
        Change::Remove | Change::RemoveElements(_) | Change::RemoveParts(_) => true,
        Change::SetParts(parts) => parts.iter().all(|(_, value)| value.is_none()),
        Change::Set(_) | Change::AddElements(_) | Change::SetElements(_) => false,
    }
}

/// Sets and removes parts of a complex value. Where only labels remain after a removal, they are removed too.
pub(super) fn change_parts(
    attribute: &Attribute,
    parts: &mut Map<String, Value>,
    change: &Change,
    sub: Option<&str>,
) -> Result<(), Error> {
    match (change, sub) {
        (Change::Set(value), Some(sub)) => drop(parts.insert(sub.to_owned(), value.clone())),
        (Change::Remove, Some(sub)) => remove_parts(attribute, parts, &[sub]),
        (Change::RemoveParts(names), None) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            remove_parts(attribute, parts, &names);
        }
        (Change::SetParts(given), None) => merge(attribute, parts, given),
        _ => return Err(mismatched(attribute)),
    }
    Ok(())
}

fn merge(attribute: &Attribute, parts: &mut Map<String, Value>, given: &Parts) {
    for (name, value) in given {
        if let Some(value) = value {
            parts.insert(name.clone(), value.clone());
        }
    }
    let emptied: Vec<&str> =
        given.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    remove_parts(attribute, parts, &emptied);
}

/// Removes parts. The `$ref` of a `value` is removed with it, and so are labels that have nothing left to label.
fn remove_parts(attribute: &Attribute, parts: &mut Map<String, Value>, names: &[&str]) {
    let mut is_removed = false;
    for name in names {
        is_removed |= parts.shift_remove(*name).is_some();
        if *name == "value" {
            parts.shift_remove("$ref");
        }
    }
    if is_removed && !parts.keys().any(|name| is_significant(attribute, name)) {
        parts.clear();
    }
}

pub(super) fn no_target(attribute: &Attribute, filter: &Filter) -> Error {
    Error::bad_request(ScimType::NoTarget, format!("path: no value of {} meets {filter}", attribute.name))
}

/// The refusal of a step that does not fit its attribute. [`super::parse`] makes none.
pub(super) fn mismatched(attribute: &Attribute) -> Error {
    Error::internal(format!("{}: the operation does not fit the attribute", attribute.name))
}
