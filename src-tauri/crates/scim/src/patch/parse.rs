//! From the body of a PATCH to steps.

use serde_json::{Map, Value};

use super::change::{AttributeTarget, Change, addition, removal, replacement};
use super::member_op::MemberOp;
use super::path::{self, Target};
use super::request::{Patch, PatchStep};
use crate::error::{Error, ScimType, quoted, shown};
use crate::filter::Filter;
use crate::ignored::Ignored;
use crate::member::Member;
use crate::schema::{Mutability, Registry, ResourceType};

/// How many operations a PATCH may have.
pub const MOST_OPERATIONS: usize = 1_000;
/// The URN of the body of a PATCH.
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Remove,
    Replace,
}

/// The state while `Operations` are parsed to steps.
struct Reader<'r> {
    registry: &'r Registry,
    resource_type: ResourceType,
    place: String,
    steps: Vec<PatchStep>,
    members: Vec<MemberOp>,
    ignored: Ignored,
}

fn find<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Patch {
    /// Reads the body of a PATCH request (`PatchOp`).
    ///
    /// `op` is read without regard to case. `password` is accepted and dropped. Without a path, `id`, `schemas` and
    /// `meta` among the attributes of the value name the resource and are ignored; anything else that is
    /// readOnly is refused.
    ///
    /// A value may be unspecified (`{}`, an object whose parts are all readOnly or unknown) or empty (null, `""`,
    /// `[]`, `{"value": ""}`). The first changes nothing. The second removes what is there with `replace`, and
    /// changes nothing with `add`, which never removes anything. See [`Self::ignored`].
    ///
    /// # Errors
    /// 400 with `invalidSyntax` (not a `PatchOp`), `invalidPath` (an attribute no schema knows, with or without a
    /// path), `invalidFilter`, `invalidValue`, `mutability`, or `noTarget` (`remove` without a path); 413 beyond
    /// [`MOST_OPERATIONS`]. The detail begins with the number of the operation, from 1.
    pub fn parse(
        registry: &Registry,
        resource_type: ResourceType,
        body: &Map<String, Value>,
    ) -> Result<Self, Error> {
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
                return Err(syntax(format!(
                    "Operations: expected an array of operations, got {}",
                    shown(other)
                )));
            }
            None => {
                return Err(syntax("Operations: it is missing; expected an array of operations".to_owned()));
            }
        };
        if operations.len() > MOST_OPERATIONS {
            return Err(Error::payload_too_large(format!(
                "Operations: {} operations; at most {MOST_OPERATIONS} are taken in one PATCH",
                operations.len()
            )));
        }
        let mut reader = Reader {
            registry,
            resource_type,
            place: String::new(),
            steps: Vec::new(),
            members: Vec::new(),
            ignored: Ignored::default(),
        };
        for (index, operation) in operations.iter().enumerate() {
            reader.place = format!("operation {}", index + 1);
            reader.operation(operation).map_err(|error| error.within(&reader.place))?;
        }
        let Reader { steps, members, ignored, .. } = reader;
        Ok(Patch { resource_type, steps, members, ignored })
    }
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
        if op != Op::Remove && value.is_none() {
            let op = if op == Op::Add { "add" } else { "replace" };
            return Err(invalid(format!("value: {op} needs one; to remove a value, use remove")));
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
                // Among other attributes, clients send null for "unspecified" as often as for "no members", and the
                // second reading would empty a group. A path that names the members is unambiguous.
                Target::Attribute { schema: None, attribute, filter: None, sub: None }
                    if value.is_null() && self.is_members(&attribute) =>
                {
                    self.ignored.unspecified(&attribute);
                }
                Target::Attribute { schema, attribute, filter, sub } => {
                    self.attribute(op, schema.as_deref(), &attribute, filter, sub, Some(value))?;
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

    fn is_members(&self, attribute: &str) -> bool {
        self.resource_type == ResourceType::Group && attribute == "members"
    }

    /// An operation on everything in an extension: one step for each attribute concerned. A removal with an object
    /// removes what the object names.
    fn extension(&mut self, op: Op, urn: &str, value: Option<&Value>) -> Result<(), Error> {
        let registry = self.registry;
        let Some(schema) = registry.extension(self.resource_type, urn) else { return Ok(()) };
        match value {
            None | Some(Value::Null) if op == Op::Add => {
                self.ignored.unspecified(urn);
                Ok(())
            }
            None | Some(Value::Null) => {
                for attribute in schema.attributes.iter().filter(|a| a.mutability != Mutability::ReadOnly) {
                    self.push(Some(urn), &attribute.name, None, None, false, Change::Remove);
                }
                Ok(())
            }
            Some(Value::Object(members)) => {
                if members.is_empty() {
                    self.ignored.unspecified(urn);
                }
                for (name, value) in members {
                    let Some(attribute) = schema.attribute(name) else {
                        return Err(Error::bad_request(
                            ScimType::InvalidPath,
                            format!("value: {} is not an attribute of {urn}", quoted(name)),
                        ));
                    };
                    self.attribute(op, Some(urn), &attribute.name, None, None, Some(value))?;
                }
                Ok(())
            }
            // A removal with parts removes these parts only; a value that names no part removes nothing.
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
        if schema.is_none() && self.is_members(name) {
            return self.member_operation(op, filter, sub.as_deref(), value);
        }
        if attribute.multi_valued && part.is_some_and(|part| part.mutability == Mutability::Immutable) {
            return Err(Error::bad_request(
                ScimType::Mutability,
                format!("{place}: it is immutable; remove the element and add another one"),
            ));
        }
        // A password is accepted and dropped: it is never stored.
        let is_password = schema.is_none() && name == "password";
        let target = AttributeTarget { attribute, part, place: &place, selected: filter.is_some() };
        let value = value.filter(|_| op != Op::Remove || !is_password).cloned();
        let change = match (op, value) {
            (Op::Remove, value) => removal(&target, value.unwrap_or_default(), &mut self.ignored)?,
            (Op::Add, value) => addition(&target, value.unwrap_or_default(), &mut self.ignored)?,
            (Op::Replace, value) => replacement(&target, value.unwrap_or_default(), &mut self.ignored)?,
        };
        // Without `active` a reader would take a leaver for an active person, so removing it changes nothing.
        let is_active = schema.is_none() && name == "active" && self.resource_type == ResourceType::User;
        let change = change.filter(|change| !(is_active && *change == Change::Remove));
        match change {
            _ if is_password => {}
            None => self.ignored.unspecified(&place),
            Some(change) => {
                // A part is set in an element that is made for it; a whole element is replaced where there is one.
                let creates = op == Op::Add || sub.is_some();
                let sub = sub.filter(|_| !matches!(change, Change::RemoveElements(_)));
                self.push(schema, name, filter, sub, creates, change);
            }
        }
        Ok(())
    }

    fn push(
        &mut self,
        schema: Option<&str>,
        attribute: &str,
        filter: Option<Filter>,
        sub: Option<String>,
        creates: bool,
        change: Change,
    ) {
        self.steps.push(PatchStep {
            place: self.place.clone(),
            schema: schema.map(str::to_owned),
            attribute: attribute.to_owned(),
            filter,
            sub,
            creates,
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
            // A reference is made from the id when it is shown; nothing is found by it.
            (Op::Remove, Some(filter), _) if filter.mentions("$ref") => {
                return Err(Error::bad_request(
                    ScimType::InvalidFilter,
                    "members: members are selected by value, display or type, not by $ref",
                ));
            }
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
