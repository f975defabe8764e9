//! A client of TLS that trusts one authority alone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A clock that does not move.
#[derive(Debug)]
struct At(UnixTime);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// Opens a connection to a server that is called `localhost`, in one of these versions of TLS, and offers these protocols.
///
/// # Errors
/// When the handshake fails.
pub async fn secured(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    connect("localhost", address, trusted, versions, protocols, Arc::new(DefaultTimeProvider)).await
}

/// Opens a connection to a server that is called by this name, and offers these protocols.
///
/// # Errors
/// When the handshake fails.
pub async fn secured_as(
    name: &str,
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    connect(name, address, trusted, rustls::ALL_VERSIONS, protocols, Arc::new(DefaultTimeProvider)).await
}

/// The same by the clock of a test, and without an offer of protocols.
///
/// # Errors
/// When the handshake fails.
pub async fn secured_at(
    now: Timestamp,
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let second = u64::try_from(now.as_second()).expect("it is after 1970");
    let clock = At(UnixTime::since_unix_epoch(Duration::from_secs(second)));
    connect("localhost", address, trusted, versions, &[], Arc::new(clock)).await
}

async fn connect(
    name: &str,
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&str],
    clock: Arc<dyn TimeProvider>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("it is a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_details(provider, clock)
        .with_protocol_versions(versions)
        .expect("the provider has these versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).expect("it is a name");
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Sends a GET with a token over an open connection, and gives all that is answered.
pub async fn get_over(mut stream: TlsStream<TcpStream>, path: &str, token: &str) -> String {
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("the server takes the request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the server answers, and closes as TLS does");
    String::from_utf8_lossy(&answer).into_owned()
}
