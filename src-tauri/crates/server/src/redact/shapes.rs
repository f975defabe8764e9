//! Secrets inside a text: by the name before them, or by their own shape.

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexSet};

/// What replaces a secret inside a text.
pub(super) const HIDDEN: &str = "…";
/// What our tokens begin with, and how much of one is no secret: the prefix and the key id, by which an Admin finds it.
const OPEN: usize = 14;

/// A name of a secret inside a text.
const NAME: &str = r"(?:pass[\s_-]?word|passwort|passwd|pass[\s_-]?phrase|pass[\s_-]?code|kennwort|contrase[ñn]a|pwd|secrets?\b|secret[\s_-]?(?:key|answer)|(?:access|refresh|id|bearer|auth|api|session|security)[\s_-]?token|api[\s_-]?key|private[\s_-]?key|authorization\b|credentials?\b)";
/// A value behind a name: quoted, escaped and quoted, a list or object up to the end, or bare.
const VALUE: &str = r#"(?:\\+"[^"]*(?:"|$)|"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)|[\[{].*|[^&;,)\]}"'\n]+)"#;

/// Each pattern keeps its first group and hides its second.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    sources()
        .iter()
        .map(|source| Regex::new(source).expect("the patterns are fixed, and a test compiles them"))
        .collect()
});
/// Whether any of them matches, in one pass: most texts hold none.
static ANY: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(sources()).expect("the patterns are fixed, and a test compiles them"));

