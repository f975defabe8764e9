//! Where the server listens and by which URL it is reached, at this moment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use server::{Address, Listener};
use store::Store;

use crate::server::known_reach::{ReachState, settle};
use crate::server::served::Served;
use crate::server::views::Problem;
use crate::settings;

/// Where SCIM is served unless configured otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8470);

/// Where the server listens, by which URL it is called, and what is known of the way from there.
pub(crate) struct Exposure {
    state: Mutex<State>,
    pub(crate) listener: tokio::sync::Mutex<Option<Listener>>,
    pub(crate) reach: ReachState,
}

pub(crate) struct State {
    pub listen: SocketAddr,
    pub public_url: Option<String>,
    pub since: Option<Timestamp>,
    pub problem: Option<Problem>,
    pub served: Option<Served>,
}

impl Exposure {
    pub(crate) async fn read(store: &Store, listen: Option<SocketAddr>) -> Result<Self, store::Error> {
        let stored = settings::LISTEN.get(store).await?;
        let public_url = settings::PUBLIC_URL.get(store).await?;
        let mut reach =
            settings::REACH.get(store).await?.filter(|known| Some(&known.url) == public_url.as_ref());
        if let Some(known) = &mut reach {
            settle(&mut known.reach, store.last_secure_request().await?);
        }
        let state = State {
            listen: listen.or(stored).unwrap_or(DEFAULT_LISTEN),
            public_url,
            since: None,
            problem: None,
            served: settings::SERVED.get(store).await?,
        };
        Ok(Self {
            state: Mutex::new(state),
            listener: tokio::sync::Mutex::new(None),
            reach: ReachState::new(reach),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
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

    /// The address of which endpoints are made.
    pub(crate) fn address(&self) -> Address {
        let state = self.state();
        match &state.public_url {
            Some(url) => Address { base: url.clone(), public: true },
            None => Address { base: format!("http://{}", state.listen), public: false },
        }
    }
}
