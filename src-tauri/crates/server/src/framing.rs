//! How a request is framed. Where a proxy and a server can read the same bytes in two ways, one of them can be made to see
//! a request that the other does not; what could be read in two ways is refused. The HTTP library refuses most of it
//! before a request gets here (RFC 9112 sections 6 and 11.2).

use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, HOST, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Version};
use idp::reason_code::ReasonCode;
use scim::Error;

use crate::host_names::parse_host_name;
use crate::refusal::Refusal;

/// The longest address that is read, path and query, in bytes.
const LONGEST_URI: usize = 8 * 1024;

/// Refuses what could be read in two ways, and an address that is too long. Returns the name by which the server was called.
///
/// # Errors
/// 400 that names the header, or 414.
pub(crate) fn check(parts: &Parts) -> Result<String, Refusal> {
    let refuse = |detail: &str| Err(Refusal::new(ReasonCode::Invalid, Error::new(400, detail)));
    let length = parts.uri.path_and_query().map_or(0, |uri| uri.as_str().len());
    if length > LONGEST_URI {
        let detail = format!(
            "The address has {length} bytes; the most is {LONGEST_URI}. Send a long filter to /.search (RFC 7644 section 3.4.3)."
        );
        let size = |bytes: usize| Some(format!("{bytes} bytes"));
        return Err(Refusal::new(ReasonCode::Size, Error::new(414, detail))
            .with_facts(|facts| (facts.size, facts.most) = (size(length), size(LONGEST_URI))));
    }
    if parts.headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return refuse("The request has two Authorization headers; send one.");
    }
    let mut codings = parts.headers.get_all(TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        let is_chunked = coding.to_str().is_ok_and(|text| text.trim().eq_ignore_ascii_case("chunked"));
        if !is_chunked || codings.next().is_some() {
            return refuse("Transfer-Encoding: only chunked, and only once, is read here.");
        }
    }
    host(parts)
}

/// The name by which the server was called: that of the one Host header, or in HTTP/2 of `:authority`, in whose place a
/// proxy may pass a Host header on (RFC 9112 section 3.2, RFC 9113 section 8.3.1).
fn host(parts: &Parts) -> Result<String, Refusal> {
    let refuse = |detail: &str| Err(Refusal::new(ReasonCode::Invalid, Error::new(400, detail)));
    let mut lines = parts.headers.get_all(HOST).iter();
    let line = lines.next().map(|line| line.to_str().unwrap_or_default().trim());
    if lines.next().is_some() {
        return refuse("The request has two Host headers; send one.");
    }
    let authority = parts.uri.authority().map(axum::http::uri::Authority::as_str);
    if let (Some(authority), Some(line)) = (authority, line)
        && !line.eq_ignore_ascii_case(authority)
    {
        return refuse("The address names another host than the Host header.");
    }
    let named = if parts.version >= Version::HTTP_2 { authority.or(line) } else { line };
    match named.map(parse_host_name) {
        Some(Some(name)) => Ok(name),
        Some(None) => refuse("The Host header holds no host name, or a port that is none."),
        None => refuse("The request has no Host header; send one."),
    }
}

/// Refuses a body in a coding that is not read here (RFC 9110 section 8.4).
///
/// # Errors
/// 415 that names the coding.
pub(crate) fn check_coding(headers: &HeaderMap) -> Result<(), Refusal> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let text: Vec<String> = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
    let codings = text.iter().flat_map(|line| line.split(',')).map(str::trim);
    for coding in codings.filter(|coding| !coding.is_empty()) {
        if !coding.eq_ignore_ascii_case("identity") {
            let shown: String = coding.chars().filter(|c| !c.is_control()).take(40).collect();
            let detail = format!("Content-Encoding {shown}: send the body as it is, without a coding.");
            return Err(Refusal::new(ReasonCode::Invalid, Error::new(415, detail)));
        }
    }
    Ok(())
}

/// Whether nothing that follows on the connection may be taken for a request: the body arrived in chunks, of which a proxy
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
    fn what_is_there_twice_or_contradicts_itself_or_is_missing_is_refused() {
        for (uri, headers) in [
            ("/", &[("host", "a"), ("host", "a")][..]),
            ("/", &[("host", "a"), ("authorization", "Bearer a"), ("authorization", "Bearer a")]),
            ("/", &[("host", "a"), ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")]),
            ("/", &[("host", "a"), ("transfer-encoding", "identity"), ("transfer-encoding", "chunked")]),
            ("/", &[("host", "a"), ("transfer-encoding", "gzip, chunked")]),
            ("/", &[]),
            ("/", &[("host", "")]),
            ("/", &[("host", "a b")]),
            ("/", &[("host", "a@b")]),
            ("/", &[("host", "a, b")]),
            ("/", &[("host", "a:port")]),
            ("http://a/", &[]),
            ("http://b/", &[("host", "a")]),
            ("http://a:81/", &[("host", "a:80")]),
        ] {
            assert_eq!(check(&parts(uri, headers)).unwrap_err().error.status, 400, "{uri} {headers:?}");
        }
    }

    #[test]
    fn an_unambiguous_request_passes_and_chunks_end_the_connection() {
        for (uri, headers) in [
            ("/", &[("host", "a:80"), ("authorization", "Bearer a")][..]),
            ("/", &[("host", " A. ")]),
            ("http://A:80/", &[("host", "a:80")]),
        ] {
            assert_eq!(check(&parts(uri, headers)).unwrap(), "a", "{uri} {headers:?}");
            assert!(!ends_connection(&parts(uri, headers)));
        }
        let chunked = parts("/", &[("host", "a"), ("transfer-encoding", "Chunked")]);
        assert!(check(&chunked).is_ok() && ends_connection(&chunked));
    }

    #[test]
    fn http_2_is_judged_by_its_authority() {
        let second = |uri: &str, headers: &[(&str, &str)]| {
            let mut parts = parts(uri, headers);
            parts.version = Version::HTTP_2;
            check(&parts)
        };
        assert_eq!(second("https://a:443/", &[]).unwrap(), "a");
        assert_eq!(second("https://a/", &[("host", "a")]).unwrap(), "a");
        assert_eq!(second("/", &[("host", "a")]).unwrap(), "a", "as a proxy may pass it on");
        for (uri, headers) in [("https://a/", &[("host", "b")][..]), ("/", &[])] {
            assert_eq!(second(uri, headers).unwrap_err().error.status, 400, "{uri} {headers:?}");
        }
    }

    #[test]
    fn an_address_of_8_kib_is_read_and_a_longer_one_is_not() {
        for (length, is_read) in [(LONGEST_URI, true), (LONGEST_URI + 1, false)] {
            let uri = format!("/{}", "a".repeat(length - 1));
            let checked = check(&parts(&uri, &[("host", "a")]));
            assert_eq!(checked.map_err(|refusal| refusal.error.status).err(), (!is_read).then_some(414));
        }
    }

    #[test]
    fn only_a_body_without_a_coding_is_read() {
        for (coding, is_read) in [
            ("identity", true),
            ("Identity, identity", true),
            ("", true),
            ("gzip", false),
            ("identity, br", false),
            ("aes128gcm", false),
        ] {
            let refused = check_coding(&parts("/", &[("content-encoding", coding)]).headers).err();
            assert_eq!(refused.map(|refusal| refusal.error.status), (!is_read).then_some(415), "{coding}");
        }
    }
}
