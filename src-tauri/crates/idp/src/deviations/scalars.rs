//! A number or a boolean where a text is expected: `"employeeNumber": 12345`, `"externalId": 7`.
//!
//! Sources such as HR exports and spreadsheets have numbers for what SCIM defines as text, and clients pass them on as
//! they are. Refusing the whole person for it helps no one. Only whole numbers of up to 64 bits are read: they are
//! the same text that was sent. A decimal is not read, because `1.10` arrives as `1.1`, which may be another person's.

use scim::Attribute;
use scim::schema::Type;
use serde_json::{Number, Value};

use super::booleans;
use super::context::Context;
use crate::deviation::Deviation;

/// No text where there should be one.
pub(crate) const FOR_TEXT: Deviation = Deviation {
    code: "value.scalar",
    title: "A number or a boolean instead of a text",
    senders: "Home-made clients, exports of HR systems",
    source: "Common serialiser defaults",
    rule: "RFC 7643 section 2.3",
    answer: "Whole numbers and booleans are read as the text that was sent; decimals are refused",
};

/// Reads a scalar as the type that its attribute has.
pub(crate) fn coerce(context: &mut Context<'_>, attribute: &Attribute, value: &mut Value) {
    booleans::coerce(context, attribute, value);
    if !matches!(attribute.kind, Type::String | Type::Reference) {
        return;
    }
    let text = match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) if is_exact(number) => number.to_string(),
        _ => return,
    };
    context.normalised(
        &FOR_TEXT,
        &format!("sent {} as a number or a boolean; it was read as text.", attribute.name),
    );
    *value = Value::String(text);
}

/// Whether the number has one way to be written only.
fn is_exact(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}
