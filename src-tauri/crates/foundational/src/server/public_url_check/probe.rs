//! The requests of a check, as an identity provider sends them: over HTTPS, without following redirects.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, LOCATION, SERVER, VIA};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder};
use server::{Arrival, REACHABILITY_HEADER, REACHABILITY_PATH, Server};

use crate::server::certificate::{Certificate, Trouble};
use crate::server::pair::Root;
use crate::words::innermost;

/// How long one request may take, and how long a connection until it is secured.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest text of another server that is shown.
const SHOWN: usize = 120;

/// What sends the requests of one check, and sees which of them arrive.
pub(crate) struct Probe {
    client: Client,
    root: Option<Root>,
    server: Server,
    url: String,
    nonce: String,
}

/// The outcome of one request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub status: u16,
    /// What has arrived here; none where something else has answered.
    pub arrival: Option<Arrival>,
    pub certificate: Option<Certificate>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The `Date` of the answer.
    pub date: Option<String>,
    /// What the proxies call themselves.
    pub proxy: String,
}

impl Probe {
    /// Lets the server expect the requests of this check, until this is dropped. The certificate is held to what this
    /// computer's operating system trusts, a company's own authority included, and to the root of this server's own authority.
    ///
    /// # Errors
    /// When this computer trusts no authority at all.
    pub(crate) fn new(
        server: &Server,
        url: &str,
        root: Option<Root>,
        nonce: String,
    ) -> Result<Self, Trouble> {
        let client = builder(true, root.as_ref())
            .and_then(ClientBuilder::build)
            .map_err(|error| Trouble::NoAuthorities(innermost(&error)))?;
        server.expect_reachability_check(Some(nonce.clone()));
        Ok(Self { client, root, server: server.clone(), url: url.to_owned(), nonce })
    }

    /// The path that is requested. It is where the endpoint of a connection would be.
    pub(crate) fn path(&self) -> String {
        format!("{REACHABILITY_PATH}{}/Users", self.nonce)
    }

    /// The value that is sent in `Authorization`.
    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.nonce)
    }

    /// A path as it is shown: without the nonce.
    pub(crate) fn shown(&self, path: &str) -> String {
        text(&path.replace(&self.nonce, "…"))
    }

    fn request(&self, client: &Client, method: Method) -> RequestBuilder {
        client
            .request(method, format!("{}{}", self.url, self.path()))
            .header(AUTHORIZATION, self.authorization())
            .header(REACHABILITY_HEADER, &self.nonce)
    }

    /// Sends a request over TLS 1.2.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn send_over_tls_1_2(&self) -> Result<(), reqwest::Error> {
        let client =
            builder(true, self.root.as_ref())?.tls_version_max(reqwest::tls::Version::TLS_1_2).build()?;
        let sent = self.request(&client, Method::GET).send().await;
        drop(self.server.take_reachability_arrivals());
        sent.map(drop)
    }

    /// Sends a request with so many bytes.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn send(&self, method: Method, bytes: usize) -> Result<Outcome, reqwest::Error> {
        let mut request = self.request(&self.client, method);
        if bytes > 0 {
            let frame = r#"{"userName":""}"#;
            let name = "a".repeat(bytes.saturating_sub(frame.len()));
            let body = format!(r#"{{"userName":"{name}"}}"#);
            request = request.header(CONTENT_TYPE, "application/scim+json").body(body);
        }
        let sent = request.send().await;
        let arrival = self.server.take_reachability_arrivals().pop();
        let answer = sent?;
        let tls = answer.extensions().get::<reqwest::tls::TlsInfo>();
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(text);
        Ok(Outcome {
            status: answer.status().as_u16(),
            arrival,
            certificate: tls.and_then(reqwest::tls::TlsInfo::peer_certificate).and_then(Certificate::read),
            location: header(LOCATION).map(|location| self.shown(&location)),
            date: header(DATE),
            proxy: names(answer.headers()),
        })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.server.expect_reachability_check(None);
    }
}

/// The certificate that an address shows, trusted or not. Nothing of the check is sent there.
pub(crate) async fn certificate_of(url: &str) -> Option<Certificate> {
    let answer = builder(false, None).ok()?.build().ok()?.get(url).send().await.ok()?;
    let tls = answer.extensions().get::<reqwest::tls::TlsInfo>()?;
    Certificate::read(tls.peer_certificate()?)
}

fn builder(is_held: bool, root: Option<&Root>) -> Result<ClientBuilder, reqwest::Error> {
    // Installed already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let root = root.map(|root| reqwest::Certificate::from_der(root.der())).transpose()?;
    Ok(Client::builder()
        .tls_certs_merge(root)
        .redirect(reqwest::redirect::Policy::none())
        .tls_info(true)
        .tls_danger_accept_invalid_certs(!is_held)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT))
}

/// What proxies write of themselves into an answer, in lower case.
fn names(headers: &HeaderMap) -> String {
    let mut names: Vec<&str> =
        [SERVER, VIA].iter().filter_map(|name| headers.get(name)?.to_str().ok()).collect();
    names.extend(
        headers.keys().map(reqwest::header::HeaderName::as_str).filter(|name| name.starts_with("ngrok")),
    );
    names.join(" ").to_lowercase()
}

/// The beginning of a text of another server.
fn text(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(SHOWN).collect()
}
