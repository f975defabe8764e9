//! The certificate with which this server secures connections itself: where it comes from, and what is done when that
//! changes.

use std::path::Path;
use std::time::Duration;

use server::{Listener, is_of_this_computer};
use store::{AuditAct, AuditEntry, catch_panic, spawn_supervised};

use crate::access::actor::Actor;
use crate::context::{Context, Lifecycle, Room as _};
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::acme::Acme;
use crate::server::acme_orders::Orders;
use crate::server::acme_pair;
use crate::server::certificate_source::CertificateSource;
use crate::server::known_root::KnownRoot;
use crate::server::listen::{ADDRESS_UNAVAILABLE, CERTIFICATE_FILES, unusable_files};
use crate::server::own_certificate_views::{CertificateChoice, CertificateView, PairView, RootView};
use crate::server::pair::KnownPair;
use crate::server::private_authority;
use crate::server::root_certificate;
use crate::settings;
use crate::shapes::Nothing;

/// How often its source is looked at, unless it is asked for.
const INTERVAL: Duration = Duration::from_mins(1);

/// Looks at its source until the workspace is being closed.
pub(crate) fn start(context: Context, server: ScimServer) {
    drop(spawn_supervised("certificate", async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = server.exposure.look.notified() => {}
                () = context.until(Lifecycle::Closed) => return,
            }
            // A command of the command line has other things to do, and ends.
            if context.lifecycle() == Lifecycle::Serving
                && let Ok(Err(error)) = catch_panic("certificate", Box::pin(server.look())).await
            {
                tracing::warn!(%error, "the source of the certificate could not be looked at; it is tried again");
            }
        }
    }));
}

impl ScimServer {
    pub(crate) async fn certificate(&self, _: Actor, _: Nothing) -> Result<CertificateView, Error> {
        Ok(self.certificate_view().await)
    }

    /// Reads the certificate when the workspace is opened: endpoints are shown by the name of the certificate, also before
    /// anything listens. What is wrong with it is reported when it is to listen.
    pub(crate) async fn load_certificate(&self) {
        if let Ok(Some(_)) = self.tls_to_listen().await {
            self.exposure.show_address(self.server());
        }
    }

    /// Looks at the source, and requests a certificate if one is due.
    async fn look(&self) -> Result<(), Error> {
        self.reload_certificate().await?;
        self.order_if_due(false).await
    }

    /// Looks at the source now. Recorded before: an authority may be asked for a certificate.
    pub(crate) async fn check_certificate(&self, actor: Actor, _: Nothing) -> Result<CertificateView, Error> {
        self.record_act(actor.audit(AuditAct::CertificateCheck)).await?;
        self.reload_certificate().await?;
        self.order_if_due(true).await?;
        Ok(self.certificate_view().await)
    }

