//! An identity provider that plays its whole life against the endpoint, over real HTTP.

use idp::rehearsal::{Dialect, Play, Prepared};
use reqwest::{Client, Method};
use serde_json::Value;

/// The public address in these tests. Nothing answers there: the player is its own proxy.
pub const PUBLIC: &str = "https://scim.example.com";

/// How a request gets from the provider to the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// From this computer.
    Direct,
    /// Through a proxy at the public address that says which protocol it was called by.
    Proxy(&'static str),
    /// Through a proxy that does not say.
    SilentProxy,
}

pub struct Player {
    http: Client,
    endpoint: String,
    token: String,
    transport: Transport,
    play: Play,
}

impl Player {
    /// What the provider was given: the endpoint and the token from the screen.
    pub fn new(dialect: Dialect, endpoint: &str, token: &str) -> Self {
        // Another provider is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder().no_proxy().build().expect("there is an HTTP client");
        Self {
            http,
            endpoint: endpoint.to_owned(),
            token: token.to_owned(),
            transport: Transport::Direct,
            play: Play::new(dialect, "desk"),
        }
    }

    /// The same provider continues at another address, with its state and its token.
    pub fn at(self, endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), ..self }
    }

    /// The same provider uses this transport from now on.
    pub fn by(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What comes next, if anything.
    pub fn next(&mut self) -> Option<Prepared> {
        let next = self.play.next_request()?;
        Some(next.unwrap_or_else(|lacking| panic!("the play cannot go on: {lacking:?}")))
    }

    /// Sends it as it should be; the answer must be what the provider expects.
    pub async fn send(&mut self, prepared: &Prepared) {
        let (status, body) = self.answer(prepared, &self.endpoint, self.transport, &self.token).await;
        let verdict = self.play.judge(status, body.as_ref()).expect("there was a request to judge");
        assert!(verdict.passed, "{}: {:?} ({status}: {body:?})", verdict.title, verdict.findings);
    }

    /// Sends it with another token, which the play does not count.
    pub async fn send_with(&self, prepared: &Prepared, token: &str) -> u16 {
        self.answer(prepared, &self.endpoint, self.transport, token).await.0
    }

    /// Sends it another transport, which the play does not count.
    pub async fn send_by(&self, prepared: &Prepared, transport: Transport) -> u16 {
        self.answer(prepared, &self.endpoint, transport, &self.token).await.0
    }

    /// Sends it to another address, which the play does not count.
    pub async fn send_to(&self, prepared: &Prepared, endpoint: &str) -> u16 {
        self.answer(prepared, endpoint, self.transport, &self.token).await.0
    }

    async fn answer(
        &self,
        prepared: &Prepared,
        endpoint: &str,
        transport: Transport,
        token: &str,
    ) -> (u16, Option<Value>) {
        let method: Method = prepared.method.parse().expect("the method is one");
        let mut request = self.http.request(method, format!("{endpoint}{}", prepared.path));
        request = request.bearer_auth(token);
        if transport != Transport::Direct {
            request = request.header("host", PUBLIC.trim_start_matches("https://"));
        }
        if let Transport::Proxy(protocol) = transport {
            request = request.header("x-forwarded-proto", protocol).header("x-forwarded-for", "203.0.113.7");
        }
        for (name, value) in &prepared.headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = &prepared.body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await.expect("the endpoint answers");
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.expect("the answer can be read");
        (status, serde_json::from_slice(&bytes).ok())
    }
}
