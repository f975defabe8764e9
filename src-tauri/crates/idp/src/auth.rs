//! The `Authorization` header: which token was sent, and what to say when none can be read.

use crate::notes::Note;
use crate::quirks::Quirk;

/// A token without the word `Bearer`.
pub(crate) const BARE_TOKEN: Quirk = Quirk {
    code: "auth.bare_token",
    title: "A token without the word Bearer",
    senders: "Okta's Header Auth template, if only the token was filled in",
    source: "Okta vendor guides",
    rule: "RFC 6750 section 2.1",
    answer: "Accepted, because our tokens can't be taken for anything else",
};

/// The word twice.
pub(crate) const BEARER_TWICE: Quirk = Quirk {
    code: "auth.bearer_twice",
    title: "The word Bearer twice",
    senders: "Clients that add the word to a field where it was typed already",
    source: "Okta vendor guides, Sourcegraph's troubleshooting page",
    rule: "RFC 6750 section 2.1",
    answer: "Accepted with one of the two",
};

/// Spaces around the token.
pub(crate) const SPACES: Quirk = Quirk {
    code: "auth.spaces",
    title: "Extra spaces around the token",
    senders: "Copy and paste",
    source: "Sourcegraph's troubleshooting page",
    rule: "RFC 6750 section 2.1",
    answer: "Ignored",
};

/// What our own tokens begin with.
const OWN_PREFIX: &str = "fdn_";
/// Longer headers are no tokens of ours; they are refused without being looked at.
const LONGEST: usize = 16 * 1024;

/// A token that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials<'h> {
    /// The token, without scheme and spaces. It is not proved yet.
    pub token: &'h str,
    /// What had to be forgiven.
    pub notes: Vec<Note>,
}

/// Why no token can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The code among the [`crate::reasons`], for the exchange's record.
    pub code: &'static str,
    /// A sentence for the admin at the other end. It shows the name of a scheme, and never a part of a secret.
    pub detail: String,
}

impl Refused {
    /// There is no header, or nothing in it, or nothing behind the scheme.
    fn missing() -> Self {
        let detail = "No token was sent. Paste the connection's token where your identity provider asks for it; \
                      the request then carries Authorization: Bearer and the token.";
        Self { code: "auth.missing", detail: detail.to_owned() }
    }

    /// Another scheme. A name that could be a part of a secret is not shown.
    fn scheme(name: &str) -> Self {
        if !is_scheme(name) {
            return Self::unreadable();
        }
        let detail = format!(
            "The credentials were sent as {name}. Choose a bearer token in your identity provider, and paste the connection's token."
        );
        Self { code: "auth.scheme", detail }
    }

    /// What Entra signs by itself when its secret token was left empty.
    fn entra_jwt() -> Self {
        let detail = "Secret token is empty in Azure, so Azure signed the request itself. Paste the connection's \
                      token into Secret token.";
        Self { code: "auth.entra_jwt", detail: detail.to_owned() }
    }

    /// Something without a scheme that is no token of ours, or a token with gaps.
    fn unreadable() -> Self {
        let detail = "What was sent is not a token of Foundational. Copy the connection's token again, whole and \
                      without spaces.";
        Self { code: "auth.unknown", detail: detail.to_owned() }
    }
}

/// Reads the header. Whether the token is right is for the store to say.
///
/// # Errors
/// A [`Refused`]; all of them are answered with 401.
pub fn read_authorization(header: Option<&str>) -> Result<Credentials<'_>, Refused> {
    let header = header.filter(|header| header.len() <= LONGEST).ok_or_else(Refused::missing)?;
    let trimmed = header.trim();
    let mut notes = Vec::new();
    let mut spaces = trimmed.len() != header.len();
    let (scheme, mut token) = match trimmed.split_once([' ', '\t']) {
        Some((scheme, token)) => (Some(scheme), token.trim_start()),
        None if trimmed.eq_ignore_ascii_case("bearer") => return Err(Refused::missing()),
        None => (None, trimmed),
    };
    match scheme {
        None if token.is_empty() => return Err(Refused::missing()),
        None if token.starts_with(OWN_PREFIX) => notes.push(note(&BARE_TOKEN)),
        None if is_entra_jwt(token) => return Err(Refused::entra_jwt()),
        // One word alone: the name of a scheme, such as "Negotiate", or no token of ours.
        None => return Err(Refused::scheme(token)),
        Some(scheme) if !scheme.eq_ignore_ascii_case("bearer") => return Err(Refused::scheme(scheme)),
        Some(scheme) => spaces |= trimmed.len() != scheme.len() + 1 + token.len(),
    }
    while let Some(rest) = behind_bearer(token) {
        token = rest;
        if !notes.iter().any(|note: &Note| note.code == BEARER_TWICE.code) {
            notes.push(note(&BEARER_TWICE));
        }
    }
    if spaces {
        notes.push(note(&SPACES));
    }
    if token.is_empty() || token.eq_ignore_ascii_case("bearer") {
        return Err(Refused::missing());
    }
    if is_entra_jwt(token) {
        return Err(Refused::entra_jwt());
    }
    if token.contains(char::is_whitespace) {
        return Err(Refused::unreadable());
    }
    Ok(Credentials { token, notes })
}

