//! Members of a group in requests. They are never part of a document: membership is stored in rows of its own.

use serde_json::{Map, Value};

use crate::error::{Error, ScimType, quoted, shown};
use crate::id::{impossible_id, is_id};
use crate::schema::ResourceType;

/// One member of a group, as a client names it (RFC 7643 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The id of the person or group; never empty. Whether it exists is decided by the store. In a removal it may be
    /// a text that can never be an id ([`crate::is_id`]): old data has such members, and they must be removable.
    pub value: String,
    /// The name the client sent with it. It is informative: the true one belongs to the member itself.
    pub display: Option<String>,
    /// The type the client sent with it.
    pub resource_type: Option<ResourceType>,
}

/// The longest text that is read as the id of a member. Ours are 36 characters; old data has longer ones.
const LONGEST_ID: usize = 256;

impl Member {
    /// Reads one element of `members`.
    pub(crate) fn from_json(value: &Value) -> Result<Self, Error> {
        let Value::Object(element) = value else {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                format!(
                    "members: expected objects with a value, for example {{\"value\": \"<id>\"}}, got {}",
                    shown(value)
                ),
            ));
        };
        Self::from_map(element)
    }

    fn from_map(element: &Map<String, Value>) -> Result<Self, Error> {
        let find = |name: &str| {
            element
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
                .filter(|v| !v.is_null())
        };
        let invalid = |detail: String| Error::bad_request(ScimType::InvalidValue, detail);
        let value = match find("value") {
            Some(Value::String(id)) if id.trim().is_empty() => {
                return Err(invalid(
                    "members.value: expected the id of a person or group, got an empty string".into(),
                ));
            }
            Some(Value::String(id)) if id.len() > LONGEST_ID || id.chars().any(char::is_control) => {
                return Err(invalid(format!(
                    "members.value: {} cannot be the id of a person or group",
                    quoted(id)
                )));
            }
            Some(Value::String(id)) => id.clone(),
            Some(other) => {
                return Err(invalid(format!(
                    "members.value: expected the id as a string, got {}",
                    shown(other)
                )));
            }
            None => {
                return Err(invalid(
                    "members: a member without value; expected the id of a person or group there".into(),
                ));
            }
        };
        let display = match find("display") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => {
                return Err(invalid(format!("members.display: expected a string, got {}", shown(other))));
            }
        };
        let resource_type = match find("type") {
            None => None,
            Some(Value::String(text)) => Some(ResourceType::from_name(text).ok_or_else(|| {
                invalid(format!("members.type: expected \"User\" or \"Group\", got {}", quoted(text)))
            })?),
            Some(other) => {
                return Err(invalid(format!("members.type: expected a string, got {}", shown(other))));
            }
        };
        Ok(Self { value, display, resource_type })
    }

    /// Reads the members that a group is to have: as [`Self::list`], but each has the form of an id.
    ///
    /// # Errors
    /// 400 `invalidValue`; a text that can never be an id would otherwise be an invisible member.
    pub(crate) fn list_of_ids(value: &Value) -> Result<Vec<Self>, Error> {
        let members = Self::list(value)?;
        match members.iter().find(|member| !is_id(&member.value)) {
            Some(member) => Err(impossible_id("members.value", &member.value)),
            None => Ok(members),
        }
    }

    /// Reads the whole `members` array, one object alone, or null; of a repeated id the first counts.
    pub(crate) fn list(value: &Value) -> Result<Vec<Self>, Error> {
        let items = match value {
            Value::Null => &[],
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut seen = std::collections::HashSet::with_capacity(items.len());
        let mut members = Vec::with_capacity(items.len());
        for item in items.iter().filter(|item| !item.is_null()) {
            let member = Self::from_json(item)?;
            if seen.insert(member.value.clone()) {
                members.push(member);
            }
        }
        Ok(members)
    }
}
