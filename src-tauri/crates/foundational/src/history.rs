//! The journal of changes in sentences and tables.

pub(crate) mod changes;
