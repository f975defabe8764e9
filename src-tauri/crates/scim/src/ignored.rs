//! What was ignored of a request that otherwise succeeded.

/// How many names of each kind are remembered.
const MOST: usize = 100;

/// What a request contains that cannot be stored, or that needs no storing. It names attributes and never holds a
/// value, so it may be shown where the request may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Attributes that no registered schema defines, and schemas that are not registered.
    pub unknown: Vec<String>,
    /// Attributes that were sent empty and have no value for it: an empty text (RFC 7643 section 2.5 has null and the
    /// empty array), null in a PATCH, an element of a list without its value.
    pub empty: Vec<String>,
    /// Attributes that a PATCH names without a value for them, or to which it adds an empty value: they are
    /// unchanged.
    pub unspecified: Vec<String>,
}

impl Ignored {
    pub(crate) fn unknown(&mut self, name: &str) {
        remember(&mut self.unknown, name);
    }

    pub(crate) fn empty(&mut self, place: &str) {
        remember(&mut self.empty, place);
    }

    pub(crate) fn unspecified(&mut self, place: &str) {
        remember(&mut self.unspecified, place);
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
