//! The SCIM server of this workspace: where it listens, its public URL, who reaches it by which name.

pub(crate) mod certificate;
pub(crate) mod discovery_access;
pub(crate) mod discovery_access_views;
pub(crate) mod host_names;
pub(crate) mod host_names_views;
pub(crate) mod listen;
pub(crate) mod port_change;
pub(crate) mod port_holder;
pub(crate) mod public_url_check;
pub(crate) mod reachability;
pub(crate) mod schemas;
