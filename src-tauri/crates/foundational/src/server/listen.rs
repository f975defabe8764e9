//! Where the SCIM server listens.

use std::net::SocketAddr;
use std::time::Duration;

use server::{ListenError, Listener};
use store::AuditAct;

use crate::access::actor::Actor;
use crate::context::{Lifecycle, Room as _};
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::server::exposure::DEFAULT_LISTEN;
use crate::server::low_port::missing_rights;
use crate::server::views::{Listen, PortState, PortView, Problem, ServerView};
use crate::server::{ScimServer, port_holder};
use crate::settings;
use crate::words::lower;

/// How long requests whose clients have disconnected may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// The code of the problem that the certificate can't be used: its files, or that of the private authority, are not valid.
pub(crate) const CERTIFICATE_FILES: &str = "certificate.files";
/// The code of an address that this computer does not have, or not yet.
pub(crate) const ADDRESS_UNAVAILABLE: &str = "address.other";

/// What to do where TLS is needed and there is no certificate.
const NEEDS_TLS: &str = "Choose a certificate in Settings > Server (or with --tls-cert and --tls-key, or --tls-private), or listen on 127.0.0.1 \
    and put a reverse proxy or tunnel with TLS before it.";

/// An address with a port. Without TLS, one of this computer's own.
pub(crate) fn checked_listen(text: &str, has_tls: bool) -> Result<SocketAddr, Error> {
    let wanted: SocketAddr = text.trim().parse().map_err(|error| {
        tracing::debug!(?error, "an address that cannot be read");
        let shown: String = text.chars().take(80).collect();
        Error::invalid("listen", format!("\"{shown}\" is not an address and port such as {DEFAULT_LISTEN}."))
    })?;
    if has_tls || wanted.ip().is_loopback() {
        return Ok(wanted);
    }
    let refused = ListenError::NotLoopback(wanted);
    Err(Error::invalid("listen", refused.to_string()).hinting(NEEDS_TLS))
}

impl ScimServer {
    /// Listens where it should; what prevents it becomes the problem that screens show.
    pub(crate) async fn start_listening(&self) {
        self.start(&mut *self.exposure.listener.lock().await).await;
    }

    pub(crate) async fn stop_listening(&self) {
        self.stop(&mut *self.exposure.listener.lock().await).await;
    }

    /// The caller holds the place of the one listener. Nothing starts in a workspace that is closed or replaced.
    pub(crate) async fn start(&self, listener: &mut Option<Listener>) {
        if listener.is_some() {
            self.stop(listener).await;
        }
        if self.lifecycle() > Lifecycle::Serving {
            return;
        }
        let wanted = self.exposure.state().listen;
        let started = match self.tls_to_listen().await {
            Ok(tls) => {
                Listener::start_with(self.server(), wanted, tls.as_ref()).map_err(|error| problem(&error))
            }
            Err(why) => Err(unusable_files(&why)),
        };
        let now = self.now();
        {
            let mut state = self.exposure.state();
            match &started {
                Ok(running) => {
                    state.listen = running.address();
                    state.since = Some(now);
                    state.problem = None;
                }
                Err(problem) => {
                    tracing::warn!(error = %problem.message, "not serving");
                    state.since = None;
                    state.problem = Some(problem.clone());
                }
            }
        }
        *listener = started.ok();
        self.exposure.show_address(self.server());
        if let Some(running) = listener.as_ref()
            && let Err(error) = self.record_listen_address(running.address()).await
        {
            tracing::warn!(%error, "where the server listens was not recorded");
        }
        self.send(Event::of(Topic::Server));
    }

    async fn stop(&self, listener: &mut Option<Listener>) {
        if let Some(running) = listener.take() {
            running.stop().await;
        }
        self.server().wait_idle(LAST_REQUESTS).await;
        self.server().flush_floods().await;
        self.exposure.state().since = None;
    }

