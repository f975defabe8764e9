//! Why a source of the certificate can't be used, and which input of the Admin is wrong.

use crate::error::{Code, Error};

/// A source that can't be used.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// A sentence.
    pub why: String,
    /// The input that it is about; none where it is about no input of its form.
    field: Option<&'static str>,
}

impl Unusable {
    /// What is wrong with one input.
    pub(crate) const fn at(field: &'static str, why: String) -> Self {
        Self { why, field: Some(field) }
    }
}

impl From<String> for Unusable {
    fn from(why: String) -> Self {
        Self { why, field: None }
    }
}

impl From<Unusable> for Error {
    fn from(unusable: Unusable) -> Self {
        match unusable.field {
            Some(field) => Self::invalid(field, unusable.why),
            None => Self::new(Code::Invalid, unusable.why),
        }
    }
}
