#![no_main]
//! Any headers of proxies are read or refused, and what a client wrote never counts as what the proxy adds behind it.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

// The file itself: the crate `server` would bring SQLite with it.
#[path = "../../../server/src/forwarded.rs"]
mod forwarded;

use forwarded::{Client, read};

const NAMES: [&str; 3] = ["forwarded", "x-forwarded-for", "x-forwarded-proto"];
/// Who called the proxy.
const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

/// This computer, and the network of another proxy.
fn is_trusted(ip: IpAddr) -> bool {
    ip.is_loopback() || matches!(ip, IpAddr::V4(ip) if ip.octets()[..3] == [192, 0, 2])
}

/// Headers that name the caller are refused, or say that it was this one, or that it is not known.
fn judge(headers: &HeaderMap) {
    let Ok(read) = read(headers, is_trusted) else { return };
    let read = read.expect("there are headers");
    assert!(matches!(read.client, Client::Unknown) || read.client == Client::Known(CALLER), "{headers:?}");
    assert!(read.proxy_client.is_none_or(|client| client == CALLER), "{headers:?}");
    assert!(read.secure && !read.plain, "{headers:?}");
}

fuzz_target!(|bytes: &[u8]| {
    // Each line is a header: the first byte chooses its name.
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some((name, value)) = line.split_first() else { continue };
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        headers.append(NAMES[usize::from(*name) % NAMES.len()], value);
    }
    let _ = read(&headers, is_trusted);
    let mut forwarded = headers.clone();
    forwarded.append("forwarded", HeaderValue::from_static("for=203.0.113.9;proto=https"));
    judge(&forwarded);
    // As most proxies do it: the address is added, the protocol is set.
    headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
    judge(&headers);
});
