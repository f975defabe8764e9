//! Values against their attribute: types, limits, and the canonical form (RFC 7643 section 2.3 to 2.5).

use serde_json::{Map, Value};

use crate::compare::timestamp;
use crate::element::{is_significant, same};
use crate::error::{Error, ScimType, quoted, shown};
use crate::fold::{fold, is_disguised};
use crate::ignored::Ignored;
use crate::schema::{Attribute, Mutability, Returned, Type};

/// How many values a multi-valued attribute may hold.
pub(crate) const MOST_ELEMENTS: usize = 200;
/// How many bytes one text may have.
pub const LONGEST_STRING: usize = 16 * 1024;
/// How many characters a user name or an e-mail address may have.
const LONGEST_ADDRESS: usize = 320;
/// How many characters another required text, such as the name of a group, may have.
const LONGEST_NAME: usize = 1_024;

/// What a request contains for one attribute, parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parsed {
    /// No statement: an object without sub-attributes, or only with readOnly or unknown ones, or with labels of a
    /// value that is missing.
    Unspecified,
    /// The statement that there is no value: null, an empty text, an empty list, or a complex value whose parts are all empty.
    Empty,
    /// A value, in canonical form.
    Value(Value),
}

impl Parsed {
    /// The value, if there is one: for a resource that is sent as a whole, unspecified and empty are the same.
    pub(crate) fn value(self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unspecified | Self::Empty => None,
        }
    }
}

/// The parts that a complex value names, each with its value; none where it is sent empty.
pub(crate) type Parts = Vec<(String, Option<Value>)>;

fn invalid(place: &str, expected: &str, attribute: &Attribute, value: &Value) -> Error {
    Error::mismatch(place, expected, (attribute.returned != Returned::Never).then(|| shown(value)))
}

/// Whether a value is empty: null, an empty list, or an empty text. A required text and a boolean cannot be empty;
/// [`parse_attribute`] refuses them.
fn is_empty(attribute: &Attribute, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => attribute.multi_valued && items.is_empty(),
        Value::String(text) => text.is_empty() && !attribute.required && attribute.kind != Type::Boolean,
        _ => false,
    }
}

/// Brings what arrived for an attribute into canonical form.
pub(crate) fn parse_attribute(
    attribute: &Attribute,
    place: &str,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Parsed, Error> {
    if is_empty(attribute, &value) {
        if value.is_string() {
            ignored.empty(place);
        }
        return Ok(Parsed::Empty);
    }
    if !attribute.multi_valued {
        return element(attribute, place, value, ignored);
    }
    match value {
        Value::Array(items) => elements(attribute, place, items, ignored),
        other => Err(invalid(place, "an array", attribute, &other)),
    }
}

/// Brings the values of a multi-valued attribute into canonical form; equal ones become one, those without a value
/// are ignored. A list is [`Parsed::Unspecified`] if each of its elements is.
pub(crate) fn elements(
    attribute: &Attribute,
    place: &str,
    items: Vec<Value>,
    ignored: &mut Ignored,
) -> Result<Parsed, Error> {
    check_count(place, items.len())?;
    let mut unspecified = !items.is_empty();
    let mut out: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        match element(attribute, place, item, ignored)? {
            Parsed::Value(item) if out.iter().any(|other| same(attribute, other, &item)) => {}
            Parsed::Value(item) => out.push(item),
            Parsed::Empty => unspecified = false,
            Parsed::Unspecified => {}
        }
    }
    check_primary(place, &out)?;
    Ok(match (out.is_empty(), unspecified) {
        (false, _) => Parsed::Value(Value::Array(out)),
        (true, true) => Parsed::Unspecified,
        (true, false) => Parsed::Empty,
    })
}

fn check_primary(place: &str, items: &[Value]) -> Result<(), Error> {
    match items.iter().filter(|item| is_primary(item)).count() {
        0 | 1 => Ok(()),
        several => Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{place}: {several} values are primary; at most one can be"),
        )),
    }
}

/// Refuses more values than a multi-valued attribute may hold.
pub(crate) fn check_count(place: &str, count: usize) -> Result<(), Error> {
    if count > MOST_ELEMENTS {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{place}: {count} values; at most {MOST_ELEMENTS} are stored"),
        ));
    }
    Ok(())
}

