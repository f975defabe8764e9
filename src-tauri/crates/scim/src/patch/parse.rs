//! From the body of a PATCH to steps.

use serde_json::{Map, Value};

use super::path::{self, Target};
use super::{Change, MOST_OPERATIONS, MemberOp, Patch, Step};
use crate::error::{Error, ScimType, quoted, shown};
use crate::filter::Filter;
use crate::member::Member;
use crate::schema::{Attribute, Mutability, Registry, ResourceType};
use crate::value::{Form, Unknown, canonical, element, elements};

const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Remove,
    Replace,
}

/// The `Operations` under way of becoming steps.
struct Reader<'r> {
    registry: &'r Registry,
    resource_type: ResourceType,
    place: String,
    steps: Vec<Step>,
    members: Vec<MemberOp>,
}

fn find<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

pub(super) fn parse(
    registry: &Registry,
    resource_type: ResourceType,
    body: &Map<String, Value>,
) -> Result<Patch, Error> {
    let syntax = |detail: String| Error::bad_request(ScimType::InvalidSyntax, detail);
    if let Some(schemas) = find(body, "schemas") {
        let names = |item: &Value| item.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_URN));
        if !schemas.as_array().is_some_and(|items| items.iter().any(names)) {
            return Err(syntax(format!("schemas: expected {PATCH_URN:?} in it, got {}", shown(schemas))));
        }
    }
    let operations = match find(body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        Some(other) => {
            return Err(syntax(format!("Operations: expected an array of operations, got {}", shown(other))));
        }
        None => return Err(syntax("Operations: it is missing; expected an array of operations".to_owned())),
    };
    if operations.len() > MOST_OPERATIONS {
        return Err(Error::payload_too_large(format!(
            "Operations: {} operations; at most {MOST_OPERATIONS} are taken in one PATCH",
            operations.len()
        )));
    }
    let mut reader =
        Reader { registry, resource_type, place: String::new(), steps: Vec::new(), members: Vec::new() };
    for (index, operation) in operations.iter().enumerate() {
        reader.place = format!("operation {}", index + 1);
        reader.operation(operation).map_err(|error| error.within(&reader.place))?;
    }
    Ok(Patch { resource_type, steps: reader.steps, members: reader.members })
}

