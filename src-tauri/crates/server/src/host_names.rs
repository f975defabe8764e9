//! By which names this server may be called. A request for another host than ours was sent here by mistake, or by a page
//! in a browser whose name was made to point here; it is answered with 421 (RFC 9110 section 15.5.20).
//!
//! Without a public address any name will do: then nothing but this computer is told as an endpoint, and whatever arrives
//! still needs a token that no web page has. With one, there are: the names of this computer, the public address, and a
//! list of others, which former public addresses join by themselves. Ports do not count; a proxy may change them.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{PoisonError, RwLock};

use axum::http::uri::Authority;
use jiff::{SignedDuration, Timestamp};
use scim::Error;
use store::HostOrigin;

use crate::Server;
use crate::refusal::Refusal;

/// For how long after an update the names of requests with a right token join the list. Versions before did not keep by
/// which names they were called, and a provider that calls by another name than the public address must not be cut off.
const LEARNING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most names that join the list in this way.
const MOST_LEARNT: usize = 32;
/// The setting that says until when: a timestamp; any other text is a wish to begin.
const LEARN: &str = "server.hostsLearnt";

/// The list, as it is kept in the store.
#[derive(Debug, Default)]
pub(crate) struct Hosts(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    names: HashSet<String>,
    learns_until: Option<Timestamp>,
}

impl Server {
    /// Reads the list of allowed names again, after it was changed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn read_hosts(&self) -> Result<(), store::Error> {
        let names = self.0.store.allowed_hosts().await?.into_iter().map(|host| host.name).collect();
        let learns_until = match self.0.store.setting(LEARN).await? {
            None => None,
            Some(text) => Some(match text.parse() {
                Ok(until) => until,
                Err(_a_wish_to_begin) => self.begin_to_learn().await?,
            }),
        };
        *self.0.hosts.0.write().unwrap_or_else(PoisonError::into_inner) = Known { names, learns_until };
        Ok(())
    }

    async fn begin_to_learn(&self) -> Result<Timestamp, store::Error> {
        let until = self.0.store.clock().now() + LEARNING;
        let text = until.to_string();
        self.0.store.write(async move |tx| tx.set(LEARN, Some(&text)).await).await?;
        Ok(until)
    }

    /// Until when names of requests with a right token join the list by themselves, if that is so now.
    pub fn learns_hosts_until(&self) -> Option<Timestamp> {
        let known = self.0.hosts.0.read().unwrap_or_else(PoisonError::into_inner);
        known.learns_until.filter(|until| self.0.store.clock().now() < *until)
    }

    /// Whether the server may be called by this name.
    pub(crate) fn goes_by(&self, host: &str) -> bool {
        let address = self.address();
        !address.public
            || is_this_computer(host)
            || address.base.split_once("://").and_then(|(_, authority)| name(authority)).as_deref()
                == Some(host)
            || self.0.hosts.0.read().unwrap_or_else(PoisonError::into_inner).names.contains(host)
    }

    /// Puts the name of a request with a right token on the list; false when there is no room for more.
    pub(crate) async fn learn_host(&self, host: &str) -> Result<bool, store::Error> {
        let learnt = self.0.store.allowed_hosts().await?;
        if learnt.iter().filter(|host| host.origin == HostOrigin::Used).count() >= MOST_LEARNT {
            return Ok(false);
        }
        let name = host.to_owned();
        self.0.store.write(async move |tx| tx.allow_host(&name, HostOrigin::Used, None).await).await?;
        self.read_hosts().await?;
        Ok(true)
    }
}

/// The refusal of a request by another name. They may come in floods: anybody can send them.
pub(crate) fn misdirected(host: &str) -> Refusal {
    let detail = "The request names another host than this server. Use the address that Foundational shows for the \
                  connection; a proxy must pass the Host header on. An Admin can allow more names in Foundational.";
    let refusal = Refusal::new("host.foreign", Error::new(421, detail));
    Refusal { comes_in_floods: true, ..refusal }.knowing("host", Some(host.to_owned()))
}

/// The name in a Host header, an authority or what a person types: small letters, no port, no last dot. None when it is
/// no host.
pub(crate) fn name(text: &str) -> Option<String> {
    let authority: Authority = text.trim().parse().ok()?;
    let host = authority.host();
    let port = authority.as_str().strip_prefix(host)?;
    if !port.is_empty() && port.strip_prefix(':').is_none_or(|digits| digits.parse::<u16>().is_err()) {
        return None;
    }
    if let Some(inner) = host.strip_prefix('[') {
        let ip: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{ip}]"));
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_label_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (!host.is_empty() && host.len() <= 253 && host.bytes().all(is_label_letter)).then_some(host)
}

/// The name by which a host is listed, of what a person typed: a name or an address of the Internet, no URL.
pub fn parse_host_name(text: &str) -> Option<String> {
    name(text)
}

/// Whether a name is one of this computer's own.
pub(crate) fn is_this_computer(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_without_port_case_and_last_dot() {
        for (text, read) in [
            ("scim.example.com", Some("scim.example.com")),
            ("SCIM.Example.com.:8443", Some("scim.example.com")),
            ("127.0.0.1:8470", Some("127.0.0.1")),
            ("[2001:DB8:0::1]:443", Some("[2001:db8::1]")),
            ("localhost", Some("localhost")),
            ("", None),
            (":443", None),
            ("a b", None),
            ("a/b", None),
            ("a@b", None),
            ("a:b", None),
            ("a:99999", None),
            ("a,b", None),
            ("[::1", None),
            ("[a]", None),
            ("https://a", None),
            ("ä.example", None),
            (".", None),
        ] {
            assert_eq!(name(text).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn this_computer_has_several_names() {
        for own in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(is_this_computer(own), "{own}");
        }
        for other in ["localhost.example.com", "0.0.0.0", "[::]", "10.0.0.1", "127.0.0.1.nip.io"] {
            assert!(!is_this_computer(other), "{other}");
        }
    }
}
