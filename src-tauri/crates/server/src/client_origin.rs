//! Where a request comes from: from which client, over which scheme, through which proxy.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use idp::reason_code::ReasonCode;

use crate::forwarded::{self, Client};
use crate::host_names::{is_this_computer, parse_host_name};
use crate::local_or_encrypted::is_local_or_encrypted;
use crate::own_requests::OwnRequestKey;
use crate::refusal::Refusal;
use crate::trusted_proxies::TrustedProxies;

/// The mark of a request that arrived over this server's own TLS.
#[derive(Clone, Copy)]
pub(crate) struct OverTls;

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct ClientOrigin {
    /// The client, looking through trusted proxies; None when they do not say who it is.
    pub client: Option<IpAddr>,
    /// The other end of the connection.
    pub peer: Option<IpAddr>,
    /// TLS was used: up to a trusted proxy, or up to this server without a proxy.
    pub secure: bool,
    /// How a trusted proxy says that it was called, if it does.
    proto: Option<ForwardedProto>,
    /// By which address that proxy was called, if it says.
    proxy_client: Option<IpAddr>,
    /// It comes from this very process.
    pub own: bool,
    /// The other end, where it sends the headers of a proxy and is not trusted.
    pub untrusted_proxy: Option<IpAddr>,
}

/// How a proxy was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ForwardedProto {
    /// Over HTTPS.
    Https,
    /// Over plain HTTP.
    Http,
}

impl ClientOrigin {
    /// Reads where a request comes from.
    ///
    /// # Errors
    /// When the headers of the proxies cannot be read or contradict each other.
    pub(crate) fn of(
        parts: &Parts,
        own_request_key: &OwnRequestKey,
        proxies: &TrustedProxies,
    ) -> Result<Self, Refusal> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let is_over_tls = parts.extensions.get::<OverTls>().is_some();
        Self::read(peer, &parts.headers, own_request_key.is_in(&parts.headers), is_over_tls, proxies)
    }

    /// What the headers say about the client counts only when a trusted proxy sends them. Then it also counts that the proxy was
    /// called over plain HTTP, however it calls this server.
    ///
    /// `has_key`: the request carries what only this process knows. Nothing else shows that a request without the headers
    /// of a proxy began on this computer: the loopback address is that of every tunnel as well, and the Host header is the
    /// client's own choice. A request without a peer was handed to the router inside this process.
    fn read(
        peer: Option<IpAddr>,
        headers: &HeaderMap,
        has_key: bool,
        is_over_tls: bool,
        proxies: &TrustedProxies,
    ) -> Result<Self, Refusal> {
        let peer = peer.map(|ip| ip.to_canonical());
        let is_trusted = peer.is_none_or(|ip| proxies.contains(ip));
        let forwarding = forwarded::read(headers, |ip| proxies.contains(ip))
            .map_err(|detail| Refusal::new(ReasonCode::Invalid, scim::Error::new(400, detail)))?;
        Ok(match forwarding {
            Some(forwarding) if is_trusted => Self {
                client: match forwarding.client {
                    Client::Known(ip) => Some(ip),
                    Client::ThisComputer => peer,
                    Client::Unknown => None,
                },
                peer,
                secure: forwarding.secure,
                proto: match (forwarding.secure, forwarding.plain) {
                    (true, _) => Some(ForwardedProto::Https),
                    (false, true) => Some(ForwardedProto::Http),
                    (false, false) => None,
                },
                proxy_client: forwarding.proxy_client,
                own: false,
                untrusted_proxy: None,
            },
            forwarding => {
                let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
                let own = peer.is_none_or(|ip| ip.is_loopback())
                    && forwarding.is_none()
                    && (has_key || peer.is_none())
                    && host.and_then(parse_host_name).is_none_or(|name| is_this_computer(&name));
                Self {
                    client: peer,
                    peer,
                    secure: is_over_tls,
                    proto: None,
                    proxy_client: None,
                    own,
                    untrusted_proxy: peer.filter(|_| forwarding.is_some()),
                }
            }
        })
    }

    /// Whether a trusted proxy says that it was called over HTTPS.
    pub(crate) fn is_proxied_securely(&self) -> bool {
        self.proto == Some(ForwardedProto::Https)
    }

    /// Whether TLS ended here, and not at a trusted proxy.
    pub(crate) fn is_over_own_tls(&self) -> bool {
        self.secure && !self.is_proxied_securely()
    }

    /// Whether a proxy says that it was called over plain HTTP, and not that the request began on this computer.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.proto == Some(ForwardedProto::Http) && self.source() != Source::ThisComputer
    }

    /// Whether a proxy says that another computer called it over plain HTTP: then that computer sent it unencrypted, unless
    /// what carried it is encrypted. A proxy that was called by another one on this computer does not know how that one was
    /// called.
    pub(crate) fn was_sent_unencrypted(&self) -> bool {
        self.is_plain_http()
            && self.proxy_client.is_some_and(|ip| !is_of_this_computer(ip) && !is_local_or_encrypted(ip))
    }

    /// Where the request began, by the last address that no trusted proxy has.
    pub(crate) fn source(&self) -> Source {
        match self.client {
            None => Source::Unknown,
            Some(ip) if is_of_this_computer(ip) => Source::ThisComputer,
            Some(_) => Source::Elsewhere,
        }
    }

    /// By which address failures are counted: the client, else the proxy that does not name it.
    pub(crate) fn counted(&self) -> Option<IpAddr> {
        self.client.or(self.peer)
    }
}

