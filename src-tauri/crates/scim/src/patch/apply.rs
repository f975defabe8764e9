//! From steps to a changed document.

use serde_json::{Map, Value};

use super::{Change, Step};
use crate::error::{Error, ScimType};
use crate::filter::Filter;
use crate::resource::immutable;
use crate::schema::{Attribute, Mutability, Registry, ResourceType};
use crate::value::{Unknown, canonical, check_count, check_required, is_primary};

/// Applies one step. On an error the document may be half changed; the caller works on a copy.
pub(super) fn apply(
    registry: &Registry,
    resource_type: ResourceType,
    step: &Step,
    document: &mut Map<String, Value>,
) -> Result<(), Error> {
    let found = match &step.schema {
        None => registry.attribute(resource_type, &step.attribute),
        Some(urn) => {
            registry.extension(resource_type, urn).and_then(|schema| schema.attribute(&step.attribute))
        }
    };
    let Some(attribute) = found else {
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
                format!("{name}: it is required and cannot be taken away"),
            ));
        }
        None => drop(container.shift_remove(name)),
    }
    Ok(())
}

fn check_immutable(
    attribute: &Attribute,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), Error> {
    let Some(before) = before else { return Ok(()) };
    if attribute.mutability == Mutability::Immutable && after != Some(before) {
        return Err(immutable(&attribute.name));
    }
    let (Value::Object(before), false) = (before, attribute.multi_valued) else { return Ok(()) };
    for sub in attribute.sub_attributes.iter().filter(|sub| sub.mutability == Mutability::Immutable) {
        let after = after.and_then(|after| after.get(&sub.name));
        if before.get(&sub.name).is_some_and(|before| after != Some(before)) {
            return Err(immutable(&format!("{}.{}", attribute.name, sub.name)));
        }
    }
    Ok(())
}

/// The value of a single-valued attribute after a step.
fn singular(attribute: &Attribute, step: &Step, before: Option<Value>) -> Result<Option<Value>, Error> {
    if let Some(filter) = &step.filter
        && !before.as_ref().is_some_and(|value| filter.matches_element(value))
    {
        return match step.change {
            Change::Remove | Change::RemoveValues(_) => Ok(before),
            Change::Add(_) | Change::Replace(_) => Err(no_target(attribute, filter)),
        };
    }
    if !attribute.is_complex() {
        return Ok(match &step.change {
            Change::Add(value) | Change::Replace(value) => {
                Some(value.clone()).filter(|value| !value.is_null())
            }
            Change::Remove | Change::RemoveValues(_) => None,
        });
    }
    let mut parts = match before {
        Some(Value::Object(parts)) => parts,
        _ => Map::new(),
    };
    match (&step.change, &step.sub) {
        (Change::Add(value) | Change::Replace(value), Some(sub)) => set(&mut parts, sub, value),
        (Change::Remove | Change::RemoveValues(_), Some(sub)) => drop(parts.shift_remove(sub)),
        (Change::Add(Value::Object(given)) | Change::Replace(Value::Object(given)), None) => {
            merge(&mut parts, given);
        }
        (Change::Add(_), None) => {}
        (Change::Replace(_) | Change::Remove | Change::RemoveValues(_), None) => parts.clear(),
    }
    if parts.is_empty() {
        return Ok(None);
    }
    check_required(attribute, &attribute.name, &parts)?;
    Ok(Some(Value::Object(parts)))
}

/// The values of a multi-valued attribute after a step.
fn plural(attribute: &Attribute, step: &Step, before: Vec<Value>) -> Result<Option<Value>, Error> {
    let mut items = before;
    // The elements the step wrote to: where one of them claims to be primary, the others step back.
    let touched = match (&step.filter, &step.sub) {
        (None, None) => return all(attribute, step, items),
        (Some(filter), _) => selected(attribute, step, filter, &mut items)?,
        (None, Some(sub)) => part_of_all(attribute, step, sub, &mut items)?,
    };
    settle(attribute, items, &touched)
}

