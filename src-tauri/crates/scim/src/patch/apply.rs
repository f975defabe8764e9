//! From steps to a changed document.

use serde_json::{Map, Value};

use super::elements::plural;
use super::{Change, Step};
use crate::element::{has_significant_part, is_significant, same, same_part};
use crate::error::{Error, ScimType};
use crate::filter::Filter;
use crate::resource::immutable;
use crate::schema::{Attribute, Mutability, Registry, ResourceType};
use crate::value::{Parts, check_required};

fn find<'r>(registry: &'r Registry, resource_type: ResourceType, step: &Step) -> Option<&'r Attribute> {
    match &step.schema {
        None => registry.attribute(resource_type, &step.attribute),
        Some(urn) => {
            registry.extension(resource_type, urn).and_then(|schema| schema.attribute(&step.attribute))
        }
    }
}

/// Applies one step. On an error the document may be half changed; the caller works on a copy.
pub(super) fn apply(
    registry: &Registry,
    resource_type: ResourceType,
    step: &Step,
    document: &mut Map<String, Value>,
) -> Result<(), Error> {
    let Some(attribute) = find(registry, resource_type, step) else {
        return Err(Error::bad_request(
            ScimType::InvalidPath,
            format!("{}: no such attribute", step.attribute),
        ));
    };
    let Some(urn) = &step.schema else { return within(attribute, step, document) };
    let mut extension = match document.get_mut(urn).map(Value::take) {
        Some(Value::Object(extension)) => extension,
        _ => Map::new(),
    };
    let outcome = within(attribute, step, &mut extension);
    if extension.is_empty() {
        document.shift_remove(urn);
    } else {
        document.insert(urn.clone(), Value::Object(extension));
    }
    outcome
}

/// Applies a step to the object that has the attribute: the document or an extension in it.
fn within(attribute: &Attribute, step: &Step, container: &mut Map<String, Value>) -> Result<(), Error> {
    let name = &attribute.name;
    let before = container.get(name).cloned();
    let after = if attribute.multi_valued {
        let items = match before.clone() {
            Some(Value::Array(items)) => items,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        plural(attribute, step, items)?
    } else {
        singular(attribute, step, before.clone())?
    };
    check_immutable(attribute, before.as_ref(), after.as_ref())?;
    match after {
        Some(value) => drop(container.insert(name.clone(), value)),
        None if attribute.required => {
            return Err(Error::bad_request(
                ScimType::Mutability,
                format!("{name}: it is required and cannot be removed"),
            ));
        }
        None => drop(container.shift_remove(name)),
    }
    Ok(())
}

/// Drops the elements that the steps created without a value, and returns the names of their attributes. Elements
/// that were in the document before stay.
pub(super) fn drop_empty_elements(
    registry: &Registry,
    resource_type: ResourceType,
    steps: &[Step],
    before: &Map<String, Value>,
    after: &mut Map<String, Value>,
) -> Vec<String> {
    let mut dropped = Vec::new();
    for step in steps {
        let attribute = find(registry, resource_type, step).filter(|attribute| attribute.multi_valued);
        let Some(attribute) = attribute else { continue };
        let Some(container) = container(step, after) else { continue };
        let Some(Value::Array(items)) = container.get_mut(&attribute.name) else { continue };
        let earlier = match &step.schema {
            None => before.get(&attribute.name),
            Some(urn) => before.get(urn).and_then(|extension| extension.get(&attribute.name)),
        };
        let was_there =
            |item: &Value| earlier.and_then(Value::as_array).is_some_and(|earlier| earlier.contains(item));
        let count = items.len();
        items.retain(|item| has_significant_part(attribute, item) || was_there(item));
        if items.len() < count {
            dropped.push(attribute.name.clone());
        }
        if items.is_empty() {
            container.shift_remove(&attribute.name);
        }
        if let Some(urn) = &step.schema
            && after.get(urn).and_then(Value::as_object).is_some_and(Map::is_empty)
        {
            after.shift_remove(urn);
        }
    }
    dropped
}

/// The object that has the attribute of a step.
fn container<'d>(step: &Step, document: &'d mut Map<String, Value>) -> Option<&'d mut Map<String, Value>> {
    match &step.schema {
        None => Some(document),
        Some(urn) => document.get_mut(urn).and_then(Value::as_object_mut),
    }
}

fn check_immutable(
    attribute: &Attribute,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), Error> {
    let Some(before) = before else { return Ok(()) };
    if attribute.mutability == Mutability::Immutable
        && !after.is_some_and(|after| same(attribute, before, after))
    {
        return Err(immutable(&attribute.name));
    }
    match (before, after) {
        (Value::Object(before), Some(Value::Object(after))) => check_parts(attribute, before, after),
        (Value::Object(before), None) => check_parts(attribute, before, &Map::new()),
        _ => Ok(()),
    }
}

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

/// The value of a single-valued attribute after a step.
fn singular(attribute: &Attribute, step: &Step, before: Option<Value>) -> Result<Option<Value>, Error> {
    if let Some(filter) = &step.filter
        && !before.as_ref().is_some_and(|value| filter.matches_element(value))
    {
        return if only_removes(&step.change) { Ok(before) } else { Err(no_target(attribute, filter)) };
    }
    if !attribute.is_complex() {
        return match &step.change {
            Change::Set(value) => Ok(Some(value.clone())),
            Change::Remove => Ok(None),
            _ => Err(mismatched(attribute)),
        };
    }
    let mut parts = match before {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    match (&step.change, &step.sub) {
        (Change::Remove, None) => return Ok(None),
        (change, sub) => change_parts(attribute, &mut parts, change, sub.as_deref())?,
    }
    if parts.is_empty() {
        return Ok(None);
    }
    check_required(attribute, &attribute.name, &parts)?;
    Ok(Some(Value::Object(parts)))
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
