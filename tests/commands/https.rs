//! HTTPS in front of the app's own listener, with certificates of an authority that was made for the test.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tests::Headless;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Who signs certificates.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let (params, key) = authority(name);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// One that this one has signed, as those from which public authorities give certificates.
    pub(crate) fn below(&self, name: &str) -> Self {
        let (params, key) = authority(name);
        let pem = params.signed_by(&key, &self.issuer).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for this name, with the years in which it holds.
    pub(crate) fn sign(&self, name: &str, (from, until): (i32, i32)) -> ServerConfig {
        self.sign_with(name, |params| {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
        })
    }

    /// One that ends this long from now.
    pub(crate) fn sign_for(&self, name: &str, left: Duration) -> ServerConfig {
        let now = u64::try_from(store::Clock::system().now().as_second()).unwrap();
        self.sign_with(name, |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(1970, 1, 1) + Duration::from_secs(now) + left;
        })
    }

    /// One that names itself one of a public authority.
    pub(crate) fn sign_as_public(&self, name: &str) -> ServerConfig {
        self.sign_with(name, name_public)
    }

    fn sign_with(&self, name: &str, holds: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        // Another provider is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let (certificate, key) = self.make(name, holds);
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap()
    }

    /// A certificate for this name, with the years in which it holds, and its key, in two files of this folder.
    pub(crate) fn files(&self, folder: &Path, name: &str, (from, until): (i32, i32)) -> Pair {
        let (certificate, key) = self.make(name, |params| {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
        });
        Pair::write(folder, &certificate.pem(), &key.serialize_pem())
    }

    /// Such a pair of files that names itself one of a public authority.
    pub(crate) fn public_files(&self, folder: &Path, name: &str) -> Pair {
        let (certificate, key) = self.make(name, name_public);
        Pair::write(folder, &certificate.pem(), &key.serialize_pem())
    }

    fn make(&self, name: &str, holds: impl FnOnce(&mut CertificateParams)) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        holds(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate, key)
    }
}

/// What makes an authority of this name.
fn authority(name: &str) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    (params, KeyPair::generate().unwrap())
}

/// The extension `certificatePolicies` with domain validation, 2.23.140.1.2.1, in DER (RFC 5280 section 4.2.1.4).
fn name_public(params: &mut CertificateParams) {
    let policies = vec![0x30, 0x0a, 0x30, 0x08, 0x06, 0x06, 0x67, 0x81, 0x0c, 0x01, 0x02, 0x01];
    params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], policies));
}

/// A certificate and its key as files.
pub(crate) struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Pair {
    /// One that no authority has signed.
    pub(crate) fn self_signed(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Self::write(folder, &params.self_signed(&key).unwrap().pem(), &key.serialize_pem())
    }

    fn write(folder: &Path, certificate: &str, key: &str) -> Self {
        let files = tempfile::Builder::new().prefix("pair-").tempdir_in(folder).unwrap().keep();
        let pair = Self { certificate: files.join("certificate.pem"), key: files.join("key.pem") };
        std::fs::write(&pair.certificate, certificate).unwrap();
        std::fs::write(&pair.key, key).unwrap();
        // Others must not read it, as this server demands.
        std::fs::set_permissions(&pair.key, Permissions::from_mode(0o600)).unwrap();
        pair
    }
}

/// What the TLS server passes requests to.
#[derive(Clone, Copy)]
pub(crate) enum Backend {
    /// Everything is passed on to this address, with the word that it arrived over HTTPS.
    Listener(SocketAddr),
    /// The bytes are passed on as they are.
    Bytes(SocketAddr),
    /// Every request is answered with this status.
    Stranger(u16),
}

/// An HTTPS server; its port.
pub(crate) async fn serve(config: ServerConfig, backend: Backend) -> u16 {
    serve_until_ended(config, backend).await.0
}

/// The same, and what ends it.
pub(crate) async fn serve_until_ended(config: ServerConfig, backend: Backend) -> (u16, AbortHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not like the certificate goes away.
                let Ok(mut inside) = acceptor.accept(stream).await else { return };
                match backend {
                    Backend::Listener(address) => {
                        let mut outside = TcpStream::connect(address).await.unwrap();
                        drop(pass_on(&mut inside, &mut outside).await);
                    }
                    Backend::Bytes(address) => {
                        let mut outside = TcpStream::connect(address).await.unwrap();
                        drop(copy_bidirectional(&mut inside, &mut outside).await);
                    }
                    Backend::Stranger(status) => {
                        let mut request = [0; 4096];
                        drop(inside.read(&mut request).await);
                        let answer =
                            format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                        drop(inside.write_all(answer.as_bytes()).await);
                        drop(inside.shutdown().await);
                    }
                }
            });
        }
    });
    (port, task.abort_handle())
}

/// Passes one request on, and its answer.
async fn pass_on(inside: &mut TlsStream<TcpStream>, outside: &mut TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(inside.read_u8().await?);
    }
    let line = head.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    outside.write_all(&head[..line]).await?;
    outside.write_all(b"x-forwarded-proto: https\r\nconnection: close\r\n").await?;
    outside.write_all(&head[line..]).await?;
    copy_bidirectional(inside, outside).await.map(drop)
}

/// The instance, which trusts what its system trusts, and where it listens.
pub(crate) async fn start(trusted: &Path) -> (Headless, SocketAddr) {
    // Nothing but this file: what the machine trusts by other ways is left out.
    let nothing = trusted.with_file_name("none");
    std::fs::create_dir(&nothing).unwrap();
    let app = Headless::start_with(&[("SSL_CERT_FILE", trusted), ("SSL_CERT_DIR", &nothing)]).await;
    let status = app.call("workspace.status", json!({})).await;
    let listen = status["server"]["listen"].as_str().unwrap().parse().unwrap();
    (app, listen)
}

pub(crate) async fn check(app: &Headless, port: u16) -> Value {
    let url = format!("https://localhost:{port}");
    app.call("server.publicUrl", json!({ "publicUrl": url })).await;
    app.call("server.checkPublicUrl", json!({})).await
}

pub(crate) const NOW: (i32, i32) = (2020, 2099);
