//! The certificate with which this server secures connections itself: which files it is in, and what is done when they
//! change. Files that are not good never take the reading of a pair that is in use.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use server::{Listener, Tls};
use store::{AuditAct, catch_panic, spawn_supervised};

use crate::access::sessions::Actor;
use crate::context::{Context, Lifecycle, Room as _};
use crate::diagnosis::thresholds::ENDS;
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::certificate_files::{CertificateFiles, PairInFiles};
use crate::server::exposure::{CertificateTrouble, PairInUse};
use crate::server::listen::{ADDRESS_UNAVAILABLE, CERTIFICATE_FILES, unusable_files};
use crate::server::own_certificate_views::{CertificateChoice, CertificateView, PairView};
use crate::settings;
use crate::shapes::Nothing;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_mins(1);
/// How long the files may take to be read.
const READING: Duration = Duration::from_secs(10);

/// Looks at the files until the workspace is being closed.
pub(crate) fn start(context: Context, server: ScimServer) {
    drop(spawn_supervised("certificate", async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = context.until(Lifecycle::Closed) => return,
            }
            // A command of the command line has other things to do, and ends.
            if context.lifecycle() == Lifecycle::Serving
                && let Ok(Err(error)) =
                    catch_panic("certificate", Box::pin(server.reload_certificate())).await
            {
                tracing::warn!(%error, "the files of the certificate could not be looked at; it is tried again");
            }
        }
    }));
}

impl ScimServer {
    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn certificate(&self, _: Actor, _: Nothing) -> Result<CertificateView, Error> {
        Ok(self.certificate_view())
    }

    /// Reads the files when the workspace is opened: endpoints are shown by the name of the certificate, also before
    /// anything listens. What is wrong with them is said when it is to listen.
    pub(crate) async fn load_certificate(&self) {
        if let Ok(Some(_)) = self.tls_to_listen().await {
            self.server().set_address(self.exposure.address());
        }
    }

    /// Looks at the files now.
    pub(crate) async fn check_certificate(&self, _: Actor, _: Nothing) -> Result<CertificateView, Error> {
        self.reload_certificate().await?;
        Ok(self.certificate_view())
    }

    /// Chooses other files, or none. They must be good, and off this computer there must be some.
    pub(crate) async fn set_certificate(
        &self,
        actor: Actor,
        args: CertificateChoice,
    ) -> Result<CertificateView, Error> {
        let read = match &args.files {
            Some(files) => {
                for (field, path) in [("certificate", &files.certificate), ("key", &files.key)] {
                    if !Path::new(path).is_absolute() {
                        return Err(Error::invalid(field, "Enter the full path of the file."));
                    }
                }
                Some(self.read(files.clone()).await?.map_err(|why| Error::invalid("certificate", why))?)
            }
            None => None,
        };
        let mut listener = self.exposure.listener.lock().await;
        if self.lifecycle() > Lifecycle::Serving {
            return Err(store::Error::Closed.into());
        }
        let (listen, was_at) = (self.exposure.listen(), self.exposure.own_url());
        if read.is_none() && !listen.ip().is_loopback() {
            let message = format!("Other computers reach {listen}, so it needs a certificate.");
            return Err(
                Error::invalid("certificate", message).hinting("Choose \"This computer only\" first.")
            );
        }
        let entry = match &args.files {
            Some(files) => actor.audit(AuditAct::CertificateSet).with(files.certificate.clone()),
            None => actor.audit(AuditAct::CertificateRemove),
        };
        settings::CERTIFICATE.set_audited(self.store(), args.files.as_ref(), entry).await?;
        let is_secured = listener.is_some() && self.exposure.state().pair.is_some();
        let has_another = self.choose(args.files, read);
        if is_secured && has_another {
            self.server().set_address(self.exposure.address());
            self.send(Event::of(Topic::Server));
        } else if listener.is_some() || self.lifecycle() == Lifecycle::Serving {
            self.start(&mut listener).await;
        } else {
            self.server().set_address(self.exposure.address());
        }
        drop(listener);
        // A proxy or tunnel must call it by the other protocol from now on.
        if self.exposure.own_url() != was_at {
            self.check_soon();
        }
        Ok(self.certificate_view())
    }

    /// Takes these files instead of what the settings say. They are read when the server is to listen.
    pub(crate) fn use_certificate(&self, files: CertificateFiles) {
        self.choose(Some(files), None);
    }

    /// Takes other files and what is in them. Whether there is a pair now.
    fn choose(&self, files: Option<CertificateFiles>, read: Option<PairInFiles>) -> bool {
        let has_pair = read.is_some();
        {
            let mut state = self.exposure.state();
            state.certificate = files;
            state.certificate_trouble = None;
            if !has_pair {
                state.pair = None;
            }
        }
        if let Some(read) = read {
            self.replace(read);
        }
        has_pair
    }

