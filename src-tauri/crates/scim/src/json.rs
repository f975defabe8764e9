//! Strict parsing of JSON bytes: what the grammar of RFC 8259 leaves open is decided here, once, for every body.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Error, ScimType, quoted};

/// How deep arrays and objects may nest. SCIM itself needs 7.
pub const DEEPEST: usize = 32;
/// How many bytes the name of a member may have. Texts are bounded where they are read, by what they are.
pub const LONGEST_NAME: usize = 16 * 1024;
/// How many values a body may have, all levels together; a group of 200,000 members has fewer.
pub const MOST_VALUES: usize = 1_000_000;

/// Reads a request body.
///
/// Refused are: bytes that are not UTF-8, a byte order mark, nesting beyond [`DEEPEST`], one name twice in an
/// object (compared without regard to case, as SCIM names are), NUL and lone surrogates in strings,
/// names beyond [`LONGEST_NAME`], numbers beyond a double, anything but an object at the top, and anything
/// after it. A body of more than [`MOST_VALUES`] values is refused before it can fill the memory.
///
/// # Errors
/// 400 `invalidSyntax` that names line and column.
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    let invalid = |detail: String| Error::bad_request(ScimType::InvalidSyntax, detail);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        invalid(format!("body: not UTF-8, the first wrong byte is at position {}", error.valid_up_to() + 1))
    })?;
    if text.trim().is_empty() {
        return Err(invalid("body: expected a JSON object, got nothing".to_owned()));
    }
    let mut left = MOST_VALUES;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0, left: &mut left }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| invalid(format!("body: {error}")))?;
    match value {
        Value::Object(map) => Ok(map),
        other => Err(invalid(format!("body: expected a JSON object, got {}", crate::error::shown(&other)))),
    }
}

/// One value at a known depth.
struct Strict<'a> {
    depth: usize,
    left: &'a mut usize,
}

impl Strict<'_> {
    fn text<E: serde::de::Error>(text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(E::custom("a string with the character NUL (U+0000), which no SCIM value has"));
        }
        Ok(())
    }

    /// Counts the depth before anything descends.
    fn deeper<E: serde::de::Error>(&self) -> Result<usize, E> {
        if self.depth >= DEEPEST {
            return Err(E::custom(format_args!("nested more than {DEEPEST} levels deep")));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        *self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom(format_args!("more than {MOST_VALUES} values in one body")))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        Self::text(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Value, E> {
        Self::text(&text)?;
        Ok(Value::String(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let left = self.left;
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(Strict { depth, left: &mut *left })? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let left = self.left;
        let mut out = Map::new();
        let mut seen = HashSet::new();
        while let Some(Name(name)) = members.next_key()? {
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(A::Error::custom(format_args!(
                    "the name {} twice in one object; names are compared without regard to case",
                    quoted(&name)
                )));
            }
            let value = members.next_value_seed(Strict { depth, left: &mut *left })?;
            out.insert(name, value);
        }
        Ok(Value::Object(out))
    }
}

/// The name of an object member, under the rules for strings.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name.len() > LONGEST_NAME {
            return Err(D::Error::custom(format_args!(
                "a name of {} bytes; at most {LONGEST_NAME} are taken",
                name.len()
            )));
        }
        Strict::text(&name)?;
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(bytes: &[u8]) -> String {
        let error = parse(bytes).expect_err("must be refused");
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidSyntax)));
        error.detail
    }

    #[test]
    fn a_plain_body_is_parsed_in_order_with_exact_numbers() {
        let body = parse(br#"{"b":1,"a":[true,null,-2,1.5,"x"],"c":18446744073709551615}"#).expect("is JSON");
        assert_eq!(body.keys().collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(body["c"], u64::MAX);
    }

    #[test]
    fn hostile_bodies_are_refused_with_a_reason() {
        assert!(refusal(b"").contains("nothing"));
        assert!(refusal(b"[1]").contains("object"));
        assert!(refusal(b"\"x\"").contains("object"));
        assert!(refusal(b"{} x").contains("trailing"));
        assert!(refusal(b"{\"a\":\"\xff\"}").contains("UTF-8"));
        assert!(refusal(br#"{"a":"\u0000"}"#).contains("NUL"));
        assert!(refusal(br#"{"\u0000":1}"#).contains("NUL"));
        assert!(refusal(br#"{"a":"\ud800"}"#).contains("line 1"));
        assert!(refusal(br#"{"a":1e999}"#).contains("range"));
        let long = format!("{{\"{}\":1}}", "x".repeat(LONGEST_NAME + 1));
        assert!(refusal(long.as_bytes()).contains("a name of 16385 bytes"));
        assert!(refusal(br#"{"userName":"a","USERNAME":"b"}"#).contains("twice"));
        assert!(refusal(br#"{"x":[{"a":1,"A":2}]}"#).contains("twice"));
        assert!(refusal("\u{feff}{}".as_bytes()).contains("line 1"), "a byte order mark is no JSON");
    }

    #[test]
    fn depth_is_checked_before_the_parser_descends() {
        let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nested(DEEPEST - 1).as_bytes()).is_ok(), "the limit itself is fine");
        assert!(refusal(nested(DEEPEST).as_bytes()).contains("levels"));
        assert!(refusal(nested(1_000_000).as_bytes()).contains("levels"), "a million levels cost nothing");
        assert!(refusal("{\"a\":".repeat(1_000_000).as_bytes()).contains("levels"));
    }

    #[test]
    fn the_number_of_values_in_a_body_is_bounded() {
        let many = format!("{{\"a\":[{}[]]}}", "[],".repeat(MOST_VALUES));
        assert!(refusal(many.as_bytes()).contains("values"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_body_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
