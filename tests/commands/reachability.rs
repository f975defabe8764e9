//! What proves that others get here, over real HTTP: the nonce of the address check, or a request with a valid token from
//! another computer; not what anybody on this computer can write.

use serde_json::{Value, json};
use tests::{Headless, until};

use crate::https::{Authority, Backend, NOW, check, serve, start};

struct Provider {
    app: Headless,
    endpoint: String,
    token: String,
    port: u16,
    _folder: tempfile::TempDir,
}

/// A connection under a public address that a proxy with TLS leads from.
async fn provider() -> Provider {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let (local, token) = app.connect("First").await;
    let port = serve(own.sign("localhost", NOW), Backend::Listener(listen)).await;
    let url = format!("https://localhost:{port}");
    app.call("server.publicUrl", json!({ "publicUrl": url })).await;
    let id = local.rsplit('/').next().unwrap();
    let endpoint = format!("http://{listen}/scim/v2/{id}");
    Provider { app, endpoint, token, port, _folder: folder }
}

impl Provider {
    /// A request as a program on this computer can send it, with the public name as its host.
    async fn call(&self, headers: &[(&str, &str)], token: Option<&str>) -> u16 {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request =
            client.get(format!("{}/Users", self.endpoint)).header("host", format!("localhost:{}", self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let count = self.requests().await;
        let status = request.send().await.unwrap().status().as_u16();
        until("the request is recorded", async || (self.requests().await > count).then_some(())).await;
        status
    }

    fn id(&self) -> &str {
        self.endpoint.rsplit('/').next().unwrap()
    }

    async fn requests(&self) -> usize {
        let rows = self.app.call("activity.list", json!({"connectionId": self.id(), "limit": 200})).await;
        rows["rows"].as_array().unwrap().len()
    }

    async fn evidence_of(&self, kind: &str) -> Value {
        let evidence = self.app.call("connection.evidence", json!({"id": self.id()})).await;
        evidence.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap().clone()
    }

    /// Seen, and by what proves it.
    async fn state(&self, kind: &str) -> (bool, bool) {
        let one = self.evidence_of(kind).await;
        (one["seenAt"].is_string(), one["seenAt"].is_string() && one["unproved"] == false)
    }
}

const SEEN: (bool, bool) = (true, false);
const PROVED: (bool, bool) = (true, true);

#[tokio::test]
async fn what_anybody_on_this_computer_can_write_is_seen_and_proves_nothing() {
    let provider = provider().await;
    let token = Some(provider.token.as_str());
    let https = ("x-forwarded-proto", "https");
    for (headers, token, why) in [
        (vec![https], token, "does not say where it began"),
        (vec![https, ("x-forwarded-for", "127.0.0.1")], token, "began on this computer"),
        (vec![https, ("x-forwarded-for", "::1")], token, "began on this computer"),
        (vec![https, ("x-forwarded-for", "203.0.113.9")], None, "no valid token"),
        (vec![https, ("x-forwarded-for", "203.0.113.9")], Some("fdn_wrong"), "no valid token"),
    ] {
        provider.call(&headers, token).await;
        for kind in ["addressReached", "https"] {
            assert_eq!(provider.state(kind).await, SEEN, "{kind} {headers:?} {why}");
        }
    }
    let sentence = provider.evidence_of("https").await["sentence"].as_str().unwrap().to_owned();
    assert!(sentence.contains("does not say where it began"), "the first one is shown: {sentence}");
    let status = provider.app.call("workspace.status", json!({})).await;
    assert!(status["server"]["reach"].is_null(), "and the address is not reachable because of it: {status}");
}

#[tokio::test]
async fn the_nonce_of_the_address_check_proves_the_way_for_every_connection() {
    let provider = provider().await;
    provider.call(&[("x-forwarded-proto", "https")], Some(&provider.token)).await;
    assert_eq!(provider.state("https").await, SEEN, "at first");
    let checked = check(&provider.app, provider.port).await;
    assert_eq!(checked["verdict"], "reachable", "{checked}");
    for kind in ["addressReached", "https"] {
        assert_eq!(provider.state(kind).await, PROVED, "{kind}");
    }
    assert_eq!(provider.state("credentials").await, PROVED, "a valid token works from anywhere");
    assert!(provider.evidence_of("lookup").await["seenAt"].is_null(), "it proves nothing else");
}

#[tokio::test]
async fn a_request_with_a_token_from_another_computer_proves_the_way() {
    let provider = provider().await;
    let outside = [("x-forwarded-proto", "https"), ("x-forwarded-for", "10.0.0.1, 203.0.113.9")];
    assert_eq!(provider.call(&outside, Some(&provider.token)).await, 200);
    for kind in ["addressReached", "https"] {
        assert_eq!(provider.state(kind).await, PROVED, "{kind}");
        assert!(provider.evidence_of(kind).await["activityId"].is_string(), "and it can be opened");
    }
    provider.call(&[("x-forwarded-proto", "https")], Some(&provider.token)).await;
    assert_eq!(provider.state("https").await, PROVED, "what is proved remains proved");
}
