//! Which headers of a request and of its answer are recorded, and as what. Others are not stored at all, as any header can be a
//! secret (`Cookie`, `X-Api-Key`). `User-Agent` and the id of the request are in the row itself.

use axum::http::{HeaderMap, HeaderValue};
use store::{HeaderLines, RecordedHeaders};

use crate::redact::Redaction;

/// In small letters, as `http` has them.
const OF_REQUESTS: [&str; 19] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "forwarded",
    "host",
    "if-match",
    "if-none-match",
    "transfer-encoding",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-ms-client-request-id",
    "x-request-id",
];
const OF_ANSWERS: [&str; 7] =
    ["accept-encoding", "allow", "content-type", "etag", "location", "retry-after", "www-authenticate"];
/// How long a value is at most, in bytes. A longer one is not cut: a part of a secret has no shape that shows what it is.
const MOST_OF_VALUE: usize = 512;
/// How long the headers of a message are at most, in bytes; what follows is not recorded.
const MOST: usize = 4 * 1024;
/// More than those of most messages have, in bytes.
const USUAL: usize = 256;
/// In the place of a value that is not recorded.
const HIDDEN: &str = "…";

/// What is recorded of the headers of an exchange; [`without_secrets`] is still to be applied.
pub(crate) fn of_exchange(request: &HeaderMap, response: &HeaderMap) -> RecordedHeaders {
    RecordedHeaders { request: lines(request, &OF_REQUESTS), response: lines(response, &OF_ANSWERS) }
}

fn lines(headers: &HeaderMap, recorded: &[&str]) -> HeaderLines {
    let mut lines = HeaderLines::with_capacity(USUAL);
    for (name, value) in headers {
        if !recorded.contains(&name.as_str()) {
            continue;
        }
        let shown = if name.as_str() == "authorization" { scheme(value) } else { text(value) };
        if lines.bytes() + name.as_str().len() + shown.len() > MOST {
            break;
        }
        lines.push(name.as_str(), shown);
    }
    lines
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().ok().filter(|text| text.len() <= MOST_OF_VALUE).unwrap_or(HIDDEN)
}

/// The scheme of credentials (RFC 9110 section 11.4), where it is a known one: anything else may be the secret itself.
fn scheme(value: &HeaderValue) -> &'static str {
    let sent = value.to_str().unwrap_or_default().split(' ').next().unwrap_or_default();
    if sent.eq_ignore_ascii_case("bearer") {
        "Bearer …"
    } else if sent.eq_ignore_ascii_case("basic") {
        "Basic …"
    } else {
        HIDDEN
    }
}

/// Without what the request gives away as a secret, in its body too. The answer's values are our own.
pub(crate) fn without_secrets(headers: RecordedHeaders, redaction: &mut Redaction) -> RecordedHeaders {
    // What a client sent is ASCII; the rest is hidden already.
    if !headers.request.fields().any(|(_, value)| value.is_ascii() && redaction.is_touched(value)) {
        return headers;
    }
    let mut request = HeaderLines::default();
    for (name, value) in headers.request.fields() {
        let shown = if value.is_ascii() { redaction.text(value.to_owned()) } else { value.to_owned() };
        // Without its disguise (`%0A`) a value can have a line break, behind which another header would be read.
        request.push(name, &shown.replace(['\r', '\n'], " "));
    }
    RecordedHeaders { request, ..headers }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use serde_json::json;

    use super::*;

    fn sent(headers: &[(&'static str, &str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn recorded(headers: &[(&'static str, &str)], redaction: &mut Redaction) -> Vec<String> {
        let headers = without_secrets(of_exchange(&sent(headers), &HeaderMap::new()), redaction);
        headers.request.fields().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn headers_are_recorded_by_a_list_and_without_credentials() {
        let token = format!("fdn_0123456789_{}", "s".repeat(49));
        let (bearer, long) = (format!("Bearer {token}"), "a".repeat(MOST_OF_VALUE + 1));
        for (name, value, expected) in [
            ("content-type", "application/scim+json", Some("application/scim+json")),
            ("if-match", "W/\"3\"", Some("W/\"3\"")),
            ("authorization", &*bearer, Some("Bearer …")),
            ("authorization", "basic dXNlcjpwYXNz", Some("Basic …")),
            ("authorization", &*token, Some("…")),
            ("authorization", "my-secret and-more", Some("…")),
            ("accept", &*long, Some("…")),
            ("accept", &*token, Some("fdn_0123456789…")),
            ("accept", "x; password=s3cret-one", Some("x; password=…")),
            ("x-request-id", "Bearer s3cret-one", Some("Bearer …")),
            ("x-request-id", "a%0Avia: b password=s3cret-one", Some("a via: b password=…")),
            ("cookie", "s3cret-one", None),
            ("x-api-key", "s3cret-one", None),
            ("user-agent", "in the row itself", None),
        ] {
            let expected: Vec<String> =
                expected.map(|value| format!("{name}: {value}")).into_iter().collect();
            assert_eq!(recorded(&[(name, value)], &mut Redaction::default()), expected, "{name}: {value}");
        }
    }

    #[test]
    fn what_the_body_gives_away_is_hidden_in_the_headers() {
        let mut redaction = Redaction::default();
        redaction.body(&mut json!({"password": "s3cret-one"}));
        let headers = [("x-request-id", "of s3cret-one"), ("accept", "a/b")];
        let mut found = recorded(&headers, &mut redaction);
        found.sort();
        assert_eq!(found, ["accept: a/b", "x-request-id: of …"]);
    }

    #[test]
    fn many_long_headers_are_bounded() {
        let mut headers = HeaderMap::new();
        for _ in 0..100 {
            headers.append(header::ACCEPT, HeaderValue::from_str(&"a".repeat(MOST_OF_VALUE)).unwrap());
        }
        let recorded = of_exchange(&headers, &headers);
        assert_eq!(recorded.request.fields().count(), MOST / (MOST_OF_VALUE + "accept: \n".len()));
        assert_eq!(recorded.response.fields().count(), 0);
    }
}
