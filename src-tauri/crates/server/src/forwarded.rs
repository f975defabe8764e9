//! What proxies say about the request that they pass on: `Forwarded` (RFC 7239) and the `X-Forwarded-` headers.
//!
//! Any client can write these headers too, and an honest proxy adds its own part at the right. So they are read from the
//! right, and as far as a trusted proxy vouches for them: past the addresses of trusted proxies, up to the first other one.
//! The parsers that are on crates.io (`rfc7239` 0.1, `forwarded-header-value` 0.1) split at commas inside quotes, which lets
//! a client write the proxy's element; so this one is our own.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

const FORWARDED: HeaderName = axum::http::header::FORWARDED;
const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What they say about the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// This one called.
    Known(IpAddr),
    /// Only loopback addresses are named: it began on the computer of the proxy next to us.
    ThisComputer,
    /// Nothing, or nothing that counts.
    Unknown,
}

/// What the proxies say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forwarding {
    pub client: Client,
    /// The proxy next to us was called over HTTPS.
    pub secure: bool,
    /// The proxy next to us says that it was called over plain HTTP.
    pub plain: bool,
    /// By which address the proxy next to us was called, if it says: with a second proxy this is that one's.
    pub proxy_client: Option<IpAddr>,
}

/// Reads the headers; None when there are none, not even empty ones. `is_trusted`: whether an address is that of a trusted
/// proxy, as a loopback address is.
///
/// # Errors
/// What is wrong with them, for the other side: a `Forwarded` that cannot be read, or two that contradict each other.
pub(crate) fn read(
    headers: &HeaderMap,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Result<Option<Forwarding>, &'static str> {
    // A byte that is no text makes its own element no address; it must not make the header disappear.
    let joined = |name: &HeaderName| {
        let lines: Vec<String> = headers
            .get_all(name)
            .iter()
            .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
            .collect();
        (!lines.is_empty()).then(|| lines.join(","))
    };
    let (forwarded, chain, proto) = (joined(&FORWARDED), joined(&FOR), joined(&PROTO));
    if forwarded.is_none() && chain.is_none() && proto.is_none() {
        return Ok(None);
    }
    let elements = forwarded.as_deref().map_or(Some(Vec::new()), elements);
    let elements = elements.ok_or("The Forwarded header cannot be read (RFC 7239 section 4).")?;
    let last = elements.last();
    let by_proto = proto.as_deref().map(|text| last_of(text).to_ascii_lowercase()).filter(|p| !p.is_empty());
    let by_forwarded = last.and_then(|element| element.proto.as_deref()).map(str::to_ascii_lowercase);
    if let (Some(left), Some(right)) = (&by_proto, &by_forwarded)
        && left != right
    {
        return Err("The proxy says both http and https (Forwarded and X-Forwarded-Proto differ).");
    }
    let of_chain =
        chain.as_deref().map(|text| walk(text.rsplit(',').map(|part| node(part.trim())), &is_trusted));
    let of_forwarded = last.filter(|element| element.client.is_some()).map(|_named| {
        walk(elements.iter().rev().map(|element| element.client.as_deref().and_then(node)), &is_trusted)
    });
    let client = match (of_chain, of_forwarded) {
        (Some(left), Some(right)) if left != right => Client::Unknown,
        (left, right) => left.or(right).unwrap_or(Client::Unknown),
    };
    let client_of_chain = chain.as_deref().and_then(|text| node(last_of(text)));
    let client_of_forwarded = last.and_then(|element| node(element.client.as_deref()?));
    let proxy_client = match (client_of_chain, client_of_forwarded) {
        (Some(left), Some(right)) if left != right => None,
        (left, right) => left.or(right).filter(|_| client != Client::Unknown),
    };
    let scheme = by_proto.or(by_forwarded);
    let is = |name| scheme.as_deref() == Some(name);
    Ok(Some(Forwarding { client, secure: is("https"), plain: is("http"), proxy_client }))
}

fn last_of(list: &str) -> &str {
    list.rsplit(',').next().unwrap_or_default().trim()
}

/// From the right past the addresses of trusted proxies. What is no address ends the walk: no trusted proxy vouches for what is
/// left of it. Where only trusted proxies are named, the one that was called first is the client.
fn walk(
    from_the_right: impl Iterator<Item = Option<IpAddr>>,
    is_trusted: &impl Fn(IpAddr) -> bool,
) -> Client {
    let mut first_proxy = None;
    for step in from_the_right {
        match step {
            Some(ip) if ip.is_loopback() => {}
            Some(ip) if is_trusted(ip) => first_proxy = Some(ip),
            Some(ip) => return Client::Known(ip),
            None => return Client::Unknown,
        }
    }
    first_proxy.map_or(Client::ThisComputer, Client::Known)
}

