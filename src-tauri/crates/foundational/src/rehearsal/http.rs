//! The HTTP client of rehearsals.

use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that speaks TLS, believes the system's certificate authorities, and follows no redirect: a server that redirects
/// a request with a token does not get to see the token. What is on this computer is called without a proxy.
pub(crate) fn client(url: &str) -> reqwest::Client {
    // A second call finds the provider in place, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(PATIENCE);
    if ["http://127.0.0.1", "http://[::1]", "http://localhost"].iter().any(|start| url.starts_with(start)) {
        builder = builder.no_proxy();
    }
    builder.build().unwrap_or_else(|error| {
        tracing::error!(%error, "the client for HTTP is made without its settings");
        reqwest::Client::new()
    })
}
