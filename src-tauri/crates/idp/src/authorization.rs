//! The `Authorization` header: the token in it, or why none can be read.

use data_encoding::BASE64URL_NOPAD;

use crate::deviation::Deviation;
use crate::normalisation::Normalisation;
use crate::reason_code::ReasonCode;

/// A token without the word `Bearer`.
pub(crate) const BARE_TOKEN: Deviation = Deviation {
    code: "auth.bare_token",
    title: "A token without the word Bearer",
    senders: "Okta's Header Auth template, if only the token was filled in",
    source: "Okta vendor guides",
    rule: "RFC 6750 section 2.1",
    answer: "Accepted, because our tokens can't be taken for anything else",
};

/// The word twice.
pub(crate) const BEARER_TWICE: Deviation = Deviation {
    code: "auth.bearer_twice",
    title: "The word Bearer twice",
    senders: "Clients that add the word to a field where it was typed already",
    source: "Okta vendor guides, Sourcegraph's troubleshooting page",
    rule: "RFC 6750 section 2.1",
    answer: "Accepted with one of the two",
};

/// Spaces around the token.
pub(crate) const SPACES: Deviation = Deviation {
    code: "auth.spaces",
    title: "Extra spaces around the token",
    senders: "Copy and paste",
    source: "Sourcegraph's troubleshooting page",
    rule: "RFC 6750 section 2.1",
    answer: "Ignored",
};

/// The prefix of our own tokens.
const OWN_PREFIX: &str = "fdn_";
/// Longer headers are no tokens of ours; they are refused unread, in bytes.
const LONGEST: usize = 16 * 1024;

/// A token that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials<'h> {
    /// The token, without scheme and spaces; not verified yet.
    pub token: &'h str,
    /// What was normalised.
    pub normalisations: Vec<Normalisation>,
}

/// Why no token can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationError {
    /// The code among the [`crate::reasons`], for the activity.
    pub code: ReasonCode,
    /// A sentence for the admin at the other end. It shows the name of a scheme, and never a part of a secret.
    pub detail: String,
}

impl AuthorizationError {
    /// There is no header, or nothing in it, or nothing behind the scheme.
    fn missing() -> Self {
        let detail = "No token was sent. Paste the connection's token where your identity provider asks for it; \
                      the request then carries Authorization: Bearer and the token.";
        Self { code: ReasonCode::AuthMissing, detail: detail.to_owned() }
    }

    /// Another scheme. A name that could be a part of a secret is not shown.
    fn scheme(name: &str) -> Self {
        if !is_scheme(name) {
            return Self::unreadable();
        }
        let detail = format!(
            "The credentials were sent as {name}. Choose a bearer token in your identity provider, and paste the connection's token."
        );
        Self { code: ReasonCode::AuthScheme, detail }
    }

    /// What Entra signs by itself when its secret token was left empty.
    fn entra_jwt() -> Self {
        let detail = "Secret token is empty in Azure, so Azure signed the request itself. Paste the connection's \
                      token into Secret token.";
        Self { code: ReasonCode::AuthEntraJwt, detail: detail.to_owned() }
    }

    /// Something without a scheme that is no token of ours, or a token with spaces in it.
    fn unreadable() -> Self {
        let detail = "What was sent is not a token of Foundational. Copy the connection's token again, whole and \
                      without spaces.";
        Self { code: ReasonCode::AuthUnknown, detail: detail.to_owned() }
    }
}

/// Reads the header. The store decides whether the token is valid.
///
/// # Errors
/// A [`AuthorizationError`]; all of them are answered with 401.
pub fn read_authorization(header: Option<&str>) -> Result<Credentials<'_>, AuthorizationError> {
    let header = header.filter(|header| header.len() <= LONGEST).ok_or_else(AuthorizationError::missing)?;
    let trimmed = header.trim();
    let mut normalisations = Vec::new();
    let mut spaces = trimmed.len() != header.len();
    let (scheme, mut token) = match trimmed.split_once([' ', '\t']) {
        Some((scheme, token)) => (Some(scheme), token.trim_start()),
        None if trimmed.eq_ignore_ascii_case("bearer") => return Err(AuthorizationError::missing()),
        None => (None, trimmed),
    };
    match scheme {
        None if token.is_empty() => return Err(AuthorizationError::missing()),
        None if token.starts_with(OWN_PREFIX) => normalisations.push(normalised(&BARE_TOKEN)),
        None if is_entra_jwt(token) => return Err(AuthorizationError::entra_jwt()),
        // One word alone: the name of a scheme, such as "Negotiate", or no token of ours.
        None => return Err(AuthorizationError::scheme(token)),
        Some(scheme) if !scheme.eq_ignore_ascii_case("bearer") => {
            return Err(AuthorizationError::scheme(scheme));
        }
        Some(scheme) => spaces |= trimmed.len() != scheme.len() + 1 + token.len(),
    }
    while let Some(rest) = behind_bearer(token) {
        token = rest;
        if !normalisations.iter().any(|known: &Normalisation| known.code == BEARER_TWICE.code) {
            normalisations.push(normalised(&BEARER_TWICE));
        }
    }
    if spaces {
        normalisations.push(normalised(&SPACES));
    }
    if token.is_empty() || token.eq_ignore_ascii_case("bearer") {
        return Err(AuthorizationError::missing());
    }
    if is_entra_jwt(token) {
        return Err(AuthorizationError::entra_jwt());
    }
    if token.contains(char::is_whitespace) {
        return Err(AuthorizationError::unreadable());
    }
    Ok(Credentials { token, normalisations })
}

