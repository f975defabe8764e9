//! Queries and their answers (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865).
//!
//! A cursor is the server's: it is made, signed and read there. What belongs to SCIM about it is here: the
//! parameter, the shape of the answer, and the refusals ([`Error::invalid_cursor`], [`Error::expired_cursor`]).

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Number, Value, json};

use crate::compare::{compare_numbers, timestamp};
use crate::error::{Error, ScimType, quoted, shown};
use crate::filter::{Filter, values};
use crate::fold::fold;
use crate::path::AttributePath;
use crate::project::Projection;
use crate::query::parameters;
use crate::schema::{Registry, ResourceType, Returned, Type};
use crate::value::is_primary;

/// The URN of a list in an answer.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The URN of the body of `/.search`.
pub const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// A query over one resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct ListQuery {
    /// Which resources; none for all.
    pub filter: Option<Filter>,
    /// The attribute to sort by; complex attributes with `value` are sorted by it.
    pub sort_by: Option<AttributePath>,
    /// Whether the order is reversed.
    pub descending: bool,
    /// The number of the first result, from 1.
    pub start_index: u64,
    /// How many results at most; none if the client leaves it to the server. A negative number reads as 0.
    pub count: Option<u64>,
    /// The cursor; empty for the first page by cursor, none for pages by index.
    pub cursor: Option<String>,
    /// Which attributes.
    pub projection: Projection,
}

/// The parameters of a query, not validated yet.
#[derive(Debug, Clone, Default)]
struct Raw {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    cursor: Option<String>,
    attributes: Option<Vec<String>>,
    excluded: Option<Vec<String>>,
}

/// Whether a query is one of several over all types.
#[derive(Debug, PartialEq)]
enum Across {
    No,
    /// It is; the filter is read already.
    Yes(Option<Filter>),
}

impl ListQuery {
    /// Reads the query of a GET, as it follows the `?`, not decoded: `+` and `%20` are spaces. The names of
    /// parameters are read without regard to case; unknown parameters are ignored.
    ///
    /// # Errors
    /// 400 with the keyword of the parameter that is wrong; 403 `sensitive` for a filter on a secret.
    pub fn from_query(
        registry: &Registry,
        resource_type: ResourceType,
        raw_query: &str,
    ) -> Result<Self, Error> {
        Raw::from_query(raw_query)?.into_query(registry, resource_type, Across::No)
    }

    /// Reads the body of a POST to `/Users/.search` or `/Groups/.search` (`SearchRequest`, RFC 7644 section 3.4.3).
    ///
    /// # Errors
    /// 400 with the keyword of the member that is wrong. A filter on a secret is `invalidFilter` here: nothing was
    /// put into a URI, but there is nothing to find either.
    pub fn from_search_request(
        registry: &Registry,
        resource_type: ResourceType,
        body: &Map<String, Value>,
    ) -> Result<Self, Error> {
        Raw::from_body(body)?.into_query(registry, resource_type, Across::No).map_err(not_sensitive)
    }

    /// Reads a query over all resource types, from the body of a POST to `/.search`: one query per type, equal except
    /// for the attributes they know. An attribute only other types have never matches and sorts as absent.
    ///
    /// # Errors
    /// As [`Self::from_search_request`].
    pub fn across_from_search_request(
        registry: &Registry,
        body: &Map<String, Value>,
    ) -> Result<Vec<(ResourceType, Self)>, Error> {
        let raw = Raw::from_body(body)?;
        let filters = match present(raw.filter.as_deref()) {
            None => ResourceType::ALL.map(|resource_type| (resource_type, None)).to_vec(),
            Some(text) => Filter::parse_across(text, registry)
                .map_err(not_sensitive)?
                .into_iter()
                .map(|(resource_type, filter)| (resource_type, Some(filter)))
                .collect(),
        };
        filters
            .into_iter()
            .map(|(resource_type, filter)| {
                let query = raw
                    .clone()
                    .into_query(registry, resource_type, Across::Yes(filter))
                    .map_err(not_sensitive)?;
                Ok((resource_type, query))
            })
            .collect()
    }
}

fn not_sensitive(error: Error) -> Error {
    match error.scim_type {
        Some(ScimType::Sensitive) => Error::bad_request(ScimType::InvalidFilter, error.detail),
        _ => error,
    }
}