/// A step on the attribute as a whole.
fn all(attribute: &Attribute, step: &Step, mut items: Vec<Value>) -> Result<Option<Value>, Error> {
    match &step.change {
        Change::Add(Value::Array(given)) => {
            let touched =
                given.iter().map(|value| add_element(attribute, &mut items, value)).collect::<Vec<_>>();
            settle(attribute, items, &touched)
        }
        Change::Replace(Value::Array(given)) => Ok(Some(Value::Array(given.clone()))),
        Change::Add(_) => settle(attribute, items, &[]),
        Change::Replace(_) | Change::Remove => Ok(None),
        Change::RemoveValues(given) => {
            items.retain(|item| !given.iter().any(|wanted| has_all_of(item, wanted)));
            settle(attribute, items, &[])
        }
    }
}

/// Adds an element, or completes the one that has the same `value` and `type`, and tells where it is.
fn add_element(attribute: &Attribute, items: &mut Vec<Value>, given: &Value) -> usize {
    let same = |item: &Value| match (item, given) {
        (Value::Object(item), Value::Object(given)) if attribute.sub("value").is_some() => {
            given.contains_key("value")
                && ["value", "type"].iter().all(|part| item.get(*part) == given.get(*part))
        }
        _ => item == given,
    };
    if let Some(index) = items.iter().position(same) {
        if let (Value::Object(item), Value::Object(given)) = (&mut items[index], given) {
            merge(item, given);
        }
        return index;
    }
    items.push(given.clone());
    items.len() - 1
}

/// A step on the elements a filter selects.
fn selected(
    attribute: &Attribute,
    step: &Step,
    filter: &Filter,
    items: &mut Vec<Value>,
) -> Result<Vec<usize>, Error> {
    let mut matching: Vec<usize> =
        (0..items.len()).filter(|index| filter.matches_element(&items[*index])).collect();
    match (&step.change, &step.sub) {
        (Change::Remove | Change::RemoveValues(_) | Change::Replace(Value::Null), None) => {
            take_out(items, &matching);
        }
        (Change::Remove | Change::RemoveValues(_) | Change::Replace(Value::Null), Some(sub)) => {
            take_part(items, &matching, sub);
        }
        (Change::Replace(_), None) if matching.is_empty() => return Err(no_target(attribute, filter)),
        (Change::Add(value) | Change::Replace(value), sub) => {
            if matching.is_empty() {
                items.push(created(attribute, filter)?);
                matching.push(items.len() - 1);
            }
            let replaces = matches!(step.change, Change::Replace(_));
            for index in &matching {
                write(&mut items[*index], sub.as_deref(), value, replaces);
            }
            return Ok(matching);
        }
    }
    Ok(Vec::new())
}

/// Writes a value into an element, or in its place.
fn write(item: &mut Value, sub: Option<&str>, value: &Value, replaces: bool) {
    match (item, sub, value) {
        (Value::Object(item), Some(sub), value) => set(item, sub, value),
        (Value::Object(item), None, Value::Object(given)) if !replaces => merge(item, given),
        (item, _, value) => *item = value.clone(),
    }
}

/// The element a filter describes, for an addition that finds none (`emails[type eq "work"].value`). What stands in
/// the filter is held to the same rules as a value that is sent.
fn created(attribute: &Attribute, filter: &Filter) -> Result<Value, Error> {
    let pairs = filter.equalities().ok_or_else(|| no_target(attribute, filter))?;
    if !attribute.is_complex() {
        let items = pairs.into_iter().take(1).map(|(_, value)| value).collect();
        let kept = canonical(attribute, &attribute.name, Value::Array(items), &mut Unknown::Refuse)?;
        return Ok(kept.and_then(|kept| kept.as_array()?.first().cloned()).unwrap_or_default());
    }
    let mut element = Map::new();
    for (name, value) in pairs {
        let sub = attribute.sub(name).ok_or_else(|| no_target(attribute, filter))?;
        let value = canonical(sub, &format!("{}.{name}", attribute.name), value, &mut Unknown::Refuse)?
            .ok_or_else(|| no_target(attribute, filter))?;
        // An element cannot be two things at once, and the server's parts are not the client's to make.
        let contradicts = element.get(name).is_some_and(|other| *other != value);
        if contradicts || sub.mutability == Mutability::ReadOnly {
            return Err(no_target(attribute, filter));
        }
        element.insert(name.to_owned(), value);
    }
    Ok(Value::Object(element))
}

