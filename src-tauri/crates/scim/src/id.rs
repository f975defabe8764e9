//! The form of the ids that this server gives. Decided here once: the store draws ids of this form, and a text of
//! another form can never name a person or a group.

use crate::error::{Error, ScimType, quoted};

/// What an id looks like, for the details of refusals.
const EXAMPLE: &str = "0199d3c0-7c2e-7000-8000-0242ac120002";

/// Whether a text can be the id of a person or a group: a UUID as RFC 9562 section 4 writes it, 36 characters of
/// hex digits and hyphens, the letters in lower case. Whether it exists is decided by the store.
pub fn is_id(text: &str) -> bool {
    text.len() == EXAMPLE.len()
        && text.bytes().zip(EXAMPLE.bytes()).all(|(byte, example)| match example {
            b'-' => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// The refusal of a text that can never be an id (400 `invalidValue`). `place` is the path it arrived under.
pub fn impossible_id(place: &str, text: &str) -> Error {
    Error::bad_request(
        ScimType::InvalidValue,
        format!(
            "{place}: {} cannot be an id here; expected the id that the server gave to the person or group when it was created, such as {EXAMPLE}",
            quoted(text)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_in_lower_case_is_an_id() {
        assert!(is_id(EXAMPLE));
        assert!(is_id("2819c223-7f76-453a-919d-413861904646"), "of any version");
        for other in [
            "",
            "ada@example.com",
            "0199D3C0-7C2E-7000-8000-0242AC120002",
            "{0199d3c0-7c2e-7000-8000-0242ac120002}",
            "0199d3c07c2e700080000242ac120002",
            "0199d3c0-7c2e-7000-8000-0242ac12000g",
            "0199d3c0-7c2e-7000-8000-0242ac120002 ",
            "0199d3c0_7c2e_7000_8000_0242ac120002",
            "00000000-0000-0000-0000-0000000000é",
        ] {
            assert!(!is_id(other), "{other:?}");
        }
    }
}