    /// Whether the server could move to an address. Nothing is changed by asking.
    pub(crate) async fn port(&self, _: Actor, args: Listen) -> Result<PortView, Error> {
        let (own, serving) = {
            let state = self.exposure.state();
            (state.listen, state.since.is_some())
        };
        let wanted = match checked_listen(&args.listen, self.exposure.certificate().is_some()) {
            Ok(wanted) if serving && is_own(wanted, own) => {
                return Ok(PortView { state: PortState::Own, holder: None, problem: None });
            }
            Ok(wanted) => wanted,
            Err(error) => {
                let problem = Some(error.message);
                return Ok(PortView { state: PortState::Unusable, holder: None, problem });
            }
        };
        // Asking the system, and looking through its processes, waits for the disk now and then.
        tokio::task::spawn_blocking(move || port_holder::look(wanted))
            .await
            .map_err(|error| Error::new(Code::Internal, error.to_string()))
    }

    /// Moves the server to another address. Where it cannot listen there, it remains at the old one.
    pub(crate) async fn listen(&self, actor: Actor, args: Listen) -> Result<ServerView, Error> {
        let mut listener = self.exposure.listener.lock().await;
        let wanted = checked_listen(&args.listen, self.exposure.certificate().is_some())?;
        if self.lifecycle() > Lifecycle::Serving {
            return Err(store::Error::Closed.into());
        }
        let old = self.exposure.state().listen;
        self.exposure.state().listen = wanted;
        self.start(&mut listener).await;
        let problem = self.exposure.state().problem.clone();
        // Files that are not valid say nothing against another address: it is saved, so that the certificate can be removed
        // there. The answer has the problem.
        if let Some(problem) = problem.filter(|problem| problem.code != CERTIFICATE_FILES || wanted == old) {
            self.exposure.state().listen = old;
            self.start(&mut listener).await;
            return Err(Error::invalid("listen", problem.message).hinting(problem.hint));
        }
        let entry = actor.audit(AuditAct::ListenSet).with(wanted.to_string());
        if let Err(error) = settings::LISTEN.set_audited(self.store(), Some(&wanted), entry).await {
            // Neither saved nor recorded, so it is not done.
            self.exposure.state().listen = old;
            self.start(&mut listener).await;
            return Err(error);
        }
        drop(listener);
        self.server_view().await
    }
}

/// Whether the server itself has this port at this address, or at every address.
fn is_own(wanted: SocketAddr, own: SocketAddr) -> bool {
    let overlap = wanted.ip() == own.ip() || wanted.ip().is_unspecified() || own.ip().is_unspecified();
    overlap && wanted.port() == own.port()
}

/// That the server does not listen because of the files of its certificate.
pub(crate) fn unusable_files(why: &str) -> Problem {
    Problem {
        code: CERTIFICATE_FILES.to_owned(),
        message: format!("The server isn't running: {}", lower(why)),
        hint: "Correct this, or choose another certificate in Settings > Server. It is checked every minute."
            .to_owned(),
        free_port: None,
    }
}

/// What prevents listening, for a person.
fn problem(error: &ListenError) -> Problem {
    let (code, message, hint, free_port) = match error {
        ListenError::InUse(address) => {
            let free = port_holder::free_port(*address);
            let message = match port_holder::holder(*address) {
                Some(holder) => {
                    format!("The server isn't running: port {} is used by {holder}.", address.port())
                }
                None => {
                    format!("The server isn't running: port {} is used by another program.", address.port())
                }
            };
            let hint = match free {
                Some(port) => format!("End that program, or use port {port}, which is free."),
                None => "End that program, or choose another port.".to_owned(),
            };
            ("port.inUse", message, hint, free)
        }
        ListenError::Denied(address) => (
            "port.denied",
            error.to_string(),
            format!("{} Or choose a port above 1023.", missing_rights(*address)),
            port_holder::free_port(*address),
        ),
        ListenError::NotLoopback(_) => {
            ("address.notLoopback", format!("The server isn't running: {error}."), NEEDS_TLS.to_owned(), None)
        }
        ListenError::Other(address, _) => (
            ADDRESS_UNAVAILABLE,
            error.to_string(),
            "Choose another address.".to_owned(),
            port_holder::free_port(*address),
        ),
    };
    Problem { code: code.to_owned(), message, hint, free_port }
}
