//! What was sent, without what it says of people: the shape of a body, of an address and of an expression. Names of attributes,
//! keywords of SCIM, numbers of pages, `true`, `false` and `null` are shown; every other value is replaced by its kind.

mod folded;
mod known_names;

use std::collections::BTreeSet;

use scim::Registry;
use serde_json::{Map, Value};

use self::folded::{folded, is_count};
use self::known_names::known_names;
use crate::query_string::pairs;

const TEXT: &str = "(text)";
const NUMBER: &str = "(number)";
const ID: &str = "(id)";

const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const LOGIC: [&str; 7] = ["pr", "and", "or", "not", "true", "false", "null"];
/// Segments of an address that SCIM defines.
const ADDRESS: [&str; 10] = [
    "scim",
    "v2",
    "Users",
    "Groups",
    "Me",
    "Bulk",
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
    ".search",
];
/// Values that RFC 7643 and RFC 7644 define, by the attribute that has them.
const KEYWORDS: [(&str, &[&str]); 5] = [
    ("op", &["add", "remove", "replace"]),
    ("method", &["POST", "PUT", "PATCH", "DELETE", "GET"]),
    ("type", &["work", "home", "other", "mobile", "fax", "pager", "photo", "thumbnail", "User", "Group"]),
    ("resourceType", &["User", "Group"]),
    (
        "scimType",
        &[
            "invalidFilter",
            "tooMany",
            "uniqueness",
            "mutability",
            "invalidSyntax",
            "invalidPath",
            "noTarget",
            "invalidValue",
            "invalidVers",
            "sensitive",
            "invalidCursor",
            "expiredCursor",
            "invalidCount",
        ],
    ),
];
/// Numbers that a list and a query have.
const COUNTS: [&str; 4] = ["totalResults", "itemsPerPage", "startIndex", "count"];
/// The prefixes of the schemas and messages that the RFCs define.
const STANDARD: [&str; 3] = [
    "urn:ietf:params:scim:schemas:core:2.0:",
    "urn:ietf:params:scim:api:messages:2.0:",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:",
];

/// Which names are shown.
pub struct Mask(Option<BTreeSet<String>>);

impl Mask {
    /// Every word that can be the name of an attribute. One that is in no schema may be what a request is about.
    pub const NAMES: Self = Self(None);

    /// Only names of the schemas: another one may be that of a company.
    pub fn of(registry: &Registry) -> Self {
        Self(Some(known_names(registry)))
    }

    /// The shape of a body; none where it is no JSON, as one that was cut.
    pub fn body(&self, text: &str) -> Option<Value> {
        serde_json::from_str(text).ok().map(|body: Value| self.parsed(&body))
    }

    /// The shape of a body that is parsed already.
    pub fn parsed(&self, body: &Value) -> Value {
        self.value("", body)
    }

