//! Where the SCIM server listens, and the public URL under which providers reach it.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use server::{Address, ListenError, Listener, parse_host_name};
use store::{HostOrigin, Store};

use crate::access::sessions::Actor;
use crate::app::open::{DEFAULT_LISTEN, Foundational};
use crate::connections::status::{ServerFacts, server_state};
use crate::error::{Code, Error};
use crate::server::port_change::Served;
use crate::server::port_holder;
use crate::server::reachability::{self, ReachState};
use crate::views::{
    AddressVerdict, Event, Listen, PortState, PortView, Problem, PublicUrl, ServerView, Topic,
};

const LISTEN: &str = "server.listen";
const PUBLIC_URL: &str = "server.publicUrl";

/// How long requests whose clients have gone away may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How long too many connections are mentioned.
const CROWDED: Duration = Duration::from_hours(1);

/// What is listened on and told.
pub(crate) struct Exposure {
    state: Mutex<State>,
    listener: tokio::sync::Mutex<Option<Listener>>,
    pub(crate) reach: ReachState,
}

struct State {
    listen: SocketAddr,
    public_url: Option<String>,
    since: Option<Timestamp>,
    problem: Option<Problem>,
    served: Option<Served>,
}

impl Exposure {
    pub(crate) async fn read(store: &Store, listen: Option<SocketAddr>) -> Result<Self, store::Error> {
        let kept = store.setting(LISTEN).await?.and_then(|text| text.parse().ok());
        let public_url = store.setting(PUBLIC_URL).await?;
        let reach = ReachState::read(store, public_url.as_deref()).await?;
        let state = State {
            listen: listen.or(kept).unwrap_or(DEFAULT_LISTEN),
            public_url,
            since: None,
            problem: None,
            served: Served::read(store).await?,
        };
        Ok(Self { state: Mutex::new(state), listener: tokio::sync::Mutex::new(None), reach })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn public_url(&self) -> Option<String> {
        self.state().public_url.clone()
    }

    /// Address and port it listens on, or would.
    pub(crate) fn listen(&self) -> SocketAddr {
        self.state().listen
    }

    pub(crate) fn is_listening(&self) -> bool {
        self.state().since.is_some()
    }

    pub(crate) fn served(&self) -> Option<Served> {
        self.state().served.clone()
    }

    pub(crate) fn set_served(&self, served: Served) {
        self.state().served = Some(served);
    }

    /// The address that endpoints are told under.
    pub(crate) fn address(&self) -> Address {
        let state = self.state();
        match &state.public_url {
            Some(url) => Address { base: url.clone(), public: true },
            None => Address { base: format!("http://{}", state.listen), public: false },
        }
    }
}

/// Keeps a public URL, or with `None` none.
pub(crate) async fn keep_public_url(store: &Store, url: Option<&str>) -> Result<Option<String>, Error> {
    let url = url.map(checked_public_url).transpose()?;
    let kept = url.clone();
    let former = store.setting(PUBLIC_URL).await?.filter(|former| Some(former) != url.as_ref());
    let host = |url: &String| parse_host_name(url.trim_start_matches("https://"));
    let former =
        former.as_ref().and_then(host).filter(|former| url.as_ref().and_then(host).as_ref() != Some(former));
    let done: Result<(), Error> = store
        .write(async move |tx| {
            // Providers that were set up with it call by it until they are changed over.
            if let Some(former) = former {
                tx.allow_host(&former, HostOrigin::Former, None).await?;
            }
            Ok(tx.set(PUBLIC_URL, kept.as_deref()).await?)
        })
        .await;
    done?;
    Ok(url)
}

/// An https URL with a host and nothing behind it; a trailing slash goes.
fn checked_public_url(text: &str) -> Result<String, Error> {
    let shown: String = text.chars().take(120).collect();
    let refuse = |why: &str| {
        Error::invalid("publicUrl", format!("\"{shown}\" {why}"))
            .hinting("It looks like https://scim.example.com, without a path.")
    };
    let url = text.trim().trim_end_matches('/');
    let Some(authority) = url.strip_prefix("https://") else {
        return Err(refuse("does not begin with https://; providers send nothing over plain http."));
    };
    if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) || !authority.is_ascii() {
        return Err(refuse("must be a host name alone, without a path."));
    }
    let (host, port) = match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |number| number == 0)) {
        return Err(refuse("has a port that is not a number from 1 to 65535."));
    }
    // Okta refuses a base URL whose host has an underscore.
    if host.contains('_') {
        return Err(refuse("has an underscore in its host name, which Okta does not accept."));
    }
    let is_address = host.starts_with('[') && host.ends_with(']');
    if host.is_empty()
        || !(is_address || host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'))
    {
        return Err(refuse("is not a host name."));
    }
    Ok(url.to_ascii_lowercase())
}

