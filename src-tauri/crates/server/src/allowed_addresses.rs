//! The list of addresses that may call a connection.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Whether a text is an address or a CIDR range such as `203.0.113.0/24`. A range that begins at an IPv4 address inside IPv6 and is
/// wider than those, such as `::ffff:203.0.113.0/24`, is none: no IPv4 client would be in it.
pub fn is_address_range(text: &str) -> bool {
    range(text).is_some()
}

/// Whether a client may call. An empty list allows all; a client of unknown address is on no list.
pub(crate) fn may_call(list: &[String], client: Option<IpAddr>) -> bool {
    list.is_empty()
        || client
            .map(|ip| ip.to_canonical())
            .is_some_and(|ip| list.iter().filter_map(|text| range(text)).any(|net| net.contains(&ip)))
}

/// The range that a text is; an address is a range of one.
pub(crate) fn range(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let net = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    canonical(net)
}

/// A range of IPv4 addresses inside IPv6, `::ffff:203.0.113.0/120`, as the IPv4 range that it is; None if it is wider.
fn canonical(net: IpNet) -> Option<IpNet> {
    match (net.addr().to_canonical(), net) {
        (IpAddr::V4(ip), IpNet::V6(mapped)) => {
            let length = mapped.prefix_len().checked_sub(96)?;
            Ipv4Net::new(ip, length).ok().map(IpNet::V4)
        }
        _ => Some(net),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_let_in_by_address_or_range() {
        let list = ["203.0.113.0/24".to_owned(), " 2001:db8::1 ".to_owned()];
        let may = |ip: &str| may_call(&list, Some(ip.parse().unwrap()));
        assert!(may("203.0.113.200") && may("2001:db8::1"), "on the list");
        assert!(!may("203.0.114.1") && !may("2001:db8::2"), "outside of it");
        assert!(may("::ffff:203.0.113.200"), "an IPv4 address inside IPv6 is that address");
        let mapped = ["::ffff:198.51.100.0/120".to_owned(), "::ffff:192.0.2.1".to_owned()];
        for (ip, is_in) in [("198.51.100.7", true), ("192.0.2.1", true), ("198.51.101.7", false)] {
            assert_eq!(may_call(&mapped, Some(ip.parse().unwrap())), is_in, "{ip} by a mapped range");
        }
        assert!(!may_call(&list, None), "an unknown address is on no list");
        assert!(may_call(&[], None), "no list lets all clients call");
        for text in ["scim.example.com", "203.0.113.0/33", "::ffff:203.0.113.0/24", "::ffff:0:0/90"] {
            assert!(!is_address_range(text), "{text}");
        }
        assert!(is_address_range("::/0") && is_address_range("::ffff:0:0/96"), "every client of one kind");
    }
}
