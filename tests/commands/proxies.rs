//! Each fault of a proxy, caused by a real one over real HTTPS: what is found, what shows it, how sure it is, what is done
//! about it, and that it is over when the fault is.

mod behind;
mod faults;

use serde_json::{Value, json};
use tests::{Nginx, until};

use crate::findings::parts;
use crate::https::{Authority, NOW, Pair};
use behind::{Behind, HEADERS};
use faults::{Fault, LOST, faults};

#[tokio::test]
async fn each_fault_of_a_real_proxy_is_found_with_its_evidence_until_it_is_mended() {
    let behind = Behind::new().await;
    for Fault { lines, hop, code, cause, evidence, advice } in faults(&behind) {
        let broken = behind.proxy(&lines).await;
        let checked = behind.check().await;
        assert_eq!(checked["failing"], hop, "{lines}: {checked}");
        let step = checked["steps"].as_array().unwrap().iter().find(|step| step["ok"] == false).unwrap();
        assert_eq!(step["hop"], hop, "the first that fails: {checked}");
        assert_eq!(checked["fixes"][0]["name"], "nginx", "the proxy that answers is known: {checked}");
        let finding = behind.found(code).await;
        let (causes, remedies, shown) = parts(&finding);
        assert!(causes[0].starts_with(&format!("certain: {cause}")), "{causes:?}");
        assert_eq!((causes.len(), remedies), (1, vec!["checkAddress".to_owned()]), "{finding}");
        assert!(shown.contains(evidence), "{evidence}: {shown}");
        assert!(finding["detail"].as_str().unwrap().contains(advice), "{advice}: {finding}");
        assert_eq!(finding["severity"], "problem", "{finding}");
        drop(broken);
        let _mended = behind.proxy(&behind.passing("")).await;
        let checked = behind.check().await;
        assert_eq!(
            (&checked["verdict"], &checked["failing"]),
            (&json!("reachable"), &Value::Null),
            "{checked}"
        );
        behind.is_over(code).await;
    }
}

#[tokio::test]
async fn a_certificate_that_providers_refuse_is_found_until_another_one_is_shown() {
    let behind = Behind::new().await;
    let folder = behind.folder.path();
    let foreign = Authority::new("Foreign");
    for (pair, cause, advice) in [
        (
            Pair::self_signed(folder, "localhost"),
            "The certificate is self-signed.",
            "Okta and Azure trust public authorities only",
        ),
        (
            foreign.files(folder, "localhost", NOW),
            "The certificate comes from an authority that this computer does not trust.",
            "let the proxy send the whole chain",
        ),
        (
            behind.own.files(folder, "localhost", (2020, 2021)),
            "The certificate expired on 1 January 2021.",
            "Renew it",
        ),
        (
            behind.own.files(folder, "other.example", NOW),
            "The certificate is for other.example, not for localhost:",
            "names the public address",
        ),
    ] {
        let broken = behind.proxy_with(&pair, &behind.passing("")).await;
        assert_eq!(behind.check().await["failing"], "certificate");
        let finding = behind.found(LOST).await;
        let (causes, remedies, _) = parts(&finding);
        assert!(causes[0].starts_with(&format!("certain: {cause}")), "{causes:?}");
        assert_eq!(remedies, ["checkAddress"]);
        assert!(finding["detail"].as_str().unwrap().contains(advice), "{finding}");
        drop(broken);
        let _mended = behind.proxy(&behind.passing("")).await;
        assert_eq!(behind.check().await["verdict"], "reachable");
        behind.is_over(LOST).await;
    }
}

#[tokio::test]
async fn the_configuration_that_is_shown_for_nginx_passes_everything_on() {
    let behind = Behind::new().await;
    let broken = behind.proxy("location / { return 404; }").await;
    let checked = behind.check().await;
    drop(broken);
    let text = checked["fixes"][0]["text"].as_str().unwrap();
    let pair = behind.trusted();
    let port = behind.port;
    let text = text
        .replace("/etc/letsencrypt/live/localhost/fullchain.pem", &pair.certificate.display().to_string())
        .replace("/etc/letsencrypt/live/localhost/privkey.pem", &pair.key.display().to_string())
        .replace(&format!("listen {port} ssl"), &format!("listen 127.0.0.1:{port} ssl"));
    let _proxy = Nginx::start(port, &text).await;
    let checked = behind.check().await;
    assert_eq!((&checked["verdict"], &checked["failing"]), (&json!("reachable"), &Value::Null), "{checked}");
    assert_eq!(checked["fixes"], json!([]), "and there is nothing to mend");
}

/// A provider that calls three times through a broken proxy.
struct Called {
    behind: Behind,
    id: String,
    token: String,
}

impl Called {
    async fn new() -> Self {
        let behind = Behind::new().await;
        let (endpoint, token) = behind.app.connect("First").await;
        let id = endpoint.rsplit('/').next().unwrap().to_owned();
        Self { behind, id, token }
    }

    /// Calls as often, and waits until that is recorded.
    async fn call(&self, times: usize, status: u16) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true);
        let client = client.build().unwrap();
        let before = self.recorded().await;
        for _ in 0..times {
            let url = format!("https://localhost:{}/scim/v2/{}/Users", self.behind.port, self.id);
            let answer = client.get(url).bearer_auth(&self.token).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
        }
        until("they are recorded", async || (self.recorded().await >= before + times).then_some(())).await;
    }

    async fn recorded(&self) -> usize {
        let rows =
            self.behind.app.call("activity.list", json!({"connectionId": self.id, "limit": 200})).await;
        rows["rows"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn what_a_provider_meets_at_a_broken_proxy_is_found_from_its_requests() {
    let called = Called::new().await;
    let behind = &called.behind;
    let listen = behind.listen;
    for (lines, status, code, causes, remedies, evidence) in [
        (
            behind.passing("proxy_set_header Authorization \"\";"),
            401,
            "access.unauthorized",
            vec![
                "certain: No token arrived.",
                "possible: A proxy or tunnel in front removes the Authorization header.",
            ],
            vec!["pasteToken", "checkAddress", "seeActivity"],
            "3 requests refused one after another",
        ),
        (
            behind.passing("").replace("Proto https", "Proto http"),
            403,
            "access.forbidden",
            vec!["certain: Nothing shows that the request came over HTTPS"],
            vec!["openAddress", "seeActivity"],
            "3 requests refused one after another",
        ),
        (
            format!("location /scim/ {{ proxy_pass http://{listen}/; {HEADERS} }}"),
            404,
            "setup.wrongAddress",
            vec!["certain: "],
            vec!["copyEndpoint", "seeActivity"],
            "3 requests refused one after another",
        ),
    ] {
        let broken = behind.proxy(&lines).await;
        called.call(3, status).await;
        let finding = behind.found(code).await;
        let (found, kinds, shown) = parts(&finding);
        assert_eq!(found.len(), causes.len(), "{finding:#}");
        assert!(found.iter().zip(causes).all(|(have, want)| have.starts_with(want)), "{finding:#}");
        assert_eq!(kinds, remedies, "{finding:#}");
        assert!(shown.contains(evidence), "{shown}");
        drop(broken);
        let _mended = behind.proxy(&behind.passing("")).await;
        called.call(1, 200).await;
        behind.is_over(code).await;
    }
}