impl Reader<'_> {
    fn operation(&mut self, operation: &Value) -> Result<(), Error> {
        let syntax = |detail: String| Error::bad_request(ScimType::InvalidSyntax, detail);
        let Value::Object(operation) = operation else {
            return Err(syntax(format!(
                "expected an object with op, path and value, got {}",
                shown(operation)
            )));
        };
        let op = match find(operation, "op") {
            Some(Value::String(op)) if op.eq_ignore_ascii_case("add") => Op::Add,
            Some(Value::String(op)) if op.eq_ignore_ascii_case("remove") => Op::Remove,
            Some(Value::String(op)) if op.eq_ignore_ascii_case("replace") => Op::Replace,
            Some(other) => {
                return Err(syntax(format!("op: expected add, remove or replace, got {}", shown(other))));
            }
            None => return Err(syntax("op: it is missing; expected add, remove or replace".to_owned())),
        };
        let target = match find(operation, "path") {
            None | Some(Value::Null) => Target::Resource,
            Some(Value::String(text)) if text.trim().is_empty() => Target::Resource,
            Some(Value::String(text)) => path::parse(text, self.registry, self.resource_type)?,
            Some(other) => {
                return Err(Error::bad_request(
                    ScimType::InvalidPath,
                    format!("path: expected a string, got {}", shown(other)),
                ));
            }
        };
        let value = find(operation, "value");
        if op == Op::Add && value.is_none_or(Value::is_null) {
            return Err(invalid("value: add needs one; to take a value away, use remove".to_owned()));
        }
        if op == Op::Replace && value.is_none() {
            return Err(invalid("value: replace needs one; to take a value away, use remove".to_owned()));
        }
        match target {
            Target::Resource => self.whole(op, value),
            Target::Extension(urn) => self.extension(op, &urn, value),
            Target::Attribute { schema, attribute, filter, sub } => {
                self.attribute(op, schema.as_deref(), &attribute, filter, sub, value)
            }
        }
    }

    /// An operation on the whole resource: one step for each attribute of the value.
    fn whole(&mut self, op: Op, value: Option<&Value>) -> Result<(), Error> {
        if op == Op::Remove {
            return Err(Error::bad_request(ScimType::NoTarget, "path: remove needs one"));
        }
        let Some(Value::Object(members)) = value else {
            let arrived = value.map_or_else(|| "nothing".to_owned(), shown);
            return Err(invalid(format!(
                "value: without a path, expected an object of attributes, got {arrived}"
            )));
        };
        for (name, value) in members {
            if ["id", "schemas", "meta"].iter().any(|names| name.eq_ignore_ascii_case(names)) {
                continue;
            }
            match path::parse(name, self.registry, self.resource_type)? {
                Target::Extension(urn) => self.extension(op, &urn, Some(value))?,
                Target::Attribute { schema, attribute, filter, sub } => {
                    // A null in an addition adds nothing; in a replacement it unassigns.
                    if op != Op::Add || !value.is_null() {
                        self.attribute(op, schema.as_deref(), &attribute, filter, sub, Some(value))?;
                    }
                }
                Target::Resource => {
                    return Err(Error::bad_request(
                        ScimType::InvalidPath,
                        format!("value: {} is not the name of an attribute", quoted(name)),
                    ));
                }
            }
        }
        Ok(())
    }

    /// An operation on everything in an extension: one step for each attribute concerned.
    fn extension(&mut self, op: Op, urn: &str, value: Option<&Value>) -> Result<(), Error> {
        let registry = self.registry;
        let Some(schema) = registry.extension(self.resource_type, urn) else { return Ok(()) };
        match value {
            None | Some(Value::Null) => {
                if op != Op::Add {
                    for attribute in schema.attributes.iter().filter(|a| a.mutability != Mutability::ReadOnly)
                    {
                        self.push(Some(urn), &attribute.name, None, None, Change::Remove);
                    }
                }
                Ok(())
            }
            Some(_) if op == Op::Remove => self.extension(op, urn, None),
            Some(Value::Object(members)) => {
                for (name, value) in members {
                    let Some(attribute) = schema.attribute(name) else {
                        return Err(Error::bad_request(
                            ScimType::InvalidPath,
                            format!("value: {} is not an attribute of {urn}", quoted(name)),
                        ));
                    };
                    if op != Op::Add || !value.is_null() {
                        self.attribute(op, Some(urn), &attribute.name, None, None, Some(value))?;
                    }
                }
                Ok(())
            }
            Some(other) => {
                Err(invalid(format!("value: expected an object of attributes, got {}", shown(other))))
            }
        }
    }

    /// An operation on one attribute.
    fn attribute(
        &mut self,
        op: Op,
        schema: Option<&str>,
        name: &str,
        filter: Option<Filter>,
        sub: Option<String>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let registry = self.registry;
        let found = match schema {
            None => registry.attribute(self.resource_type, name),
            Some(urn) => {
                registry.extension(self.resource_type, urn).and_then(|schema| schema.attribute(name))
            }
        };
        let Some(attribute) = found else {
            return Err(Error::bad_request(ScimType::InvalidPath, format!("{name}: no such attribute")));
        };
        if schema.is_none() && name == "schemas" {
            return self.schemas(op, value);
        }
        let place = match (schema, &sub) {
            (None, None) => name.to_owned(),
            (Some(urn), None) => format!("{urn}:{name}"),
            (None, Some(sub)) => format!("{name}.{sub}"),
            (Some(urn), Some(sub)) => format!("{urn}:{name}.{sub}"),
        };
        let part = sub.as_deref().and_then(|sub| attribute.sub(sub));
        if attribute.mutability == Mutability::ReadOnly
            || part.is_some_and(|part| part.mutability == Mutability::ReadOnly)
        {
            return Err(Error::bad_request(
                ScimType::Mutability,
                format!("{place}: it is readOnly; only the server sets it"),
            ));
        }
        if self.resource_type == ResourceType::Group && schema.is_none() && name == "members" {
            return self.member_operation(op, filter, sub.as_deref(), value);
        }
        if attribute.multi_valued && part.is_some_and(|part| part.mutability == Mutability::Immutable) {
            return Err(Error::bad_request(
                ScimType::Mutability,
                format!("{place}: it is immutable; remove the element and add another one"),
            ));
        }
        let change = match op {
            Op::Remove => removal(attribute, &place, filter.is_some() || sub.is_some(), value)?,
            Op::Add | Op::Replace => {
                let value = value.cloned().unwrap_or_default();
                let value = given(attribute, part, &place, filter.is_some(), op, value)?;
                if op == Op::Add { Change::Add(value) } else { Change::Replace(value) }
            }
        };
        // A password is accepted and dropped: it is never kept.
        if schema.is_some() || name != "password" {
            self.push(schema, name, filter, sub, change);
        }
        Ok(())
    }

    fn push(
        &mut self,
        schema: Option<&str>,
        attribute: &str,
        filter: Option<Filter>,
        sub: Option<String>,
        change: Change,
    ) {
        self.steps.push(Step {
            place: self.place.clone(),
            schema: schema.map(str::to_owned),
            attribute: attribute.to_owned(),
            filter,
            sub,
            change,
        });
    }

    /// `schemas` follows from the attributes; naming schemas the resource may have is therefore already true.
    fn schemas(&self, op: Op, value: Option<&Value>) -> Result<(), Error> {
        let known = |item: &Value| {
            item.as_str().is_some_and(|urn| {
                urn.eq_ignore_ascii_case(self.resource_type.schema())
                    || self.registry.extension(self.resource_type, urn).is_some()
            })
        };
        let items = match value {
            Some(Value::Array(items)) => items.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        if op == Op::Remove || !items.iter().all(known) {
            return Err(Error::bad_request(
                ScimType::Mutability,
                "schemas: it follows from the attributes of the resource and is not set by itself",
            ));
        }
        Ok(())
    }

    /// An operation on the members of a group.
    fn member_operation(
        &mut self,
        op: Op,
        filter: Option<Filter>,
        sub: Option<&str>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if sub.is_some() || (filter.is_some() && op != Op::Remove) {
            return Err(Error::bad_request(
                ScimType::Mutability,
                "members: the parts of a member are immutable; remove the member and add another one",
            ));
        }
        let operation = match (op, filter, value) {
            (Op::Add, _, value) => MemberOp::Add(Member::list_of_ids(value.unwrap_or(&Value::Null))?),
            (Op::Replace, _, value) => MemberOp::Replace(Member::list_of_ids(value.unwrap_or(&Value::Null))?),
            (Op::Remove, Some(filter), _) => match filter.listed_values() {
                Some(ids) => MemberOp::Remove(ids),
                None => MemberOp::RemoveWhere(filter),
            },
            (Op::Remove, None, None | Some(Value::Null)) => MemberOp::RemoveAll,
            (Op::Remove, None, Some(value)) => {
                MemberOp::Remove(Member::list(value)?.into_iter().map(|member| member.value).collect())
            }
        };
        self.members.push(operation);
        Ok(())
    }
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidValue, detail)
}