/// A step on one part of a multi-valued attribute, without saying of which element.
fn part_of_all(
    attribute: &Attribute,
    step: &Step,
    sub: &str,
    items: &mut Vec<Value>,
) -> Result<Vec<usize>, Error> {
    let (Change::Add(value) | Change::Replace(value)) = &step.change else {
        let everywhere: Vec<usize> = (0..items.len()).collect();
        take_part(items, &everywhere, sub);
        return Ok(Vec::new());
    };
    if items.len() > 1 {
        return Err(Error::bad_request(
            ScimType::InvalidPath,
            format!(
                "{name}.{sub}: {name} has {} values; say which one with a filter, for example {name}[type eq \"work\"].{sub}",
                items.len(),
                name = attribute.name
            ),
        ));
    }
    if items.is_empty() {
        if value.is_null() {
            return Ok(Vec::new());
        }
        items.push(Value::Object(Map::new()));
    }
    write(&mut items[0], Some(sub), value, false);
    Ok(vec![0])
}

/// Brings the elements in order after a step: one primary at most, no element twice, none that says nothing.
fn settle(attribute: &Attribute, mut items: Vec<Value>, touched: &[usize]) -> Result<Option<Value>, Error> {
    let mut claims: Vec<usize> = touched.iter().copied().filter(|index| is_primary(&items[*index])).collect();
    claims.sort_unstable();
    claims.dedup();
    if claims.len() > 1 {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{}: {} values would be primary; at most one can be", attribute.name, claims.len()),
        ));
    }
    if let Some(&primary) = claims.first() {
        for (index, item) in items.iter_mut().enumerate() {
            if index != primary && is_primary(item) {
                item["primary"] = Value::Bool(false);
            }
        }
    }
    let mut out: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        if says_something(&item) && !out.contains(&item) {
            if let Value::Object(parts) = &item {
                check_required(attribute, &attribute.name, parts)?;
            }
            out.push(item);
        }
    }
    check_count(&attribute.name, out.len())?;
    Ok(if out.is_empty() { None } else { Some(Value::Array(out)) })
}

fn says_something(item: &Value) -> bool {
    match item {
        Value::Object(parts) => !parts.is_empty(),
        other => !other.is_null(),
    }
}

fn take_out(items: &mut Vec<Value>, indices: &[usize]) {
    let mut index = 0;
    items.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
}

/// Takes a part out of elements. What then only says what kind of value it was is no value any more and goes too.
fn take_part(items: &mut Vec<Value>, indices: &[usize], sub: &str) {
    let mut emptied = Vec::new();
    for index in indices {
        if let Value::Object(parts) = &mut items[*index]
            && parts.shift_remove(sub).is_some()
            && parts.keys().all(|name| ["type", "primary", "display"].contains(&name.as_str()))
        {
            emptied.push(*index);
        }
    }
    take_out(items, &emptied);
}

fn set(parts: &mut Map<String, Value>, name: &str, value: &Value) {
    if value.is_null() {
        parts.shift_remove(name);
    } else {
        parts.insert(name.to_owned(), value.clone());
    }
}

fn merge(parts: &mut Map<String, Value>, given: &Map<String, Value>) {
    for (name, value) in given {
        set(parts, name, value);
    }
}

/// Whether an element has everything another one has.
fn has_all_of(item: &Value, wanted: &Value) -> bool {
    match (item, wanted) {
        (Value::Object(item), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| item.get(name) == Some(value))
        }
        _ => item == wanted,
    }
}

fn no_target(attribute: &Attribute, filter: &Filter) -> Error {
    Error::bad_request(ScimType::NoTarget, format!("path: no value of {} meets {filter}", attribute.name))
}
