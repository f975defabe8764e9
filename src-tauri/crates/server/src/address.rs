//! Under which address this server's endpoints are shown.

use crate::host_names::host_of;

/// The address of the endpoints. It never comes from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme and authority without a trailing slash: `https://scim.example.com`.
    pub base: String,
    /// It is the configured public URL: then a request must come over HTTPS or from this process itself, and by an
    /// allowed name.
    pub public: bool,
    /// Beside a public URL, the names by which this server is called in its own network: those of its own certificate.
    pub own_names: Vec<String>,
}

impl Address {
    /// The endpoint of a connection, as it is pasted into the identity provider.
    pub fn endpoint(&self, connection_id: &str) -> String {
        format!("{}/scim/v2/{connection_id}", self.base)
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
        let local =
            Address { base: "https://server-1:8470".to_owned(), public: false, own_names: Vec::new() };
        assert!(!local.may_be_used_by("server-1", true), "there is no public URL");
    }
}
