//! Which connection the client acts for: the URL names it and the bearer token authenticates it, before anything else
//! is read.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use idp::authorization::read_authorization;
use idp::reason_code::ReasonCode;
use jiff::Timestamp;
use store::{KnownConnection, Store, Token, TokenText, TokenValidity};

use crate::address::Address;
use crate::allowed_addresses::may_call;
use crate::client_origin::ClientOrigin;
use crate::refusal::{Challenge, Refusal};
use crate::sentences;

/// A valid token, and the deviations in how it was sent.
pub(crate) struct Authenticated {
    pub token: Arc<Token>,
    pub notes: Vec<idp::Normalisation>,
}

/// Authenticates the client as one that may act for the connection.
pub(crate) async fn authenticate(
    store: &Store,
    connection: &KnownConnection,
    address: &Address,
    origin: &ClientOrigin,
    headers: &HeaderMap,
) -> Result<Authenticated, Refusal> {
    let authenticated = check_token(store, connection, headers).await?;
    // Only after the token: a client without one learns nothing about this server.
    if origin.is_plain_http() || (address.public && !origin.secure && !origin.own) {
        return Err(naming_proxy(plain_http(&authenticated.token), origin));
    }
    if !may_call(&connection.rules.allowed_addresses, origin.client) {
        let refusal =
            Refusal::new(ReasonCode::ForbiddenAddress, scim::Error::forbidden(sentences::NOT_ALLOWED));
        return Err(naming_proxy(refusal, origin));
    }
    store.note_token_use(&authenticated.token.id);
    Ok(authenticated)
}

/// Says that the token was sent unencrypted only where that is certain, which its mark shows.
fn plain_http(token: &Token) -> Refusal {
    let is_exposed = token.exposed_at.is_some();
    let about_token = if is_exposed { sentences::EXPOSED_TOKEN } else { sentences::POSSIBLY_EXPOSED_TOKEN };
    let detail = format!("{} {about_token}", sentences::PLAIN_HTTP);
    Refusal::new(ReasonCode::PlainHttp, scim::Error::forbidden(detail))
        .with_facts(|facts| facts.label = is_exposed.then(|| token.label.clone()))
}

/// Names the proxy whose headers were ignored because it is not trusted.
fn naming_proxy(mut refusal: Refusal, origin: &ClientOrigin) -> Refusal {
    let Some(ip) = origin.untrusted_proxy else { return refusal };
    refusal.error.detail = format!("{} {}", refusal.error.detail, sentences::untrusted_proxy(ip));
    refusal.with_facts(|facts| facts.proxy = Some(ip.to_string()))
}

/// The token of a request, of any connection, whether or not it is still valid.
pub(crate) fn presented(store: &Store, headers: &HeaderMap) -> Result<Authenticated, Refusal> {
    let text = match headers.get(header::AUTHORIZATION).map(|value| value.to_str()) {
        None => None,
        Some(Ok(text)) => Some(text),
        Some(Err(_unprintable)) => Some("?"),
    };
    let bearer = read_authorization(text).map_err(|refused| {
        let challenge =
            if refused.code == ReasonCode::AuthMissing { Challenge::Missing } else { Challenge::Invalid };
        Refusal::unauthorized(refused.code, challenge, refused.detail)
    })?;
    let unknown =
        || Refusal::unauthorized(ReasonCode::AuthUnknown, Challenge::Invalid, sentences::UNKNOWN_TOKEN);
    let presented = TokenText::parse(bearer.token).ok_or_else(unknown)?;
    let stored = store.known_token(presented.key_id());
    // An unknown key id takes the same comparison as a known one.
    let hash = stored.as_ref().map_or([0_u8; 32].as_slice(), |token| token.hash.as_slice());
    let fits = presented.matches(hash);
    let names_known_key = stored.is_some();
    let token = stored.filter(|_| fits).ok_or_else(|| Refusal { names_known_key, ..unknown() })?;
    Ok(Authenticated { token, notes: bearer.normalisations })
}

async fn check_token(
    store: &Store,
    connection: &KnownConnection,
    headers: &HeaderMap,
) -> Result<Authenticated, Refusal> {
    let Authenticated { token, notes } = presented(store, headers)?;
    if token.connection_id != connection.id {
        let other = store.known_connection(&token.connection_id);
        let refusal = Refusal::unauthorized(
            ReasonCode::WrongConnection,
            Challenge::Invalid,
            sentences::OTHER_CONNECTION,
        );
        return Err(refusal.with_facts(|facts| {
            facts.other = other.as_ref().map(|other| other.name.clone());
            facts.other_id = other.map(|other| other.id.clone());
        }));
    }
    let successor_first_use = match &token.replaced_by {
        Some(successor) => store.token_first_use(successor).await?,
        None => None,
    };
    match token.validity(store.clock(), successor_first_use) {
        TokenValidity::Usable => Ok(Authenticated { token, notes }),
        TokenValidity::Revoked | TokenValidity::Retired => {
            Err(Refusal::unauthorized(ReasonCode::AuthRevoked, Challenge::Invalid, sentences::REVOKED_TOKEN)
                .with_facts(|facts| {
                    facts.date = token.revoked_at.map(day);
                    facts.who.clone_from(&token.revoked_by);
                    facts.label = Some(token.label.clone());
                }))
        }
        TokenValidity::Expired => {
            // From now on it is refused, also after a restart with a clock that was set back.
            store.save_latest_time().await?;
            Err(Refusal::unauthorized(ReasonCode::AuthExpired, Challenge::Invalid, sentences::EXPIRED_TOKEN)
                .with_facts(|facts| {
                    facts.date = token.expires_at.map(day);
                    facts.label = Some(token.label.clone());
                }))
        }
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}
