//! Notes: what a request had to be forgiven.

use crate::Provider;
use crate::quirks::Quirk;

/// One liberty a client took, and what was made of it. It never holds a value of a person, so it may be kept and
/// shown where bodies may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The [`Quirk`]'s stable code, for counting.
    pub code: &'static str,
    /// A sentence for the admin.
    pub text: String,
    /// The section of the RFC that was bent.
    pub rule: &'static str,
}

/// Collects the notes of one request. The same sentence is kept once.
pub(crate) struct Notes {
    who: &'static str,
    list: Vec<Note>,
}

impl Notes {
    pub(crate) fn new(provider: Provider) -> Self {
        let who = match provider {
            Provider::Okta => "Okta",
            Provider::Azure => "Azure",
            Provider::Custom => "The client",
        };
        Self { who, list: Vec::new() }
    }

    /// Adds "{who} {text}". The text starts with a verb and ends with a full stop.
    pub(crate) fn add(&mut self, quirk: &Quirk, text: &str) {
        let note = Note { code: quirk.code, text: format!("{} {text}", self.who), rule: quirk.rule };
        if !self.list.contains(&note) {
            self.list.push(note);
        }
    }

    pub(crate) fn into_list(self) -> Vec<Note> {
        self.list
    }
}
