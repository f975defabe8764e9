//! The pair with which this server secures connections itself, and the one that answers a challenge of ACME.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WantsServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ConfigBuilder, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// The protocol by which an ACME authority asks for its challenge (RFC 8737).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// A certificate chain with its key, ready for connections over TLS 1.2 and 1.3 that carry HTTP/2 or HTTP/1.1.
#[derive(Clone, Debug)]
pub struct Pair(Arc<ServerConfig>);

impl Pair {
    /// `chain`: the certificate of this server first, then those of the authorities in the order in which they sign.
    ///
    /// # Errors
    /// When the chain is empty, or the key is of a kind that TLS does not know or another certificate's.
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        let mut config = builder()?.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    pub(crate) fn config(self) -> Arc<ServerConfig> {
        self.0
    }
}

/// What every connection has: TLS 1.2 and 1.3, and no certificate of the client.
fn builder() -> Result<ConfigBuilder<ServerConfig, WantsServerCert>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13, &TLS12])?;
    Ok(versions.with_no_client_auth())
}

/// A certificate that answers a challenge of TLS-ALPN-01 (RFC 8737), with its key.
#[derive(Clone, Debug)]
pub struct Challenge(Arc<ServerConfig>);

impl Challenge {
    /// The certificate names the host, and has the digest of the key authorization.
    ///
    /// # Errors
    /// When the key is of a kind that TLS does not know.
    pub fn new(
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        let builder = builder()?;
        let key = builder.crypto_provider().key_provider.load_private_key(key)?;
        // The digest is in a critical extension, by which a certificate cannot be compared with its key here.
        let certified = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
        let mut config = builder.with_cert_resolver(Arc::new(certified));
        config.alpn_protocols = vec![ACME_TLS.to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// The pair in use, which another one can replace without a restart. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tls(Arc<InUse>);

#[derive(Debug)]
struct InUse {
    pair: RwLock<Pair>,
    challenge: RwLock<Option<Challenge>>,
}

impl Tls {
    /// TLS with this pair.
    pub fn new(pair: Pair) -> Self {
        Self(Arc::new(InUse { pair: RwLock::new(pair), challenge: RwLock::default() }))
    }

    /// New connections get this pair from now on. What is open continues.
    pub fn replace(&self, pair: Pair) {
        *self.0.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
    }

    /// Connections that ask for a challenge get this one from now on; with `None` they are refused.
    pub fn set_challenge(&self, challenge: Option<Challenge>) {
        *self.0.challenge.write().unwrap_or_else(PoisonError::into_inner) = challenge;
    }

    /// The pair that new connections get.
    pub fn pair(&self) -> Pair {
        self.0.pair.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What answers a challenge, while an authority may ask for it.
    pub(crate) fn challenge(&self) -> Option<Arc<ServerConfig>> {
        let challenge = self.0.challenge.read().unwrap_or_else(PoisonError::into_inner).clone();
        challenge.map(|challenge| challenge.0)
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.pair().config())
    }
}
