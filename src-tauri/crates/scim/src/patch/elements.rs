//! Steps on the elements of a multi-valued attribute.

use serde_json::{Map, Value};

use super::change::Change;
use super::parts::{change_parts, check_parts, mismatched, no_target, only_removes};
use super::request::PatchStep;
use crate::element::{is_named_by, same, same_part};
use crate::error::{Error, ScimType};
use crate::filter::Filter;
use crate::ignored::Ignored;
use crate::schema::{Attribute, Mutability};
use crate::value::{check_count, check_required, element, is_primary};

/// The values of a multi-valued attribute after a step.
pub(super) fn plural(
    attribute: &Attribute,
    step: &PatchStep,
    before: Vec<Value>,
) -> Result<Option<Value>, Error> {
    let mut items = before;
    // The elements the step wrote to: where one of them is primary, the others no longer are.
    let touched = match (&step.filter, &step.sub) {
        (None, None) => return all(attribute, step, items),
        (Some(filter), _) => selected(attribute, step, filter, &mut items)?,
        (None, Some(sub)) => part_of_all(attribute, step, sub, &mut items)?,
    };
    settle(attribute, items, &touched)
}

/// A step on the attribute as a whole.
fn all(attribute: &Attribute, step: &PatchStep, mut items: Vec<Value>) -> Result<Option<Value>, Error> {
    match &step.change {
        Change::AddElements(given) => {
            let touched = given
                .iter()
                .map(|value| add_element(attribute, &mut items, value))
                .collect::<Result<Vec<_>, _>>()?;
            settle(attribute, items, &touched)
        }
        Change::SetElements(given) => Ok(Some(Value::Array(given.clone()))),
        Change::Remove => Ok(None),
        Change::RemoveElements(given) => {
            items.retain(|item| !given.iter().any(|wanted| is_named_by(attribute, item, wanted)));
            settle(attribute, items, &[])
        }
        Change::Set(_) | Change::SetParts(_) | Change::RemoveParts(_) => Err(mismatched(attribute)),
    }
}

/// Adds an element, or completes the one that has the same `value` and `type`, and returns its index. A value that
/// differs only in case is not changed.
fn add_element(attribute: &Attribute, items: &mut Vec<Value>, given: &Value) -> Result<usize, Error> {
    let is_same = |item: &Value| match (item, given) {
        (Value::Object(item), Value::Object(given)) if attribute.sub("value").is_some() => {
            given.contains_key("value")
                && ["value", "type"].iter().all(|part| same_part(attribute, part, item, given))
        }
        _ => same(attribute, item, given),
    };
    if let Some(index) = items.iter().position(is_same) {
        if let (Value::Object(item), Value::Object(given)) = (&mut items[index], given) {
            let before = item.clone();
            for (name, value) in given {
                if !same_part(attribute, name, &before, given) {
                    item.insert(name.clone(), value.clone());
                }
            }
            check_parts(attribute, &before, item)?;
        }
        return Ok(index);
    }
    items.push(given.clone());
    Ok(items.len() - 1)
}

/// A step on the elements a filter selects.
fn selected(
    attribute: &Attribute,
    step: &PatchStep,
    filter: &Filter,
    items: &mut Vec<Value>,
) -> Result<Vec<usize>, Error> {
    let mut matching: Vec<usize> =
        (0..items.len()).filter(|index| filter.matches_element(&items[*index])).collect();
    if matching.is_empty() {
        if only_removes(&step.change) {
            return Ok(Vec::new());
        }
        if !step.creates {
            return Err(no_target(attribute, filter));
        }
        items.push(created(attribute, filter)?);
        matching.push(items.len() - 1);
    }
    if step.change == Change::Remove && step.sub.is_none() {
        remove_at(items, &matching);
        return Ok(Vec::new());
    }
    change_elements(attribute, step, items, matching)
}

/// Changes elements, removes those that lost their value, and returns which remain.
fn change_elements(
    attribute: &Attribute,
    step: &PatchStep,
    items: &mut Vec<Value>,
    indices: Vec<usize>,
) -> Result<Vec<usize>, Error> {
    let mut emptied = Vec::new();
    for index in &indices {
        match (&mut items[*index], &step.change) {
            (Value::Object(parts), change) => {
                let before = parts.clone();
                change_parts(attribute, parts, change, step.sub.as_deref())?;
                if parts.is_empty() {
                    emptied.push(*index);
                } else {
                    check_parts(attribute, &before, parts)?;
                }
            }
            (item, Change::Set(value)) => item.clone_from(value),
            _ => return Err(mismatched(attribute)),
        }
    }
    if emptied.is_empty() {
        return Ok(indices);
    }
    let left = indices
        .into_iter()
        .filter(|index| !emptied.contains(index))
        .map(|index| index - emptied.iter().filter(|gone| **gone < index).count())
        .collect();
    remove_at(items, &emptied);
    Ok(left)
}

/// The element a filter describes, for an addition that finds none (`emails[type eq "work"].value`). The values
/// in the filter follow the same rules as a value that is sent.
fn created(attribute: &Attribute, filter: &Filter) -> Result<Value, Error> {
    let pairs = filter.equalities().ok_or_else(|| no_target(attribute, filter))?;
    let mut ignored = Ignored::default();
    if !attribute.is_complex() {
        let value = pairs.into_iter().next().map(|(_, value)| value).unwrap_or_default();
        let value = element(attribute, &attribute.name, value, &mut ignored)?.value();
        return value.ok_or_else(|| no_target(attribute, filter));
    }
    let mut made = Map::new();
    for (name, value) in pairs {
        let sub = attribute.sub(name).ok_or_else(|| no_target(attribute, filter))?;
        let value = element(sub, &format!("{}.{name}", attribute.name), value, &mut ignored)?
            .value()
            .ok_or_else(|| no_target(attribute, filter))?;
        // An element cannot be two things at once, and the server's parts are not the client's to make.
        let contradicts = made.get(name).is_some_and(|other| !same(sub, other, &value));
        if contradicts || sub.mutability == Mutability::ReadOnly {
            return Err(no_target(attribute, filter));
        }
        made.insert(name.to_owned(), value);
    }
    Ok(Value::Object(made))
}

/// A step on one part of a multi-valued attribute, without saying of which element.
fn part_of_all(
    attribute: &Attribute,
    step: &PatchStep,
    sub: &str,
    items: &mut Vec<Value>,
) -> Result<Vec<usize>, Error> {
    if only_removes(&step.change) {
        let everywhere: Vec<usize> = (0..items.len()).collect();
        return change_elements(attribute, step, items, everywhere);
    }
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
        items.push(Value::Object(Map::new()));
    }
    change_elements(attribute, step, items, vec![0])
}

/// Restores the invariants of a list after a step: at most one primary, no duplicates, no element without a value.
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
    // An element that the step made the same as another one goes; those it did not touch are left alone.
    let is_double = |index: usize| {
        let is_same = |other: usize| other != index && same(attribute, &items[index], &items[other]);
        touched.contains(&index)
            && (0..items.len()).any(|other| is_same(other) && (other < index || !touched.contains(&other)))
    };
    let doubles: Vec<usize> = (0..items.len()).filter(|index| is_double(*index)).collect();
    remove_at(&mut items, &doubles);
    for item in &items {
        if let Value::Object(parts) = item {
            check_required(attribute, &attribute.name, parts)?;
        }
    }
    check_count(&attribute.name, items.len())?;
    Ok(if items.is_empty() { None } else { Some(Value::Array(items)) })
}

fn remove_at(items: &mut Vec<Value>, indices: &[usize]) {
    let mut index = 0;
    items.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
}