    /// Looks at the files: a good pair is used for new connections, and where there was none the server starts.
    pub(crate) async fn reload_certificate(&self) -> Result<(), Error> {
        let mut listener = self.exposure.listener.lock().await;
        if self.can_listen_by_now(listener.as_ref()) {
            self.start(&mut listener).await;
            return Ok(());
        }
        let known = self.exposure.state().certificate_trouble.as_ref().map(|trouble| trouble.why.clone());
        let Some(read) = self.read_certificate().await? else { return Ok(()) };
        let has_pair = self.exposure.state().pair.is_some();
        if !has_pair && read.is_ok() && self.lifecycle() == Lifecycle::Serving {
            self.start(&mut listener).await;
            return Ok(());
        }
        if let (false, Err(why)) = (has_pair, &read) {
            let mut state = self.exposure.state();
            if state.problem.as_ref().is_some_and(|problem| problem.code == CERTIFICATE_FILES) {
                state.problem = Some(unusable_files(why));
            }
        }
        let has_changed = read.is_ok_and(|read| self.replace(read));
        drop(listener);
        if has_changed {
            self.server().set_address(self.exposure.address());
            self.check_soon();
        }
        let trouble = self.exposure.state().certificate_trouble.as_ref().map(|trouble| trouble.why.clone());
        if has_changed || trouble != known {
            self.send(Event::of(Topic::Server));
        }
        Ok(())
    }

    /// Whether the address at which the server could not listen is one of this computer's by now: a network may be there
    /// later than the program.
    fn can_listen_by_now(&self, listener: Option<&Listener>) -> bool {
        let waits =
            self.exposure.state().problem.as_ref().is_some_and(|problem| problem.code == ADDRESS_UNAVAILABLE);
        waits
            && listener.is_none()
            && self.lifecycle() == Lifecycle::Serving
            && std::net::TcpListener::bind((self.exposure.listen().ip(), 0)).is_ok()
    }

    /// The TLS to listen with: none where no files are chosen. The caller holds the reading of the one listener.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
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

    /// When the certificate in use ends, if that is soon.
    pub(crate) fn own_certificate_end(&self) -> Option<Timestamp> {
        let now = self.now();
        let end = self.exposure.state().pair.as_ref().map(|pair| pair.facts.ends);
        end.filter(|end| *end > now && *end <= now + ENDS)
    }

    /// Why the files are not used although a pair is in use. Without a pair the server does not listen, and that is the
    /// trouble.
    pub(crate) fn certificate_trouble(&self) -> Option<CertificateTrouble> {
        let state = self.exposure.state();
        state.certificate_trouble.clone().filter(|_| state.pair.is_some())
    }

    /// What the chosen files have; none where none are chosen. What is wrong with them is remembered until they are good.
    async fn read_certificate(&self) -> Result<Option<Result<PairInFiles, String>>, Error> {
        let Some(files) = self.exposure.certificate() else { return Ok(None) };
        let read = self.read(files).await?;
        let now = self.now();
        let mut state = self.exposure.state();
        state.certificate_trouble = match &read {
            Ok(_) => None,
            Err(why) => {
                let since = state.certificate_trouble.as_ref().map_or(now, |trouble| trouble.since);
                Some(CertificateTrouble { why: why.clone(), since })
            }
        };
        drop(state);
        Ok(Some(read))
    }

    async fn read(&self, files: CertificateFiles) -> Result<Result<PairInFiles, String>, Error> {
        let now = self.now();
        let silent = "The files of the certificate can't be read: their disk does not respond.";
        // One at a time, so that a disk that does not answer has one thread.
        let reading = tokio::time::timeout(READING, Arc::clone(&self.exposure.reading).lock_owned()).await;
        let Ok(reading) = reading else { return Ok(Err(silent.to_owned())) };
        let reading = tokio::task::spawn_blocking(move || {
            let read = files.read(now);
            drop(reading);
            read
        });
        match tokio::time::timeout(READING, reading).await {
            Ok(read) => read.map(Ok).map_err(|error| Error::new(Code::Internal, error.to_string()))?,
            Err(_elapsed) => Ok(Err(silent.to_owned())),
        }
    }

    /// Uses a pair for new connections, if it is another one.
    fn replace(&self, read: PairInFiles) -> bool {
        let mut state = self.exposure.state();
        match &mut state.pair {
            Some(pair) if pair.facts == read.facts => return false,
            Some(pair) => {
                pair.tls.replace(read.pair);
                pair.facts = read.facts;
            }
            None => state.pair = Some(PairInUse { tls: Tls::new(read.pair), facts: read.facts }),
        }
        true
    }

    fn certificate_view(&self) -> CertificateView {
        let state = self.exposure.state();
        CertificateView {
            files: state.certificate.clone(),
            pair: state.pair.as_ref().map(|pair| PairView::from(&pair.facts)),
            problem: state.certificate_trouble.as_ref().map(|trouble| trouble.why.clone()),
        }
    }
}
