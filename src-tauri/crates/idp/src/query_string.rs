//! The parameters of a query string, read and rewritten.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lets `change` rewrite the decoded value of a parameter. Everything else is not changed, nor is the
/// parameter if there is nothing to rewrite or it cannot be decoded.
pub(crate) fn edit(query: &mut String, name: &str, change: impl FnOnce(&str) -> Option<String>) {
    let Some((start, value)) = find(query, name) else { return };
    let end = start + value.len();
    let Some(decoded) = decode(value) else { return };
    if let Some(right) = change(&decoded) {
        query.replace_range(start..end, &encode(&right));
    }
}

/// The decoded value of a parameter.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    decode(find(query, name)?.1)
}

/// Every parameter with its value, decoded as far as it gives text; one without a value has an empty one.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let text = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    query.split('&').filter(|part| !part.is_empty()).map(move |part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (text(key), text(value))
    })
}

/// Where the value of a parameter begins, and the value.
fn find<'q>(query: &'q str, name: &str) -> Option<(usize, &'q str)> {
    let mut start = 0;
    for part in query.split('&') {
        if let Some((key, value)) = part.split_once('=')
            && decode(key).is_some_and(|key| key.eq_ignore_ascii_case(name))
        {
            return Some((start + key.len() + 1, value));
        }
        start += part.len() + 1;
    }
    None
}

/// Decodes `%20` and `+`. None where that gives no text.
fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// Encodes everything that is not unreserved (RFC 3986 section 2.3).
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parameter_is_rewritten_and_the_others_do_not_change() {
        let mut query = "count=5&filter=title+eq+%22a%2Bb%22&x=%zz+".to_owned();
        edit(&mut query, "filter", |filter| {
            assert_eq!(filter, r#"title eq "a+b""#);
            Some(format!("{filter} or ü pr"))
        });
        assert_eq!(query, "count=5&filter=title%20eq%20%22a%2Bb%22%20or%20%C3%BC%20pr&x=%zz+");
        assert_eq!(parameter(&query, "filter").as_deref(), Some(r#"title eq "a+b" or ü pr"#));
    }

    #[test]
    fn a_parameter_that_needs_no_change_is_left_as_it_is_spelled() {
        for query in ["filter=a+b", "filter=a%20b", "FILTER=%41", "filter", "filter=%f", "filter=%ff", ""] {
            let mut edited = query.to_owned();
            edit(&mut edited, "filter", |_| None);
            assert_eq!(edited, query);
        }
    }
}
