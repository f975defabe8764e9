//! Which connection a request is for.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::request::Parts;
use idp::reason_code::ReasonCode;
use scim::{Error, ScimType};
use store::KnownConnection;

use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::server::Server;
use crate::unrouted;

/// Finds the connection that the address names, and sets it in the exchange. `host` is the name by which the server was
/// called, or why that cannot be read.
pub(crate) fn route(
    server: &Server,
    exchange: &mut Exchange,
    parts: &Parts,
    host: &Result<String, Refusal>,
) -> Result<Arc<KnownConnection>, Refusal> {
    match (find(server, parts.uri.path()), host) {
        (Ok((connection, path)), _) => {
            exchange.set_endpoint(&connection, path, true);
            Ok(connection)
        }
        (Err(_), Err(unreadable)) => Err(unreadable.clone()),
        (Err(_), Ok(host)) if !server.is_own_name(host) => Err(Refusal::misdirected(host)),
        (Err(mut refusal), Ok(_)) => {
            if refusal.reason == ReasonCode::UnknownPath {
                let path = collapse_slashes(parts.uri.path());
                unrouted::attribute(server, exchange, parts, &path, &mut refusal);
            }
            Err(refusal)
        }
    }
}

/// The connection of an address, and the path below its endpoint.
fn find(server: &Server, raw: &str) -> Result<(Arc<KnownConnection>, String), Refusal> {
    // Encoded separators could be read one way here and another way behind us.
    let is_plain = !raw.contains(['%', ';']);
    let lower = if is_plain { String::new() } else { raw.to_ascii_lowercase() };
    if let Some(odd) = ["%2f", "%5c", "%2e", "%25", "%00", ";"].into_iter().find(|odd| lower.contains(odd)) {
        return Err(Error::bad_request(
            ScimType::InvalidPath,
            format!("The address contains {odd}, which no address here needs."),
        )
        .into());
    }
    let (id, path) = named_endpoint(raw)?;
    let connection = server.0.store.known_connection(&id).ok_or_else(Refusal::no_endpoint)?;
    Ok((connection, path))
}

/// The connection's id in an address, and the path below the endpoint.
///
/// # Errors
/// When the address can be no endpoint's.
pub(crate) fn named_endpoint(raw: &str) -> Result<(String, String), Refusal> {
    let path = collapse_slashes(raw);
    let rest = path.strip_prefix("/scim/v2/").ok_or_else(Refusal::no_endpoint)?;
    let (id, below) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let is_plausible = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !is_plausible {
        return Err(Refusal::no_endpoint());
    }
    Ok((id.to_ascii_lowercase(), below.to_owned()))
}

/// Doubled slashes become one and a last one goes, once, before anything reads the path.
fn collapse_slashes(raw: &str) -> Cow<'_, str> {
    if !raw.contains("//") && (raw.len() < 2 || !raw.ends_with('/')) {
        return Cow::Borrowed(raw);
    }
    let mut path = String::with_capacity(raw.len());
    for character in raw.chars() {
        if character != '/' || !path.ends_with('/') {
            path.push(character);
        }
    }
    if path.len() > 1 && path.ends_with('/') {
        path.pop();
    }
    Cow::Owned(path)
}
