//! By which URL and names this server is called without its public address: those of its certificate, for by another one clients
//! do not trust it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use server::{host_of, is_this_computer, without_brackets};

use crate::server::authority_names::computer;
use crate::server::exposure::State;

impl State {
    /// Under which URL this server answers without a public one. With a certificate and off this computer that is the first
    /// name of the certificate by which other computers of this network can call.
    pub(crate) fn own_url(&self) -> String {
        if self.certificate.is_none() {
            return format!("http://{}", self.listen);
        }
        let ip = self.listen.ip();
        let (names, public) = (self.network_names(), self.public_host());
        match name_here(&names, public.as_deref()).filter(|_| !ip.is_loopback()) {
            Some(name) => url(name, self.listen.port()),
            None if ip.is_unspecified() => self.loopback_url(),
            None => format!("https://{}", self.listen),
        }
    }

    /// The same for the programs of this computer.
    pub(crate) fn local_url(&self) -> String {
        if self.certificate.is_some() && self.listen.ip().is_unspecified() {
            self.loopback_url()
        } else {
            self.own_url()
        }
    }

    /// The names by which other computers of this network call this server, beside that of the public address. One with
    /// a wildcard is for every first label.
    pub(crate) fn own_names(&self) -> Vec<String> {
        if self.certificate.is_none() || self.listen.ip().is_loopback() {
            return Vec::new();
        }
        let (port, public) = (self.listen.port(), self.public_host());
        let urls = self.network_names().into_iter().map(|name| url(&name, port)).chain([self.own_url()]);
        let hosts = urls.filter_map(|url| host_of(&url));
        let hosts = hosts.filter(|host| !is_this_computer(host) && Some(host) != public.as_ref());
        hosts.chain(self.names().iter().filter(|name| name.starts_with("*.")).cloned()).collect()
    }

    /// Whether the certificate is for a name by which other computers of this network can call this one.
    pub(crate) fn is_named(&self) -> bool {
        others(&self.network_names(), self.public_host().as_deref()).next().is_some()
    }

    fn public_host(&self) -> Option<String> {
        self.public_url.as_deref().and_then(host_of)
    }

    fn names(&self) -> &[String] {
        self.pair.as_ref().map_or(&[][..], |pair| pair.facts.names.as_slice())
    }

    fn network_names(&self) -> Vec<String> {
        network_names(self.names(), self.listen.ip(), computer().as_deref())
    }

    /// By a name of the certificate where it has one of this computer.
    fn loopback_url(&self) -> String {
        let (ip, port) = (self.listen.ip(), self.listen.port());
        let loopback: IpAddr =
            if ip.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        let name = self.names().iter().find(|name| is_this_computer(name) && is_heard(name, ip));
        name.map_or_else(|| format!("https://{}", SocketAddr::new(loopback, port)), |name| url(name, port))
    }
}

fn url(name: &str, port: u16) -> String {
    match name.parse::<IpAddr>() {
        Ok(address) => format!("https://{}", SocketAddr::new(address, port)),
        Err(_) => format!("https://{name}:{port}"),
    }
}

/// Of the names of a certificate, those by which other computers can call a server that listens here. A wildcard stands for the
/// first label (RFC 9525 section 6.3): of such a name it is that of this computer in its domain, after those that are whole.
fn network_names(names: &[String], listen: IpAddr, computer: Option<&str>) -> Vec<String> {
    let whole = names.iter().filter(|name| !name.contains('*') && is_heard(name, listen)).cloned();
    let by_wildcard = names.iter().filter_map(|name| in_domain(computer?, name.strip_prefix("*.")?));
    whole.chain(by_wildcard).filter(|name| !is_this_computer(name)).collect()
}

/// Whether a server that listens here is called by this name: not by an address of another family.
fn is_heard(name: &str, listen: IpAddr) -> bool {
    // The system takes connections over IPv4 too at the address that stands for all of IPv6.
    let takes_both = listen.is_ipv6() && listen.is_unspecified();
    let Ok(address) = name.parse::<IpAddr>() else { return true };
    takes_both || address.is_ipv4() == listen.is_ipv4()
}

fn in_domain(computer: &str, domain: &str) -> Option<String> {
    match computer.split_once('.') {
        Some((_, own)) => (own == domain).then(|| computer.to_owned()),
        None => Some(format!("{computer}.{domain}")),
    }
}

/// The name by which this server is called in its own network. The public one leads to it from outside, perhaps through a proxy and
/// at another port: it is the name here only where there is no other.
fn name_here<'n>(names: &'n [String], public: Option<&str>) -> Option<&'n String> {
    others(names, public).next().or_else(|| names.first())
}

fn others<'n>(names: &'n [String], public: Option<&str>) -> impl Iterator<Item = &'n String> {
    let public = public.map(without_brackets);
    names.iter().filter(move |name| Some(name.as_str()) != public)
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn in_its_own_network_the_server_has_a_name_of_its_certificate_beside_the_public_one() {
        let public = Some("scim.example.com");
        for (names, listen, public, name) in [
            (&["scim.example.com", "server-1", "192.0.2.7", "localhost"][..], V4, public, Some("server-1")),
            (&["scim.example.com", "192.0.2.7", "localhost"], V4, public, Some("192.0.2.7")),
            (&["scim.example.com", "localhost", "127.0.0.1"], V4, public, Some("scim.example.com")),
            (&["2001:db8::1", "server-1"], V6, Some("[2001:db8::1]"), Some("server-1")),
            (&["2001:db8::7", "192.0.2.7"], V6, None, Some("2001:db8::7")),
            (&["2001:db8::7", "192.0.2.7"], V4, None, Some("192.0.2.7")),
            (&["192.0.2.7"], V4, None, Some("192.0.2.7")),
            (&["localhost", "::1"], V6, None, None),
        ] {
            let names = network_names(&owned(names), listen, Some("computer"));
            assert_eq!(name_here(&names, public).map(String::as_str), name, "{names:?}");
        }
    }

    #[test]
    fn a_certificate_with_a_star_is_for_this_computer_in_its_domain() {
        let names = owned(&["*.example.com", "scim.example.com", "localhost"]);
        for (computer, expected) in [
            (Some("server-1"), &["scim.example.com", "server-1.example.com"][..]),
            (Some("server-1.example.com"), &["scim.example.com", "server-1.example.com"]),
            (Some("server-1.example.org"), &["scim.example.com"]),
            (Some("server-1.a.example.com"), &["scim.example.com"]),
            (None, &["scim.example.com"]),
        ] {
            assert_eq!(network_names(&names, V4, computer), expected, "{computer:?}");
        }
    }
}