/// An address of this computer's own, with a port.
fn checked_listen(text: &str) -> Result<SocketAddr, Error> {
    let wanted: SocketAddr = text.trim().parse().map_err(|error| {
        tracing::debug!(?error, "an address that cannot be read");
        let shown: String = text.chars().take(80).collect();
        Error::invalid("listen", format!("\"{shown}\" is not an address and port such as {DEFAULT_LISTEN}."))
    })?;
    if wanted.ip().is_loopback() {
        return Ok(wanted);
    }
    let refused = ListenError::NotLoopback(wanted);
    Err(Error::invalid("listen", refused.to_string())
        .hinting("Put a reverse proxy or tunnel with TLS before it."))
}

impl Foundational {
    /// What stands against the server as a whole, the pause of all connections aside.
    pub(crate) async fn server_facts(&self) -> Result<ServerFacts, Error> {
        self.settle_reach().await?;
        self.clear_port_change_if_reached().await?;
        let reach = self.exposure().reach.known();
        Ok(ServerFacts {
            stopped: !self.exposure().is_listening(),
            paused: false,
            unreachable: reach.is_some_and(|reach| reach.verdict == AddressVerdict::NotReachable),
            moved: self.exposure().served().is_some_and(|served| served.moved.is_some()),
        })
    }

    /// The same for one connection: a request with a valid token has reached it by some way since.
    pub(crate) async fn server_facts_of(&self, last_use: Option<Timestamp>) -> Result<ServerFacts, Error> {
        let facts = self.server_facts().await?;
        let is_later = |than: Option<Timestamp>| last_use.zip(than).is_some_and(|(last, than)| last > than);
        let reach = self.exposure().reach.known().map(|reach| reach.at);
        let moved = self.exposure().served().and_then(|served| served.moved).map(|moved| moved.at);
        Ok(ServerFacts {
            // A single command of the command line listens nowhere, and that says nothing.
            stopped: facts.stopped && *self.serves().borrow(),
            unreachable: facts.unreachable && !is_later(reach),
            moved: facts.moved && !is_later(moved),
            ..facts
        })
    }

    pub(crate) async fn server_view(&self) -> Result<ServerView, Error> {
        let facts = ServerFacts { paused: self.store().all_paused().await?, ..self.server_facts().await? };
        let state = self.exposure().state();
        Ok(ServerView {
            state: server_state(facts),
            listen: state.listen.to_string(),
            public_url: state.public_url.clone(),
            problem: state.problem.clone(),
            since: state.since,
            reach: self.exposure().reach.known(),
            moved: state.served.as_ref().and_then(|served| served.moved.clone()),
        })
    }

    /// Listens where it should; what stands against it becomes the problem that screens show.
    pub(crate) async fn start_listening(&self) {
        let mut listener = self.exposure().listener.lock().await;
        let wanted = self.exposure().state().listen;
        let started = Listener::start(self.server(), wanted);
        let now = self.now();
        {
            let mut state = self.exposure().state();
            match &started {
                Ok(running) => {
                    state.listen = running.address();
                    state.since = Some(now);
                    state.problem = None;
                }
                Err(error) => {
                    tracing::warn!(%error, "not serving");
                    state.since = None;
                    state.problem = Some(problem(error));
                }
            }
        }
        *listener = started.ok();
        self.set_address(self.exposure().address());
        if let Some(running) = listener.as_ref()
            && let Err(error) = self.record_listen_address(running.address()).await
        {
            tracing::warn!(%error, "where the server listens was not noted");
        }
        self.tell(Event { topic: Topic::Server, connection_id: None, id: None });
    }

