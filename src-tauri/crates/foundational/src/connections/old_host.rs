//! Names by which connections are still called after the public address has changed.

use std::collections::HashMap;

use server::{host_of, is_this_computer};
use store::{AllowedHost, HostOrigin, TokenUse};

use crate::connections::Connections;
use crate::context::Room as _;
use crate::diagnosis::facts::OldHost;
use crate::error::Error;

/// The names of this server.
pub(crate) struct Hosts {
    /// The one of the public address.
    public: String,
    /// Those that requests may use beside it.
    allowed: Vec<AllowedHost>,
}

impl Connections {
    /// The names of this server; none without a public address, or while no request has used another name.
    pub(crate) async fn hosts(&self, uses: &HashMap<String, TokenUse>) -> Result<Option<Hosts>, Error> {
        let url = self.scim_server.exposure().public_url();
        let Some(public) = url.as_deref().and_then(host_of) else {
            return Ok(None);
        };
        if uses.values().all(|used| used.host.as_ref().is_none_or(|host| *host == public)) {
            return Ok(None);
        }
        Ok(Some(Hosts { public, allowed: self.store().allowed_hosts().await? }))
    }
}

impl Hosts {
    /// The name by which the newest request with one of these tokens called, if that was the public address before. A name that
    /// an Admin allowed beside it is none, and neither is one of this computer.
    pub(crate) fn old(&self, uses: &HashMap<String, TokenUse>) -> Option<OldHost> {
        let newest = uses.values().max_by_key(|used| used.at)?;
        let name = newest.host.as_ref().filter(|name| **name != self.public && !is_this_computer(name))?;
        let allowed = self.allowed.iter().find(|host| host.name == *name);
        let is_former = allowed.is_none_or(|host| host.origin == HostOrigin::Former);
        let changed_at = allowed.map(|host| host.since);
        is_former.then(|| OldHost { name: name.clone(), newest_at: newest.at, changed_at })
    }
}
