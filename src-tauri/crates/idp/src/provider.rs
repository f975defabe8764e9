//! The identity provider that a connection was made for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

scim::words! {
    /// The identity provider named when a connection was set up. It chooses the guide of the wizard and the
    /// deviations that are expected; it never changes what a request may do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
    #[serde(rename_all = "lowercase")]
    #[ts(export)]
    pub enum Provider {
        /// Okta Workforce Identity.
        Okta = "okta",
        /// Microsoft Entra ID, called "Azure" in the product as its help article does.
        Azure = "azure",
        /// Any other SCIM 2.0 client.
        Custom = "custom",
    }
}

impl Provider {
    /// The name an admin reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Okta => "Okta",
            Self::Azure => "Azure",
            Self::Custom => "Custom SCIM",
        }
    }

    /// The provider's own program that calls a SCIM server inside of a network, if it has one.
    pub const fn agent(self) -> Option<&'static str> {
        match self {
            Self::Okta => Some("Okta's provisioning agent"),
            Self::Azure => Some("Azure's provisioning agent"),
            Self::Custom => None,
        }
    }

    /// The provider of a word written by [`Provider::as_str`]; any other word is a custom client.
    pub fn of(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::Custom)
    }
}
