//! Each fault of a proxy, caused by a real one over real HTTPS: what is found, what shows it, how sure it is, what is done
//! about it, and that it is over when the fault is.

mod faults;
mod kind;
mod proxied_server;

use serde_json::{Value, json};
use tests::{free_ports, project, until};

use crate::findings::parts;
use crate::https::check;
use faults::{FAULTS, LIMITED, LOST, RIGHT, Shows};
use kind::{HEADERS, Kind};
use proxied_server::ProxiedServer;

#[tokio::test]
async fn each_fault_of_a_real_nginx_is_found_with_its_hop_and_its_evidence() {
    each_fault(Kind::Nginx).await;
}

#[tokio::test]
async fn each_fault_of_a_real_caddy_is_found_with_its_hop_and_its_evidence() {
    each_fault(Kind::Caddy).await;
}

/// One process of the proxy has a site for each fault, and one that is right.
async fn each_fault(kind: Kind) {
    let server = ProxiedServer::new().await;
    let faults: Vec<_> = FAULTS.iter().filter_map(|fault| Some((fault, kind.lines(fault)?))).collect();
    let ports = free_ports(u16::try_from(faults.len() + 1).unwrap());
    let (right, broken) = ports.split_last().unwrap();
    let site =
        |port: &u16, shows: Shows, lines: &str| kind.site(*port, &server.pair(shows), lines, server.listen);
    let mut sites = site(right, RIGHT.shows, kind.lines(&RIGHT).unwrap());
    for (&(fault, lines), port) in faults.iter().zip(broken) {
        sites += &site(port, fault.shows, lines);
    }
    let _proxy = kind.start(&ports, &sites).await;
    for (&(fault, lines), port) in faults.iter().zip(broken) {
        let checked = check(&server.app, *port).await;
        assert_eq!(checked["failing"], fault.hop, "{lines}: {checked}");
        let verdict = if fault.code == LOST { "notReachable" } else { "reachable" };
        assert_eq!(checked["verdict"], verdict, "{lines}: {checked}");
        let step = checked["steps"].as_array().unwrap().iter().find(|step| step["ok"] == false).unwrap();
        assert_eq!(step["hop"], fault.hop, "the first that fails: {checked}");
        if fault.is_known {
            assert_eq!(
                checked["fixes"][0]["name"],
                kind.name(),
                "the proxy that answers is known: {checked}"
            );
        }
        let finding = server.found(fault.code).await;
        let (causes, remedies, shown) = parts(&finding);
        assert!(causes[0].starts_with(&format!("certain: {}", fault.cause)), "{causes:?}");
        assert_eq!((causes.len(), remedies), (1, vec!["checkAddress".to_owned()]), "{finding}");
        assert!(shown.contains(fault.evidence), "{}: {shown}", fault.evidence);
        assert!(finding["detail"].as_str().unwrap().contains(fault.advice), "{}: {finding}", fault.advice);
        assert_eq!(finding["severity"], "problem", "{finding}");
    }
    passes(&check(&server.app, *right).await);
    for code in [LOST, LIMITED] {
        server.is_over(code).await;
    }
}

/// The address leads here, and nothing stands against it.
fn passes(checked: &Value) {
    assert_eq!((&checked["verdict"], &checked["failing"]), (&json!("reachable"), &Value::Null), "{checked}");
    assert_eq!(checked["fixes"], json!([]), "there is nothing to fix");
    let steps = checked["steps"].as_array().unwrap();
    let authority = steps.iter().find(|step| step["hop"] == "authority").unwrap();
    assert_eq!(authority["detail"], "Between is a public authority.", "{checked}");
}

#[tokio::test]
async fn a_fault_is_found_until_the_same_address_is_fixed() {
    let server = ProxiedServer::new().await;
    for (shows, lines, code) in [
        (Shows::Expired, server.passing(""), LOST),
        (Shows::Trusted, server.passing("client_max_body_size 100k;"), LIMITED),
    ] {
        let broken = server.proxy_with(&server.pair(shows), &lines).await;
        server.check().await;
        server.found(code).await;
        drop(broken);
        let _fixed = server.proxy(&server.passing("")).await;
        passes(&server.check().await);
        server.is_over(code).await;
    }
}

