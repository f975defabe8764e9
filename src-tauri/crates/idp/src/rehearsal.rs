//! Rehearsal: the requests for a person and a group from their creation to their deletion, as each client sends them,
//! with what must be true afterwards.
//!
//! A host plays them over HTTP: it takes a request from [`Play::next_request`], sends it, and passes the answer to
//! [`Play::judge`]. Nothing here opens a socket or looks at a clock, so the same scripts serve the product's own
//! endpoint, any other SCIM server, and tests without a network.
//!
//! Everything a script creates has the run's tag in its name, and its last steps remove it all: no real person is changed
//! and nothing is left behind.
//!
//! To add a dialect: a variant of [`Dialect`], and its script in `clients.json`.

mod azure;
mod blocks;
mod clients;
mod custom;
mod life;
mod okta;
mod runner;
mod step;

use serde::{Deserialize, Serialize};

use crate::provider::Provider;

pub use runner::{Play, Prepared, Verdict};
pub use step::{Body, Check, Phase, ScriptStep};

scim::words! {
    /// A way of speaking SCIM.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Dialect {
        /// Okta's catalogue templates: PATCH for the state of people and for groups.
        OktaPatch = "okta-patch",
        /// Okta's apps made with the integration wizard: PUT for everything.
        OktaPut = "okta-put",
        /// Entra's default job: capital operations, booleans as text, members removed by value.
        Azure = "azure",
        /// Entra with `aadOptscim062020`: small operations, merged values with flat keys.
        AzureFlag = "azure-flag",
        /// A client that follows RFC 7644 to the letter.
        Custom = "custom",
        /// The Keycloak extension with PUT.
        Keycloak = "keycloak",
        /// The Keycloak extension with its patch switches on.
        KeycloakPatch = "keycloak-patch",
        /// authentik.
        Authentik = "authentik",
        /// `OneLogin`.
        Onelogin = "onelogin",
        /// `JumpCloud`, whose connection test makes and deletes a person and a group.
        Jumpcloud = "jumpcloud",
        /// `PingOne`.
        Ping = "ping",
        /// `CyberArk` Identity.
        Cyberark = "cyberark",
        /// `SailPoint`, a reader first.
        Sailpoint = "sailpoint",
        /// Google Workspace, which sends people only.
        Google = "google",
        /// Rippling, which reads all people to match them.
        Rippling = "rippling",
    }
}

impl Dialect {
    /// The name an admin reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OktaPatch => "Okta, catalog app",
            Self::OktaPut => "Okta, app of your own",
            Self::Azure => "Azure",
            Self::AzureFlag => "Azure with aadOptscim062020",
            Self::Custom => "Any SCIM 2.0 client",
            Self::Keycloak => "Keycloak extension",
            Self::KeycloakPatch => "Keycloak extension with patch",
            Self::Authentik => "authentik",
            Self::Onelogin => "OneLogin",
            Self::Jumpcloud => "JumpCloud",
            Self::Ping => "PingOne",
            Self::Cyberark => "CyberArk Identity",
            Self::Sailpoint => "SailPoint",
            Self::Google => "Google Workspace",
            Self::Rippling => "Rippling",
        }
    }

    /// The tile it belongs to.
    pub const fn provider(self) -> Provider {
        match self {
            Self::OktaPatch | Self::OktaPut => Provider::Okta,
            Self::Azure | Self::AzureFlag => Provider::Azure,
            _ => Provider::Custom,
        }
    }

    /// The dialect to rehearse with when none is named: by the kind of app or client that was chosen in the wizard,
    /// else by the provider.
    pub fn usual(provider: Provider, chosen: Option<&str>) -> Self {
        match (provider, chosen) {
            (Provider::Okta, Some(chosen)) if chosen.starts_with("catalog") => Self::OktaPatch,
            (Provider::Okta, _) => Self::OktaPut,
            (Provider::Azure, _) => Self::Azure,
            (Provider::Custom, Some("pingone")) => Self::Ping,
            (Provider::Custom, Some(chosen)) => {
                Self::from_word(chosen).filter(|d| d.provider() == provider).unwrap_or(Self::Custom)
            }
            (Provider::Custom, None) => Self::Custom,
        }
    }

    /// What the client calls itself; Entra was seen without any name.
    pub const fn user_agent(self) -> Option<&'static str> {
        match self {
            Self::OktaPatch | Self::OktaPut => Some("Okta SCIM Client 1.0.0"),
            Self::Authentik => Some("authentik@2026.8"),
            Self::Azure | Self::AzureFlag => None,
            _ => Some("Foundational-Rehearsal"),
        }
    }

    /// The Accept header.
    pub const fn accept(self) -> &'static str {
        match self {
            Self::Onelogin => "application/json",
            _ => "application/scim+json",
        }
    }

    /// The Content-Type of requests with a body; those without one carry none.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::OktaPatch | Self::OktaPut | Self::Azure | Self::AzureFlag => {
                "application/scim+json; charset=utf-8"
            }
            Self::Onelogin | Self::Jumpcloud => "application/json",
            _ => "application/scim+json",
        }
    }
}

/// The whole script of a dialect. The steps that clean up are at the end and are always to be played.
pub fn script(dialect: Dialect) -> Vec<ScriptStep> {
    let mut steps = match dialect {
        Dialect::OktaPatch => okta::catalog_app(),
        Dialect::OktaPut => okta::own_app(),
        Dialect::Azure => azure::default_job(),
        Dialect::AzureFlag => azure::flag_job(),
        Dialect::Custom => custom::script(),
        client => clients::script(client.as_str()),
    };
    steps.extend(life::clean_up());
    steps
}

#[cfg(test)]
mod tests;
