//! The names and addresses by which clients call this server, for which the private authority signs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use server::{host_of, parse_host_name, without_brackets};

/// The names and addresses, each once, in this order: the host of the public address, the name of this computer, the
/// addresses at which the server listens, and what this computer calls itself. Of all addresses, those that this computer uses to
/// call others are taken.
pub(crate) fn names(public_url: Option<&str>, listen: IpAddr) -> Vec<String> {
    let public = public_url.and_then(host_of).map(|host| without_brackets(&host).to_owned());
    let mut all: Vec<String> = public.into_iter().chain(computer()).collect();
    all.extend(addresses(listen).iter().map(IpAddr::to_string));
    all.push("localhost".to_owned());
    all.extend([Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()]);
    let mut once = Vec::new();
    for name in all {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// The name of this computer, as a certificate can have it.
pub(crate) fn computer() -> Option<String> {
    computer_name().as_deref().and_then(dns_name).filter(|name| name != "localhost")
}

/// The name as a certificate can have it (RFC 5280 section 4.2.1.6); none where the system has given another kind of name.
fn dns_name(name: &str) -> Option<String> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    parse_host_name(name).filter(|name| name.split('.').all(is_label))
}

fn addresses(listen: IpAddr) -> Vec<IpAddr> {
    if !listen.is_unspecified() {
        return vec![listen];
    }
    // Documentation addresses (RFC 5737, RFC 3849): a route leads there, and nothing is sent.
    let v4 = outgoing(SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9)));
    let v6_target = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    let v6 = listen.is_ipv6().then(|| outgoing(SocketAddr::from((v6_target, 9))));
    v4.into_iter().chain(v6.flatten()).collect()
}

/// The address from which this computer would call another one; none without a route there.
fn outgoing(to: SocketAddr) -> Option<IpAddr> {
    let any = if to.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(to).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

#[cfg(unix)]
fn computer_name() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

#[cfg(not(unix))]
fn computer_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_comes_first_and_this_computer_last() {
        let listen = IpAddr::from([192, 0, 2, 7]);
        let all = names(Some("https://scim.example.com:8443"), listen);
        assert_eq!(all.first().map(String::as_str), Some("scim.example.com"), "{all:?}");
        assert!(all.ends_with(&["192.0.2.7", "localhost", "127.0.0.1", "::1"].map(str::to_owned)), "{all:?}");
        let all = names(Some("https://[2001:db8::1]"), Ipv4Addr::LOCALHOST.into());
        assert_eq!(all.first().map(String::as_str), Some("2001:db8::1"), "without brackets: {all:?}");
        assert_eq!(all.iter().filter(|name| *name == "127.0.0.1").count(), 1, "each once: {all:?}");
        let all = names(None, Ipv6Addr::UNSPECIFIED.into());
        assert!(!all.contains(&"::".to_owned()), "every address is none: {all:?}");
    }

    #[test]
    fn only_a_name_of_dns_is_in_a_certificate() {
        for (name, read) in [
            ("Server-1", Some("server-1")),
            ("server.example.com.", Some("server.example.com")),
            ("my_server", None),
            ("-server", None),
            ("(none)", None),
            ("a..b", None),
            ("", None),
        ] {
            assert_eq!(dns_name(name).as_deref(), read, "{name}");
        }
    }
}
