//! Addresses of a network that the Internet does not reach, and of that of this computer.

use std::net::{IpAddr, Ipv6Addr, UdpSocket};

use crate::local_or_encrypted::is_local_or_encrypted;

/// In which network another computer with this address certainly is, where that is a near one: in a private one, or at a link of
/// this computer, where addresses of IPv6 are global too.
pub(crate) fn near_network(ip: IpAddr) -> Option<&'static str> {
    if is_private(ip) {
        return Some("a private network");
    }
    let IpAddr::V6(address) = ip.to_canonical() else { return None };
    let own = own_address_to(address).filter(|own| *own != address && !is_local_or_encrypted(ip));
    let is_near = own.is_some_and(|own| is_at_link(own, address));
    is_near.then_some("the network of this computer")
}

/// From which address this computer calls that one: in its link, from one of the same link (RFC 6724 section 5, rule 8).
fn own_address_to(address: Ipv6Addr) -> Option<Ipv6Addr> {
    let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).ok()?;
    // Nothing is sent.
    socket.connect((address, 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V6(own) => Some(own),
        IpAddr::V4(_) => None,
    }
}

/// Whether both have the prefix of one link: 64 bits (RFC 4291 section 2.5.4).
fn is_at_link(one: Ipv6Addr, other: Ipv6Addr) -> bool {
    one.segments()[..4] == other.segments()[..4]
}

/// Whether a computer with this address is in a private network: RFC 1918, RFC 4193 (`fc00::/7`) and the addresses of a
/// link, RFC 3927 and RFC 4291 section 2.5.6. Those of this computer's own containers and of overlay networks do not count.
fn is_private(ip: IpAddr) -> bool {
    let is_of_a_network = match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    is_of_a_network && !is_local_or_encrypted(ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_private_where_the_internet_does_not_lead_to_it() {
        for (address, expected) in [
            ("10.0.0.5", true),
            ("172.16.0.1", true),
            ("172.17.0.2", false),
            ("172.32.0.1", false),
            ("192.168.1.20", true),
            ("::ffff:192.168.1.20", true),
            ("169.254.7.7", true),
            ("100.64.0.1", false),
            ("127.0.0.1", false),
            ("203.0.113.9", false),
            ("fd00::5", true),
            ("fe80::5", true),
            ("fd7a:115c:a1e0::1", false),
            ("::1", false),
            ("2001:db8::5", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(is_private(address), expected, "{address}");
            assert_eq!(near_network(address), expected.then_some("a private network"), "{address}");
        }
    }

    #[test]
    fn computers_with_global_addresses_of_one_link_are_near_each_other() {
        let own = "2001:db8:0:7::1".parse().unwrap();
        for (address, expected) in
            [("2001:db8:0:7:9::5", true), ("2001:db8:0:8::1", false), ("2001:db9:0:7::1", false)]
        {
            assert_eq!(is_at_link(own, address.parse().unwrap()), expected, "{address}");
        }
    }
}
