//! What is never written down, wherever a client puts it: passwords, and the secret of a token.

use serde_json::Value;

/// What stands in its place.
const NOT_KEPT: &str = "(not kept)";
/// What our tokens begin with, and how much of one is no secret: the prefix and the key id.
const PREFIX: &str = "fdn_";
const OPEN: usize = 14;

/// Takes passwords out of a body, in PATCH values and Bulk data too, and out of filters and paths that compare with one.
/// The depth of a body is bounded on intake.
pub(crate) fn passwords(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_password_op = members.iter().any(|(key, value)| {
                key.eq_ignore_ascii_case("path")
                    && value.as_str().is_some_and(|path| path.to_ascii_lowercase().ends_with("password"))
            });
            for (key, value) in members.iter_mut() {
                let is_password = key.to_ascii_lowercase().ends_with("password");
                let is_its_value = is_password_op && key.eq_ignore_ascii_case("value");
                let is_compared = ["filter", "path"].iter().any(|name| key.eq_ignore_ascii_case(name))
                    && value.as_str().is_some_and(compares_password);
                if is_password || is_its_value || is_compared {
                    *value = NOT_KEPT.into();
                } else {
                    passwords(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(passwords),
        _ => {}
    }
}

/// Whether a filter, or a path with one, could hold a password.
pub(crate) fn compares_password(text: &str) -> bool {
    text.contains('"') && text.to_ascii_lowercase().contains("password")
}

/// Cuts every token in a text down to its key id, by which an admin finds it.
pub(crate) fn tokens(text: String) -> String {
    if !text.contains(PREFIX) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(PREFIX) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.bytes().take_while(is_part).count();
        if length > OPEN {
            out.push_str(&rest[..OPEN]);
            out.push('…');
        } else {
            out.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_kept_wherever_they_stand() {
        let mut body = serde_json::json!({
            "password": "s3cret", "userName": "ada", "filter": "userName pr and Password eq \"s3cret\"",
            "Operations": [
                {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "s3cret"},
                {"op": "replace", "value": {"PASSWORD": "s3cret", "title": "Countess"}},
                {"op": "remove", "path": "emails[password eq \"s3cret\"]"},
                {"op": "remove", "path": "emails[value eq \"a@x.org\"]"},
                {"method": "POST", "data": {"Password": ["s3cret"]}},
            ],
        });
        passwords(&mut body);
        let text = body.to_string();
        assert!(!text.contains("s3cret"), "{text}");
        for kept in ["Countess", "ada", "a@x.org"] {
            assert!(text.contains(kept), "the rest stays: {text}");
        }
    }

    #[test]
    fn of_a_token_the_key_id_is_kept() {
        let token = format!("fdn_0123456789_{}", "s".repeat(49));
        for (text, kept) in [
            (format!("/Users?access_token={token}&count=1"), "/Users?access_token=fdn_0123456789…&count=1"),
            (format!("{token}{token}"), "fdn_0123456789…"),
            (format!("a {token} b {token}é"), "a fdn_0123456789… b fdn_0123456789…é"),
            ("fdn_ and fdn_abc".to_owned(), "fdn_ and fdn_abc"),
            ("nothing".to_owned(), "nothing"),
        ] {
            assert_eq!(tokens(text), kept);
        }
    }
}