    fn value(&self, key: &str, value: &Value) -> Value {
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(_) if COUNTS.contains(&key) => value.clone(),
            Value::Number(_) => NUMBER.into(),
            Value::String(text) => self.string(key, text).into(),
            Value::Array(items) => Value::Array(folded(items.iter().map(|item| self.value(key, item)))),
            Value::Object(members) => {
                let shown = |(key, value): (&String, &Value)| (self.expression(key), self.value(key, value));
                Value::Object(members.iter().map(shown).collect::<Map<_, _>>())
            }
        }
    }

    fn string(&self, key: &str, text: &str) -> String {
        let simple = key.rsplit([':', '.']).next().unwrap_or(key);
        let is_keyword = KEYWORDS.iter().any(|(name, words)| {
            simple.eq_ignore_ascii_case(name) && words.iter().any(|word| word.eq_ignore_ascii_case(text))
        });
        let is_schema = simple == "schemas" && is_standard(text);
        let is_status =
            simple == "status" && text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_boolean = ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text));
        match simple {
            _ if is_keyword || is_schema || is_status || is_boolean || is_masked(text) => text.to_owned(),
            "path" if text.starts_with('/') => self.address(text),
            "path" => self.expression(text),
            "filter" => self.filter(text),
            _ => TEXT.to_owned(),
        }
    }

    /// The shape of a path with its query, decoded: `/Users/(id)?filter=userName eq "(text)"`.
    pub fn address(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let segment = |segment: &str| match ADDRESS.iter().find(|known| known.eq_ignore_ascii_case(segment)) {
            _ if segment.is_empty() => String::new(),
            Some(_) => segment.to_owned(),
            None => ID.to_owned(),
        };
        let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        let Some(query) = query.filter(|query| !query.is_empty()) else { return path };
        let parameter = |(key, value): (String, String)| {
            let value = match key.as_str() {
                "filter" => self.filter(&value),
                "sortBy" => self.expression(&value),
                "attributes" | "excludedAttributes" => {
                    value.split(',').map(|name| self.expression(name.trim())).collect::<Vec<_>>().join(",")
                }
                "startIndex" | "count" if value.parse::<i64>().is_ok() => value,
                "sortOrder" if ["ascending", "descending"].contains(&value.as_str()) => value,
                _ => TEXT.to_owned(),
            };
            format!("{}={value}", self.expression(&key))
        };
        let query: Vec<String> = pairs(query).map(parameter).collect();
        format!("{path}?{}", query.join("&"))
    }

    /// The shape of a filter. A word alone compares nothing: it may be a value.
    fn filter(&self, text: &str) -> String {
        if text.trim().contains(char::is_whitespace) { self.expression(text) } else { TEXT.to_owned() }
    }

    /// The shape of a filter, or of the path of an attribute: names of attributes and operators, without values.
    pub fn expression(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut rest = text;
        let mut is_value = false;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                let (_, after) = quoted(&rest[1..]);
                shown.push_str("\"(text)\"");
                rest = after;
                is_value = true;
            } else if first.is_whitespace() || "()[],".contains(first) {
                shown.push(if first.is_whitespace() { ' ' } else { first });
                rest = &rest[first.len_utf8()..];
                // `emails[type eq "work"].value`
                is_value &= !(first == ']' && rest.starts_with('.'));
            } else {
                let (word, after) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
                let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
                // Only a path is a name alone: `or Wesson` is the end of a value without quotation marks.
                let is_alone = rest.len() == text.len() || word.starts_with('.');
                let is_place = is_compared(after) || is_alone && after.trim_start().is_empty();
                let is_name = !is_value && self.is_name(word) && is_place;
                let is_known = is(&LOGIC) || is_name || !is_value && is(&OPERATORS);
                shown.push_str(if is_known { word } else { TEXT });
                // A value without quotation marks may have several words: it ends with the comparison.
                is_value = !is_name && !is(&["and", "or", "not"]);
                rest = after;
            }
        }
        shown
    }

    fn is_name(&self, word: &str) -> bool {
        let last = word.rsplit(':').next().unwrap_or(word).trim_start_matches('.');
        let is_known =
            |names: &BTreeSet<String>| last.split('.').all(|part| names.contains(&part.to_lowercase()));
        is_attribute(word) && self.0.as_ref().is_none_or(is_known)
    }
}

/// The method of a request. A client can write anything there.
pub fn method(method: &str) -> &str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    if known.contains(&method) { method } else { "(method)" }
}

/// Whether a text is what a value is replaced by: what was recorded masked is masked again in a report.
fn is_masked(text: &str) -> bool {
    [TEXT, NUMBER, ID].contains(&text) || is_count(text)
}

fn is_standard(urn: &str) -> bool {
    let rest = STANDARD.iter().find_map(|before| urn.strip_prefix(before));
    rest.is_some_and(|name| {
        ["User", "Group", "ListResponse", "SearchRequest", "PatchOp", "BulkRequest", "BulkResponse", "Error"]
            .contains(&name)
    })
}

/// After an opening quotation mark: the quoted text, and what follows its end. A text that does not end is quoted whole.
fn quoted(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Whether a character ends a word.
fn is_end(character: char) -> bool {
    character.is_whitespace() || "()[],\"".contains(character)
}

/// Whether what follows a word may follow the name of an attribute: an operator or a bracket.
fn is_compared(after: &str) -> bool {
    let after = after.trim_start();
    let word = after.split(is_end).next().unwrap_or_default();
    after.starts_with('[')
        || word.eq_ignore_ascii_case("pr")
        || OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a word can be the name of an attribute, possibly with its schema and sub-attribute (RFC 7644 section 3.10), and is
/// no id. A schema that no RFC defines may have the name of a company.
fn is_attribute(word: &str) -> bool {
    let is_version = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) && part.len() <= 2;
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"$-_".contains(&byte))
            && part.bytes().filter(|byte| *byte == b'-').count() < 3
    };
    let is_of = |urn: &&str| word.get(..urn.len()).is_some_and(|before| before.eq_ignore_ascii_case(urn));
    let mut parts = word.trim_start_matches('.').split([':', '.']);
    (!word.contains(':') || STANDARD.iter().any(is_of))
        && parts.next().is_some_and(is_name)
        && parts.all(|part| is_name(part) || is_version(part))
}

#[cfg(test)]
mod tests;
