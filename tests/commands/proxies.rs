//! Each fault of a proxy, caused by a real one over real HTTPS: what is found, what shows it, how sure it is, what is done
//! about it, and that it is over when the fault is.

mod behind;
mod faults;
mod kind;

use serde_json::{Value, json};
use tests::{free_ports, project, until};

use crate::findings::parts;
use crate::https::check;
use behind::Behind;
use faults::{FAULTS, LIMITED, LOST, RIGHT, Shows};
use kind::{HEADERS, Kind};

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
    let behind = Behind::new().await;
    let faults: Vec<_> = FAULTS.iter().filter_map(|fault| Some((fault, kind.lines(fault)?))).collect();
    let ports = free_ports(u16::try_from(faults.len() + 1).unwrap());
    let (right, broken) = ports.split_last().unwrap();
    let site =
        |port: &u16, shows: Shows, lines: &str| kind.site(*port, &behind.pair(shows), lines, behind.listen);
    let mut sites = site(right, RIGHT.shows, kind.lines(&RIGHT).unwrap());
    for (&(fault, lines), port) in faults.iter().zip(broken) {
        sites += &site(port, fault.shows, lines);
    }
    let _proxy = kind.start(&ports, &sites).await;
    for (&(fault, lines), port) in faults.iter().zip(broken) {
        let checked = check(&behind.app, *port).await;
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
        let finding = behind.found(fault.code).await;
        let (causes, remedies, shown) = parts(&finding);
        assert!(causes[0].starts_with(&format!("certain: {}", fault.cause)), "{causes:?}");
        assert_eq!((causes.len(), remedies), (1, vec!["checkAddress".to_owned()]), "{finding}");
        assert!(shown.contains(fault.evidence), "{}: {shown}", fault.evidence);
        assert!(finding["detail"].as_str().unwrap().contains(fault.advice), "{}: {finding}", fault.advice);
        assert_eq!(finding["severity"], "problem", "{finding}");
    }
    passes(&check(&behind.app, *right).await);
    for code in [LOST, LIMITED] {
        behind.is_over(code).await;
    }
}

/// The address leads here, and nothing stands against it.
fn passes(checked: &Value) {
    assert_eq!((&checked["verdict"], &checked["failing"]), (&json!("reachable"), &Value::Null), "{checked}");
    assert_eq!(checked["fixes"], json!([]), "there is nothing to mend");
    let steps = checked["steps"].as_array().unwrap();
    let authority = steps.iter().find(|step| step["hop"] == "authority").unwrap();
    assert_eq!(authority["detail"], "Between is a public authority.", "{checked}");
}

#[tokio::test]
async fn a_fault_is_found_until_the_same_address_is_mended() {
    let behind = Behind::new().await;
    for (shows, lines, code) in [
        (Shows::Expired, behind.passing(""), LOST),
        (Shows::Trusted, behind.passing("client_max_body_size 100k;"), LIMITED),
    ] {
        let broken = behind.proxy_with(&behind.pair(shows), &lines).await;
        behind.check().await;
        behind.found(code).await;
        drop(broken);
        let _mended = behind.proxy(&behind.passing("")).await;
        passes(&behind.check().await);
        behind.is_over(code).await;
    }
}

/// The configuration that is shown for this proxy, before any of it answers.
async fn shown_for(behind: &Behind, kind: Kind) -> String {
    let broken = behind.proxy("location / { return 404; }").await;
    let checked = behind.check().await;
    drop(broken);
    let fix = checked["fixes"].as_array().unwrap().iter().find(|fix| fix["name"] == kind.name()).unwrap();
    fix["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_configuration_that_is_shown_for_nginx_passes_everything_on() {
    let behind = Behind::new().await;
    let (pair, port) = (behind.pair(Shows::Trusted), behind.port);
    let text = shown_for(&behind, Kind::Nginx)
        .await
        .replace("/etc/letsencrypt/live/localhost/fullchain.pem", &pair.certificate.display().to_string())
        .replace("/etc/letsencrypt/live/localhost/privkey.pem", &pair.key.display().to_string())
        .replace(&format!("listen {port} ssl"), &format!("listen 127.0.0.1:{port} ssl"));
    let _proxy = Kind::Nginx.start(&[port], &text).await;
    passes(&behind.check().await);
}

#[tokio::test]
async fn the_configuration_that_is_shown_for_caddy_and_is_in_the_guide_passes_everything_on() {
    let behind = Behind::new().await;
    let (pair, port) = (behind.pair(Shows::Trusted), behind.port);
    let text = shown_for(&behind, Kind::Caddy).await;
    let guide = std::fs::read_to_string(project().join("docs/guide.md")).unwrap();
    let general = text
        .replace(&format!("localhost:{port}"), "scim.example.com")
        .replace(&behind.listen.to_string(), "127.0.0.1:8470");
    assert!(guide.contains(&general), "the guide has {general}");
    // Otherwise it gets a certificate of a public authority itself, and listens to all.
    let own = format!("{{\n\tbind 127.0.0.1\n\ttls {} {}", pair.certificate.display(), pair.key.display());
    let _proxy = Kind::Caddy.start(&[port], &text.replacen('{', &own, 1)).await;
    passes(&behind.check().await);
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