/// A parameter that is there and not blank.
fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl Raw {
    fn from_query(raw_query: &str) -> Result<Self, Error> {
        let mut raw = Self::default();
        for (name, value) in parameters(raw_query)? {
            let slot = match name.to_ascii_lowercase().as_str() {
                "filter" => &mut raw.filter,
                "sortby" => &mut raw.sort_by,
                "sortorder" => &mut raw.sort_order,
                "startindex" => &mut raw.start_index,
                "count" => &mut raw.count,
                "cursor" => &mut raw.cursor,
                list @ ("attributes" | "excludedattributes") => {
                    let slot = if list == "attributes" { &mut raw.attributes } else { &mut raw.excluded };
                    // A list may as well be given as the same parameter several times.
                    slot.get_or_insert_default().extend(value.split(',').map(|name| name.trim().to_owned()));
                    continue;
                }
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(Error::bad_request(
                    ScimType::InvalidValue,
                    format!("{}: it is given twice; expected once", quoted(&name)),
                ));
            }
        }
        Ok(raw)
    }

    fn from_body(body: &Map<String, Value>) -> Result<Self, Error> {
        let mut raw = Self::default();
        for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
            let wrong = |expected: &str| {
                Error::bad_request(
                    ScimType::InvalidValue,
                    format!("{name}: expected {expected}, got {}", shown(value)),
                )
            };
            let text = || value.as_str().map(str::to_owned).ok_or_else(|| wrong("a string"));
            let number = || match value {
                Value::Number(number) => Ok(number.to_string()),
                Value::String(text) => Ok(text.clone()),
                _ => Err(wrong("a whole number")),
            };
            let names = || match value {
                Value::String(list) => Ok(list.split(',').map(|name| name.trim().to_owned()).collect()),
                Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| wrong("an array of strings")))
                    .collect(),
                _ => Err(wrong("an array of strings")),
            };
            match name.to_ascii_lowercase().as_str() {
                "schemas" => {
                    let is_search =
                        |item: &Value| item.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH_URN));
                    if !value.as_array().is_some_and(|items| items.iter().any(is_search)) {
                        return Err(Error::bad_request(
                            ScimType::InvalidSyntax,
                            format!("schemas: expected {SEARCH_URN:?} in it, got {}", shown(value)),
                        ));
                    }
                }
                "filter" => raw.filter = Some(text()?),
                "sortby" => raw.sort_by = Some(text()?),
                "sortorder" => raw.sort_order = Some(text()?),
                "startindex" => raw.start_index = Some(number()?),
                "count" => raw.count = Some(number()?),
                "cursor" => raw.cursor = Some(text()?),
                "attributes" => raw.attributes = Some(names()?),
                "excludedattributes" => raw.excluded = Some(names()?),
                _ => {}
            }
        }
        Ok(raw)
    }

    /// Validates the parameters against the schemas.
    fn into_query(
        self,
        registry: &Registry,
        resource_type: ResourceType,
        across: Across,
    ) -> Result<ListQuery, Error> {
        let is_across = across != Across::No;
        let filter = match across {
            Across::Yes(filter) => filter,
            Across::No => present(self.filter.as_deref())
                .map(|text| Filter::parse(text, registry, resource_type))
                .transpose()?,
        };
        let sort_by = match present(self.sort_by.as_deref()) {
            None => None,
            Some(text) => sort_path(text, registry, resource_type, is_across)?,
        };
        let descending = match present(self.sort_order.as_deref()) {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("ascending") => false,
            Some(word) if word.eq_ignore_ascii_case("descending") => true,
            Some(other) => {
                return Err(Error::bad_request(
                    ScimType::InvalidValue,
                    format!("sortOrder: expected ascending or descending, got {}", quoted(other)),
                ));
            }
        };
        let by_cursor = self.cursor.is_some();
        if by_cursor && present(self.start_index.as_deref()).is_some() {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                "startIndex: it goes with pages by index; expected no startIndex beside cursor",
            ));
        }
        let start = whole("startIndex", self.start_index.as_deref(), ScimType::InvalidValue)?;
        let count_type = if by_cursor { ScimType::InvalidCount } else { ScimType::InvalidValue };
        let count = whole("count", self.count.as_deref(), count_type)?;
        if by_cursor && count.is_some_and(|count| count < 0) {
            return Err(Error::bad_request(
                ScimType::InvalidCount,
                "count: expected 0 or more results on a page, got a negative number",
            ));
        }
        Ok(ListQuery {
            filter,
            sort_by,
            descending,
            start_index: start.map_or(1, |start| u64::try_from(start).unwrap_or(0).max(1)),
            count: count.map(|count| u64::try_from(count).unwrap_or(0)),
            cursor: self.cursor,
            projection: Projection::from_names(registry, resource_type, self.attributes, self.excluded)?,
        })
    }
}

/// A whole number, cut to what 64 bits hold.
fn whole(name: &str, text: Option<&str>, scim_type: ScimType) -> Result<Option<i64>, Error> {
    let Some(text) = present(text) else { return Ok(None) };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::bad_request(
            scim_type,
            format!("{name}: expected a whole number, got {}", quoted(text)),
        ));
    }
    let bound = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Ok(Some(text.parse().unwrap_or(bound)))
}

