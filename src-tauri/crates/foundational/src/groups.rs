//! Groups.

pub(crate) mod export;
