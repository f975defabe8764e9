//! The names by which the SCIM server may be called beside the public address.

use server::parse_host_name;
use store::{AuditAct, HostOrigin};

use crate::access::actor::Actor;
use crate::context::{Room as _, audited};
use crate::error::Error;
use crate::event::{Event, Topic};
use crate::server::ScimServer;
use crate::server::host_names_views::{HostByName, HostView, HostsView};
use crate::shapes::Nothing;

/// The most names on the list.
const MOST: usize = 100;

impl ScimServer {
    pub(crate) async fn host_list(&self, _: Actor, _: Nothing) -> Result<HostsView, Error> {
        let hosts = self.store().allowed_hosts().await?;
        let view = |host: store::AllowedHost| HostView {
            name: host.name,
            origin: host.origin,
            since: host.since,
            added_by: host.added_by,
        };
        Ok(HostsView {
            hosts: hosts.into_iter().map(view).collect(),
            learns_until: self.server().learns_hosts_until(),
        })
    }

    pub(crate) async fn host_add(&self, actor: Actor, args: HostByName) -> Result<HostsView, Error> {
        let shown: String = args.name.chars().take(120).collect();
        let name = parse_host_name(&args.name).ok_or_else(|| {
            Error::invalid("name", format!("\"{shown}\" is not a host name."))
                .hinting("It looks like scim.example.com, without https:// and without a path.")
        })?;
        let hosts = self.store().allowed_hosts().await?;
        if hosts.iter().any(|host| host.name == name && host.origin == HostOrigin::Added) {
            return self.host_list(Actor::operator(), Nothing {}).await;
        }
        if hosts.len() >= MOST && hosts.iter().all(|host| host.name != name) {
            return Err(Error::invalid("name", format!("There are already {MOST} names on the list."))
                .hinting("Remove one that is no longer in use."));
        }
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.allow_host(&name, HostOrigin::Added, Some(&actor.name())).await?;
                Ok(tx.audit(&actor.audit(AuditAct::HostAdd).with(name)).await?)
            })
            .await;
        done?;
        self.server().read_hosts().await?;
        self.send(Event::of(Topic::Server));
        self.host_list(Actor::operator(), Nothing {}).await
    }

    pub(crate) async fn host_remove(&self, actor: Actor, args: HostByName) -> Result<HostsView, Error> {
        let name = parse_host_name(&args.name).unwrap_or_else(|| args.name.clone());
        let entry = actor.audit(AuditAct::HostRemove).with(&name);
        let removed = audited(self.store(), entry, async move |tx| Ok(tx.forbid_host(&name).await?)).await;
        if !removed? {
            return Err(Error::not_found("allowed name", &args.name));
        }
        self.server().read_hosts().await?;
        self.send(Event::of(Topic::Server));
        self.host_list(Actor::operator(), Nothing {}).await
    }
}
