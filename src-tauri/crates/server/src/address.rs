//! Under which address this server's endpoints are shown.

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
}
