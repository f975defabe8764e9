//! Masks what may be a personal value or a secret in a free text, word by word.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What separates words, beside spaces.
const BETWEEN: &[char] =
    &['"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ',', ';', '=', '/', '\\', '“', '”', '?', '&'];
/// From this length on a word of letters and digits is taken for an id or a secret.
const LONG: usize = 16;
/// The last part of what is a file's name and no host's.
const FILES: &[&str] = &[
    "bak", "conf", "crt", "css", "csv", "db", "desktop", "dll", "exe", "html", "js", "json", "jsonl", "key",
    "lock", "log", "md", "pem", "png", "rs", "so", "sock", "sql", "sqlite", "svg", "tmp", "toml", "txt",
    "wal", "zip",
];
/// Before names of the D-Bus.
const DESKTOP: &[&str] = &["org.freedesktop.", "org.kde.", "org.gnome."];

/// The text with e-mail addresses, tokens, ids, network addresses, host names and names of home folders masked.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if is_between(first) {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if let Some(end) = home(rest, &out) {
            out.push_str("<name>");
            rest = &rest[end..];
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
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    if word.contains('@') || word.to_ascii_lowercase().contains("%40") {
        Some("<e-mail>")
    } else if word.contains("fdn_") {
        Some("<token>")
    } else if before.ends_with("://") {
        (!is_loopback(bare)).then_some("<host>")
    } else if let Some(address) = address(word) {
        (!address.is_loopback()).then_some("<address>")
    } else if is_host(bare) && !is_command(bare, before) {
        Some("<host>")
    } else if is_id(bare) {
        Some("<id>")
    } else {
        None
    }
}

/// The name of a home folder at the beginning of `rest`, in bytes; none where no home folder is named. A backslash in a log
/// may be escaped, once or twice. On Windows the name may have several words: it ends where no file's name goes on, so that
/// more is masked rather than half of a name.
fn home(rest: &str, before: &str) -> Option<usize> {
    let folder = before.trim_end_matches(['/', '\\']);
    let is_home = |homes: &str| {
        let start = folder.len().checked_sub(homes.len());
        start.and_then(|start| folder.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(homes))
    };
    if folder.len() == before.len() || !["/home", "/Users", "\\Users"].iter().any(|homes| is_home(homes)) {
        return None;
    }
    let end = rest.find(|letter: char| letter.is_control() || r#"/\"<>|?*:"#.contains(letter));
    let goes_on = end.is_some_and(|end| rest[end..].starts_with(['/', '\\']));
    let several = before.ends_with('\\') || goes_on;
    let end = end.unwrap_or(rest.len());
    let end = if several { end } else { rest[..end].find(is_between).unwrap_or(end) };
    (end > 0).then_some(end)
}

/// The network address in a word: with a port, a zone, or a word before or behind it (`ip:192.0.2.7:443`).
fn address(word: &str) -> Option<IpAddr> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '.';
    let mut parts = word.split(|letter| !is_part(letter)).map(|part| part.trim_matches('.'));
    if let Some(found) = parts.find_map(|part| part.parse::<Ipv4Addr>().ok()) {
        return Some(found.into());
    }
    let word = word.split('%').next().unwrap_or(word).trim_end_matches(['.', ':']);
    let parse = |text: &str| {
        let with_port = || text.rsplit_once(':')?.0.parse::<Ipv6Addr>().ok();
        text.parse::<Ipv6Addr>().ok().or_else(with_port)
    };
    parse(word).or_else(|| parse(word.split_once(':')?.1)).map(IpAddr::from)
}

fn is_loopback(word: &str) -> bool {
    address(word).is_some_and(|address| address.is_loopback()) || word.split(':').next() == Some("localhost")
}

/// A host name of several parts, with or without a port. The name of a file and of a part of the desktop is none.
fn is_host(word: &str) -> bool {
    let name = word.split(':').next().unwrap_or(word);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
    };
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    name.split('.').all(is_label)
        && last.chars().count() > 1
        && last.chars().all(char::is_alphabetic)
        && !FILES.contains(&last.to_ascii_lowercase().as_str())
        && !DESKTOP.iter().any(|before| name.starts_with(before))
}

/// The name of a command, which its span has: `"name":"people.list"`.
fn is_command(word: &str, before: &str) -> bool {
    let is_part = |part: &str| part.chars().all(|letter| letter.is_ascii_alphabetic());
    before.ends_with(r#""name":""#)
        && word.split_once('.').is_some_and(|(room, act)| is_part(room) && is_part(act))
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
            (r"in C:\Users\Ada O'Brien (IT)\AppData", r"in C:\Users\<name>\AppData"),
            (r#""c:\\users\\Ada Lovelace" is"#, r#""c:\\users\\<name>" is"#),
            ("in /Users/Ada Lovelace/Library", "in /Users/<name>/Library"),
            ("in /home/grace is no room", "in /home/<name> is no room"),
            ("/home and /Users are folders", "/home and /Users are folders"),
            ("ip:203.0.113.7:443 peer-203.0.113.7", "<address> <address>"),
            ("ip:127.0.0.1:8470", "ip:127.0.0.1:8470"),
            ("addr:2001:db8::7 [2001:db8::7]:443", "<address> [<address>]:443"),
            ("no host scim.acme.example: and ada-laptop.local:8443", "no host <host> and <host>"),
            ("at bücher.example.", "at <host>"),
            ("in foundational.db, app.rs:12:3, of 0.1.0", "in foundational.db, app.rs:12:3, of 0.1.0"),
            (r#"{"name":"people.list"}"#, r#"{"name":"people.list"}"#),
            (r#"{"name":"scim.acme.example","host":"acme.example"}"#, r#"{"name":"<host>","host":"<host>"}"#),
            ("org.freedesktop.Notifications", "org.freedesktop.Notifications"),
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