/// The configuration that is shown for this proxy, before any of it answers.
async fn shown_for(server: &ProxiedServer, kind: Kind) -> String {
    let broken = server.proxy("location / { return 404; }").await;
    let checked = server.check().await;
    drop(broken);
    let fix = checked["fixes"].as_array().unwrap().iter().find(|fix| fix["name"] == kind.name()).unwrap();
    fix["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_configuration_that_is_shown_for_nginx_passes_everything_on() {
    let server = ProxiedServer::new().await;
    let (pair, port) = (server.pair(Shows::Trusted), server.port);
    let text = shown_for(&server, Kind::Nginx)
        .await
        .replace("/etc/letsencrypt/live/localhost/fullchain.pem", &pair.certificate.display().to_string())
        .replace("/etc/letsencrypt/live/localhost/privkey.pem", &pair.key.display().to_string())
        .replace(&format!("listen {port} ssl"), &format!("listen 127.0.0.1:{port} ssl"));
    let _proxy = Kind::Nginx.start(&[port], &text).await;
    passes(&server.check().await);
}

#[tokio::test]
async fn the_configuration_that_is_shown_for_caddy_and_is_in_the_guide_passes_everything_on() {
    let server = ProxiedServer::new().await;
    let (pair, port) = (server.pair(Shows::Trusted), server.port);
    let text = shown_for(&server, Kind::Caddy).await;
    let guide = std::fs::read_to_string(project().join("docs/guide.md")).unwrap();
    let general = text
        .replace(&format!("localhost:{port}"), "scim.example.com")
        .replace(&server.listen.to_string(), "127.0.0.1:8470");
    assert!(guide.contains(&general), "the guide has {general}");
    // Otherwise it gets a certificate of a public authority itself, and listens to all.
    let own = format!("{{\n\tbind 127.0.0.1\n\ttls {} {}", pair.certificate.display(), pair.key.display());
    let _proxy = Kind::Caddy.start(&[port], &text.replacen('{', &own, 1)).await;
    passes(&server.check().await);
}

/// A provider that calls three times through a broken proxy.
struct Called {
    server: ProxiedServer,
    id: String,
    token: String,
}

impl Called {
    async fn new() -> Self {
        let server = ProxiedServer::new().await;
        let (endpoint, token) = server.app.connect("First").await;
        let id = endpoint.rsplit('/').next().unwrap().to_owned();
        Self { server, id, token }
    }

    /// Calls as often, and waits until that is recorded.
    async fn call(&self, times: usize, status: u16) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true);
        let client = client.build().unwrap();
        let before = self.recorded().await;
        for _ in 0..times {
            let url = format!("https://localhost:{}/scim/v2/{}/Users", self.server.port, self.id);
            let answer = client.get(url).bearer_auth(&self.token).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
        }
        until("they are recorded", async || (self.recorded().await >= before + times).then_some(())).await;
    }

    async fn recorded(&self) -> usize {
        let rows =
            self.server.app.call("activity.list", json!({"connectionId": self.id, "limit": 200})).await;
        rows["rows"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn what_a_provider_meets_at_a_broken_proxy_is_found_from_its_requests() {
    let called = Called::new().await;
    let server = &called.server;
    let listen = server.listen;
    for (lines, status, code, causes, remedies, evidence) in [
        (
            server.passing("proxy_set_header Authorization \"\";"),
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
            server.passing("").replace("Proto https", "Proto http"),
            403,
            "access.forbidden",
            vec!["certain: Nothing shows that the request arrived over HTTPS"],
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
        let broken = server.proxy(&lines).await;
        called.call(3, status).await;
        let finding = server.found(code).await;
        let (found, kinds, shown) = parts(&finding);
        assert_eq!(found.len(), causes.len(), "{finding:#}");
        assert!(found.iter().zip(causes).all(|(have, want)| have.starts_with(want)), "{finding:#}");
        assert_eq!(kinds, remedies, "{finding:#}");
        assert!(shown.contains(evidence), "{shown}");
        drop(broken);
        let _fixed = server.proxy(&server.passing("")).await;
        called.call(1, 200).await;
        server.is_over(code).await;
    }
}