    /// What is said when more connections were opened than there may be, until an hour after the last time.
    pub(crate) fn crowding(&self) -> Option<String> {
        let ago = self.server().since_socket_limit().filter(|ago| *ago < CROWDED)?;
        let when = match ago.as_secs() / 60 {
            0 => "within the last minute".to_owned(),
            1 => "a minute ago".to_owned(),
            minutes => format!("{minutes} minutes ago"),
        };
        Some(format!(
            "Too many network connections were open, most recently {when}. The ones that had waited longest were closed."
        ))
    }

    pub(crate) async fn stop_listening(&self) {
        if let Some(listener) = self.exposure().listener.lock().await.take() {
            listener.stop().await;
        }
        self.server().wait_idle(LAST_REQUESTS).await;
        self.server().flush_floods().await;
        self.exposure().state().since = None;
    }

    /// Whether the server could move to an address. Nothing is changed by asking.
    pub(crate) async fn port(&self, _: Actor, args: Listen) -> Result<PortView, Error> {
        let (own, serving) = {
            let state = self.exposure().state();
            (state.listen, state.since.is_some())
        };
        let wanted = match checked_listen(&args.listen) {
            Ok(wanted) if serving && wanted == own => {
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

    /// Moves the server to another address. When that one cannot be had, the old one serves on.
    pub(crate) async fn listen(&self, _: Actor, args: Listen) -> Result<ServerView, Error> {
        let wanted = checked_listen(&args.listen)?;
        let old = self.exposure().state().listen;
        self.stop_listening().await;
        self.exposure().state().listen = wanted;
        self.start_listening().await;
        let problem = self.exposure().state().problem.clone();
        if let Some(problem) = problem {
            self.exposure().state().listen = old;
            self.start_listening().await;
            return Err(Error::invalid("listen", problem.message).hinting(problem.hint));
        }
        let text = wanted.to_string();
        let done: Result<(), Error> =
            self.store().write(async move |tx| Ok(tx.set(LISTEN, Some(&text)).await?)).await;
        done?;
        self.server_view().await
    }

    pub(crate) async fn public_url(&self, _: Actor, args: PublicUrl) -> Result<ServerView, Error> {
        let url = args.public_url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        let kept = keep_public_url(self.store(), url).await?;
        if self.exposure().state().public_url != kept {
            // What was found out about the old address says nothing about the new one.
            reachability::forget(self).await?;
            self.clear_port_change().await?;
        }
        self.exposure().state().public_url = kept;
        self.server().read_hosts().await?;
        self.set_address(self.exposure().address());
        self.server_view().await
    }
}

/// What stands against listening, for a person.
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
            "Choose a port above 1023.".to_owned(),
            port_holder::free_port(*address),
        ),
        ListenError::NotLoopback(_) => (
            "address.notLoopback",
            error.to_string(),
            "Put a reverse proxy or tunnel with TLS before it.".to_owned(),
            None,
        ),
        ListenError::Other(address, _) => (
            "address.other",
            error.to_string(),
            "Choose another address.".to_owned(),
            port_holder::free_port(*address),
        ),
    };
    Problem { code: code.to_owned(), message, hint, free_port }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_are_https_and_nothing_but_a_host() {
        for (text, kept) in [
            ("https://scim.example.com", Some("https://scim.example.com")),
            ("  https://SCIM.example.com/ ", Some("https://scim.example.com")),
            ("https://scim.example.com:8443", Some("https://scim.example.com:8443")),
            ("https://[2001:db8::1]:8443", Some("https://[2001:db8::1]:8443")),
            ("http://scim.example.com", None),
            ("scim.example.com", None),
            ("https://", None),
            ("https://user@scim.example.com", None),
            ("https://scim.example.com/scim/v2", None),
            ("https://my_host.example.com", None),
            ("https://scim.example.com:0", None),
            ("https://scim.example.com:port", None),
            ("https://scim example.com", None),
        ] {
            assert_eq!(checked_public_url(text).ok().as_deref(), kept, "{text}");
        }
    }
}
