//! A certificate that is requested by ACME, from a real authority that refuses some nonces.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use foundational::{Caller, Foundational, Options};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use store::{Clock, Ids};
use tempfile::TempDir;
use tests::{Pebble, free_address, program, secured_as, until};
use tokio::process::Command;

use crate::own_certificate::shown;

const HOST: &str = "scim.acme.invalid";

/// A server with a public address, in front of which there is no proxy.
struct PublicServer {
    app: Foundational,
    clock: Clock,
    folder: TempDir,
}

impl PublicServer {
    async fn start() -> Self {
        // An authority signs by the present time, of which this clock is ahead.
        let clock = Clock::fixed(Clock::system().now() + Duration::from_hours(1));
        let folder = tempfile::tempdir().unwrap();
        let server = Self { app: open(&folder, &clock).await, clock, folder };
        server.app.serve().await.unwrap();
        server.call("server.listen", json!({"listen": "127.0.0.1:0"})).await;
        server.call("server.publicUrl", json!({ "publicUrl": format!("https://{HOST}") })).await;
        server
    }

    async fn restarted(self) -> Self {
        self.app.close().await;
        let app = open(&self.folder, &self.clock).await;
        app.serve().await.unwrap();
        Self { app, ..self }
    }

    async fn call(&self, name: &str, args: Value) -> Value {
        self.app.call(&Caller::Operator, name, args).await.unwrap()
    }

    async fn address(&self) -> SocketAddr {
        let status = self.call("workspace.status", json!({})).await;
        status["server"]["listen"].as_str().unwrap().parse().unwrap()
    }

    /// The files of the accounts, with their texts.
    fn accounts(&self) -> BTreeMap<PathBuf, String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let accounts = files.filter(|file| file.to_string_lossy().contains("acme-account-"));
        accounts.map(|file| (file.clone(), std::fs::read_to_string(file).unwrap())).collect()
    }

    /// The certificate that is shown to a client that trusts this root alone.
    async fn shown(&self, root: &CertificateDer<'static>) -> CertificateDer<'static> {
        shown(&secured_as(HOST, self.address().await, root, &[]).await.unwrap())
    }
}

async fn open(folder: &TempDir, clock: &Clock) -> Foundational {
    let options = Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
    Foundational::open_at(options, clock.clone(), Ids::random()).await.unwrap()
}

fn choice(pebble: &Pebble, external: &Value) -> Value {
    let acme = json!({
        "directory": pebble.directory(),
        "contact": "ada@example.com",
        "root": pebble.trusted(),
        "acceptsTerms": true,
    });
    json!({"source": {"acme": acme}, "externalAccount": external})
}

#[tokio::test]
async fn a_certificate_is_requested_and_used_over_a_restart_and_renewed_in_time() {
    let server = PublicServer::start().await;
    let pebble = Pebble::start(server.address().await.port(), None).await;
    let view = server.call("server.setCertificate", choice(&pebble, &Value::Null)).await;
    assert_eq!((&view["problem"], &view["pair"]["names"]), (&Value::Null, &json!([HOST])), "{view}");
    assert_eq!(view["isInterim"], false, "{view}");
    let root = pebble.root().await;
    let first = server.shown(&root).await;
    let asks = secured_as(HOST, server.address().await, &root, &["acme-tls/1"]).await;
    assert!(asks.is_err(), "a challenge is answered only while an authority looks for it");
    let accounts = server.accounts();
    for file in accounts.keys().chain([&server.folder.path().join("acme.pem")]) {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{} is for its owner alone", file.display());
    }

    let server = server.restarted().await;
    let view = server.call("server.checkCertificate", json!({})).await;
    assert_eq!(view["problem"], Value::Null, "{view}");
    assert_eq!(server.shown(&root).await, first, "nothing is requested again");
    let mut chosen = json!({"source": view["source"]});
    chosen["source"]["acme"]["contact"] = json!("grace@example.com");
    let view = server.call("server.setCertificate", chosen).await;
    assert_eq!(view["problem"], Value::Null, "the account gets another contact: {view}");
    assert_eq!(server.shown(&root).await, first, "and the certificate remains");

    // The authority checks the former port, and signs for five years; a name with a valid authorization it may sign at once.
    let listen = json!({ "listen": "127.0.0.1:0" });
    server.call("server.listen", listen).await;
    let again = Pebble::start(server.address().await.port(), None).await;
    server.call("server.setCertificate", choice(&again, &Value::Null)).await;
    let root = again.root().await;
    let second = server.shown(&root).await;
    assert_ne!(second, first, "another authority signs another one");
    let both = server.accounts();
    assert!(both.len() == 2 && accounts.iter().all(|(file, text)| both.get(file) == Some(text)), "{both:?}");
    server.clock.advance(Duration::from_hours(24 * 365 * 4));
    let findings = server.call("diagnosis.findings", json!({})).await;
    assert!(!findings.to_string().contains("certificate.expiring"), "{findings}");
    let view = server.call("server.checkCertificate", json!({})).await;
    assert_eq!(view["problem"], Value::Null, "{view}");
    assert_ne!(server.shown(&root).await, second, "it is renewed");

    let other = "scim2.acme.invalid";
    server.call("server.publicUrl", json!({ "publicUrl": format!("https://{other}") })).await;
    let view = server.call("server.certificate", json!({})).await;
    assert_eq!(view["pair"]["isSelfSigned"], false, "clients of the former host trust it until then: {view}");
    until("for another public address it is requested at once", async || {
        let view = server.call("server.certificate", json!({})).await;
        (view["pair"]["names"] == json!([other])).then_some(())
    })
    .await;
    server.app.close().await;
}