/// What a removal takes away. A value along with it narrows a multi-valued attribute to the elements named, so
/// that a client that means one element never loses them all.
fn removal(
    attribute: &Attribute,
    place: &str,
    narrowed: bool,
    value: Option<&Value>,
) -> Result<Change, Error> {
    let Some(value) = value.filter(|value| !value.is_null() && attribute.multi_valued && !narrowed) else {
        return Ok(Change::Remove);
    };
    match elements(attribute, place, listed(value.clone()), &mut Unknown::Refuse)? {
        Some(Value::Array(items)) => Ok(Change::RemoveValues(items)),
        _ => Ok(Change::RemoveValues(Vec::new())),
    }
}

/// The value of an addition or replacement in canonical form; null means unassigned.
fn given(
    attribute: &Attribute,
    part: Option<&Attribute>,
    place: &str,
    selected: bool,
    op: Op,
    value: Value,
) -> Result<Value, Error> {
    let unknown = &mut Unknown::Refuse;
    if let Some(part) = part {
        let value = if part.multi_valued { listed(value).into() } else { value };
        return Ok(canonical(part, place, value, unknown)?.unwrap_or_default());
    }
    if attribute.multi_valued && !selected {
        return Ok(elements(attribute, place, listed(value), unknown)?.unwrap_or_default());
    }
    let form = match op {
        Op::Replace if attribute.multi_valued => Form::Whole,
        Op::Replace => Form::Replaced,
        _ => Form::Added,
    };
    let value = if attribute.multi_valued { unwrapped(value) } else { value };
    Ok(element(attribute, place, value, form, unknown)?.unwrap_or_default())
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
