//! Names by which a server is called: how they are read, and which are this computer's own.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::uri::Authority;

/// The name in a Host header, an authority or what an admin types: small letters, no port, no last dot. None when it is
/// no host: a name or an address of the Internet, no URL.
pub fn parse_host_name(text: &str) -> Option<String> {
    let authority: Authority = text.trim().parse().ok()?;
    let host = authority.host();
    let port = authority.as_str().strip_prefix(host)?;
    if !port.is_empty() && port.strip_prefix(':').is_none_or(|digits| digits.parse::<u16>().is_err()) {
        return None;
    }
    if let Some(inner) = host.strip_prefix('[') {
        let ip: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{ip}]"));
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_label_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_label_letter);
    (host.len() <= 253 && host.split('.').all(is_label)).then_some(host)
}

/// The name in an https URL without a path, as the public one is, read by [`parse_host_name`].
pub fn host_of(url: &str) -> Option<String> {
    parse_host_name(url.trim_start_matches("https://"))
}

/// A name without the brackets that an IPv6 address has in a URL.
pub fn without_brackets(name: &str) -> &str {
    name.trim_start_matches('[').trim_end_matches(']')
}

/// Whether a name of a certificate, in lower case, is for this host: a wildcard stands for the first label (RFC 9525
/// section 6.3).
pub fn is_name_for(name: &str, host: &str) -> bool {
    let parent = host.split_once('.').filter(|(label, _)| !label.is_empty()).map(|(_, parent)| parent);
    name == host || (parent.is_some() && name.strip_prefix("*.") == parent)
}

/// Whether a name is one of this computer's own.
pub fn is_this_computer(name: &str) -> bool {
    name == "localhost"
        || without_brackets(name).parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_without_port_case_and_last_dot() {
        for (text, read) in [
            ("scim.example.com", Some("scim.example.com")),
            ("SCIM.Example.com.:8443", Some("scim.example.com")),
            ("127.0.0.1:8470", Some("127.0.0.1")),
            ("[2001:DB8:0::1]:443", Some("[2001:db8::1]")),
            ("localhost", Some("localhost")),
            ("", None),
            (":443", None),
            ("a b", None),
            ("a/b", None),
            ("a@b", None),
            ("a:b", None),
            ("a:99999", None),
            ("a,b", None),
            ("[::1", None),
            ("[a]", None),
            ("https://a", None),
            ("ä.example", None),
            (".", None),
            ("a..", None),
            (".a", None),
            ("a..b", None),
        ] {
            assert_eq!(parse_host_name(text).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_wildcard_is_one_label() {
        for (name, host, is_for) in [
            ("scim.example.com", "scim.example.com", true),
            ("*.example.com", "scim.example.com", true),
            ("*.example.com", "a.scim.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.com", "com", false),
            ("scim.example.com", "other.example.com", false),
        ] {
            assert_eq!(is_name_for(name, host), is_for, "{name} {host}");
        }
    }

    #[test]
    fn this_computer_has_several_names() {
        for own in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(is_this_computer(own), "{own}");
        }
        for other in ["localhost.example.com", "0.0.0.0", "[::]", "10.0.0.1", "127.0.0.1.nip.io"] {
            assert!(!is_this_computer(other), "{other}");
        }
    }
}