    /// Chooses another source, or no source. It must be valid, and off this computer there must be one.
    pub(crate) async fn set_certificate(
        &self,
        actor: Actor,
        args: CertificateChoice,
    ) -> Result<CertificateView, Error> {
        let ordering = match &args.source {
            Some(CertificateSource::Acme(_)) => Some(self.without_orders()?),
            _ => None,
        };
        let mut is_new_account = false;
        let source = match args.source {
            Some(CertificateSource::Acme(acme)) => {
                let acme = acme.checked()?;
                is_new_account = self.open_account(&acme, args.external_account.as_ref()).await?;
                Some(CertificateSource::Acme(acme))
            }
            other => other,
        };
        let read = match &source {
            Some(source) => {
                full_paths(source)?;
                Some(self.read_source(source.clone()).await??)
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
            return Err(Error::new(Code::Invalid, message).hinting("Choose \"This computer only\" first."));
        }
        let entry = match &source {
            Some(CertificateSource::Files(files)) => {
                actor.audit(AuditAct::CertificateSet).with(files.certificate.clone())
            }
            Some(CertificateSource::PrivateAuthority) => {
                actor.audit(AuditAct::CertificateSet).with("of the private authority")
            }
            Some(CertificateSource::Acme(acme)) => {
                actor.audit(AuditAct::CertificateSet).with(format!("of {}", acme.directory))
            }
            None => actor.audit(AuditAct::CertificateRemove),
        };
        let known = match read.as_ref().and_then(|read| read.root.as_ref()) {
            Some(root) => Some(self.known_with(root).await?),
            None => None,
        };
        self.save_certificate(source.clone(), known, is_new_account, entry).await?;
        if is_new_account && let Err(why) = acme_pair::remove(self.store().folder()) {
            tracing::warn!(%why, "the certificate of the former account is used until it is renewed");
        }
        let is_secured = listener.is_some() && self.exposure.state().pair.is_some();
        let has_another = self.choose(source, read);
        if is_secured && has_another {
            self.exposure.show_address(self.server());
            self.send(Event::of(Topic::Server));
        } else if listener.is_some() || self.lifecycle() == Lifecycle::Serving {
            self.start(&mut listener).await;
        } else {
            self.exposure.show_address(self.server());
        }
        drop(listener);
        drop(ordering);
        // A proxy or tunnel must call it by the other protocol from now on.
        if self.exposure.own_url() != was_at {
            self.check_soon();
        }
        self.order_if_due(true).await?;
        Ok(self.certificate_view().await)
    }

    /// Both in one transaction, with the audit entry if one of them, or the account, is another one than before.
    async fn save_certificate(
        &self,
        source: Option<CertificateSource>,
        known: Option<KnownRoot>,
        is_new_account: bool,
        entry: AuditEntry,
    ) -> Result<(), Error> {
        self.store()
            .write(async move |tx| {
                let is_known = known.is_none() || settings::KNOWN_ROOT.get_in(tx).await? == known;
                let is_same = is_known && settings::CERTIFICATE.get_in(tx).await? == source;
                settings::CERTIFICATE.set_in(tx, source.as_ref()).await?;
                settings::ACME_ORDERS.set_in(tx, None).await?;
                if known.is_some() {
                    settings::KNOWN_ROOT.set_in(tx, known.as_ref()).await?;
                }
                if !is_same || is_new_account {
                    tx.audit(&entry).await?;
                }
                Ok(())
            })
            .await
    }

    /// Takes this source instead of what the settings say. It is read when the server is to listen.
    pub(crate) fn use_certificate(&self, source: CertificateSource) {
        self.choose(Some(source), None);
    }

    /// Takes another source and what it has. Whether there is a pair now.
    fn choose(&self, source: Option<CertificateSource>, read: Option<KnownPair>) -> bool {
        let has_pair = read.is_some();
        {
            let mut state = self.exposure.state();
            state.certificate = source;
            state.certificate_problem = None;
            state.orders = Orders::default();
            if !has_pair {
                state.pair = None;
            }
        }
        if let Some(read) = read {
            self.replace(read);
        }
        has_pair
    }

    /// Looks at the source: a valid pair is used for new connections, and where there was none the server starts.
    pub(crate) async fn reload_certificate(&self) -> Result<(), Error> {
        let mut listener = self.exposure.listener.lock().await;
        if self.can_listen_by_now(listener.as_ref()) {
            self.start(&mut listener).await;
            return Ok(());
        }
        let known = self.exposure.state().certificate_problem.as_ref().map(|trouble| trouble.why.clone());
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
            self.exposure.show_address(self.server());
            self.check_soon();
        }
        let trouble = self.exposure.state().certificate_problem.as_ref().map(|trouble| trouble.why.clone());
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
            && is_of_this_computer(self.exposure.listen().ip())
    }

    async fn certificate_view(&self) -> CertificateView {
        let keys = self.key_places().await;
        let trouble = self.exposure.trouble();
        let file = self.store().folder().join(private_authority::FILE).display().to_string();
        let state = self.exposure.state();
        let root = state.pair.as_ref().and_then(|pair| pair.root.as_ref());
        CertificateView {
            source: state.certificate.clone(),
            pair: state.pair.as_ref().map(|pair| PairView::from(&pair.facts)),
            root: root.map(|root| RootView {
                name: root.name.clone(),
                fingerprint: root.fingerprint(),
                ends: root.ends,
                file,
                export: root_certificate::export(root),
            }),
            is_interim: state.is_interim(),
            problem: trouble.map(|trouble| trouble.why),
            keys,
            acme_defaults: Acme::defaults(),
        }
    }
}

/// The program may run in another folder than the one who names the files.
fn full_paths(source: &CertificateSource) -> Result<(), Error> {
    let CertificateSource::Files(files) = source else { return Ok(()) };
    for (field, path) in [("certificate", &files.certificate), ("key", &files.key)] {
        if !Path::new(path).is_absolute() {
            return Err(Error::invalid(field, format!("Enter the full path of the {field} file.")));
        }
    }
    Ok(())
}
