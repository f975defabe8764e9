//! Addresses of a network that the Internet does not reach.

use std::net::IpAddr;

use crate::local_or_encrypted::is_local_or_encrypted;

/// Whether a computer with this address is in a private network: RFC 1918, RFC 4193 (`fc00::/7`) and the addresses of a
/// link, RFC 3927 and RFC 4291 section 2.5.6. Those of this computer's own containers and of overlay networks are none.
pub(crate) fn is_private(ip: IpAddr) -> bool {
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
            assert_eq!(is_private(address.parse().unwrap()), expected, "{address}");
        }
    }
}
