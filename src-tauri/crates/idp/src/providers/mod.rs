//! The guides, one file per provider: everything a person does in the provider's console, as data.
//!
//! The consoles rename labels now and then. When one changes, edit the file, compare the whole guide with the
//! console, and update [`builders::CHECKED_ON`].

mod azure;
mod builders;
mod clients;
mod custom;
mod okta;

use crate::guide::Guide;
use crate::provider::Provider;

/// Where the consoles of Microsoft and Google are for every customer. The shell opens these pages and no others.
pub const PAGES: [&str; 2] = [builders::ENTRA, builders::GOOGLE_ADMIN];

/// The guide of one provider, complete and in the order in which it is shown.
pub fn guide(provider: Provider) -> Guide {
    match provider {
        Provider::Okta => okta::guide(),
        Provider::Azure => azure::guide(),
        Provider::Custom => custom::guide(),
    }
}

#[cfg(test)]
mod tests;
