//! The certificate with which this server secures connections itself, over real sockets.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use foundational::Caller;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Api, Rounds, get_over, secured, until};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;

use crate::findings::{found, is_over};
use crate::https::{Authority, NOW, Pair};

/// How often the pair is replaced in `npm test`; `FOUNDATIONAL_RUNS` sets another number, `FOUNDATIONAL_SECONDS` a time.
const RELOADS: usize = 10;
/// The clients during that: each request has a connection of its own.
const CLIENTS: usize = 4;

/// A server that secures connections itself.
pub(crate) struct Secured {
    pub api: Api,
    pub own: Authority,
    pub files: TempDir,
    pub pair: Pair,
    pub address: SocketAddr,
}

impl Secured {
    /// With a certificate that holds in these years.
    pub(crate) async fn start(years: (i32, i32)) -> Self {
        let api = Api::start_listening("custom").await;
        let own = Authority::new("Own");
        let files = tempfile::tempdir().unwrap();
        let pair = own.files(files.path(), "localhost", years);
        api.command("server.setCertificate", choice(&pair)).await;
        let address = address(&api).await;
        Self { api, own, files, pair, address }
    }

    fn another(&self) -> Pair {
        self.own.files(self.files.path(), "localhost", NOW)
    }

    async fn open(&self) -> TlsStream<TcpStream> {
        open(&self.own, self.address).await
    }

    async fn get(&self, stream: TlsStream<TcpStream>) -> String {
        let path = format!("/scim/v2/{}/Users", self.api.connection_id);
        get_over(stream, &path, &self.api.token).await
    }

    /// What is wrong with the files, once they were looked at.
    async fn problem(&self) -> Value {
        self.api.command("server.checkCertificate", json!({})).await["problem"].clone()
    }
}

pub(crate) fn choice(pair: &Pair) -> Value {
    json!({"source": {"files": {"certificate": pair.certificate, "key": pair.key}}})
}

/// Where it listens, as this computer calls it.
pub(crate) async fn address(api: &Api) -> SocketAddr {
    let status = api.command("workspace.status", json!({})).await;
    status["server"]["listen"].as_str().unwrap().parse().unwrap()
}

pub(crate) async fn open(own: &Authority, address: SocketAddr) -> TlsStream<TcpStream> {
    let trusted = CertificateDer::from_pem_slice(own.pem().as_bytes()).unwrap();
    secured(address, &trusted, rustls::ALL_VERSIONS, &[]).await.unwrap()
}

