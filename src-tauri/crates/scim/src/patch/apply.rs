//! From steps to a changed document.

use serde_json::{Map, Value};

use super::change::Change;
use super::elements::plural;
use super::parts::{change_parts, check_parts, mismatched, no_target, only_removes};
use super::request::{Patch, PatchStep};
use crate::element::{has_significant_part, same};
use crate::error::{Error, ScimType};
use crate::resource::immutable;
use crate::schema::{Attribute, Mutability, Registry, ResourceType};
use crate::value::check_required;

impl Patch {
    /// Applies the operations in order, all or none. A document that comes out equal was not changed: compare
    /// before moving `lastModified`. Elements that the operations made and left without a value (`primary` of an
    /// e-mail that is not there) are not stored; the result names their attributes.
    ///
    /// # Errors
    /// 400 with `noTarget`, `mutability` or `invalidValue`; the document is then as it was.
    pub fn apply(
        &self,
        registry: &Registry,
        document: &mut Map<String, Value>,
    ) -> Result<Vec<String>, Error> {
        let mut changed = document.clone();
        for step in &self.steps {
            apply(registry, self.resource_type, step, &mut changed)
                .map_err(|error| error.within(&step.place))?;
        }
        let dropped = drop_empty_elements(registry, self.resource_type, &self.steps, document, &mut changed);
        *document = changed;
        Ok(dropped)
    }
}

fn find<'r>(registry: &'r Registry, resource_type: ResourceType, step: &PatchStep) -> Option<&'r Attribute> {
    match &step.schema {
        None => registry.attribute(resource_type, &step.attribute),
        Some(urn) => {
            registry.extension(resource_type, urn).and_then(|schema| schema.attribute(&step.attribute))
        }
    }
}

/// Applies one step. On an error the document may be half changed; the caller works on a copy.
fn apply(
    registry: &Registry,
    resource_type: ResourceType,
    step: &PatchStep,
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
fn within(attribute: &Attribute, step: &PatchStep, container: &mut Map<String, Value>) -> Result<(), Error> {
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
/// that were in the document before are not dropped.
fn drop_empty_elements(
    registry: &Registry,
    resource_type: ResourceType,
    steps: &[PatchStep],
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
fn container<'d>(
    step: &PatchStep,
    document: &'d mut Map<String, Value>,
) -> Option<&'d mut Map<String, Value>> {
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

/// The value of a single-valued attribute after a step.
fn singular(attribute: &Attribute, step: &PatchStep, before: Option<Value>) -> Result<Option<Value>, Error> {
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
