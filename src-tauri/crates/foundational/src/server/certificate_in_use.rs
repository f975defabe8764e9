//! The pair with which this server secures connections at this moment: what is read again or signed again, and what is used when
//! that is not valid. A source that is not valid never takes the place of a pair that is in use.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use server::Tls;

use crate::context::Room as _;
use crate::diagnosis::thresholds::ENDS;
use crate::error::{Code, Error};
use crate::server::ScimServer;
use crate::server::acme_pair;
use crate::server::acme_renewal::acme_host;
use crate::server::authority_names::names;
use crate::server::certificate_problem::CertificateProblem;
use crate::server::certificate_source::CertificateSource;
use crate::server::exposure::PairInUse;
use crate::server::pair::KnownPair;
use crate::server::private_authority::Authority;
use crate::server::unusable::Unusable;

/// How long the files may take to be read.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

impl ScimServer {
    /// The TLS to listen with; `None` where no certificate is chosen. The caller holds the reading of the one listener.
    ///
    /// # Errors
    /// Why there is no TLS, as a sentence.
    pub(crate) async fn tls_to_listen(&self) -> Result<Option<Tls>, String> {
        let read = match self.read_certificate().await {
            Ok(None) => return Ok(None),
            Ok(Some(read)) => read,
            Err(error) => Err(error.message),
        };
        let why = match read {
            Ok(read) => {
                self.replace(read);
                None
            }
            Err(why) => Some(why),
        };
        match (self.exposure.state().pair.clone(), why) {
            (Some(pair), _) => Ok(Some(pair.tls)),
            (None, why) => Err(why.unwrap_or_default()),
        }
    }

    /// When the certificate in use expires, if that is soon and it is not renewed by itself before.
    pub(crate) fn own_certificate_end(&self) -> Option<Timestamp> {
        let end = self.exposure.state().pair.as_ref().map(|pair| pair.facts.ends);
        end.filter(|end| self.ends_soon(*end))
    }

    /// Whether a certificate with this end ends soon, and is not the one in use that is renewed by itself before.
    pub(crate) fn ends_soon(&self, end: Timestamp) -> bool {
        let now = self.now();
        end > now && end <= now + ENDS && !self.is_renewed_before(end)
    }

    /// Whether the certificate in use has this end, and is renewed by itself before.
    fn is_renewed_before(&self, end: Timestamp) -> bool {
        let has_trouble = self.exposure.trouble().is_some();
        let state = self.exposure.state();
        let Some(pair) = state.pair.as_ref().filter(|pair| pair.facts.ends == end && !has_trouble) else {
            return false;
        };
        match (&state.certificate, &pair.root) {
            (Some(CertificateSource::Acme(_)), _) => true,
            (_, root) => root.as_ref().is_some_and(|root| end < root.ends),
        }
    }

    /// Why the source is not used as it is although a pair is in use. Without a pair the server does not listen, and that is
    /// the trouble.
    pub(crate) fn certificate_problem(&self) -> Option<CertificateProblem> {
        self.exposure.trouble().filter(|_| self.exposure.state().pair.is_some())
    }

    /// What the chosen source has; `None` where no source is chosen. What is wrong with it is remembered until it is valid.
    pub(crate) async fn read_certificate(&self) -> Result<Option<Result<KnownPair, String>>, Error> {
        let Some(source) = self.exposure.certificate() else { return Ok(None) };
        let read = self.read_source(source).await?.map_err(|unusable| unusable.why);
        if let Some(root) = read.as_ref().ok().and_then(|read| read.root.as_ref())
            && let Err(error) = self.remember_root(root).await
        {
            tracing::warn!(%error, "which root the private authority has was not recorded");
        }
        let now = self.now();
        let mut state = self.exposure.state();
        state.certificate_problem = match &read {
            Ok(_) => None,
            Err(why) => {
                let since = state.certificate_problem.as_ref().map_or(now, |trouble| trouble.since);
                Some(CertificateProblem { why: why.clone(), since })
            }
        };
        drop(state);
        Ok(Some(read))
    }

    /// What a source has now: what is in the files, or what the private authority or one of ACME has signed.
    pub(crate) async fn read_source(
        &self,
        source: CertificateSource,
    ) -> Result<Result<KnownPair, Unusable>, Error> {
        let now = self.now();
        let folder = self.store().folder().to_owned();
        let (public_url, listen, in_use) = {
            let state = self.exposure.state();
            (state.public_url.clone(), state.listen.ip(), state.pair.clone())
        };
        match source {
            CertificateSource::Files(files) => self.on_disk(move || files.read(now)).await,
            CertificateSource::PrivateAuthority => {
                self.on_disk(move || {
                    let authority = Authority::open(&folder, now)?;
                    let names = names(public_url.as_deref(), listen);
                    match in_use {
                        Some(PairInUse { tls, facts, root })
                            if !authority.is_due(root.as_ref(), &facts, &names, now) =>
                        {
                            Ok(KnownPair { pair: tls.pair(), facts, root })
                        }
                        _ => Ok(authority.sign(&names, now)?),
                    }
                })
                .await
            }
            CertificateSource::Acme(acme) => {
                self.on_disk(move || {
                    let host = acme_host(public_url.as_deref())?;
                    // Clients that call by the host of before trust the pair of before, until there is a signed one.
                    let in_use = in_use.filter(|PairInUse { facts, root, .. }| {
                        root.is_none()
                            && (facts.is_for(&host, now) || (!facts.is_self_signed && facts.is_valid(now)))
                    });
                    match (acme_pair::read(&folder, &acme.directory, &host, now), in_use) {
                        (Some(signed), _) => Ok(signed),
                        (None, Some(PairInUse { tls, facts, root })) => {
                            Ok(KnownPair { pair: tls.pair(), facts, root })
                        }
                        (None, None) => Ok(acme_pair::interim(&host, now)?),
                    }
                })
                .await
            }
        }
    }

    /// Does what waits for the disk.
    async fn on_disk(
        &self,
        work: impl FnOnce() -> Result<KnownPair, Unusable> + Send + 'static,
    ) -> Result<Result<KnownPair, Unusable>, Error> {
        let silent = "The files of the certificate can't be read: their disk does not respond.";
        // One at a time, so that a disk that does not answer has one thread.
        let reading =
            tokio::time::timeout(READ_TIMEOUT, Arc::clone(&self.exposure.reading).lock_owned()).await;
        let Ok(reading) = reading else { return Ok(Err(silent.to_owned().into())) };
        let reading = tokio::task::spawn_blocking(move || {
            let read = work();
            drop(reading);
            read
        });
        match tokio::time::timeout(READ_TIMEOUT, reading).await {
            Ok(read) => read.map_err(|error| Error::new(Code::Internal, error.to_string())),
            Err(_elapsed) => Ok(Err(silent.to_owned().into())),
        }
    }

    /// Uses a pair for new connections, if it is another one.
    pub(crate) fn replace(&self, read: KnownPair) -> bool {
        let KnownPair { pair, facts, root } = read;
        let mut state = self.exposure.state();
        match &mut state.pair {
            Some(in_use) if in_use.facts == facts => return false,
            Some(in_use) => {
                in_use.tls.replace(pair);
                in_use.facts = facts;
                in_use.root = root;
            }
            None => state.pair = Some(PairInUse { tls: Tls::new(pair), facts, root }),
        }
        true
    }
}
