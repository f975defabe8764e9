//! By which names this server may be called. A request for another host than ours was sent here by mistake, or by a page
//! in a browser whose name was made to point here; it is answered with 421 (RFC 9110 section 15.5.20).
//!
//! Without a public address any name is allowed: then no other endpoint than this computer's is shown, and every
//! request still needs a token that no web page has. With one, these are: the names of this computer, the public address,
//! and a list of others, which former public addresses join by themselves. Ports do not count; a proxy may change them.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::{SignedDuration, Timestamp};
use store::{AuditAct, AuditEntry, HostOrigin, Store};

/// For how long after an update the names of requests with a valid token join the list. Versions before did not record
/// by which names they were called, and a provider that calls by another name than the public address must not be cut off.
const LEARNING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most names that join the list in this way.
const MOST_LEARNT: usize = 32;
/// The setting that holds until when: a timestamp; any other text is a request to begin.
const LEARN: &str = "server.hostsLearnt";

/// The list, read from the store that holds it. A sandbox shares the list of its host.
pub(crate) struct AllowedHosts {
    store: Store,
    list: RwLock<List>,
}

#[derive(Default)]
struct List {
    names: HashSet<String>,
    learns_until: Option<Timestamp>,
}

impl AllowedHosts {
    /// The list of this store, empty until it is read.
    pub(crate) fn of(store: Store) -> Self {
        Self { store, list: RwLock::default() }
    }

    pub(crate) async fn read(&self) -> Result<(), store::Error> {
        let names = self.store.allowed_hosts().await?.into_iter().map(|host| host.name).collect();
        let learns_until = match self.store.setting(LEARN).await? {
            None => None,
            Some(text) => Some(match text.parse() {
                Ok(until) => until,
                Err(_a_request_to_begin) => self.begin_to_learn().await?,
            }),
        };
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = List { names, learns_until };
        Ok(())
    }

    async fn begin_to_learn(&self) -> Result<Timestamp, store::Error> {
        let until = self.store.clock().now() + LEARNING;
        let text = until.to_string();
        self.store.write(async move |tx| tx.set(LEARN, Some(&text)).await).await?;
        Ok(until)
    }

    fn list(&self) -> RwLockReadGuard<'_, List> {
        self.list.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.list().names.contains(name)
    }

    pub(crate) fn learns_until(&self) -> Option<Timestamp> {
        self.list().learns_until.filter(|until| self.store.clock().now() < *until)
    }

    /// Adds the name of a request with a valid token; false when there is no room for more.
    pub(crate) async fn learn(&self, name: &str) -> Result<bool, store::Error> {
        let listed = self.store.allowed_hosts().await?;
        if listed.iter().filter(|host| host.origin == HostOrigin::Used).count() >= MOST_LEARNT {
            return Ok(false);
        }
        let name = name.to_owned();
        self.store
            .write(async move |tx| {
                tx.allow_host(&name, HostOrigin::Used, None).await?;
                let entry = AuditEntry::by_program(AuditAct::HostAdd);
                tx.audit(&entry.with(name)).await
            })
            .await?;
        self.read().await?;
        Ok(true)
    }
}
