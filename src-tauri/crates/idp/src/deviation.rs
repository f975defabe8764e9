//! The type of a deviation: what a client does against the RFC.

/// Something that a client does against the RFC. As data, so that the report of a connection and the documentation show
/// the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Stable; stored with every exchange.
    pub code: &'static str,
    /// What differs from the RFC, in a few words.
    pub title: &'static str,
    /// Which clients do it.
    pub senders: &'static str,
    /// Where that is documented or was observed.
    pub source: &'static str,
    /// The section of the RFC that it contradicts.
    pub rule: &'static str,
    /// How it is normalised.
    pub answer: &'static str,
}
