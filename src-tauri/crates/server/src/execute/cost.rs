//! What a PATCH of a resource costs, known before it is applied in the writer.

use scim::Error;
use serde_json::{Map, Value};

use crate::limits::ServerLimits;

/// About how many bytes of JSON these attributes have.
pub(super) fn weight(attributes: &Map<String, Value>) -> u64 {
    attributes.iter().map(|(name, value)| name.len() as u64 + 4 + weight_of(value)).sum()
}

fn weight_of(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() as u64 + 2,
        Value::Array(items) => items.iter().map(|item| weight_of(item) + 1).sum::<u64>() + 2,
        Value::Object(parts) => weight(parts) + 2,
    }
}

/// Whether so many changes may be made to a resource by one request. Each of them may look at all that the resource
/// has by then, which is at most what it had and what the request brings.
///
/// # Errors
/// 413 beyond [`ServerLimits::patch_work`].
pub(super) fn allow_changes(
    changes: usize,
    document: u64,
    request: u64,
    limits: &ServerLimits,
) -> Result<(), Error> {
    let work = (changes as u64).saturating_mul(document.saturating_add(request));
    if work > limits.patch_work {
        return Err(Error::payload_too_large(format!(
            "Operations: {changes} changes of a resource of {document} bytes by {request} bytes cost more than one request may; send them in several requests"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_weight_is_about_the_length_of_the_text() {
        let value =
            json!({"userName": "ada", "emails": [{"value": "a@x", "primary": true}, {"value": "b@x"}]});
        let Value::Object(attributes) = &value else { panic!("an object") };
        let (weight, length) = (weight(attributes), value.to_string().len() as u64);
        assert!(weight >= length * 9 / 10 && weight <= length * 2, "{weight} for {length} bytes");
    }

    #[test]
    fn many_changes_of_a_small_resource_are_allowed_and_of_a_large_one_are_not() {
        let limits = ServerLimits::default();
        assert_eq!(allow_changes(100, 4_000, 60_000, &limits), Ok(()), "the most that a provider sends");
        let refused = allow_changes(1_000, 500_000, 100_000, &limits);
        assert_eq!(refused.map_err(|error| error.status), Err(413));
    }
}