/// What stands behind another `Bearer`, or `Bearer:`.
fn behind_bearer(token: &str) -> Option<&str> {
    let (word, rest) = token.split_once([' ', '\t'])?;
    word.trim_end_matches(':').eq_ignore_ascii_case("bearer").then(|| rest.trim_start())
}

/// Whether a word may be shown as a scheme's name: letters, not long, so that no part of a secret is shown.
fn is_scheme(word: &str) -> bool {
    word.len() <= 16 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

fn note(quirk: &Quirk) -> Note {
    let text = match quirk.code {
        "auth.bare_token" => "The token was sent without the word Bearer; it was accepted.",
        "auth.bearer_twice" => "The word Bearer was sent twice; the token was accepted.",
        _ => "There were extra spaces around the token; it was accepted.",
    };
    Note { code: quirk.code, text: text.to_owned(), rule: quirk.rule }
}

/// Recognises the shape, not the signature: three parts in base64url, the second an object whose `iss` is Entra's.
fn is_entra_jwt(token: &str) -> bool {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some(bytes) = base64url(claims) else { return false };
    let Ok(claims) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes) else {
        return false;
    };
    let issuer = claims.get("iss").and_then(serde_json::Value::as_str).unwrap_or_default();
    ["https://sts.windows.net/", "https://login.microsoftonline.com/"]
        .iter()
        .any(|known| issuer.starts_with(known))
}

/// Decodes base64url without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut buffer = 0_u32;
    let mut bits = 0;
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(six)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(buffer >> bits & 0xFF).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(header: &str) -> Vec<&'static str> {
        let bearer =
            read_authorization(Some(header)).unwrap_or_else(|refused| panic!("{header:?}: {refused:?}"));
        assert_eq!(bearer.token, "fdn_abc", "{header:?}");
        bearer.notes.iter().map(|note| note.code).collect()
    }

    #[test]
    fn a_right_header_is_read_in_any_case_of_the_scheme_and_without_notes() {
        for header in ["Bearer fdn_abc", "bearer fdn_abc", "BEARER fdn_abc"] {
            assert_eq!(codes(header), Vec::<&str>::new(), "{header}");
        }
    }

    #[test]
    fn the_usual_slips_of_pasting_are_forgiven_and_noted() {
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
    fn what_holds_no_token_is_refused_by_name() {
        for (header, code) in [
            (None, "auth.missing"),
            (Some(""), "auth.missing"),
            (Some("  "), "auth.missing"),
            (Some("Bearer"), "auth.missing"),
            (Some("Bearer Bearer"), "auth.missing"),
            (Some("Basic YWRhOnB3"), "auth.scheme"),
            (Some("Negotiate"), "auth.scheme"),
            (Some("SSWS 00abc"), "auth.scheme"),
            (Some("non-token-1"), "auth.unknown"),
            (Some("0f3c9a sk-secret"), "auth.unknown"),
            (Some("Bearer fdn_ab c"), "auth.unknown"),
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
    fn a_foreign_token_behind_bearer_is_read_and_left_to_the_store() {
        assert_eq!(read_authorization(Some("Bearer secret")).unwrap().token, "secret");
    }

    #[test]
    fn entras_own_token_is_told_apart_by_its_issuer() {
        // {"alg":"RS256"} . {"iss":"https://sts.windows.net/11/","aud":"8adf8e6e"} . a signature
        let entra = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC8xMS8iLCJhdWQiOiI4YWRmOGU2ZSJ9.c2ln";
        for header in [format!("Bearer {entra}"), entra.to_owned()] {
            assert_eq!(read_authorization(Some(&header)).unwrap_err().code, "auth.entra_jwt");
        }
        // {"iss":"https://example.com/"}
        let other = "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tLyJ9.c2ln";
        assert!(read_authorization(Some(other)).is_ok(), "another issuer's token is only unknown");
    }

    #[test]
    fn base64url_decodes_every_length() {
        for (text, bytes) in
            [("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Pz8_", "???")]
        {
            assert_eq!(base64url(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(base64url("a+b"), None, "the plain alphabet is another one");
    }
}
