//! The guides, one file per provider: everything a person does in the provider's console, as data.
//!
//! The consoles rename labels now and then. When one changes, edit the file, compare the whole guide with the
//! console, and update [`builders::CHECKED_ON`].

mod azure;
mod azure_agent;
mod builders;
mod clients;
mod custom;
mod okta;
mod okta_agent;

use crate::guide::Guide;
use crate::provider::Provider;
use crate::way_in::WayIn;

/// Where the consoles of Microsoft and Google are for every customer. The shell opens these pages and no others.
pub const PAGES: [&str; 2] = [builders::ENTRA, builders::GOOGLE_ADMIN];

/// The guide of one provider for one way in, complete and in the order in which it is shown.
pub fn guide(provider: Provider, way: WayIn) -> Guide {
    match (provider, way) {
        (Provider::Okta, WayIn::Network) => okta_agent::guide(),
        (Provider::Okta, _) => okta::guide(),
        (Provider::Azure, WayIn::Network) => azure_agent::guide(),
        (Provider::Azure, _) => azure::guide(),
        (Provider::Custom, WayIn::Network) => custom::guide_inside(),
        (Provider::Custom, _) => custom::guide(),
    }
}

/// Where the console of a provider is for every customer: one of [`PAGES`]. None where each customer has an address of their own
/// (Okta), and where the provider is not known.
pub const fn console(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Azure => Some(builders::ENTRA),
        Provider::Okta | Provider::Custom => None,
    }
}

#[cfg(test)]
mod tests;
