//! Requests that reach this server and miss every endpoint: which connection they are probably for, and what is wrong with
//! their address.
//!
//! The client gets the answer that any client gets that names nothing. Only the connection's own page shows more: a
//! request was meant for it when its address holds the connection's id, whole or cut short, or when it has the
//! connection's token.

use std::sync::Arc;

use axum::http::request::Parts;
use store::{KnownConnection, Token};

use crate::authenticate::presented;
use crate::exchange::Exchange;
use crate::notes::{NEAR_MISS, note, wrong_secret};
use crate::refusal::Refusal;
use crate::server::Server;

/// What precedes a connection's id in an endpoint.
const BEFORE: [&str; 2] = ["scim", "v2"];
/// As much of an id as tells connections apart: its first group.
const ENOUGH: usize = 8;
/// How every hint ends.
const PASTE: &str = "Paste the whole endpoint exactly as it is.";

/// Sets the connection that the request was probably meant for, if there is one, so that the refusal is recorded there.
pub(crate) fn attribute(
    server: &Server,
    exchange: &mut Exchange,
    parts: &Parts,
    path: &str,
    refusal: &mut Refusal,
) {
    let Some(origin) = &exchange.origin else { return };
    let token = presented(&server.0.store, &parts.headers);
    let is_secret_wrong = token.as_ref().is_err_and(|refusal| refusal.names_known_key);
    let names_known_key = token.as_ref().map_or_else(|refusal| refusal.names_known_key, |_| true);
    let token = token.ok().map(|authenticated| authenticated.token);
    let Some((connection, hint)) = meant_for(server, token.as_deref(), path) else { return };
    let now = server.0.store.clock().now();
    refusal.is_coalesced =
        origin.counted().is_some_and(|client| server.0.throttle.failed(client, now).is_some());
    refusal.names_known_key = names_known_key;
    exchange.set_endpoint(&connection, path.to_owned(), false);
    exchange.notes.push(note(NEAR_MISS, hint));
    exchange.notes.extend(is_secret_wrong.then(wrong_secret));
}

fn meant_for(server: &Server, token: Option<&Token>, path: &str) -> Option<(Arc<KnownConnection>, String)> {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.iter().any(|segment| segment.len() >= ENOUGH && looks_like_an_id(segment)) {
        let connections = server.0.store.known_connections();
        for (at, segment) in segments.iter().enumerate() {
            let segment = segment.to_ascii_lowercase();
            let mut near = connections.iter().filter(|connection| {
                segment.starts_with(&connection.id)
                    || (segment.len() >= ENOUGH && connection.id.starts_with(&segment))
            });
            if let (Some(one), None) = (near.next(), near.next()) {
                return Some((Arc::clone(one), hint_about_id(&segments[..at], &segment, &one.id)));
            }
        }
    }
    let connection = server.0.store.known_connection(&token?.connection_id)?;
    let has_id = segments.get(2).is_some_and(|segment| looks_like_an_id(segment));
    let what = if has_id {
        "The connection's id in the address is wrong."
    } else {
        "The connection's id is missing from the address."
    };
    Some((connection, format!("{what} {PASTE}")))
}

fn looks_like_an_id(part: &str) -> bool {
    part.bytes().take(ENOUGH).all(|byte| byte.is_ascii_hexdigit())
}

/// What is wrong with an address in which an id, or its beginning, follows these segments.
fn hint_about_id(before: &[&str], part: &str, id: &str) -> String {
    let what = if part.len() < id.len() {
        "The address was cut short: the end of the connection's id is missing.".to_owned()
    } else if part.len() > id.len() {
        let more: String = part[id.len()..].chars().filter(|c| !c.is_control()).take(40).collect();
        format!("\"{more}\" follows the connection's id without a slash.")
    } else if before.len() > BEFORE.len() && before.chunks(BEFORE.len()).all(|pair| pair == BEFORE) {
        "\"scim/v2\" is in the address twice.".to_owned()
    } else {
        let shown: String = before.join("/").chars().filter(|c| !c.is_control()).take(40).collect();
        format!("\"{shown}\" is before the connection's id instead of \"scim/v2\".")
    };
    format!("{what} {PASTE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "dd79d31a-a7a9-4061-89b2-87a13b6dd166";

    #[test]
    fn each_near_miss_is_named() {
        for (before, part, expected) in [
            (&["scim", "v2"][..], "dd79d31a-a7a9-4061-89b2", "cut short"),
            (&["scim", "v2"], "dd79d31a-a7a9-4061-89b2-87a13b6dd166users", "\"users\" follows"),
            (&["scim", "v2", "scim", "v2"], ID, "twice"),
            (&["api", "scim"], ID, "\"api/scim\" is before"),
        ] {
            let hint = hint_about_id(before, part, ID);
            assert!(hint.contains(expected), "{hint}");
            assert!(hint.ends_with(PASTE), "it says what to do: {hint}");
        }
    }

    #[test]
    fn only_hexadecimal_digits_begin_an_id() {
        assert!(looks_like_an_id("dd79d31a-a7a9"), "the first group of one");
        assert!(!looks_like_an_id("wp-login.php"), "a guess");
    }
}
