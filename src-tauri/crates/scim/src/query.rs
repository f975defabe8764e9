//! Decoding of URL queries (the form encoding of the URL standard).

use std::borrow::Cow;

use crate::error::{Error, ScimType, quoted};

/// Percent-decodes. None if that does not give UTF-8. A `%` that starts no escape is left as it is.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

/// The parameters of a query in order, decoded.
///
/// # Errors
/// 400 `invalidSyntax` where a name or value is not UTF-8 or contains NUL.
pub(crate) fn parameters(raw: &str) -> Result<Vec<(String, String)>, Error> {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| percent_decode(&text.replace('+', " "));
            let decoded = decode(name).zip(decode(value));
            decoded.filter(|(name, value)| !name.contains('\0') && !value.contains('\0')).ok_or_else(|| {
                Error::bad_request(
                    ScimType::InvalidSyntax,
                    format!(
                        "query: {} does not decode to text; expected UTF-8, percent-encoded",
                        quoted(pair)
                    ),
                )
            })
        })
        .collect()
}

/// Whether a query, as it follows the `?`, has a parameter of this name, case-insensitive.
///
/// # Errors
/// 400 `invalidSyntax` where the query does not decode to text.
pub fn has_parameter(raw: &str, name: &str) -> Result<bool, Error> {
    Ok(parameters(raw)?.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_and_percent_twenty_are_spaces() {
        let pairs = parameters("filter=userName+eq%20%22a%2Bb%22&count=5&&x").expect("decodes");
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("filter", "userName eq \"a+b\""), ("count", "5"), ("x", "")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for raw in ["filter=%ff", "%00=1", "a=%C3"] {
            assert_eq!(
                parameters(raw).map_err(|error| error.scim_type),
                Err(Some(ScimType::InvalidSyntax)),
                "{raw}"
            );
        }
        assert_eq!(parameters("a=100%").expect("a lone % is text")[0].1, "100%");
    }
}
