//! Who calls: the URL names the connection, the bearer token proves it, before anything else is read.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use idp::auth::read_authorization;
use jiff::Timestamp;
use store::{Connection, Store, Token, TokenText};

use crate::allowed::may_call;
use crate::refusal::{Challenge, Refusal};
use crate::{Address, sentences};

/// A token that fits, and the liberties taken in reading it.
pub(crate) struct Proven {
    pub token: Token,
    pub notes: Vec<idp::Note>,
}

/// How a request reached us.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// The client, looking through a proxy on this computer.
    pub client: Option<IpAddr>,
    /// TLS was spoken up to a trusted proxy.
    pub secure: bool,
    /// It never left this computer.
    pub local: bool,
}

impl Way {
    /// Reads the way. Only a proxy on this computer is believed what it says about the client; of several addresses
    /// the rightmost one that is not a trusted proxy counts.
    ///
    /// # Errors
    /// When the forwarding headers contradict each other.
    pub(crate) fn of(peer: Option<IpAddr>, headers: &HeaderMap) -> Result<Self, Refusal> {
        let trusted = peer.is_none_or(|ip| ip.is_loopback());
        let text = |name: &str| {
            headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",")
        };
        let (forwarded, proto, chain) =
            (text("forwarded"), text("x-forwarded-proto"), text("x-forwarded-for"));
        let through_proxy = !forwarded.is_empty() || !proto.is_empty() || !chain.is_empty();
        if !trusted || !through_proxy {
            let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
            return Ok(Self { client: peer, secure: false, local: trusted && names_this_computer(host) });
        }
        let last = |list: &str| list.rsplit(',').next().map(|part| part.trim().to_ascii_lowercase());
        let by_proto = last(&proto).filter(|p| !p.is_empty());
        let element = forwarded.rsplit(',').next().unwrap_or_default();
        let pair = |name: &str| {
            element.split(';').find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                key.trim()
                    .eq_ignore_ascii_case(name)
                    .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
            })
        };
        let by_forwarded = pair("proto");
        if let (Some(left), Some(right)) = (&by_proto, &by_forwarded)
            && left != right
        {
            return Err(Refusal::new(
                "perm.plain_http",
                scim::Error::new(
                    400,
                    "The proxy says both http and https (Forwarded and X-Forwarded-Proto differ).",
                ),
            ));
        }
        let client = chain
            .rsplit(',')
            .map(|part| part.trim().to_owned())
            .chain(pair("for"))
            .filter_map(|part| address(&part))
            .find(|ip| !ip.is_loopback())
            .or(peer);
        Ok(Self { client, secure: by_proto.or(by_forwarded).as_deref() == Some("https"), local: false })
    }
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| text.trim_start_matches('[').split(']').next()?.parse().ok())
        .or_else(|| text.rsplit_once(':')?.0.parse().ok())
}

fn names_this_computer(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(n, _)| n);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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
    if address.public && !way.secure && !way.local {
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
    let presented = TokenText::read(bearer.token).ok_or_else(unknown)?;
    let kept = store.token(presented.key_id()).await?;
    // An unknown key id takes the same comparison as a known one.
    let hash = kept.as_ref().map_or([0_u8; 32].as_slice(), |token| token.hash.as_slice());
    let fits = presented.matches(hash);
    Ok((kept.filter(|_| fits).ok_or_else(unknown)?, bearer.notes))
}

async fn prove(store: &Store, connection: &Connection, headers: &HeaderMap) -> Result<Proven, Refusal> {
    let (kept, notes) = presented(store, headers).await?;
    if kept.connection_id != connection.id {
        return Err(Refusal::unauthorized(
            "perm.wrong_connection",
            Challenge::Invalid,
            sentences::OTHER_CONNECTION,
        ));
    }
    if kept.revoked_at.is_some() || is_retired(store, &kept).await? {
        return Err(Refusal::unauthorized("auth.revoked", Challenge::Invalid, sentences::REVOKED_TOKEN)
            .knowing("date", kept.revoked_at.map(day))
            .knowing("who", kept.revoked_by)
            .knowing("label", Some(kept.label)));
    }
    if !kept.usable(store.clock()) {
        // From now on it stays refused, also after a restart with a clock that was set back.
        store.remember_time().await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn way(peer: &str, pairs: &[(&'static str, &str)]) -> Way {
        Way::of(Some(peer.parse().unwrap()), &headers(pairs)).unwrap_or_else(|r| panic!("{r:?}"))
    }

    #[test]
    fn only_a_proxy_on_this_computer_is_believed() {
        let spoofed = way("203.0.113.9", &[("x-forwarded-proto", "https"), ("x-forwarded-for", "10.0.0.1")]);
        assert!(!spoofed.secure, "a stranger cannot claim HTTPS");
        assert_eq!(spoofed.client, Some("203.0.113.9".parse().unwrap()), "nor another address");
        let proxied = way(
            "127.0.0.1",
            &[("x-forwarded-proto", "https"), ("x-forwarded-for", "10.0.0.1, 198.51.100.7")],
        );
        assert!(proxied.secure, "the local proxy ended TLS");
        assert_eq!(proxied.client, Some("198.51.100.7".parse().unwrap()), "the rightmost address counts");
    }

    #[test]
    fn a_request_of_this_computer_is_local_only_without_a_proxy() {
        assert!(way("127.0.0.1", &[("host", "127.0.0.1:8470")]).local, "a client on this computer");
        assert!(way("::1", &[("host", "localhost:8470")]).local, "by name too");
        assert!(
            !way("127.0.0.1", &[("host", "scim.example.com")]).local,
            "a tunnel that keeps the host is not local"
        );
        assert!(
            !way("127.0.0.1", &[("host", "127.0.0.1:8470"), ("x-forwarded-for", "203.0.113.9")]).local,
            "nor a proxy"
        );
    }

    #[test]
    fn contradicting_proxy_headers_are_refused() {
        let both = headers(&[("x-forwarded-proto", "https"), ("forwarded", "for=1.2.3.4;proto=http")]);
        assert!(Way::of(Some("127.0.0.1".parse().unwrap()), &both).is_err(), "one of them lies");
        let forwarded = way("127.0.0.1", &[("forwarded", "for=\"[2001:db8::1]:4711\";proto=https")]);
        assert!(forwarded.secure, "RFC 7239 alone is enough");
        assert_eq!(forwarded.client, Some("2001:db8::1".parse().unwrap()), "with its address form");
    }
}
