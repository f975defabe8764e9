//! Clients that end the handshake of TLS because they do not accept the certificate of this server. No request arrives from
//! them, so that the request log does not show them.

use std::io::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::AlertDescription::{
    BadCertificate, CertificateExpired, CertificateRevoked, CertificateUnknown, DecryptError, UnknownCA,
    UnsupportedCertificate,
};

/// The newest such client. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Distrust(Arc<Mutex<Option<(IpAddr, Instant)>>>);

impl Distrust {
    fn locked(&self) -> MutexGuard<'_, Option<(IpAddr, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A handshake with a client at this address has failed. It counts where the client has named the certificate as the
    /// reason (RFC 8446 section 6.2); `decrypt_error` is that of a signature by another authority of the same name.
    pub(crate) fn failed(&self, from: IpAddr, error: &Error) {
        let error = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let is_distrust = matches!(
            error,
            Some(rustls::Error::AlertReceived(
                BadCertificate
                    | CertificateExpired
                    | CertificateRevoked
                    | CertificateUnknown
                    | DecryptError
                    | UnknownCA
                    | UnsupportedCertificate
            ))
        );
        if is_distrust {
            *self.locked() = Some((from.to_canonical(), Instant::now()));
        }
    }

    /// Its address, and how long ago it was.
    pub(crate) fn newest(&self) -> Option<(IpAddr, Duration)> {
        self.locked().map(|(from, at)| (from, at.elapsed()))
    }
}
