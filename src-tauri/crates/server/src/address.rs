//! Under which address this server's endpoints are shown.

use idp::WayIn;

use crate::host_names::host_of;

/// The address of the endpoints. It never comes from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme and authority without a trailing slash: `https://scim.example.com`.
    pub base: String,
    /// It is the configured public URL: then a request must come over HTTPS or from this process itself, and by an
    /// allowed name.
    pub public: bool,
    /// Beside a public URL, the names by which this server is called in its own network: those of its own certificate. One
    /// with a wildcard is for every first label.
    pub own_names: Vec<String>,
    /// The base for those who call inside of this network.
    pub network: String,
    /// The base for the programs of this computer.
    pub local: String,
}

impl Address {
    /// One without a public URL, with the same base for each way in.
    pub fn of(base: &str) -> Self {
        let base = base.to_owned();
        Self { network: base.clone(), local: base.clone(), base, public: false, own_names: Vec::new() }
    }

    /// The base under which an identity provider calls that reaches this computer by this way.
    pub fn base_by(&self, way: WayIn) -> &str {
        match way {
            WayIn::Proxy | WayIn::OwnTls => &self.base,
            WayIn::Network => &self.network,
            WayIn::ThisComputer => &self.local,
        }
    }

    /// Whether that is the public URL.
    pub const fn is_public_by(&self, way: WayIn) -> bool {
        self.public && way.is_public()
    }

    /// The endpoint of a connection that is reached by this way. It is the base of every `meta.location` and `$ref` that the
    /// connection is sent (RFC 7643 section 3.1), and what is pasted into the identity provider.
    pub fn endpoint(&self, connection_id: &str, way: WayIn) -> String {
        format!("{}/scim/v2/{connection_id}", self.base_by(way))
    }

    /// Whether a request by this host can have used the public URL. A proxy may have changed the host, but not to a name of this
    /// server's own network. Over this server's own TLS no proxy has: the host is the one that the client called.
    pub(crate) fn may_be_used_by(&self, host: &str, is_over_own_tls: bool) -> bool {
        if is_over_own_tls {
            self.public && host_of(&self.base).as_deref() == Some(host)
        } else {
            !self.own_names.iter().any(|name| name == host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_the_own_tls_a_request_has_used_the_public_url_by_its_host_alone() {
        let address = Address {
            base: "https://scim.example.com:8443".to_owned(),
            public: true,
            own_names: vec!["server-1".to_owned()],
            ..Address::of("https://server-1:8470")
        };
        for (host, through_proxy, over_own_tls) in [
            ("scim.example.com", true, true),
            ("server-1", false, false),
            ("former.example.com", true, false),
            ("192.0.2.7", true, false),
            ("localhost", true, false),
        ] {
            assert_eq!(address.may_be_used_by(host, false), through_proxy, "{host}");
            assert_eq!(address.may_be_used_by(host, true), over_own_tls, "{host}");
        }
        let local = Address::of("https://server-1:8470");
        assert!(!local.may_be_used_by("server-1", true), "there is no public URL");
    }
}
