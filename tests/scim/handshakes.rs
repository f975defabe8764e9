//! TLS that ends at the server itself: handshakes that hang or fail, and plain HTTP in their place.

use std::net::SocketAddr;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use server::{Listener, Pair, ServerLimits, SocketLimits, Tls};
use tests::{get_over, secured, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bare_server::{BareServer, Tenant};

/// How long a handshake may take here.
const SHORT: Duration = Duration::from_secs(5);
/// The beginning of a record with a handshake, which announces more than follows.
const BEGUN: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1];

/// A pair for `localhost`, and its certificate.
fn pair() -> (Tls, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap()
        .der()
        .clone();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    (Tls::new(Pair::new(vec![certificate.clone()], private).unwrap()), certificate)
}

fn listen(bare: &BareServer, tls: &Tls) -> (Listener, SocketAddr) {
    let any = "127.0.0.1:0".parse().unwrap();
    let listener = Listener::start_with(&bare.server, any, Some(tls)).unwrap();
    let address = listener.address();
    (listener, address)
}

async fn get(address: SocketAddr, trusted: &CertificateDer<'static>, tenant: &Tenant) -> String {
    let stream = secured(address, trusted, rustls::ALL_VERSIONS, &[]).await.unwrap();
    get_over(stream, &format!("/scim/v2/{}/Users", tenant.id), &tenant.token).await
}

/// Clients that send this and nothing more.
async fn clients(address: SocketAddr, sends: &[u8]) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sends).await.unwrap();
        open.push(stream);
    }
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_in_the_handshake_delays_no_one_and_is_closed() {
    let sockets = SocketLimits { head_time: SHORT, ..SocketLimits::default() };
    let bare = BareServer::start(ServerLimits { sockets, ..ServerLimits::default() }).await;
    let tenant = bare.connect("First").await;
    let (tls, trusted) = pair();
    let (listener, address) = listen(&bare, &tls);
    let mut hanging = clients(address, b"").await;
    hanging.extend(clients(address, BEGUN).await);
    // These fail at once.
    hanging.extend(clients(address, &[0; 64]).await);
    let answer = timeout(SHORT, get(address, &trusted, &tenant)).await.expect("it waits for no one");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for mut stream in hanging {
        let mut rest = Vec::new();
        let closed = timeout(SHORT * 5, stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "the time of a handshake is bounded");
    }
    let answer = get(address, &trusted, &tenant).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "and others are accepted as before: {answer}");
    listener.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_to_the_port_of_tls_is_refused_unread() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let tenant = bare.connect("First").await;
    let (tls, trusted) = pair();
    let (listener, address) = listen(&bare, &tls);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /scim/v2/{}/Users HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        tenant.id, tenant.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["status"], "400", "in the form of SCIM: {body}");
    assert!(body["detail"].as_str().unwrap().contains("https://"), "with what to do: {body}");
    get(address, &trusted, &tenant).await;
    let recorded = bare.recorded(&tenant, 1).await;
    assert_eq!(recorded.len(), 1, "what arrives over TLS afterwards is the first that uses the token");
    listener.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_waits_for_no_handshake() {
    let bare = BareServer::start(ServerLimits::default()).await;
    let (tls, trusted) = pair();
    let (listener, address) = listen(&bare, &tls);
    let _hanging = (clients(address, b"").await, clients(address, BEGUN).await);
    let idle = secured(address, &trusted, rustls::ALL_VERSIONS, &[]).await.unwrap();
    let ended = timeout(Duration::from_secs(8), listener.stop()).await;
    assert!(ended.is_ok(), "sooner than the ten seconds that a handshake has");
    drop(idle);
    assert!(TcpStream::connect(address).await.is_err(), "and nothing listens");
}

/// A certificate that is not the one of the server, for the same host.
fn foreign(authority: &str) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, authority);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_accept_the_certificate_is_known_and_one_that_fails_otherwise_is_not() {
    for (version, trusts) in [(&TLS12, foreign("Other")), (&TLS13, foreign("Other")), (&TLS13, pair().1)] {
        let bare = BareServer::start(ServerLimits::default()).await;
        let tenant = bare.connect("First").await;
        let (tls, trusted) = pair();
        let (listener, address) = listen(&bare, &tls);
        for mut stream in clients(address, &[0; 64]).await {
            drop(stream.read_to_end(&mut Vec::new()).await);
        }
        get(address, &trusted, &tenant).await;
        assert_eq!(bare.server.newest_distrust(), None);
        assert!(secured(address, &trusts, &[version], &[]).await.is_err());
        let what = "the server knows that its certificate was not accepted";
        let (from, ago) = until(what, async || bare.server.newest_distrust()).await;
        assert_eq!(from, address.ip());
        assert!(ago < SHORT, "{ago:?}");
        listener.stop().await;
    }
}