/// Whether an element is marked as the primary one.
pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Brings one value, complex or simple, into canonical form.
pub(crate) fn element(
    attribute: &Attribute,
    place: &str,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Parsed, Error> {
    if is_empty(attribute, &value) {
        if value.is_string() {
            ignored.empty(place);
        }
        return Ok(Parsed::Empty);
    }
    if !attribute.is_complex() {
        return simple(attribute, place, value).map(Parsed::Value);
    }
    let parts = parts(attribute, place, value, ignored)?;
    let is_emptied = parts.iter().any(|(name, value)| value.is_none() && is_significant(attribute, name));
    let given: Map<String, Value> =
        parts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if !given.is_empty() {
        check_required(attribute, place, &given)?;
    }
    if given.keys().any(|name| is_significant(attribute, name)) {
        return Ok(Parsed::Value(Value::Object(given)));
    }
    if !given.is_empty() {
        ignored.empty(place);
    }
    Ok(if is_emptied { Parsed::Empty } else { Parsed::Unspecified })
}

/// Reads the parts of a complex value. Those that only the server writes are dropped, those that no schema defines are
/// ignored.
pub(crate) fn parts(
    attribute: &Attribute,
    place: &str,
    value: Value,
    ignored: &mut Ignored,
) -> Result<Parts, Error> {
    let Value::Object(members) = value else {
        let names: Vec<&str> = attribute.sub_attributes.iter().map(|sub| sub.name.as_str()).take(6).collect();
        return Err(invalid(place, &format!("an object with {}", names.join(", ")), attribute, &value));
    };
    let mut out = Parts::new();
    let mut part = format!("{place}.");
    let before_name = part.len();
    for (name, value) in members {
        part.truncate(before_name);
        let Some(sub) = attribute.sub(&name) else {
            part.push_str(&name);
            ignored.unknown(&part);
            continue;
        };
        if sub.mutability == Mutability::ReadOnly {
            continue;
        }
        part.push_str(&sub.name);
        match parse_attribute(sub, &part, value, ignored)? {
            Parsed::Unspecified => {}
            Parsed::Empty => out.push((sub.name.clone(), None)),
            Parsed::Value(value) => out.push((sub.name.clone(), Some(value))),
        }
    }
    Ok(out)
}

/// Refuses a complex value that lacks a required sub-attribute.
pub(crate) fn check_required(
    attribute: &Attribute,
    place: &str,
    value: &Map<String, Value>,
) -> Result<(), Error> {
    match attribute.sub_attributes.iter().find(|sub| sub.required && !value.contains_key(&sub.name)) {
        None => Ok(()),
        Some(sub) => {
            Err(Error::bad_request(ScimType::InvalidValue, format!("{place}: {} is missing", sub.name)))
        }
    }
}

fn simple(attribute: &Attribute, place: &str, value: Value) -> Result<Value, Error> {
    if let Some(bytes) = value.as_str().map(str::len).filter(|bytes| *bytes > LONGEST_STRING) {
        let arrived = format!("{bytes}");
        return Err(Error::mismatch(place, &format!("at most {LONGEST_STRING} bytes"), Some(arrived)));
    }
    let fits = match (attribute.kind, &value) {
        (Type::Boolean, Value::Bool(_)) | (Type::Decimal, Value::Number(_)) => true,
        (Type::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Type::DateTime, Value::String(text)) => timestamp(text).is_some(),
        (Type::Binary, Value::String(text)) => is_base64(text),
        (Type::String | Type::Reference, Value::String(text)) => {
            check_text(attribute, place, text)?;
            true
        }
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    let expected = match attribute.kind {
        Type::Boolean => "true or false",
        Type::Integer => "a whole number",
        Type::Decimal => "a number",
        Type::DateTime => "a date and time such as 2008-01-23T04:56:22Z",
        Type::Binary => "base64",
        Type::String | Type::Reference | Type::Complex => "a string",
    };
    Err(invalid(place, expected, attribute, &value))
}

fn check_text(attribute: &Attribute, place: &str, text: &str) -> Result<(), Error> {
    let refuse = |expected: &str| {
        let arrived = (attribute.returned != Returned::Never).then(|| quoted(text));
        Err(Error::mismatch(place, expected, arrived))
    };
    if attribute.required && fold(text).is_empty() {
        return refuse("a text, not blank");
    }
    let is_address = attribute.name == "userName" || place.ends_with("emails.value");
    let is_name = is_address || attribute.required;
    // Line breaks have their place in a postal address, but not in a name that is looked up.
    let harmless = |character: char| !is_name && matches!(character, '\t' | '\n' | '\r');
    if text.chars().any(|character| character.is_control() && !harmless(character)) {
        return refuse("a text without control characters");
    }
    if is_name && is_disguised(text) {
        return refuse("a text without line separators and marks that turn the direction of writing");
    }
    let most = if is_address { LONGEST_ADDRESS } else { LONGEST_NAME };
    if is_name && text.chars().nth(most).is_some() {
        return refuse(&format!("at most {most} characters"));
    }
    Ok(())
}

/// Whether a text is base64 (RFC 4648 sections 4 and 5), of either alphabet, with or without padding; line breaks are
/// allowed.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let digits = body.bytes().filter(is_digit).count();
    // Four digits are three bytes. One digit more is less than a byte, and padding follows two or three.
    let is_whole = match digits % 4 {
        0 => padding == 0,
        1 => false,
        _ => padding <= 2,
    };
    is_whole && body.bytes().all(|byte| is_digit(&byte) || matches!(byte, b'\r' | b'\n'))
}