/// The certificate that the server has shown.
pub(crate) fn shown(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

pub(crate) fn in_file(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}

#[tokio::test]
async fn connections_over_tls_1_2_and_1_3_count_as_https() {
    let server = Secured::start(NOW).await;
    let trusted = CertificateDer::from_pem_slice(server.own.pem().as_bytes()).unwrap();
    let port = server.address.port();
    let public = json!({ "publicUrl": format!("https://localhost:{port}") });
    server.api.command("server.publicUrl", public).await;
    for version in [&TLS12, &TLS13] {
        let stream = secured(server.address, &trusted, &[version], &["http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        let answer = server.get(stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 200"),
            "with a public address, which plain HTTP is not: {answer}"
        );
    }
    until("it is evidence", async || {
        let of = json!({ "id": server.api.connection_id });
        let seen = server.api.command("connection.evidence", of).await;
        let https = seen.as_array().unwrap().iter().find(|one| one["kind"] == "https").cloned();
        let sentence = https.and_then(|https| https["sentence"].as_str().map(str::to_owned));
        sentence.filter(|sentence| sentence.starts_with("It arrived over HTTPS."))
    })
    .await;
    server.api.app.close().await;
}

#[tokio::test]
async fn http_2_is_spoken_where_the_client_offers_it() {
    let server = Secured::start(NOW).await;
    let trusted = CertificateDer::from_pem_slice(server.own.pem().as_bytes()).unwrap();
    let stream = secured(server.address, &trusted, rustls::ALL_VERSIONS, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let running = tokio::spawn(connection);
    let request =
        axum::http::Request::get(format!("https://localhost/scim/v2/{}/Users", server.api.connection_id))
            .version(axum::http::Version::HTTP_2)
            .header("authorization", format!("Bearer {}", server.api.token))
            .body(())
            .unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    assert_eq!(answer.await.unwrap().status(), 200);
    drop(client);
    running.abort();
    server.api.app.close().await;
}

#[tokio::test]
async fn a_renewed_certificate_needs_no_restart_and_bad_files_never_replace_the_one_in_use() {
    let server = Secured::start(NOW).await;
    let first = in_file(&server.pair.certificate);
    let old = server.open().await;
    assert_eq!(shown(&old), first);
    let renewed = server.another();
    std::fs::copy(&renewed.certificate, &server.pair.certificate).unwrap();
    let problem = server.problem().await;
    assert!(problem.as_str().unwrap().contains("is not that of the certificate"), "half of it: {problem}");
    assert_eq!(shown(&server.open().await), first, "the pair that was read before remains in use");
    let finding = found(&server.api, "certificate.files").await;
    assert_eq!(finding["remedies"][0]["kind"], "openServer", "{finding}");
    assert_eq!(finding["causes"][0]["text"], problem, "{finding}");
    std::fs::copy(&renewed.key, &server.pair.key).unwrap();
    assert_eq!(server.problem().await, Value::Null, "both are there");
    is_over(&server.api, "certificate.files").await;
    assert_eq!(shown(&server.open().await), in_file(&renewed.certificate), "new connections get the new one");
    let answer = server.get(old).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "an open one continues: {answer}");
    std::fs::write(&server.pair.certificate, "nothing").unwrap();
    assert!(server.problem().await.is_string());
    // Where it listens is changed meanwhile.
    server.api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    let moved = open(&server.own, address(&server.api).await).await;
    assert_eq!(shown(&moved), in_file(&renewed.certificate), "a move keeps it too");
    drop(moved);
    server.api.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_the_pair_is_replaced_again_and_again() {
    let server = Secured::start(NOW).await;
    let trusted = CertificateDer::from_pem_slice(server.own.pem().as_bytes()).unwrap();
    let (ended, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (ended, answered) = (Arc::clone(&ended), Arc::clone(&answered));
        let (address, trusted, token) = (server.address, trusted.clone(), server.api.token.clone());
        let path = format!("/scim/v2/{}/Users?count=0", server.api.connection_id);
        clients.spawn(async move {
            while !ended.load(Ordering::Relaxed) {
                let stream = secured(address, &trusted, rustls::ALL_VERSIONS, &[]).await;
                let answer = get_over(stream.expect("a handshake succeeds"), &path, &token).await;
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let mut reloads = 0;
    for reload in Rounds::new("FOUNDATIONAL_RUNS", RELOADS) {
        // One file after the other, as tools that renew do it.
        let renewed = server.another();
        std::fs::copy(&renewed.certificate, &server.pair.certificate).unwrap();
        assert!(server.problem().await.is_string(), "half of it is not used");
        std::fs::copy(&renewed.key, &server.pair.key).unwrap();
        assert_eq!(server.problem().await, Value::Null, "both are there");
        assert_eq!(shown(&server.open().await), in_file(&renewed.certificate), "it is in use");
        let before = answered.load(Ordering::Relaxed);
        until("clients are answered with it", async || {
            (answered.load(Ordering::Relaxed) >= before + 2 * CLIENTS).then_some(())
        })
        .await;
        reloads = reload + 1;
    }
    ended.store(true, Ordering::Relaxed);
    clients.join_all().await;
    println!(
        "long run: {reloads} reloads, {} requests meanwhile, 0 failed",
        answered.load(Ordering::Relaxed)
    );
    server.api.app.close().await;
}

#[tokio::test]
async fn the_end_of_the_certificate_is_found_thirty_days_before_and_after_it_nothing_new_is_used() {
    let server = Secured::start((2020, 2027)).await;
    let is_notified = async |title: &str| {
        let due = server.api.app.desktop().due_notifications(&Caller::Operator).await.unwrap();
        due.iter().any(|one| one.title.starts_with(title) && one.place == "settings/server")
    };
    let expires = "The certificate of this server expires";
    is_over(&server.api, "certificate.expiring").await;
    server.api.clock.advance(Duration::from_hours(10 * 24));
    let finding = found(&server.api, "certificate.expiring").await;
    assert_eq!(
        finding["message"], "The certificate of this server expires in 27 days. Renew it.",
        "{finding}"
    );
    assert_eq!(
        (&finding["severity"], &finding["remedies"][0]["kind"]),
        (&json!("warning"), &json!("openServer"))
    );
    assert!(!is_notified(expires).await, "a month before it is shown in the app alone");
    server.api.clock.advance(Duration::from_hours(25 * 24));
    assert_eq!(found(&server.api, "certificate.expiring").await["severity"], "problem", "in two days");
    assert!(is_notified(expires).await, "in the last week");
    server.api.clock.advance(Duration::from_hours(3 * 24));
    let problem = server.problem().await;
    assert!(problem.as_str().unwrap().contains("expired on 1 January 2027."), "{problem}");
    is_over(&server.api, "certificate.expiring").await;
    found(&server.api, "certificate.files").await;
    assert!(is_notified("The files of the certificate can't be used.").await, "and after its end");
    server.api.app.close().await;
}
