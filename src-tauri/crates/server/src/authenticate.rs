//! Who calls: the URL names the connection, the bearer token proves it, before anything else is read.

use axum::http::{HeaderMap, header};
use idp::auth::read_authorization;
use jiff::Timestamp;
use store::{Connection, Store, Token, TokenText};

use crate::allowed_addresses::may_call;
use crate::client_origin::Way;
use crate::refusal::{Challenge, Refusal};
use crate::{Address, sentences};

/// A token that fits, and the liberties taken in reading it.
pub(crate) struct Proven {
    pub token: Token,
    pub notes: Vec<idp::Note>,
}

/// Proves that the request may speak for the connection.
pub(crate) async fn authenticate(
    store: &Store,
    connection: &Connection,
    address: &Address,
    way: &Way,
    headers: &HeaderMap,
) -> Result<Proven, Refusal> {
    let proven = prove(store, connection, headers).await?;
    // Only after the token: whoever has none learns nothing about this server.
    if address.public && !way.secure && !way.own {
        return Err(Refusal::new("perm.plain_http", scim::Error::forbidden(sentences::PLAIN_HTTP)));
    }
    if !may_call(&connection.rules.allowed_addresses, way.client) {
        return Err(Refusal::new("perm.ip", scim::Error::forbidden(sentences::NOT_ALLOWED)));
    }
    Ok(proven)
}

/// The token that came along, whosever it is and whether or not it still opens anything.
pub(crate) async fn presented(
    store: &Store,
    headers: &HeaderMap,
) -> Result<(Token, Vec<idp::Note>), Refusal> {
    let text = match headers.get(header::AUTHORIZATION).map(|value| value.to_str()) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(_unprintable)) => Some("?"),
    };
    let bearer = read_authorization(text).map_err(|refused| {
        let challenge = if refused.code == "auth.missing" { Challenge::Missing } else { Challenge::Invalid };
        Refusal::unauthorized(refused.code, challenge, refused.detail)
    })?;
    let unknown = || Refusal::unauthorized("auth.unknown", Challenge::Invalid, sentences::UNKNOWN_TOKEN);
    let presented = TokenText::parse(bearer.token).ok_or_else(unknown)?;
    let kept = store.token(presented.key_id()).await?;
    // An unknown key id takes the same comparison as a known one.
    let hash = kept.as_ref().map_or([0_u8; 32].as_slice(), |token| token.hash.as_slice());
    let fits = presented.matches(hash);
    Ok((kept.filter(|_| fits).ok_or_else(unknown)?, bearer.notes))
}

async fn prove(store: &Store, connection: &Connection, headers: &HeaderMap) -> Result<Proven, Refusal> {
    let (kept, notes) = presented(store, headers).await?;
    if kept.connection_id != connection.id {
        let other = store.connection(&kept.connection_id).await?;
        let refusal =
            Refusal::unauthorized("perm.wrong_connection", Challenge::Invalid, sentences::OTHER_CONNECTION);
        return Err(refusal
            .knowing("other", other.as_ref().map(|other| other.name.clone()))
            .knowing("otherId", other.map(|other| other.id)));
    }
    if kept.revoked_at.is_some() || is_retired(store, &kept).await? {
        return Err(Refusal::unauthorized("auth.revoked", Challenge::Invalid, sentences::REVOKED_TOKEN)
            .knowing("date", kept.revoked_at.map(day))
            .knowing("who", kept.revoked_by)
            .knowing("label", Some(kept.label)));
    }
    if !kept.usable(store.clock()) {
        // From now on it stays refused, also after a restart with a clock that was set back.
        store.save_latest_time().await?;
        return Err(Refusal::unauthorized("auth.expired", Challenge::Invalid, sentences::EXPIRED_TOKEN)
            .knowing("date", kept.expires_at.map(day))
            .knowing("label", Some(kept.label)));
    }
    Ok(Proven { token: kept, notes })
}

fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// Another token took its place and has been in use for as long as the two were to overlap.
async fn is_retired(store: &Store, token: &Token) -> Result<bool, Refusal> {
    let (Some(successor), Some(overlap)) = (&token.replaced_by, token.overlap) else { return Ok(false) };
    let first_use = store.token_first_use(successor).await?;
    Ok(first_use.is_some_and(|first| store.clock().latest() >= first + overlap))
}