/// The text behind another `Bearer`, or `Bearer:`.
fn behind_bearer(token: &str) -> Option<&str> {
    let (word, rest) = token.split_once([' ', '\t'])?;
    word.trim_end_matches(':').eq_ignore_ascii_case("bearer").then(|| rest.trim_start())
}

/// Whether a word may be shown as a scheme's name: letters, not long, so that no part of a secret is shown.
fn is_scheme(word: &str) -> bool {
    word.len() <= 16 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

fn normalised(deviation: &Deviation) -> Normalisation {
    let text = match deviation.code {
        "auth.bare_token" => "The token was sent without the word Bearer; it was accepted.",
        "auth.bearer_twice" => "The word Bearer was sent twice; the token was accepted.",
        _ => "There were extra spaces around the token; it was accepted.",
    };
    Normalisation { code: deviation.code, text: text.to_owned(), rule: deviation.rule }
}

/// Recognises the shape, not the signature: three parts in base64url, the second an object whose `iss` is Entra's.
fn is_entra_jwt(token: &str) -> bool {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Ok(bytes) = BASE64URL_NOPAD.decode(claims.trim_end_matches('=').as_bytes()) else { return false };
    let Ok(claims) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes) else {
        return false;
    };
    let issuer = claims.get("iss").and_then(serde_json::Value::as_str).unwrap_or_default();
    ["https://sts.windows.net/", "https://login.microsoftonline.com/"]
        .iter()
        .any(|known| issuer.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(header: &str) -> Vec<&'static str> {
        let bearer =
            read_authorization(Some(header)).unwrap_or_else(|refused| panic!("{header:?}: {refused:?}"));
        assert_eq!(bearer.token, "fdn_abc", "{header:?}");
        bearer.normalisations.iter().map(|known| known.code).collect()
    }

    #[test]
    fn a_valid_header_is_read_in_any_case_of_the_scheme_without_deviations() {
        for header in ["Bearer fdn_abc", "bearer fdn_abc", "BEARER fdn_abc"] {
            assert_eq!(codes(header), Vec::<&str>::new(), "{header}");
        }
    }

    #[test]
    fn common_errors_of_pasting_are_normalised() {
        for (header, expected) in [
            ("fdn_abc", &["auth.bare_token"][..]),
            (" fdn_abc ", &["auth.bare_token", "auth.spaces"]),
            ("Bearer Bearer fdn_abc", &["auth.bearer_twice"]),
            ("Bearer bearer Bearer: fdn_abc", &["auth.bearer_twice"]),
            ("Bearer  fdn_abc", &["auth.spaces"]),
            ("Bearer fdn_abc ", &["auth.spaces"]),
        ] {
            assert_eq!(codes(header), expected, "{header:?}");
        }
    }

    #[test]
    fn a_header_without_a_token_is_refused_with_its_reason() {
        for (header, code) in [
            (None, ReasonCode::AuthMissing),
            (Some(""), ReasonCode::AuthMissing),
            (Some("  "), ReasonCode::AuthMissing),
            (Some("Bearer"), ReasonCode::AuthMissing),
            (Some("Bearer Bearer"), ReasonCode::AuthMissing),
            (Some("Basic YWRhOnB3"), ReasonCode::AuthScheme),
            (Some("Negotiate"), ReasonCode::AuthScheme),
            (Some("SSWS 00abc"), ReasonCode::AuthScheme),
            (Some("non-token-1"), ReasonCode::AuthUnknown),
            (Some("0f3c9a sk-secret"), ReasonCode::AuthUnknown),
            (Some("Bearer fdn_ab c"), ReasonCode::AuthUnknown),
        ] {
            let refused = read_authorization(header).unwrap_err();
            assert_eq!(refused.code, code, "{header:?}");
            for secret in ["YWRhOnB3", "00abc", "0f3c9a", "sk-secret", "fdn_ab"] {
                assert!(!refused.detail.contains(secret), "{header:?}: a secret is shown");
            }
        }
        let refused = read_authorization(Some("Basic YWRhOnB3")).unwrap_err();
        assert!(refused.detail.contains("Basic"), "the scheme is named");
    }

    #[test]
    fn a_foreign_token_behind_bearer_is_read_for_the_store_to_verify() {
        assert_eq!(read_authorization(Some("Bearer secret")).unwrap().token, "secret");
    }

    #[test]
    fn entras_own_token_is_recognised_by_its_issuer() {
        // {"alg":"RS256"} . {"iss":"https://sts.windows.net/11/","aud":"8adf8e6e"} . a signature
        let entra = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC8xMS8iLCJhdWQiOiI4YWRmOGU2ZSJ9.c2ln";
        for header in [format!("Bearer {entra}"), entra.to_owned()] {
            assert_eq!(read_authorization(Some(&header)).unwrap_err().code, ReasonCode::AuthEntraJwt);
        }
        // {"iss":"https://example.com/"}
        let other = "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tLyJ9.c2ln";
        assert!(read_authorization(Some(other)).is_ok(), "another issuer's token is only unknown");
    }
}
