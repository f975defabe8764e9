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
    answer: "Accepted with one of them",
};

/// Spaces around the token.
pub(crate) const SPACES: Quirk = Quirk {
    code: "auth.spaces",
    title: "Extra spaces around the token",
    senders: "Anybody who pastes",
    source: "Sourcegraph's troubleshooting page",
    rule: "RFC 6750 section 2.1",
    answer: "Passed over",
};

/// What our own tokens begin with.
const OWN_PREFIX: &str = "fdn_";
/// Longer headers are no tokens of ours; they are refused without being looked at.
const LONGEST: usize = 16 * 1024;

/// A token that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer<'h> {
    /// The token, without scheme and spaces. It is not proved yet.
    pub token: &'h str,
    /// What had to be forgiven.
    pub notes: Vec<Note>,
}

/// Why no token can be read. Each has its place among the [`crate::reasons`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no header, or nothing in it, or nothing behind the scheme. `auth.missing`.
    Missing,
    /// Another scheme; its name, for showing. `auth.scheme`.
    Scheme(String),
    /// What Entra signs by itself when its secret token was left empty. `auth.entra_jwt`.
    EntraJwt,
    /// Something without a scheme that is no token of ours, or a token with gaps. `auth.unreadable`.
    Unreadable,
}

impl Refusal {
    /// The reason code, for the exchange's record.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "auth.missing",
            Self::Scheme(_) => "auth.scheme",
            Self::EntraJwt => "auth.entra_jwt",
            Self::Unreadable => "auth.unreadable",
        }
    }
}

/// Reads the header. Whether the token is right is for the store to say.
///
/// # Errors
/// A [`Refusal`]; all of them are answered with 401.
pub fn read_authorization(header: Option<&str>) -> Result<Bearer<'_>, Refusal> {
    let header = header.filter(|header| header.len() <= LONGEST).ok_or(Refusal::Missing)?;
    let trimmed = header.trim();
    let mut notes = Vec::new();
    let mut spaces = trimmed.len() != header.len();
    let (scheme, mut token) = match trimmed.split_once([' ', '\t']) {
        Some((scheme, token)) => (Some(scheme), token.trim_start()),
        None if trimmed.eq_ignore_ascii_case("bearer") => return Err(Refusal::Missing),
        None => (None, trimmed),
    };
    match scheme {
        None if token.is_empty() => return Err(Refusal::Missing),
        None if token.starts_with(OWN_PREFIX) => notes.push(note(&BARE_TOKEN)),
        None if is_entra_jwt(token) => return Err(Refusal::EntraJwt),
        // One word that is the name of a scheme, such as "Basic" or "Negotiate", and nothing behind it.
        None if is_scheme(token) => return Err(Refusal::Scheme(token.to_owned())),
        None => return Err(Refusal::Unreadable),
        Some(scheme) if !scheme.eq_ignore_ascii_case("bearer") => return Err(other_scheme(scheme)),
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
        return Err(Refusal::Missing);
    }
    if is_entra_jwt(token) {
        return Err(Refusal::EntraJwt);
    }
    if token.contains(char::is_whitespace) {
        return Err(Refusal::Unreadable);
    }
    Ok(Bearer { token, notes })
}

/// What stands behind another `Bearer`, or `Bearer:`.
fn behind_bearer(token: &str) -> Option<&str> {
    let (word, rest) = token.split_once([' ', '\t'])?;
    word.trim_end_matches(':').eq_ignore_ascii_case("bearer").then(|| rest.trim_start())
}

fn other_scheme(scheme: &str) -> Refusal {
    if is_scheme(scheme) { Refusal::Scheme(scheme.to_owned()) } else { Refusal::Unreadable }
}

/// Whether a word may be shown as a scheme's name: letters, not long, so that no part of a secret is shown.
fn is_scheme(word: &str) -> bool {
    word.len() <= 16 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

fn note(quirk: &Quirk) -> Note {
    let text = match quirk.code {
        "auth.bare_token" => "The token came without the word Bearer; it was accepted.",
        "auth.bearer_twice" => "The word Bearer came twice; the token was accepted.",
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
            read_authorization(Some(header)).unwrap_or_else(|refusal| panic!("{header:?}: {refusal:?}"));
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
        for (header, refusal) in [
            (None, Refusal::Missing),
            (Some(""), Refusal::Missing),
            (Some("  "), Refusal::Missing),
            (Some("Bearer"), Refusal::Missing),
            (Some("Bearer Bearer"), Refusal::Missing),
            (Some("Basic YWRhOnB3"), Refusal::Scheme("Basic".into())),
            (Some("Negotiate"), Refusal::Scheme("Negotiate".into())),
            (Some("SSWS 00abc"), Refusal::Scheme("SSWS".into())),
            (Some("non-token-1"), Refusal::Unreadable),
            (Some("0f3c9a sk-secret"), Refusal::Unreadable),
            (Some("Bearer fdn_ab c"), Refusal::Unreadable),
        ] {
            assert_eq!(read_authorization(header), Err(refusal), "{header:?}");
        }
    }

    #[test]
    fn a_foreign_token_behind_bearer_is_read_and_left_to_the_store() {
        assert_eq!(read_authorization(Some("Bearer secret")).map(|bearer| bearer.token), Ok("secret"));
    }

    #[test]
    fn entras_own_token_is_told_apart_by_its_issuer() {
        // {"alg":"RS256"} . {"iss":"https://sts.windows.net/11/","aud":"8adf8e6e"} . a signature
        let entra = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC8xMS8iLCJhdWQiOiI4YWRmOGU2ZSJ9.c2ln";
        assert_eq!(read_authorization(Some(&format!("Bearer {entra}"))), Err(Refusal::EntraJwt));
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
