//! How an identity provider reaches the computer that this server runs on.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::provider::Provider;

scim::words! {
    /// How an identity provider reaches this computer, as an Admin chose it. It decides which steps the wizard shows, which
    /// endpoint is pasted, and what is expected of the public address; it never changes what a request may do.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum WayIn {
        /// By the public address; a proxy or tunnel terminates TLS.
        #[default]
        Proxy = "proxy",
        /// By the public address; this server terminates TLS with its own certificate.
        OwnTls = "ownTls",
        /// Inside of this network alone, for Okta and Azure by their provisioning agent.
        Network = "network",
        /// From this computer alone.
        ThisComputer = "thisComputer",
    }
}

impl WayIn {
    /// The way in of a word written by [`WayIn::as_str`]; any other word is the one that is chosen at first.
    pub fn of(word: &str) -> Self {
        Self::from_word(word).unwrap_or_default()
    }

    /// Whether the public address is used.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Proxy | Self::OwnTls)
    }

    /// What the endpoint ends with behind the connection's id. Okta's provisioning agent speaks SCIM 2.0 only to a URL that
    /// contains `/v2` and ends in `/` (Okta's help page on its SCIM connector); the server reads both forms.
    pub const fn endpoint_end(self, provider: Provider) -> &'static str {
        match (self, provider) {
            (Self::Network, Provider::Okta) => "/",
            _ => "",
        }
    }

    /// The choice as an audit entry and a list name it.
    pub fn label(self, provider: Provider) -> String {
        match self {
            Self::Proxy => "A public address behind a proxy or tunnel".to_owned(),
            Self::OwnTls => "A public address, TLS here".to_owned(),
            Self::Network => match provider.agent() {
                Some(agent) => format!("This network only, through {agent}"),
                None => "This network only".to_owned(),
            },
            Self::ThisComputer => "This computer only, for testing".to_owned(),
        }
    }

    /// What the choice means, in one or two sentences.
    pub const fn hint(self, provider: Provider) -> &'static str {
        match (self, provider) {
            (Self::Proxy, _) => {
                "A reverse proxy or a tunnel terminates TLS and passes requests on to this computer."
            }
            (Self::OwnTls, _) => {
                "This computer terminates TLS with its own certificate. A port of the public address is forwarded to it."
            }
            (Self::Network, Provider::Azure) => {
                "The agent runs on Windows Server 2016 or later inside your network and only calls out. No public address is needed."
            }
            (Self::Network, Provider::Okta) => {
                "The agent, 2.1.0 or later, runs inside your network and only calls out. No public address is needed."
            }
            (Self::Network, Provider::Custom) => {
                "The identity provider runs inside your network. No public address is needed."
            }
            (Self::ThisComputer, _) => "Only programs on this computer reach it.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_stored_and_sent_by_the_same_word_and_an_unknown_word_is_the_first_way() {
        for way in WayIn::ALL {
            assert_eq!(WayIn::of(way.as_str()), way);
            assert_eq!(serde_json::to_value(way).unwrap(), way.as_str());
        }
        assert_eq!(WayIn::of("carrierPigeon"), WayIn::Proxy);
    }

    #[test]
    fn only_providers_with_an_agent_are_offered_one() {
        let network = |provider| WayIn::Network.label(provider);
        assert_eq!(network(Provider::Okta), "This network only, through Okta's provisioning agent");
        assert_eq!(network(Provider::Azure), "This network only, through Azure's provisioning agent");
        assert_eq!(network(Provider::Custom), "This network only");
    }
}
