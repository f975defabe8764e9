//! The pair with which this server secures connections itself.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio_rustls::TlsAcceptor;

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
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// The pair in use, which another one can replace without a restart. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tls(Arc<RwLock<Pair>>);

impl Tls {
    /// TLS with this pair.
    pub fn new(pair: Pair) -> Self {
        Self(Arc::new(RwLock::new(pair)))
    }

    /// New connections get this pair from now on. What is open continues.
    pub fn replace(&self, pair: Pair) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pair;
    }

    /// The pair that new connections get.
    pub fn pair(&self) -> Pair {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.pair().0)
    }
}