#[tokio::test]
async fn by_http_01_what_is_missing_is_named_and_after_an_order_nothing_listens_there() {
    let server = PublicServer::start().await;
    let taken = TcpListener::bind(free_address()).unwrap();
    let address = taken.local_addr().unwrap();
    let pebble = Pebble::start(address.port(), None).await;
    let answered_at = async |listen: SocketAddr| {
        let mut chosen = choice(&pebble, &Value::Null);
        chosen["source"]["acme"]["httpListen"] = json!(listen.to_string());
        server.call("server.setCertificate", chosen).await
    };
    let view = answered_at(address).await;
    let problem = view["problem"].as_str().unwrap();
    let used =
        format!("The challenge HTTP-01 can't be answered at {address}: port {} is used by ", address.port());
    let by = format!("(process {})", std::process::id());
    assert!(problem.starts_with(&used) && problem.contains(&by), "{problem}");

    // Nothing leads from the port that the authority calls to the one where the challenge is answered.
    drop(taken);
    let elsewhere = free_address();
    let view = answered_at(elsewhere).await;
    let problem = view["problem"].as_str().unwrap();
    let beginning = format!("The authority did not sign a certificate for {HOST}: ");
    let forward = format!(
        "Its request did not arrive here. It must reach port 80 of {HOST}, and from there this server at {elsewhere}: forward \
         port 80 to port {} of this computer.",
        elsewhere.port()
    );
    assert!(problem.starts_with(&beginning) && problem.ends_with(&forward), "{problem}");

    let view = answered_at(address).await;
    assert_eq!((&view["problem"], &view["pair"]["names"]), (&Value::Null, &json!([HOST])), "{view}");
    assert_eq!(view["source"]["acme"]["httpListen"], address.to_string(), "{view}");
    server.shown(&pebble.root().await).await;
    assert!(TcpStream::connect(address).is_err(), "nothing listens there without an order");
    server.app.close().await;
}

#[tokio::test]
async fn an_order_that_fails_is_found_in_the_words_of_the_authority_and_the_server_continues() {
    let server = PublicServer::start().await;
    let nothing = free_address().port();
    let key = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    let pebble = Pebble::start(nothing, Some(("kid-1", key))).await;
    let unbound = choice(&pebble, &Value::Null);
    let refused = server.app.call(&Caller::Operator, "server.setCertificate", unbound).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("directory"), "{refused:?}");
    assert!(refused.message.contains("externalAccountBinding"), "the authority says why: {refused:?}");
    let view = server.call("server.certificate", json!({})).await;
    assert_eq!(view["source"], Value::Null, "and nothing was changed: {view}");

    let bound = choice(&pebble, &json!({"keyId": "kid-1", "key": key}));
    let view = server.call("server.setCertificate", bound).await;
    let problem = view["problem"].as_str().unwrap();
    let beginning = format!("The authority did not sign a certificate for {HOST}: ");
    assert!(problem.starts_with(&beginning) && problem.contains("Failed to connect to"), "{problem}");
    assert!(problem.contains(&format!("It must reach port 443 of {HOST}")), "with what to do: {problem}");
    let interim = (&view["pair"]["isSelfSigned"], &view["isInterim"]);
    assert_eq!(interim, (&json!(true), &json!(true)), "it listens with a certificate of its own: {view}");
    let findings = server.call("diagnosis.findings", json!({})).await;
    let all = findings["findings"].as_array().unwrap();
    let finding = all.iter().find(|finding| finding["code"] == "certificate.files").unwrap();
    assert_eq!(finding["causes"][0]["text"], problem, "{finding}");
    let message = format!("This server has no certificate of an authority yet. {problem}");
    assert_eq!(finding["message"], message, "{finding}");
    assert!(
        finding["detail"].as_str().unwrap().contains("self-signed"),
        "no certificate was there before: {finding}"
    );
    let output = Command::new(program("foundational"))
        .args(["certificate", "acme", "--accept-terms", "--contact", "ada@example.com", "--directory"])
        .arg(pebble.directory())
        .arg("--root")
        .arg(pebble.trusted())
        .arg("--data")
        .arg(server.folder.path())
        .output()
        .await
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "a script sees that there is no certificate: {errors}");
    for words in [beginning.as_str(), "The authority is chosen. The certificate is requested again"] {
        assert!(errors.contains(words), "{words}: {errors}");
    }
    let server = server.restarted().await;
    let view = server.call("server.certificate", json!({})).await;
    assert_eq!(view["source"]["acme"]["directory"], pebble.directory(), "{view}");
    assert_eq!(view["problem"], problem, "it is known after a restart, by which no order is placed: {view}");
    server.call("server.publicUrl", json!({ "publicUrl": format!("https://{HOST}") })).await;
    let view = server.call("server.certificate", json!({})).await;
    assert_eq!(view["problem"], problem, "nor by the same address again: {view}");
    server.app.close().await;
}
