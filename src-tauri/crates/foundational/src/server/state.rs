//! The one state of the server: what is wrong with it as a whole, and which of it counts.

use idp::WayIn;
use jiff::Timestamp;

use crate::context::{Lifecycle, Room as _};
use crate::diagnosis::thresholds::CROWDED_SHOWN;
use crate::error::Error;
use crate::server::ScimServer;
use crate::server::views::{AddressVerdict, MovedView, ServerState, ServerView};

/// What the state of the server is made of.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; the state is decided from them"
)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServerFacts {
    /// It does not listen.
    pub stopped: bool,
    /// There are connections, and all are paused.
    pub paused: bool,
    /// The public address was found not to lead here, nothing has come through it since, and it is needed.
    pub unreachable: bool,
    /// It listens elsewhere than before, and nothing has come through since.
    pub moved: bool,
}

/// The state of the server. The first that fits, in this order.
pub(crate) const fn server_state(facts: ServerFacts) -> ServerState {
    if facts.stopped {
        ServerState::Stopped
    } else if facts.paused {
        ServerState::Paused
    } else if facts.unreachable {
        ServerState::NotReachable
    } else if facts.moved {
        ServerState::PortChanged
    } else {
        ServerState::Serving
    }
}

impl ScimServer {
    /// What is wrong with the server as a whole, the pause of all connections aside.
    pub(crate) async fn server_facts(&self) -> Result<ServerFacts, Error> {
        self.settle_reach().await?;
        self.clear_port_change_if_reached().await?;
        let reach = self.exposure.reach.known();
        let is_lost = reach.is_some_and(|reach| reach.verdict == AddressVerdict::NotReachable);
        Ok(ServerFacts {
            stopped: !self.exposure.is_listening(),
            paused: false,
            unreachable: is_lost && self.is_public_url_used(),
            moved: self.exposure.served().is_some_and(|served| served.moved.is_some()),
        })
    }

    /// Whether an identity provider needs the public address: not where all of them call in this network.
    pub(crate) fn is_public_url_used(&self) -> bool {
        let connections = self.store().known_connections();
        connections.is_empty() || connections.iter().any(|one| one.way_in.is_public())
    }

    /// The same for one connection: a request with a valid token has reached it by some way since.
    pub(crate) fn server_facts_of(
        &self,
        facts: ServerFacts,
        way: WayIn,
        last_use: Option<Timestamp>,
    ) -> ServerFacts {
        let is_later = |than: Option<Timestamp>| last_use.zip(than).is_some_and(|(last, than)| last > than);
        let reach = self.exposure.reach.known().map(|reach| reach.at);
        let moved = self.exposure.served().and_then(|served| served.moved).map(|moved| moved.at);
        ServerFacts {
            // A single command of the command line listens nowhere, and that says nothing.
            stopped: facts.stopped && self.lifecycle() >= Lifecycle::Serving,
            unreachable: facts.unreachable && way.is_public() && !is_later(reach),
            moved: facts.moved && !is_later(moved),
            ..facts
        }
    }

    pub(crate) async fn server_view(&self) -> Result<ServerView, Error> {
        let facts = ServerFacts { paused: self.store().all_paused().await?, ..self.server_facts().await? };
        let server = server_state(facts);
        let is_public = self.is_public_url_used();
        let state = self.exposure.state();
        let followed = state.public_url.as_deref().filter(|_| is_public);
        Ok(ServerView {
            state: server,
            state_text: server.text().to_owned(),
            listen: state.listen.to_string(),
            own_url: state.own_url(),
            moved: state
                .served
                .as_ref()
                .and_then(|served| served.moved.as_ref())
                .map(|moved| MovedView::of(moved, &state.listen.to_string(), &state.own_url(), followed)),
            public_url: state.public_url.clone(),
            problem: state.problem.clone(),
            since: state.since,
            reach: self.exposure.reach.known(),
        })
    }

    /// The message when more connections were opened than there may be, until an hour after the last time.
    pub(crate) fn crowding(&self) -> Option<String> {
        let ago = self.server().since_socket_limit().filter(|ago| *ago < CROWDED_SHOWN)?;
        let when = match ago.as_secs() / 60 {
            0 => "within the last minute".to_owned(),
            1 => "a minute ago".to_owned(),
            minutes => format!("{minutes} minutes ago"),
        };
        Some(format!(
            "Too many network connections were open, most recently {when}. The ones that had waited longest were closed."
        ))
    }

    /// When the certificate of the public address ends, if that is soon.
    pub(crate) fn certificate_end(&self) -> Option<Timestamp> {
        let reach = self.exposure.reach.known();
        let reach = reach.filter(|reach| reach.verdict == AddressVerdict::Reachable)?;
        reach.certificate_ends.filter(|end| self.ends_soon(*end))
    }
}
