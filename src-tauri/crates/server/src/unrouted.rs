//! Requests that reach this server and miss every endpoint: whose they are, and what is wrong with their address.
//!
//! The caller is told what anybody is told who asks for nothing. Only the connection's own page learns more: a request
//! was meant for it when its address holds the connection's id, whole or cut short, or when the connection's token came
//! along.

use std::time::Instant;

use axum::http::request::Parts;
use store::Connection;

use crate::Server;
use crate::answer::ResponseHead;
use crate::authenticate::presented;
use crate::execute::noted;
use crate::flood::refused;
use crate::pipeline::{Found, collapse};
use crate::record::{Exchange, NEAR_MISS};
use crate::refusal::Refusal;

/// What precedes a connection's id in an endpoint.
const BEFORE: [&str; 2] = ["scim", "v2"];
/// As much of an id as tells connections apart: its first group.
const ENOUGH: usize = 8;
/// How every hint ends.
const PASTE: &str = "Paste the whole endpoint exactly as it is.";

/// Records the refusal at the connection the request was meant for, if that can be told.
pub(crate) async fn record_unrouted(
    server: &Server,
    head: &ResponseHead,
    parts: &Parts,
    mut refusal: Refusal,
    started: Instant,
) -> Refusal {
    if refusal.reason != "path.unknown" {
        return refusal;
    }
    let path = collapse(parts.uri.path());
    let Some((connection, hint)) = meant_for(server, parts, &path).await else { return refusal };
    let Ok(way) = server.way(parts) else { return refusal };
    let now = server.0.store.clock().now();
    refusal.comes_in_floods =
        way.counted().and_then(|client| server.0.throttle.failed(client, now)).is_some();
    let mut exchange = Exchange::begin(server, head, parts, Found { connection, path }, started);
    exchange.came(&way);
    exchange.notes.push(noted(NEAR_MISS, hint));
    refused(server, exchange, &refusal).await;
    refusal
}

async fn meant_for(server: &Server, parts: &Parts, path: &str) -> Option<(Connection, String)> {
    let parts_of_path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts_of_path.iter().any(|part| part.len() >= ENOUGH && looks_like_an_id(part)) {
        let connections = server.0.store.connections().await.ok()?;
        for (at, part) in parts_of_path.iter().enumerate() {
            let part = part.to_ascii_lowercase();
            let mut near = connections.iter().filter(|connection| {
                part.starts_with(&connection.id) || (part.len() >= ENOUGH && connection.id.starts_with(&part))
            });
            if let (Some(one), None) = (near.next(), near.next()) {
                return Some((one.clone(), said_of_id(&parts_of_path[..at], &part, &one.id)));
            }
        }
    }
    let (token, _notes) = presented(&server.0.store, &parts.headers).await.ok()?;
    let connection = server.0.store.connection(&token.connection_id).await.ok()??;
    let known = parts_of_path.get(2).is_some_and(|part| looks_like_an_id(part));
    let what = if known {
        "The connection's id in the address is wrong."
    } else {
        "The connection's id is missing from the address."
    };
    Some((connection, format!("{what} {PASTE}")))
}

fn looks_like_an_id(part: &str) -> bool {
    part.bytes().take(ENOUGH).all(|byte| byte.is_ascii_hexdigit())
}

/// What is wrong with an address in which an id, or its beginning, comes after these parts.
fn said_of_id(before: &[&str], part: &str, id: &str) -> String {
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
        for (before, part, said) in [
            (&["scim", "v2"][..], "dd79d31a-a7a9-4061-89b2", "cut short"),
            (&["scim", "v2"], "dd79d31a-a7a9-4061-89b2-87a13b6dd166users", "\"users\" follows"),
            (&["scim", "v2", "scim", "v2"], ID, "twice"),
            (&["api", "scim"], ID, "\"api/scim\" is before"),
        ] {
            let hint = said_of_id(before, part, ID);
            assert!(hint.contains(said), "{hint}");
            assert!(hint.ends_with(PASTE), "it says what to do: {hint}");
        }
    }

    #[test]
    fn only_hexadecimal_digits_begin_an_id() {
        assert!(looks_like_an_id("dd79d31a-a7a9"), "the first group of one");
        assert!(!looks_like_an_id("wp-login.php"), "a stranger's guess");
    }
}
