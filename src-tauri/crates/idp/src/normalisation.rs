//! What was made of the deviations of one request.

use crate::deviation::Deviation;
use crate::provider::Provider;

/// One deviation in a request, and what was made of it. It never holds a value of a person, so it may be stored and
/// shown where bodies may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalisation {
    /// The [`Deviation`]'s stable code, for counting.
    pub code: &'static str,
    /// A sentence for the admin.
    pub text: String,
    /// The section of the RFC that the deviation contradicts.
    pub rule: &'static str,
}

/// Collects the normalisations of one request, each sentence once.
pub(crate) struct Normalisations {
    client: &'static str,
    list: Vec<Normalisation>,
}

impl Normalisations {
    pub(crate) fn new(provider: Provider) -> Self {
        let client = match provider {
            Provider::Okta => "Okta",
            Provider::Azure => "Azure",
            Provider::Custom => "The client",
        };
        Self { client, list: Vec::new() }
    }

    /// Adds "{client} {text}". The text starts with a verb and ends with a full stop.
    pub(crate) fn add(&mut self, deviation: &Deviation, text: &str) {
        let normalisation = Normalisation {
            code: deviation.code,
            text: format!("{} {text}", self.client),
            rule: deviation.rule,
        };
        if !self.list.contains(&normalisation) {
            self.list.push(normalisation);
        }
    }

    pub(crate) fn into_list(self) -> Vec<Normalisation> {
        self.list
    }
}
