//! Values against their attribute: types, limits, and the canonical form (RFC 7643 section 2.3 to 2.5).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::error::{Error, ScimType, quoted, shown};
use crate::path::sub_attribute;
use crate::schema::{Attribute, Mutability, Returned, Type};

/// How many values a multi-valued attribute may hold.
pub(crate) const MOST_ELEMENTS: usize = 200;
/// How many characters a user name or an e-mail address may have.
const LONGEST_ADDRESS: usize = 320;
/// How many characters another required text, such as the name of a group, may have.
const LONGEST_NAME: usize = 1_024;
/// How many names of ignored attributes are kept for the report.
const MOST_IGNORED: usize = 100;

/// What to do about a name that no schema knows.
pub(crate) enum Unknown<'a> {
    /// Leave the value out and remember the name.
    Ignore(&'a mut Vec<String>),
    /// Refuse the request (PATCH).
    Refuse,
}

impl Unknown<'_> {
    /// Deals with one unknown name.
    pub(crate) fn meet(&mut self, place: &str, account: impl FnOnce() -> String) -> Result<(), Error> {
        match self {
            Self::Refuse => Err(Error::bad_request(ScimType::InvalidPath, account())),
            Self::Ignore(names) => {
                if names.len() < MOST_IGNORED {
                    let short: String = place.chars().take(MOST_IGNORED).collect();
                    if !names.contains(&short) {
                        names.push(short);
                    }
                }
                Ok(())
            }
        }
    }
}

/// What a complex value is going to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A value of its own: parts that are null fall away, required parts must be there.
    Whole,
    /// Parts to be added to a value: those that are null fall away.
    Added,
    /// Parts to replace those of a value: null says "unassign", and stays for whoever merges it.
    Replaced,
}

fn invalid(place: &str, expected: &str, attribute: &Attribute, value: &Value) -> Error {
    let arrived =
        if attribute.returned == Returned::Never { "another type".to_owned() } else { shown(value) };
    Error::bad_request(ScimType::InvalidValue, format!("{place}: expected {expected}, got {arrived}"))
}

/// Brings the value of an attribute into canonical form. None means unassigned: null, `[]`, or nothing left.
pub(crate) fn canonical(
    attribute: &Attribute,
    place: &str,
    value: Value,
    unknown: &mut Unknown<'_>,
) -> Result<Option<Value>, Error> {
    if !attribute.multi_valued {
        return element(attribute, place, value, Form::Whole, unknown);
    }
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => elements(attribute, place, items, unknown),
        other => Err(invalid(place, "an array", attribute, &other)),
    }
}

/// Brings the values of a multi-valued attribute into canonical form; equal ones collapse.
pub(crate) fn elements(
    attribute: &Attribute,
    place: &str,
    items: Vec<Value>,
    unknown: &mut Unknown<'_>,
) -> Result<Option<Value>, Error> {
    check_count(place, items.len())?;
    let mut out: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        if let Some(item) = element(attribute, place, item, Form::Whole, unknown)?
            && !out.contains(&item)
        {
            out.push(item);
        }
    }
    let primaries = out.iter().filter(|item| is_primary(item)).count();
    if primaries > 1 {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{place}: {primaries} values are primary; at most one can be"),
        ));
    }
    Ok(if out.is_empty() { None } else { Some(Value::Array(out)) })
}

/// Refuses more values than a multi-valued attribute may hold.
pub(crate) fn check_count(place: &str, count: usize) -> Result<(), Error> {
    if count > MOST_ELEMENTS {
        return Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("{place}: {count} values; at most {MOST_ELEMENTS} are kept"),
        ));
    }
    Ok(())
}

/// Whether an element claims to be the preferred one.
pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Brings one value, complex or simple, into canonical form. None means null or nothing left.
pub(crate) fn element(
    attribute: &Attribute,
    place: &str,
    value: Value,
    form: Form,
    unknown: &mut Unknown<'_>,
) -> Result<Option<Value>, Error> {
    if value.is_null() {
        return Ok(None);
    }
    if !attribute.is_complex() {
        return simple(attribute, place, value).map(Some);
    }
    let Value::Object(members) = value else {
        let names: Vec<&str> = attribute.sub_attributes.iter().map(|sub| sub.name.as_str()).take(6).collect();
        return Err(invalid(place, &format!("an object with {}", names.join(", ")), attribute, &value));
    };
    let mut out = Map::new();
    for (name, value) in members {
        let Some(sub) = attribute.sub(&name) else {
            unknown.meet(&format!("{place}.{name}"), || match sub_attribute(attribute, &name) {
                Ok(_) => format!("{place}.{name}"),
                Err(unresolved) => format!("{place}: {}", unresolved.into_detail()),
            })?;
            continue;
        };
        if sub.mutability == Mutability::ReadOnly {
            continue;
        }
        let place = format!("{place}.{}", sub.name);
        match canonical(sub, &place, value, unknown)? {
            Some(value) => drop(out.insert(sub.name.clone(), value)),
            None if form == Form::Replaced => drop(out.insert(sub.name.clone(), Value::Null)),
            None => {}
        }
    }
    if form == Form::Whole && !out.is_empty() {
        check_required(attribute, place, &out)?;
    }
    Ok(if out.is_empty() { None } else { Some(Value::Object(out)) })
}

/// Refuses a complex value without a part it cannot be without.
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
    let refuse = |detail: &str| {
        let arrived = if attribute.returned == Returned::Never {
            String::new()
        } else {
            format!(", got {}", quoted(text))
        };
        Err(Error::bad_request(ScimType::InvalidValue, format!("{place}: {detail}{arrived}")))
    };
    if attribute.required && text.trim().is_empty() {
        return refuse("expected a text, not blank");
    }
    // Line breaks have their place in a postal address, but not in a name that is looked up.
    let harmless = |character: char| !attribute.required && matches!(character, '\t' | '\n' | '\r');
    if text.chars().any(|character| character.is_control() && !harmless(character)) {
        return refuse("expected a text without control characters");
    }
    let is_address = attribute.name == "userName" || place.ends_with("emails.value");
    let most = if is_address { LONGEST_ADDRESS } else { LONGEST_NAME };
    if (is_address || attribute.required) && text.chars().nth(most).is_some() {
        return refuse(&format!("expected at most {most} characters"));
    }
    Ok(())
}

/// The moment a dateTime value names. A value without an offset is taken as UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if !text.contains(['T', 't']) {
        return None;
    }
    let zoned = text.parse::<Timestamp>().ok();
    zoned.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

/// Whether a text is base64, of either alphabet, with or without padding; line breaks are let pass.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_\r\n".contains(&byte))
}
