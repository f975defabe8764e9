//! What was passed over in a request that was otherwise done.

/// How many names of each kind are remembered.
const MOST: usize = 100;

/// What a request said that could not be stored, or that needed no storing. It names attributes and never holds a
/// value, so it can be shown wherever the request is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Attributes and schemas that no schema here has.
    pub unknown: Vec<String>,
    /// Attributes that were sent empty and have no value for it: an empty text (RFC 7643 section 2.5 has null and the
    /// empty array), null in a PATCH, an element of a list without its value.
    pub empty: Vec<String>,
    /// Attributes that a PATCH names without saying anything about them, or by adding an empty value: they are as
    /// they were.
    pub unsaid: Vec<String>,
}

impl PassedOver {
    pub(crate) fn unknown(&mut self, name: &str) {
        remember(&mut self.unknown, name);
    }

    pub(crate) fn empty(&mut self, place: &str) {
        remember(&mut self.empty, place);
    }

    pub(crate) fn unsaid(&mut self, place: &str) {
        remember(&mut self.unsaid, place);
    }
}

/// Remembers a name once, cut, because a client may send anything as a name.
fn remember(names: &mut Vec<String>, name: &str) {
    if names.len() < MOST {
        let short: String = name.chars().take(MOST).collect();
        if !names.contains(&short) {
            names.push(short);
        }
    }
}
