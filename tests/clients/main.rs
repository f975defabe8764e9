//! SCIM clients that were not written here, against the headless program.

mod compliance;
mod sanity;
mod schemas;