fn sources() -> [String; 11] {
    [
        // One of our tokens.
        r"(?i)(fdn_)([a-z0-9_]+)".to_owned(),
        // Its secret alone: 256 bits and a checksum in base 62.
        "(^|[^0-9A-Za-z])([0-9A-Za-z]{49})(?:$|[^0-9A-Za-z])".to_owned(),
        // password=x, "password": "x", password.value: x
        format!(r#"(?is)({NAME}[a-z0-9_]*(?:[.:/][a-z0-9_$]+)*\\*["']?\s*(?:=|:)\s*)({VALUE})"#),
        // password eq "x"
        format!(r#"(?is)({NAME}[a-z0-9_.:]*\\*["')]?\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le|in|is)\s+)({VALUE})"#),
        // password[value eq "x"]
        format!(r"(?is)({NAME}[a-z0-9_.:]*\s*\[)(.+)"),
        // pass=x: words that are ordinary without the equals sign.
        format!(r"(?is)(\b(?:pass|psw|pw|otp|totp|jwt|token|bearer|cookie)\s*=\s*)({VALUE})"),
        // Credentials as in an Authorization header (RFC 9110 section 11.4).
        r#"(?i)(\b(?:bearer|ssws)\s+)([^\s,;"']{6,})"#.to_owned(),
        r"(?i)(\b(?:basic|digest|negotiate|token|apikey)\s+)([a-z0-9+/._~=-]{8,})".to_owned(),
        // A JSON Web Token (RFC 7519).
        r"(\b)(eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]*)*)".to_owned(),
        // A password in a URL (RFC 3986 section 3.2.1).
        r"(?i)(\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)([^@/\s]+)@".to_owned(),
        r"(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.+)".to_owned(),
    ]
}

/// Where in [`sources`] the token is, and the patterns that need a second look.
const TOKEN: usize = 0;
const BARE_SECRET: usize = 1;
const BEARER: usize = 6;
const SCHEME: usize = 7;
const USER_INFO: usize = 9;

/// The text without the secrets in it; None when there are none. Those that a name reveals are handed to `found`.
pub(super) fn hide(text: &str, mut found: impl FnMut(&str)) -> Option<String> {
    if !may_match(text) {
        return None;
    }
    let matching: Vec<usize> = ANY.matches(text).into_iter().collect();
    let mut now = None::<String>;
    for at in matching {
        let before = now.as_deref().unwrap_or(text);
        let after = PATTERNS[at].replace_all(before, |parts: &Captures<'_>| replaced(at, parts, &mut found));
        if after != before {
            now = Some(after.into_owned());
        }
    }
    now
}

/// Whether any pattern could match: most values of a person are short and have nothing of what each pattern needs.
fn may_match(text: &str) -> bool {
    const SHORTEST_SECRET: usize = 49;
    text.len() >= SHORTEST_SECRET
        || text
            .bytes()
            .any(|byte| matches!(byte, b'=' | b':' | b'[' | b'_') || byte <= b' ' || !byte.is_ascii())
        || text.contains("eyJ")
}

fn replaced(at: usize, parts: &Captures<'_>, found: &mut impl FnMut(&str)) -> String {
    let part = |group: usize| parts.get(group).map_or("", |part| part.as_str());
    let (whole, open, secret) = (part(0), part(1), part(2));
    let is_hidden = secret.ends_with(HIDDEN) || secret.trim_matches(['"', '\\']).is_empty();
    match at {
        TOKEN => match whole.char_indices().nth(OPEN) {
            Some((end, _)) => format!("{}{HIDDEN}", &whole[..end]),
            None => whole.to_owned(),
        },
        BARE_SECRET if !is_mixed(secret) => whole.to_owned(),
        BARE_SECRET | USER_INFO => {
            let behind = whole.rfind(secret).map_or("", |start| &whole[start + secret.len()..]);
            format!("{open}{HIDDEN}{behind}")
        }
        _ if is_hidden => whole.to_owned(),
        SCHEME if !is_mixed(secret) && !secret.contains('=') => whole.to_owned(),
        _ => {
            if at < BEARER {
                values(secret).into_iter().for_each(&mut *found);
            }
            format!("{open}{HIDDEN}")
        }
    }
}

/// What is compared or assigned in what was hidden: the quoted texts in it, else all of it.
fn values(hidden: &str) -> Vec<&str> {
    let quoted: Vec<&str> =
        hidden.split(['"', '\'']).skip(1).step_by(2).map(|text| text.trim_end_matches('\\')).collect();
    if quoted.is_empty() { vec![hidden.trim()] } else { quoted }
}

/// Whether it looks generated: digits among letters, or capitals behind small letters.
fn is_mixed(text: &str) -> bool {
    let has = |kind: fn(char) -> bool| text.chars().any(kind);
    let has_lower = has(|c| c.is_ascii_lowercase());
    (has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_alphabetic()))
        || (has_lower && text.chars().skip(1).any(|c| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> String {
        hide(text, |_| ()).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn no_pattern_matches_a_text_that_is_not_searched() {
        let words =
            ["password", "secret", "bearer", "Basic", "token", "pwd", "ssws", "fdn", "https", "eyJ", "BEGIN"];
        for first in words {
            for second in ["eq", "0123456789", "x", "PRIVATE", ""] {
                for between in [
                    "", ".", "-", "/", "//", ",", ";", "@", "\"", "'", "{", "(", "\\", "_", ":", "=", " ",
                    "\u{b}", "[",
                ] {
                    let text = format!("{first}{between}{second}{between}s3cret");
                    assert!(may_match(&text) || !ANY.is_match(&text), "{text}");
                }
            }
        }
        for searched in ["pwd=x", "pwd[x", "pwd\u{b}eq\u{b}x", "eyJ012345678", "ſecret", &"a1".repeat(25)] {
            assert!(may_match(searched), "{searched}");
        }
        for person in ["Zoe", "zoe.miller@example.com", "01a22591-3b75-777f-adb2-dc2545f825ff", "work"] {
            assert!(!may_match(person), "{person}");
        }
    }

    #[test]
    fn of_a_token_the_key_id_is_shown() {
        let token = format!("fdn_0123456789_{}", "s".repeat(49));
        for (text, shown) in [
            (format!("access {token} count"), "access fdn_0123456789… count"),
            (format!("{token}{token}"), "fdn_0123456789…"),
            (format!("a {token} b {token}é"), "a fdn_0123456789… b fdn_0123456789…é"),
            (token.to_uppercase(), "FDN_0123456789…"),
            ("fdn_ and fdn_abc".to_owned(), "fdn_ and fdn_abc"),
            ("nothing".to_owned(), "nothing"),
        ] {
            assert_eq!(hidden(&text), shown);
        }
    }

    #[test]
    fn a_secret_is_hidden_by_its_name_or_shape_and_the_rest_is_shown() {
        for (text, shown) in [
            ("password eq \"s3cret\" and title eq \"x\"", "password eq … and title eq \"x\""),
            ("userName pr and PassWord co s3cret", "userName pr and PassWord co …"),
            ("password.value eq \"a \\\" s3cret\"", "password.value eq …"),
            ("password[value eq \"s3cret\"].value", "password[…"),
            ("{\"password\":\"s3cret\",\"title\":\"x\"}", "{\"password\":…,\"title\":\"x\"}"),
            ("{\\\"password\\\":\\\"s3cret\\\"}", "{\\\"password\\\":…}"),
            ("x&pwd=s3cret&count=1", "x&pwd=…&count=1"),
            ("client_secret = s3cret; a", "client_secret = …; a"),
            ("Authorization: Basic dXNlcjpwYXNz", "Authorization: …"),
            ("agent Bearer s3cret-of-mine", "agent Bearer …"),
            ("agent Basic dXNlcjpwYXNz", "agent Basic …"),
            ("https://ada:s3cret@x.org/a", "https://ada:…@x.org/a"),
            ("see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "see …"),
        ] {
            assert_eq!(hidden(text), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for text in [
            "Basic Materials Department",
            "Token Management",
            "The secretary: Ada",
            "passport eq \"x\"",
            "attributes=password,userName",
            "The password was ignored.",
            "https://x.org:8443/a@b",
            "urn:ietf:params:scim:schemas:core:2.0:User:password",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ] {
            assert_eq!(hide(text, |_| ()), None, "{text}");
        }
    }
}