/// A node's address: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; not `unknown`, nor a
/// name that a proxy made up. IPv4 inside IPv6 is IPv4.
fn node(text: &str) -> Option<IpAddr> {
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<std::net::Ipv6Addr>().ok();
    let ip = text
        .parse()
        .ok()
        .or_else(|| in_brackets().map(IpAddr::V6))
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(ip.to_canonical())
}

/// What one proxy added to `Forwarded`, as far as it is of interest here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Element {
    client: Option<String>,
    proto: Option<String>,
}

/// Reads a `Forwarded` header: elements behind commas, pairs behind semicolons, values bare or in quotes. A bare value may
/// hold the colons and brackets of an address, which belong in quotes and which some proxies leave bare.
fn elements(text: &str) -> Option<Vec<Element>> {
    let mut found = Vec::new();
    let mut element = Element::default();
    let mut is_empty = true;
    let mut rest = text.trim_start();
    loop {
        if let Some((name, value, tail)) = pair(rest)? {
            let place = match name.to_ascii_lowercase().as_str() {
                "for" => Some(&mut element.client),
                "proto" => Some(&mut element.proto),
                _ => None,
            };
            // Two values of one name are forbidden (section 4), and none of them counts more.
            if place.is_some_and(|place| place.replace(value).is_some()) {
                return None;
            }
            is_empty = false;
            rest = tail;
        }
        rest = rest.trim_start();
        match rest.chars().next() {
            Some(';') => {}
            Some(',') | None if is_empty => {}
            Some(',') | None => {
                found.push(std::mem::take(&mut element));
                is_empty = true;
            }
            Some(_) => return None,
        }
        if rest.is_empty() {
            return Some(found);
        }
        rest = rest[1..].trim_start();
    }
}

