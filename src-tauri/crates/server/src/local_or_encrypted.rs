//! Networks that others do not read.

use std::net::IpAddr;

/// Whether what is sent from this address may cross no network in clear. Overlay networks such as Tailscale encrypt what they carry,
/// with addresses of 100.64.0.0/10 (RFC 6598 section 7) and `fd7a:115c:a1e0::/48`. Containers at the default bridge of Docker,
/// 172.17.0.0/16, run on this computer.
pub(crate) fn is_local_or_encrypted(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => matches!(ip.octets(), [100, 64..=127, ..] | [172, 17, ..]),
        IpAddr::V6(ip) => matches!(ip.segments(), [0xfd7a, 0x115c, 0xa1e0, ..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_network_and_a_container_here_are_near_or_encrypted_and_their_neighbours_are_not() {
        for (address, expected) in [
            ("100.63.255.255", false),
            ("100.64.0.0", true),
            ("100.127.255.255", true),
            ("::ffff:100.100.1.2", true),
            ("100.128.0.0", false),
            ("fd7a:115c:a1e0::1", true),
            ("fd7a:115c:a1e1::1", false),
            ("172.16.255.255", false),
            ("172.17.0.2", true),
            ("172.18.0.0", false),
            ("203.0.113.9", false),
        ] {
            assert_eq!(is_local_or_encrypted(address.parse().unwrap()), expected, "{address}");
        }
    }
}
