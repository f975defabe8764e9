//! The reverse proxies whose `Forwarded` and `X-Forwarded-` headers are trusted: those on this computer, and a list of others.

use std::net::IpAddr;
use std::sync::{PoisonError, RwLock};

use ipnet::IpNet;

use crate::allowed_addresses::range;

/// Whether a text is an address or a CIDR range such as `10.0.0.0/24` that may be on the list. A range of all addresses may not:
/// every client could say that it is another one.
pub fn is_proxy_range(text: &str) -> bool {
    range(text).is_some_and(|net| net.prefix_len() > 0)
}

/// The list, which a server and its sandboxes share.
#[derive(Debug, Default)]
pub(crate) struct TrustedProxies(RwLock<Vec<IpNet>>);

impl TrustedProxies {
    /// Replaces the list. A text that [`is_proxy_range`] refuses is left out.
    pub(crate) fn set(&self, list: &[String]) {
        let ranges = list.iter().filter(|text| is_proxy_range(text)).filter_map(|text| range(text));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = ranges.collect();
    }

    /// Whether this is the address of a trusted proxy. An IPv4 address inside IPv6 is that address.
    pub(crate) fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        ip.is_loopback()
            || self.0.read().unwrap_or_else(PoisonError::into_inner).iter().any(|net| net.contains(&ip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_and_what_is_on_the_list_are_trusted() {
        let proxies = TrustedProxies::default();
        let of = |ip: &str| proxies.contains(ip.parse().unwrap());
        assert!(of("127.0.0.1") && of("::1") && of("::ffff:127.0.0.1"), "this computer without a list");
        assert!(!of("10.0.0.4"), "nothing else");
        let list = ["10.0.0.4", "::ffff:192.0.2.0/120", "2001:db8::/64", "0.0.0.0/0", "proxy.example.com"];
        proxies.set(&list.map(str::to_owned));
        for (ip, is_trusted) in [
            ("10.0.0.4", true),
            ("::ffff:10.0.0.4", true),
            ("10.0.0.5", false),
            ("192.0.2.200", true),
            ("192.0.3.1", false),
            ("2001:db8::7", true),
            ("2001:db8:0:1::7", false),
            ("127.0.0.1", true),
        ] {
            assert_eq!(of(ip), is_trusted, "{ip}");
        }
        proxies.set(&[]);
        assert!(!of("10.0.0.4"), "it is off the list");
    }

    #[test]
    fn a_range_of_all_addresses_is_not_for_the_list() {
        for (text, may) in [
            ("10.0.0.4", true),
            (" 10.0.0.0/8 ", true),
            ("2001:db8::/32", true),
            ("0.0.0.0/0", false),
            ("::/0", false),
            ("::ffff:0.0.0.0/96", false),
            ("::ffff:10.0.0.0/24", false),
            ("10.0.0.0/33", false),
            ("proxy.example.com", false),
            ("", false),
        ] {
            assert_eq!(is_proxy_range(text), may, "{text}");
        }
    }
}
