//! The parts of the way from an identity provider to here, in the order in which they are checked.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A part of the way from an identity provider to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Hop {
    /// The name is known in DNS.
    Name,
    /// The address takes connections.
    Connection,
    /// The certificate is trusted, holds now and names the address.
    Certificate,
    /// It answers by itself.
    Redirect,
    /// Our own request arrives in this process.
    Answer,
    /// Its path is the one that was asked for.
    Path,
    /// It arrives under a name that this server answers by.
    Host,
    /// The proxy says that it was called over HTTPS.
    Https,
    /// `Authorization` arrives as it was sent.
    Token,
    /// The authority that signed the certificate is a public one, where a provider trusts no other.
    Authority,
    /// TLS 1.2 is spoken: neither older versions alone, nor 1.3 alone.
    Version,
    /// PUT, PATCH and DELETE pass.
    Methods,
    /// A body of 1 MiB passes.
    Body,
    /// The clocks of both ends agree.
    Clock,
}

impl Hop {
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Connection => "Connection",
            Self::Certificate => "Certificate",
            Self::Redirect => "No redirect",
            Self::Answer => "Our request arrives",
            Self::Path => "Path",
            Self::Host => "Host name",
            Self::Https => "HTTPS",
            Self::Token => "Authorization",
            Self::Authority => "Authority",
            Self::Version => "TLS version",
            Self::Methods => "PUT, PATCH and DELETE",
            Self::Body => "Body of 1 MB",
            Self::Clock => "Clock",
        }
    }
}
