//! Masks what may be a personal value or a secret in a free text, word by word.

use std::net::IpAddr;

/// What separates words, beside spaces.
const BETWEEN: &[char] =
    &['"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ',', ';', '=', '/', '\\', '“', '”', '?', '&'];
/// From this length on a word of letters and digits is taken for an id or a secret.
const LONG: usize = 16;

/// The text with e-mail addresses, tokens, ids, network addresses, hosts of URLs and names of home folders masked.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if is_between(first) {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(is_between).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(replacement(word, &out).unwrap_or(word));
        rest = after;
    }
    out
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || BETWEEN.contains(&letter)
}

/// What is written in place of a word; none where it remains. `before` is what is written so far.
fn replacement(word: &str, before: &str) -> Option<&'static str> {
    let bare = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let follows = |text: &str| before.ends_with(text);
    if word.contains('@') || word.to_ascii_lowercase().contains("%40") {
        Some("<e-mail>")
    } else if word.contains("fdn_") {
        Some("<token>")
    } else if follows("://") {
        (!is_loopback(bare)).then_some("<host>")
    } else if is_in_homes(before) {
        Some("<name>")
    } else if is_address(word) {
        (!is_loopback(bare)).then_some("<address>")
    } else if is_id(bare) {
        Some("<id>")
    } else {
        None
    }
}

/// Whether the name of a home folder follows. A backslash in a log may be escaped, once or twice.
fn is_in_homes(before: &str) -> bool {
    let folder = before.trim_end_matches(['/', '\\']);
    folder.len() < before.len() && ["/home", "/Users", "\\Users"].iter().any(|homes| folder.ends_with(homes))
}

/// A network address, with or without a port or a zone.
fn address(word: &str) -> Option<IpAddr> {
    let word = word.split('%').next().unwrap_or(word).trim_end_matches('.');
    word.parse().ok().or_else(|| word.rsplit_once(':')?.0.parse().ok())
}

fn is_address(word: &str) -> bool {
    address(word).is_some()
}

fn is_loopback(word: &str) -> bool {
    address(word).is_some_and(|address| address.is_loopback()) || word.split(':').next() == Some("localhost")
}

/// A UUID, a hash, a key: long, of letters and digits. A time and a path of Rust modules are none.
fn is_id(word: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '+' | '.');
    let has = |kind: fn(char) -> bool| word.chars().any(kind);
    word.len() >= LONG
        && word.chars().all(plain)
        && has(|letter| letter.is_ascii_digit())
        && has(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_personal_or_secret_is_masked_and_the_rest_remains() {
        for (text, expected) in [
            ("sent to ada@example.com.", "sent to <e-mail>"),
            ("/Users?filter=userName%20eq%20%22ada%40example.com%22", "/Users?filter=<e-mail>"),
            ("Bearer fdn_k2QaX7_9vQ4rTz, again", "Bearer <token>, again"),
            ("id=5986cf43-1bbb-4af4-9784-b00d8b6d757d", "id=<id>"),
            ("key dGhpcyBpcyBhIHNlY3JldCAx", "key <id>"),
            ("from 203.0.113.7:4711 to 127.0.0.1:8470", "from <address> to 127.0.0.1:8470"),
            ("from 2001:db8::7", "from <address>"),
            ("at https://scim.acme.example/scim/v2", "at https://<host>/scim/v2"),
            ("at http://localhost:8470/scim", "at http://localhost:8470/scim"),
            ("from fe80::7%eth0", "from <address>"),
            ("in /home/grace/.local/share", "in /home/<name>/.local/share"),
            (r"in C:\\\\Users\\\\grace\\\\AppData", r"in C:\\\\Users\\\\<name>\\\\AppData"),
            (
                r#"{"level":"WARN","fields":{"message":"3 rows, 17 ms"},"target":"store::recorder"}"#,
                r#"{"level":"WARN","fields":{"message":"3 rows, 17 ms"},"target":"store::recorder"}"#,
            ),
            (r#""timestamp":"2026-11-24T10:00:00.123456Z""#, r#""timestamp":"2026-11-24T10:00:00.123456Z""#),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }
}
