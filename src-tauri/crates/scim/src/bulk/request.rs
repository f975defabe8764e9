//! The body of a Bulk request, checked as far as that needs no other operation.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::references::PREFIX;
use crate::error::{Error, ScimType, quoted, shown};
use crate::request::Target;

/// The URN of the request.
pub const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// A Bulk request, parsed and validated as far as possible before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many failures to stop; none for never.
    pub fail_on_errors: Option<u64>,
    /// The operations in the order they arrived.
    pub operations: Vec<BulkOperation>,
}

/// One operation of a Bulk request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// `POST`, `PUT`, `PATCH` or `DELETE`, in capitals; as it arrived if it is none of them.
    pub method: String,
    /// The path, with bulkId references unresolved.
    pub path: String,
    /// The name other operations know its resource by.
    pub bulk_id: Option<String>,
    /// The version the client expects, as in `If-Match`.
    pub version: Option<String>,
    /// The body; empty where there is none.
    pub data: Map<String, Value>,
    /// Why it cannot run, if that is clear from the start. It then fails by itself; the others still run.
    pub refusal: Option<Error>,
}

impl BulkRequest {
    /// Reads the body of a POST to `/Bulk`. An invalid operation is part of the result, with its refusal.
    ///
    /// # Errors
    /// 400 `invalidSyntax` if it is not a `BulkRequest`, `invalidValue` if a `bulkId` occurs twice or `failOnErrors`
    /// is not a number from 1; 413 beyond `max_operations`.
    pub fn parse(body: Map<String, Value>, max_operations: usize) -> Result<Self, Error> {
        let syntax = |detail: String| Error::bad_request(ScimType::InvalidSyntax, detail);
        let mut fail_on_errors = None;
        let mut operations = None;
        for (name, value) in body {
            match name.to_ascii_lowercase().as_str() {
                "schemas" => {
                    let fits =
                        |item: &Value| item.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST_URN));
                    if !value.as_array().is_some_and(|items| items.iter().any(fits)) {
                        return Err(syntax(format!(
                            "schemas: expected {REQUEST_URN:?} in it, got {}",
                            shown(&value)
                        )));
                    }
                }
                "failonerrors" if !value.is_null() => {
                    let number = value.as_u64().filter(|number| *number > 0).ok_or_else(|| {
                        Error::bad_request(
                            ScimType::InvalidValue,
                            format!("failOnErrors: expected a whole number from 1, got {}", shown(&value)),
                        )
                    })?;
                    fail_on_errors = Some(number);
                }
                "operations" => match value {
                    Value::Array(items) => operations = Some(items),
                    other => {
                        return Err(syntax(format!("Operations: expected an array, got {}", shown(&other))));
                    }
                },
                _ => {}
            }
        }
        let items = operations
            .filter(|items| !items.is_empty())
            .ok_or_else(|| syntax("Operations: expected an array of operations, got nothing".to_owned()))?;
        if items.len() > max_operations {
            return Err(Error::payload_too_large(format!(
                "Operations: {} operations; at most {max_operations} are taken in one request",
                items.len()
            )));
        }
        let operations: Vec<BulkOperation> = items.into_iter().map(BulkOperation::read).collect();
        let mut seen = HashSet::new();
        for bulk_id in operations.iter().filter_map(|operation| operation.bulk_id.as_deref()) {
            if !seen.insert(bulk_id) {
                return Err(Error::bad_request(
                    ScimType::InvalidValue,
                    format!("bulkId: {} occurs twice; each must be of its own", quoted(bulk_id)),
                ));
            }
        }
        Ok(Self { fail_on_errors, operations })
    }
}

impl BulkOperation {
    fn read(value: Value) -> Self {
        let mut operation = Self {
            method: String::new(),
            path: String::new(),
            bulk_id: None,
            version: None,
            data: Map::new(),
            refusal: None,
        };
        operation.refusal = operation.fill(value).and_then(|()| operation.check()).err();
        operation
    }

    fn fill(&mut self, value: Value) -> Result<(), Error> {
        let syntax = |detail: String| Error::bad_request(ScimType::InvalidSyntax, detail);
        let Value::Object(members) = value else {
            return Err(syntax(format!(
                "Operations: expected an object with method and path, got {}",
                shown(&value)
            )));
        };
        // The bulkId is read first, so that every answer carries it.
        let (first, rest): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(name, _)| name.eq_ignore_ascii_case("bulkId"));
        for (name, value) in first.into_iter().chain(rest).filter(|(_, value)| !value.is_null()) {
            let name = name.to_ascii_lowercase();
            match (name.as_str(), value) {
                ("method", Value::String(text)) => self.method = text.to_ascii_uppercase(),
                ("path", Value::String(text)) => self.path = text,
                ("bulkid", Value::String(text)) if !text.is_empty() => self.bulk_id = Some(text),
                ("version", Value::String(text)) => self.version = Some(text),
                ("data", Value::Object(data)) => self.data = data,
                ("data", other) => {
                    return Err(syntax(format!("data: expected an object, got {}", shown(&other))));
                }
                ("method" | "path" | "bulkid" | "version", other) => {
                    return Err(syntax(format!("{name}: expected a string, got {}", shown(&other))));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The checks that need no other operation.
    fn check(&self) -> Result<(), Error> {
        let syntax = |detail: String| Err(Error::bad_request(ScimType::InvalidSyntax, detail));
        if !["POST", "PUT", "PATCH", "DELETE"].contains(&self.method.as_str()) {
            return syntax(format!(
                "method: expected POST, PUT, PATCH or DELETE, got {}",
                quoted(&self.method)
            ));
        }
        let wrong = || {
            Error::bad_request(
                ScimType::InvalidPath,
                format!(
                    "path: expected /Users or /Groups for POST, /Users/<id> or /Groups/<id> otherwise, got {}",
                    quoted(&self.path)
                ),
            )
        };
        match (self.method.as_str(), Target::parse(&self.path).ok_or_else(wrong)?) {
            ("POST", Target::Resources(_)) if self.bulk_id.is_none() => {
                return syntax("bulkId: it is missing; a POST needs one".to_owned());
            }
            ("POST", Target::Resources(_)) => {}
            ("PUT" | "PATCH" | "DELETE", Target::Resource(_, id)) if id != PREFIX => {}
            _ => return Err(wrong()),
        }
        if self.method != "DELETE" && self.data.is_empty() {
            return syntax(format!("data: it is missing; a {} needs a body", self.method));
        }
        Ok(())
    }
}
