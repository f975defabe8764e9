//! How a request is framed. Where a proxy and a server can read the same bytes in two ways, one of them can be made to see
//! a request that the other does not; what could be read in two ways is refused. The HTTP library refuses most of it
//! before a request gets here (RFC 9112 sections 6 and 11.2).

use axum::http::header::{AUTHORIZATION, HOST, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderName, Version};
use scim::Error;

use crate::refusal::Refusal;

/// Refuses what could be read in two ways.
///
/// # Errors
/// 400 that names the header.
pub(crate) fn check(parts: &Parts) -> Result<(), Refusal> {
    let refuse = |detail: &str| Err(Refusal::new("data.invalid", Error::new(400, detail)));
    let count = |name: HeaderName| parts.headers.get_all(name).iter().count();
    if count(HOST) > 1 {
        return refuse("The request has two Host headers; send one.");
    }
    if count(AUTHORIZATION) > 1 {
        return refuse("The request has two Authorization headers; send one.");
    }
    let mut codings = parts.headers.get_all(TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        let is_chunked = coding.to_str().is_ok_and(|text| text.trim().eq_ignore_ascii_case("chunked"));
        if !is_chunked || codings.next().is_some() {
            return refuse("Transfer-Encoding: only chunked, and only once, is read here.");
        }
    }
    if let (Some(authority), Some(host)) = (parts.uri.authority(), parts.headers.get(HOST))
        && !host.to_str().is_ok_and(|host| host.trim().eq_ignore_ascii_case(authority.as_str()))
    {
        return refuse("The address names another host than the Host header.");
    }
    Ok(())
}

/// Whether nothing that follows on the connection may be taken for a request: the body came in chunks, of which a proxy
/// before us may have seen another end.
pub(crate) fn ends_connection(parts: &Parts) -> bool {
    parts.version < Version::HTTP_2 && parts.headers.contains_key(TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn what_is_there_twice_or_contradicts_itself_is_refused() {
        for (uri, headers) in [
            ("/", &[("host", "a"), ("host", "a")][..]),
            ("/", &[("authorization", "Bearer a"), ("authorization", "Bearer a")]),
            ("/", &[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")]),
            ("/", &[("transfer-encoding", "identity"), ("transfer-encoding", "chunked")]),
            ("/", &[("transfer-encoding", "gzip, chunked")]),
            ("http://b/", &[("host", "a")]),
            ("http://a:81/", &[("host", "a:80")]),
        ] {
            assert_eq!(check(&parts(uri, headers)).unwrap_err().error.status, 400, "{uri} {headers:?}");
        }
    }

    #[test]
    fn what_says_one_thing_passes_and_chunks_end_the_connection() {
        for (uri, headers) in [
            ("/", &[("host", "a"), ("authorization", "Bearer a")][..]),
            ("/", &[]),
            ("http://A:80/", &[("host", "a:80")]),
            ("http://a/", &[]),
        ] {
            assert!(check(&parts(uri, headers)).is_ok(), "{uri} {headers:?}");
            assert!(!ends_connection(&parts(uri, headers)));
        }
        let chunked = parts("/", &[("transfer-encoding", "Chunked")]);
        assert!(check(&chunked).is_ok() && ends_connection(&chunked));
    }
}