/// Where a request began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// At a loopback address or another one of this computer.
    ThisComputer,
    Elsewhere,
    /// The proxy does not say.
    Unknown,
}

/// Whether an address belongs to this computer: only its own can be bound.
pub fn is_of_this_computer(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    /// One beside this computer.
    fn proxies() -> TrustedProxies {
        let proxies = TrustedProxies::default();
        proxies.set(&["10.0.0.4".to_owned()]);
        proxies
    }

    fn origin(peer: &str, pairs: &[(&'static str, &str)]) -> ClientOrigin {
        ClientOrigin::read(Some(peer.parse().unwrap()), &headers(pairs), false, false, &proxies())
            .unwrap_or_else(|r| panic!("{r:?}"))
    }

    #[test]
    fn only_the_headers_of_a_trusted_proxy_count() {
        let spoofed =
            origin("203.0.113.9", &[("x-forwarded-proto", "https"), ("x-forwarded-for", "10.0.0.1")]);
        assert!(!spoofed.secure, "a stranger cannot claim HTTPS");
        assert_eq!(spoofed.client, Some("203.0.113.9".parse().unwrap()), "nor another address");
        assert_eq!(spoofed.untrusted_proxy, spoofed.peer, "and it is named");
        let listed = [("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.9, 127.0.0.1")];
        for peer in ["10.0.0.4", "::ffff:10.0.0.4", "127.0.0.1"] {
            let proxied = origin(peer, &listed);
            assert!(proxied.secure && proxied.untrusted_proxy.is_none() && !proxied.own, "{peer}");
            assert_eq!(proxied.client, Some("203.0.113.9".parse().unwrap()), "{peer}");
        }
        let there = origin("10.0.0.4", &[("x-forwarded-for", "127.0.0.1")]);
        assert_eq!(there.client, there.peer, "what begins on the computer of the proxy");
        let proxied = origin(
            "127.0.0.1",
            &[("x-forwarded-proto", "https"), ("x-forwarded-for", "10.0.0.1, 198.51.100.7")],
        );
        assert!(proxied.secure, "the local proxy terminated TLS");
        assert_eq!(proxied.client, Some("198.51.100.7".parse().unwrap()), "the rightmost address counts");
        let mapped = origin("::ffff:203.0.113.9", &[]);
        assert_eq!(mapped.client, Some("203.0.113.9".parse().unwrap()), "an IPv4 address in its own form");
        assert!(origin("::ffff:127.0.0.1", &[("x-forwarded-proto", "https")]).secure, "and so is loopback");
    }

    #[test]
    fn a_client_that_hides_is_unknown_and_is_counted_all_the_same() {
        let hidden = origin("127.0.0.1", &[("x-forwarded-for", "203.0.113.9, unknown")]);
        assert_eq!(hidden.client, None, "the client itself may have written what is left of it");
        assert_eq!(hidden.counted(), Some("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn only_this_process_is_its_own_client_whatever_the_host_header_says() {
        let host = [("host", "localhost:8470")];
        assert!(!origin("127.0.0.1", &host).own, "a raw tunnel looks just like this");
        let of = |peer: Option<&str>, pairs: &[(&'static str, &str)], has_key| {
            ClientOrigin::read(
                peer.map(|ip| ip.parse().unwrap()),
                &headers(pairs),
                has_key,
                false,
                &proxies(),
            )
            .unwrap()
            .own
        };
        assert!(of(Some("127.0.0.1"), &host, true), "with the key");
        assert!(of(None, &host, false), "handed to the router inside this process");
        assert!(!of(None, &[("host", "scim.example.com")], false), "by a name of elsewhere");
        assert!(!of(Some("203.0.113.9"), &host, true), "not from elsewhere");
        assert!(!of(Some("10.0.0.4"), &host, true), "nor from another proxy");
        let proxied = [("host", "localhost:8470"), ("x-forwarded-for", "")];
        assert!(!of(Some("127.0.0.1"), &proxied, true), "not through a proxy, even if its header is empty");
    }

    #[test]
    fn only_an_address_of_another_computer_is_elsewhere() {
        let source = |chain: &str| origin("127.0.0.1", &[("x-forwarded-for", chain)]).source();
        assert_eq!(source("203.0.113.9"), Source::Elsewhere);
        assert_eq!(source("203.0.113.9, 127.0.0.1"), Source::Elsewhere, "a second proxy on this computer");
        assert_eq!(source("203.0.113.9, unknown"), Source::Unknown, "only the last address counts");
        for own in ["127.0.0.1", "127.8.8.8", "::1", "0.0.0.0"] {
            assert_eq!(source(own), Source::ThisComputer, "{own}");
        }
        assert_eq!(origin("127.0.0.1", &[]).source(), Source::ThisComputer, "without a proxy");
        // No packet is sent: the system picks the address by which this computer would go out.
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        if socket.connect("203.0.113.9:9").is_ok() {
            let own = socket.local_addr().unwrap().ip().to_string();
            assert_eq!(source(&own), Source::ThisComputer, "the address of its network card: {own}");
        }
    }

    #[test]
    fn a_request_was_sent_unencrypted_only_if_a_proxy_says_so_of_another_computer() {
        let http = ("x-forwarded-proto", "http");
        for (headers, is_plain, is_in_clear) in [
            (&[http, ("x-forwarded-for", "203.0.113.9")][..], true, true),
            (&[("forwarded", "for=203.0.113.9;proto=http")], true, true),
            (&[http, ("x-forwarded-for", "203.0.113.9, 127.0.0.1")], true, false),
            (&[http, ("x-forwarded-for", "203.0.113.9, unknown")], true, false),
            (&[http, ("x-forwarded-for", "100.64.255.254")], true, false),
            (&[http], true, false),
            (&[http, ("x-forwarded-for", "127.0.0.1")], false, false),
            (&[("x-forwarded-for", "203.0.113.9")], false, false),
            (&[("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.9")], false, false),
            (&[], false, false),
        ] {
            let origin = origin("127.0.0.1", headers);
            assert_eq!(
                (origin.is_plain_http(), origin.was_sent_unencrypted()),
                (is_plain, is_in_clear),
                "{headers:?}"
            );
        }
        let claimed = origin("203.0.113.9", &[http, ("x-forwarded-for", "203.0.113.8")]);
        assert!(!claimed.is_plain_http(), "only a trusted proxy says anything");
    }

    #[test]
    fn own_tls_is_secure_unless_a_proxy_on_this_computer_was_called_without() {
        let none: &[(&'static str, &str)] = &[];
        let http = &[("x-forwarded-proto", "http"), ("x-forwarded-for", "203.0.113.9")][..];
        let https = &[("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.9")][..];
        for (peer, pairs, is_secure, is_proxied) in [
            ("203.0.113.9", none, true, false),
            ("127.0.0.1", none, true, false),
            ("203.0.113.9", http, true, false),
            ("203.0.113.9", https, true, false),
            ("127.0.0.1", http, false, false),
            ("127.0.0.1", https, true, true),
        ] {
            let peer_address = Some(peer.parse().unwrap());
            let origin = ClientOrigin::read(peer_address, &headers(pairs), false, true, &proxies()).unwrap();
            let read_as = (origin.secure, origin.is_proxied_securely());
            assert_eq!(read_as, (is_secure, is_proxied), "{peer} {pairs:?}");
        }
    }

    #[test]
    fn contradicting_proxy_headers_are_refused() {
        let both = headers(&[("x-forwarded-proto", "https"), ("forwarded", "for=1.2.3.4;proto=http")]);
        let refusal = ClientOrigin::read(Some("127.0.0.1".parse().unwrap()), &both, false, false, &proxies())
            .unwrap_err();
        assert_eq!(refusal.error.status, 400, "one of them is wrong");
    }
}
