//! The HTTP client for ACME, and what an authority says in its own words.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use instant_acme::{BodyWrapper, BytesResponse, HttpClient, Problem};

use crate::server::file_words::unreadable;
use crate::words::innermost;

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
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
    *response.body_mut() = Body::from(answer.bytes().await?);
    Ok(BytesResponse::from(response))
}

/// Why something was not done: the authority's own words, or those of the layer that failed.
pub(crate) fn words(error: &instant_acme::Error) -> String {
    match error {
        instant_acme::Error::Api(problem) => said(problem),
        other => innermost(other),
    }
}

/// A problem in the words of the authority, as far as they are shown.
pub(crate) fn said(problem: &Problem) -> String {
    let said = problem.detail.as_ref().or(problem.r#type.as_ref());
    said.map_or("it gives no reason", String::as_str).chars().take(MAX_REASON).collect()
}
