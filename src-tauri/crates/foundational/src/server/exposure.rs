//! Where the server listens and by which URL it is reached, at this moment.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use idp::WayIn;
use jiff::Timestamp;
use server::{Address, Listener, Tls, host_of, is_this_computer, parse_host_name};
use store::Store;

use crate::server::acme_orders::Orders;
use crate::server::certificate_source::CertificateSource;
use crate::server::certificate_trouble::CertificateTrouble;
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
    pub certificate_trouble: Option<CertificateTrouble>,
    /// When a certificate may be ordered again, and why the last order gave none.
    pub orders: Orders,
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
    /// Under which URL this server answers without a public one. With a certificate and off this computer that is the first
    /// name of the certificate by which other computers of this network can call: by another one, clients do not trust it.
    pub(crate) fn own_url(&self) -> String {
        if self.certificate.is_none() {
            return format!("http://{}", self.listen);
        }
        let (ip, port) = (self.listen.ip(), self.listen.port());
        let names = self.pair.as_ref().map_or(&[][..], |pair| pair.facts.names.as_slice());
        match (name_here(names, self.public_host().as_deref()), ip) {
            (Some(name), ip) if !ip.is_loopback() => match name.parse::<IpAddr>() {
                Ok(address) => format!("https://{}", SocketAddr::new(address, port)),
                Err(_) => format!("https://{name}:{port}"),
            },
            (_, IpAddr::V4(ip)) if ip.is_unspecified() => format!("https://{}:{port}", Ipv4Addr::LOCALHOST),
            (_, IpAddr::V6(ip)) if ip.is_unspecified() => format!("https://[{}]:{port}", Ipv6Addr::LOCALHOST),
            _ => format!("https://{}", self.listen),
        }
    }

    /// The name by which other computers of this network call this server, beside that of the public address.
    fn own_name(&self) -> Option<String> {
        let url = self.own_url();
        let name = url.strip_prefix("https://").and_then(parse_host_name)?;
        (!is_this_computer(&name) && self.public_host().as_ref() != Some(&name)).then_some(name)
    }

    fn public_host(&self) -> Option<String> {
        self.public_url.as_deref().and_then(host_of)
    }

    /// Whether a public authority can have signed the certificate: the private one has not, nor has it signed itself.
    pub(crate) fn may_be_public(&self) -> bool {
        self.pair.as_ref().is_some_and(|pair| pair.root.is_none() && !pair.facts.is_self_signed)
    }

    /// Whether the certificate is for a name by which other computers can call this one.
    pub(crate) fn is_named(&self) -> bool {
        let mut names = self.pair.iter().flat_map(|pair| &pair.facts.names);
        names.any(|name| !name.contains('*') && !is_this_computer(name))
    }
}

/// Of the names of a certificate, the one by which this server is called in its own network. The public one leads to it from
/// outside, perhaps through a proxy and at another port: it is the name here only where there is no other.
fn name_here<'n>(names: &'n [String], public: Option<&str>) -> Option<&'n String> {
    let full = move || names.iter().filter(|name| !name.contains('*'));
    let others = || full().filter(|name| !is_this_computer(name));
    // An address of IPv6 has brackets in a URL, and none in a certificate.
    let public = public.map(|host| host.trim_start_matches('[').trim_end_matches(']'));
    others().find(|name| Some(name.as_str()) != public).or_else(|| others().next()).or_else(|| full().next())
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
            certificate_trouble: None,
            orders: settings::ACME_ORDERS.get(store).await?.unwrap_or_default(),
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

    /// Whether the certificate is the one that is used until an authority signs one by ACME.
    pub(crate) fn is_interim(&self) -> bool {
        let state = self.state();
        let is_self_signed = state.pair.as_ref().is_some_and(|pair| pair.facts.is_self_signed);
        is_self_signed && matches!(state.certificate, Some(CertificateSource::Acme(_)))
    }

    /// What is wrong with the source: that it can't be read, or that the last order gave no certificate.
    pub(crate) fn trouble(&self) -> Option<CertificateTrouble> {
        let state = self.state();
        state.certificate_trouble.clone().or_else(|| state.orders.trouble.clone())
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
        let state = self.state();
        match &state.public_url {
            Some(url) => Address { base: url.clone(), public: true, own_name: state.own_name() },
            None => Address { base: state.own_url(), public: false, own_name: None },
        }
    }

    /// The same for a connection that is reached by this way.
    pub(crate) fn address_by(&self, way: WayIn) -> Address {
        if way.is_public() {
            return self.address();
        }
        Address { base: self.own_url(), public: false, own_name: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_its_own_network_the_server_has_a_name_of_its_certificate_beside_the_public_one() {
        let public = Some("scim.example.com");
        for (names, public, name) in [
            (&["scim.example.com", "server-1", "192.0.2.7", "localhost"][..], public, Some("server-1")),
            (&["scim.example.com", "192.0.2.7", "localhost"], public, Some("192.0.2.7")),
            (&["scim.example.com", "localhost", "127.0.0.1"], public, Some("scim.example.com")),
            (&["2001:db8::1", "server-1"], Some("[2001:db8::1]"), Some("server-1")),
            (&["*.example.com", "localhost"], public, Some("localhost")),
            (&["192.0.2.7"], None, Some("192.0.2.7")),
            (&["*.example.com"], None, None),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(name_here(&names, public).map(String::as_str), name, "{names:?}");
        }
    }
}