/// The attribute to sort by; none where only another type has it and that is allowed.
fn sort_path(
    text: &str,
    registry: &Registry,
    resource_type: ResourceType,
    across: bool,
) -> Result<Option<AttributePath>, Error> {
    let mut path = match AttributePath::parse(text, registry, resource_type) {
        Ok(path) => path,
        Err(_)
            if across
                && ResourceType::ALL
                    .iter()
                    .any(|other| AttributePath::parse(text, registry, *other).is_ok()) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error.within("sortBy")),
    };
    let refuse = |detail: String| Err(Error::bad_request(ScimType::InvalidPath, format!("sortBy: {detail}")));
    let Some(attribute) = registry.find(resource_type, &path) else {
        return refuse(format!("{path} is not an attribute"));
    };
    if attribute.returned == Returned::Never {
        return refuse(format!("{path} cannot be sorted by"));
    }
    if attribute.is_complex() {
        if attribute.sub("value").is_none() {
            let example = attribute.sub_attributes.first().map_or("", |sub| sub.name.as_str());
            return refuse(format!("{path} has parts; sort by one of them, for example {path}.{example}"));
        }
        path.sub = Some("value".to_owned());
    }
    Ok(Some(path))
}

/// The answer to a query. `itemsPerPage` is the number of resources in it.
///
/// Pages by index have a `start_index`, pages by cursor have cursors; the last page by cursor has no next one.
pub fn list_response(
    total: u64,
    start_index: Option<u64>,
    next_cursor: Option<String>,
    previous_cursor: Option<String>,
    resources: Vec<Map<String, Value>>,
) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("schemas".into(), json!([LIST_URN]));
    out.insert("totalResults".into(), total.into());
    if let Some(start_index) = start_index {
        out.insert("startIndex".into(), start_index.into());
    }
    out.insert("itemsPerPage".into(), resources.len().into());
    if let Some(cursor) = previous_cursor {
        out.insert("previousCursor".into(), cursor.into());
    }
    if let Some(cursor) = next_cursor {
        out.insert("nextCursor".into(), cursor.into());
    }
    out.insert("Resources".into(), resources.into_iter().map(Value::Object).collect());
    out
}

/// What a resource is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// `false` before `true`.
    Bool(bool),
    /// By size.
    Number(Number),
    /// In time.
    DateTime(Timestamp),
    /// By character; folded unless the attribute is exact.
    Text(String),
}

/// What a whole resource (see [`crate::assemble`]) is sorted by (RFC 7644 section 3.4.2.3): of a multi-valued
/// attribute the primary value, or else the first. None sorts last, or first in a descending order.
pub fn sort_key(
    registry: &Registry,
    resource_type: ResourceType,
    sort_by: &AttributePath,
    resource: &Map<String, Value>,
) -> Option<SortKey> {
    let attribute = registry.find(resource_type, sort_by)?;
    let whole = AttributePath { sub: None, ..sort_by.clone() };
    let elements = values(resource, &whole);
    let index = elements.iter().position(|element| is_primary(element)).unwrap_or(0);
    let value = *values(resource, sort_by).get(index)?;
    match (attribute.kind, value) {
        (_, Value::Bool(flag)) => Some(SortKey::Bool(*flag)),
        (_, Value::Number(number)) => Some(SortKey::Number(number.clone())),
        (Type::DateTime, Value::String(text)) => timestamp(text).map(SortKey::DateTime),
        (_, Value::String(text)) if attribute.case_exact => Some(SortKey::Text(text.clone())),
        (_, Value::String(text)) => Some(SortKey::Text(fold(text))),
        _ => None,
    }
}

/// How two keys compare in ascending order. The order is total.
pub fn compare_keys(left: Option<&SortKey>, right: Option<&SortKey>) -> Ordering {
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(SortKey::Bool(left)), Some(SortKey::Bool(right))) => left.cmp(right),
        (Some(SortKey::Number(left)), Some(SortKey::Number(right))) => compare_numbers(left, right),
        (Some(SortKey::DateTime(left)), Some(SortKey::DateTime(right))) => left.cmp(right),
        (Some(SortKey::Text(left)), Some(SortKey::Text(right))) => left.cmp(right),
        // Keys of one attribute have one kind; should they not, the kind decides.
        (Some(left), Some(right)) => rank(left).cmp(&rank(right)),
    }
}

fn rank(key: &SortKey) -> u8 {
    match key {
        SortKey::Bool(_) => 0,
        SortKey::Number(_) => 1,
        SortKey::DateTime(_) => 2,
        SortKey::Text(_) => 3,
    }
}

/// How two whole resources compare in ascending order. To sort many, compute each [`sort_key`] once.
pub fn compare(
    registry: &Registry,
    resource_type: ResourceType,
    sort_by: &AttributePath,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
) -> Ordering {
    compare_keys(
        sort_key(registry, resource_type, sort_by, left).as_ref(),
        sort_key(registry, resource_type, sort_by, right).as_ref(),
    )
}