/// The pair that a text begins with, and what follows; `Some(None)` when an element or pair may be left out there.
#[expect(clippy::option_option, reason = "nothing to read is another thing than what cannot be read")]
fn pair(text: &str) -> Option<Option<(&str, String, &str)>> {
    if text.is_empty() || text.starts_with([';', ',']) {
        return Some(None);
    }
    let (name, rest) = text.split_once('=')?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(is_token) {
        return None;
    }
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find([';', ',', ' ', '\t', '"']).unwrap_or(rest.len());
        return (end > 0).then(|| Some((name, rest[..end].to_owned(), &rest[end..])));
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some(Some((name, value, &quoted[at + 1..]))),
            '\\' => value.push(letters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// Trusted beside this computer.
    const PROXIES: [IpAddr; 2] =
        [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2))];

    fn forwarding(headers: &[(&'static str, &[u8])]) -> Result<Option<Forwarding>, &'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, axum::http::HeaderValue::from_bytes(value).unwrap());
        }
        read(&map, |ip| ip.is_loopback() || PROXIES.contains(&ip))
    }

    fn known(ip: &str) -> Client {
        Client::Known(ip.parse().unwrap())
    }

    #[test]
    fn the_client_is_the_first_address_from_the_right_that_no_trusted_proxy_has() {
        use Client::{ThisComputer, Unknown};
        for (chain, client) in [
            ("203.0.113.9", known("203.0.113.9")),
            ("10.0.0.1, 203.0.113.9", known("203.0.113.9")),
            ("10.0.0.1, 203.0.113.9, 127.0.0.1", known("203.0.113.9")),
            ("10.0.0.1, 203.0.113.9, ::ffff:127.0.0.1", known("203.0.113.9")),
            ("203.0.113.9:4711", known("203.0.113.9")),
            ("::ffff:203.0.113.9", known("203.0.113.9")),
            ("[2001:db8::1]:4711", known("2001:db8::1")),
            ("2001:db8::1", known("2001:db8::1")),
            ("127.0.0.1", ThisComputer),
            ("10.0.0.1, 203.0.113.9, 192.0.2.2, 127.0.0.1, ::ffff:192.0.2.1", known("203.0.113.9")),
            ("10.0.0.1, 203.0.113.9, 192.0.2.3", known("192.0.2.3")),
            ("192.0.2.1, 192.0.2.2", known("192.0.2.1")),
            ("127.0.0.1, 192.0.2.2", known("192.0.2.2")),
            ("203.0.113.9, unknown, 192.0.2.1", Unknown),
            ("203.0.113.9, unknown", Unknown),
            ("203.0.113.9, _hidden", Unknown),
            ("203.0.113.9, unknown, 127.0.0.1", Unknown),
            ("203.0.113.9,", Unknown),
            ("", Unknown),
            ("203.0.113.9]x", Unknown),
            ("203.0.113.9, 010.0.0.1", Unknown),
        ] {
            let read_as = forwarding(&[("x-forwarded-for", chain.as_bytes())]).unwrap().unwrap();
            assert_eq!((read_as.client, read_as.secure, read_as.plain), (client, false, false), "{chain}");
        }
        let raw = forwarding(&[("x-forwarded-for", b"203.0.113.9, \xff")]).unwrap().unwrap();
        assert_eq!(raw.client, Unknown, "a byte that is no text does not make it disappear");
        let lines = [("x-forwarded-for", &b"10.0.0.1"[..]), ("x-forwarded-for", b"203.0.113.9")];
        assert_eq!(
            forwarding(&lines).unwrap().unwrap().client,
            known("203.0.113.9"),
            "the last line is the last"
        );
    }

    #[test]
    fn forwarded_is_read_by_its_grammar_and_its_last_element_says_the_protocol() {
        for (text, client, secure) in [
            ("for=203.0.113.9;proto=https", known("203.0.113.9"), true),
            ("For=\"203.0.113.9:80\" ; Proto=\"HTTPS\"", known("203.0.113.9"), true),
            ("for=\"[2001:db8::1]:4711\";proto=https", known("2001:db8::1"), true),
            ("for=[2001:db8::1];proto=https;by=10.0.0.1;host=a.b", known("2001:db8::1"), true),
            ("for=10.0.0.1;proto=https, for=203.0.113.9;proto=http", known("203.0.113.9"), false),
            ("for=\"x, proto=https\";proto=http", Client::Unknown, false),
            ("for=\"x\\\", proto=https\";proto=http", Client::Unknown, false),
            ("for=\"x;proto=https\"", Client::Unknown, false),
            ("for=203.0.113.9, for=unknown;proto=https", Client::Unknown, true),
            ("for=_x;proto=https", Client::Unknown, true),
            ("proto=https", Client::Unknown, true),
            (",for=203.0.113.9;;proto=https, ", known("203.0.113.9"), true),
        ] {
            let read_as = forwarding(&[("forwarded", text.as_bytes())]).unwrap().unwrap();
            let plain = text.ends_with(";proto=http");
            assert_eq!((read_as.client, read_as.secure, read_as.plain), (client, secure, plain), "{text}");
        }
        for text in [
            "for=\"x",
            "for",
            "for=",
            "=x",
            "for=x proto=https",
            "for=a;for=b",
            "proto=http;proto=https",
            "for=\"x\"y",
            "a b=c",
        ] {
            assert!(forwarding(&[("forwarded", text.as_bytes())]).is_err(), "{text}");
        }
    }

    #[test]
    fn two_headers_that_differ_do_not_count() {
        let both = |chain: &'static str, forwarded: &'static str| {
            forwarding(&[("x-forwarded-for", chain.as_bytes()), ("forwarded", forwarded.as_bytes())])
        };
        let read_as = both("203.0.113.9", "for=203.0.113.9;proto=https").unwrap().unwrap();
        assert_eq!((read_as.client, read_as.secure), (known("203.0.113.9"), true), "both say the same");
        let read_as = both("203.0.113.9", "for=10.0.0.1").unwrap().unwrap();
        assert_eq!(read_as.client, Client::Unknown, "one of them is the client's own");
        let read_as = both("203.0.113.9", "proto=https").unwrap().unwrap();
        assert_eq!(read_as.client, known("203.0.113.9"), "only one names the client");
        let proto = [("x-forwarded-proto", &b"https"[..]), ("forwarded", b"proto=http")];
        assert!(forwarding(&proto).is_err());
        let list = forwarding(&[("x-forwarded-proto", b"https, http")]).unwrap().unwrap();
        assert!(!list.secure && list.plain, "the proxy next to us counts");
        assert_eq!(forwarding(&[]), Ok(None));
    }

    #[test]
    fn the_caller_of_the_proxy_next_to_us_is_the_last_address_and_nothing_left_of_it() {
        let (chain, forwarded) = ("x-forwarded-for", "forwarded");
        for (pairs, proxy_client) in [
            (vec![(chain, "203.0.113.9")], Some("203.0.113.9")),
            (vec![(chain, "203.0.113.9, 127.0.0.1")], Some("127.0.0.1")),
            (vec![(chain, "203.0.113.9, unknown")], None),
            (vec![(forwarded, "for=10.0.0.1, for=203.0.113.9")], Some("203.0.113.9")),
            (vec![(forwarded, "for=203.0.113.9, proto=http")], None),
            (vec![(chain, "203.0.113.9"), (forwarded, "for=203.0.113.9")], Some("203.0.113.9")),
            (vec![(chain, "203.0.113.9"), (forwarded, "for=203.0.113.9, for=127.0.0.1")], None),
            (vec![(chain, "203.0.113.9"), (forwarded, "for=unknown")], None),
            (vec![("x-forwarded-proto", "http")], None),
        ] {
            let bytes: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            let read_as = forwarding(&bytes).unwrap().unwrap();
            let proxy_client = proxy_client.map(|ip: &str| ip.parse::<IpAddr>().unwrap());
            assert_eq!(read_as.proxy_client, proxy_client, "{pairs:?}");
        }
    }
}
