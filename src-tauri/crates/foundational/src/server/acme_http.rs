//! The HTTP client for ACME, and what an authority says in its own words.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use instant_acme::{BodyWrapper, BytesResponse, HttpClient, Problem};

use crate::server::file_words::unreadable;
use crate::words::innermost;

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is obeyed, in seconds: a day.
const MAX_RETRY_AFTER: u64 = 86_400;
/// The longest reason that is shown, in letters.
const MAX_REASON: usize = 500;

/// A client that speaks HTTPS alone, and trusts what the system trusts.
pub(crate) struct AcmeHttp(reqwest::Client);

impl AcmeHttp {
    /// `root`: the file of one more certificate that is trusted, in PEM.
    ///
    /// # Errors
    /// Why there is no client, as a sentence.
    pub(crate) async fn new(root: Option<&str>) -> Result<Self, String> {
        // Installed already is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let root = match root {
            Some(path) => {
                let text = tokio::fs::read(path).await.map_err(|error| unreadable(path, &error))?;
                Some(reqwest::Certificate::from_pem(&text).map_err(|error| unreadable(path, &error))?)
            }
            None => None,
        };
        let client = reqwest::Client::builder()
            .tls_certs_merge(root)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(REQUEST_TIMEOUT)
            .build();
        client.map(Self).map_err(|error| format!("The authority can't be called: {}.", innermost(&error)))
    }
}

impl HttpClient for AcmeHttp {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, instant_acme::Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move { send(client, request).await.map_err(instant_acme::Error::Other) })
    }
}

async fn send(
    client: reqwest::Client,
    request: Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Box<dyn Error + Send + Sync>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let request = client.request(head.method, head.uri.to_string()).headers(head.headers).body(body);
    let answer = request.send().await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    bound_wait(response.headers_mut());
    *response.body_mut() = Body::from(answer.bytes().await?);
    Ok(BytesResponse::from(response))
}

/// A longer `Retry-After` is replaced by the longest: the library adds it to the time of now, which would overflow.
fn bound_wait(headers: &mut HeaderMap) {
    let wait = headers
        .get(RETRY_AFTER)
        .and_then(|wait| wait.to_str().ok())
        .and_then(|wait| wait.trim().parse().ok());
    if wait.is_some_and(|wait: u64| wait > MAX_RETRY_AFTER) {
        headers.insert(RETRY_AFTER, HeaderValue::from(MAX_RETRY_AFTER));
    }
}

/// Why something was not done: the authority's own words, or those of the layer that failed.
pub(crate) fn words(error: &instant_acme::Error) -> String {
    match error {
        instant_acme::Error::Api(problem) => detail(problem),
        other => innermost(other),
    }
}

/// A problem in the words of the authority, as far as they are shown.
pub(crate) fn detail(problem: &Problem) -> String {
    let detail = problem.detail.as_ref().or(problem.r#type.as_ref());
    detail.map_or("it gives no reason", String::as_str).chars().take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_lets_wait_for_a_day_at_most() {
        for (sent, read) in [
            ("21600", "21600"),
            (" 86401 ", "86400"),
            ("18446744073709551615", "86400"),
            ("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"),
        ] {
            let mut headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(sent))]);
            bound_wait(&mut headers);
            assert_eq!(headers[RETRY_AFTER], read);
        }
    }
}
