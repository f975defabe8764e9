//! Where the server listens and by which URL it is reached, at this moment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use server::{Address, Listener, Server, Tls};
use store::Store;

use crate::server::acme_orders::Orders;
use crate::server::acme_window::Renewal;
use crate::server::certificate_problem::CertificateProblem;
use crate::server::certificate_source::CertificateSource;
use crate::server::known_reach::{ReachState, settle};
use crate::server::pair::{PairFacts, Root};
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
    /// Held while the source of the certificate is read.
    pub(crate) reading: Arc<tokio::sync::Mutex<()>>,
    /// Held while a certificate is ordered.
    pub(crate) ordering: tokio::sync::Mutex<()>,
    /// Wakes the look at the source of the certificate.
    pub(crate) look: tokio::sync::Notify,
}

pub(crate) struct State {
    pub listen: SocketAddr,
    pub public_url: Option<String>,
    pub since: Option<Timestamp>,
    pub problem: Option<Problem>,
    pub served: Option<Served>,
    /// Where the certificate comes from with which connections are secured here. None: plain HTTP.
    pub certificate: Option<CertificateSource>,
    /// The pair in use, which comes from there.
    pub pair: Option<PairInUse>,
    /// Why the source is not used as it is now, and since when.
    pub certificate_problem: Option<CertificateProblem>,
    /// When a certificate may be ordered again, and why the last order gave no certificate.
    pub orders: Orders,
    /// When the certificate of ACME is renewed, once its authority was asked.
    pub renewal: Option<Renewal>,
}

/// The pair that new connections get.
#[derive(Clone)]
pub(crate) struct PairInUse {
    pub tls: Tls,
    pub facts: PairFacts,
    /// The root of the private authority that has signed it.
    pub root: Option<Root>,
}

impl State {
    /// Whether a public authority can have signed the certificate: the private one has not, nor has it signed itself.
    pub(crate) fn may_be_public(&self) -> bool {
        self.pair.as_ref().is_some_and(|pair| pair.root.is_none() && !pair.facts.is_self_signed)
    }

    /// Whether the certificate is the one that is used until an authority signs one by ACME.
    pub(crate) fn is_interim(&self) -> bool {
        let is_self_signed = self.pair.as_ref().is_some_and(|pair| pair.facts.is_self_signed);
        is_self_signed && matches!(self.certificate, Some(CertificateSource::Acme(_)))
    }

    fn address(&self) -> Address {
        let (network, local) = (self.own_url(), self.local_url());
        match &self.public_url {
            Some(url) => {
                Address { base: url.clone(), public: true, own_names: self.own_names(), network, local }
            }
            None => Address { base: network.clone(), public: false, own_names: Vec::new(), network, local },
        }
    }
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
            certificate: settings::CERTIFICATE.get(store).await?,
            pair: None,
            certificate_problem: None,
            orders: settings::ACME_ORDERS.get(store).await?.unwrap_or_default(),
            renewal: None,
        };
        Ok(Self {
            state: Mutex::new(state),
            listener: tokio::sync::Mutex::new(None),
            reading: Arc::default(),
            ordering: tokio::sync::Mutex::default(),
            look: tokio::sync::Notify::default(),
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

    /// Where the certificate comes from with which connections are secured here.
    pub(crate) fn certificate(&self) -> Option<CertificateSource> {
        self.state().certificate.clone()
    }

    /// Whether the private authority of this workspace signs the certificate.
    pub(crate) fn has_private_authority(&self) -> bool {
        self.state().certificate == Some(CertificateSource::PrivateAuthority)
    }

    /// Whether the certificate is renewed by itself.
    pub(crate) fn renews_itself(&self) -> bool {
        let state = self.state();
        matches!(state.certificate, Some(CertificateSource::PrivateAuthority | CertificateSource::Acme(_)))
    }

    /// What is wrong with the source: that it can't be read, or that the last order gave no certificate.
    pub(crate) fn trouble(&self) -> Option<CertificateProblem> {
        let state = self.state();
        state.certificate_problem.clone().or_else(|| state.orders.trouble.clone())
    }

    /// The root of the private authority that has signed the certificate in use.
    pub(crate) fn root(&self) -> Option<Root> {
        self.state().pair.as_ref().and_then(|pair| pair.root.clone())
    }

    /// Under which URL this server answers without a public one.
    pub(crate) fn own_url(&self) -> String {
        self.state().own_url()
    }

    pub(crate) fn is_listening(&self) -> bool {
        self.state().since.is_some()
    }

    pub(crate) fn served(&self) -> Option<Served> {
        self.state().served.clone()
    }

    /// The address of which endpoints are made.
    pub(crate) fn address(&self) -> Address {
        self.state().address()
    }

    /// Makes the endpoints of a server of what is in force now; to be called after each change of it.
    pub(crate) fn show_address(&self, server: &Server) {
        // With the state, so that of two changes at the same moment the later one is shown.
        let state = self.state();
        server.set_address(state.address());
    }
}
