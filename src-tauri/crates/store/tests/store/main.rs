//! The store through its public face: a temporary folder each, a fixed clock.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod account_choices;
mod activity_search;
mod audit;
mod backup;
mod backup_bytes;
mod connection_deletion;
mod damaged_log;
mod deletion;
mod directory;
#[cfg(debug_assertions)]
mod disk_full;
mod durability;
mod failure_events;
mod filter_sql;
mod group_members;
mod groups;
mod joint_changes;
mod joint_leavers;
mod joint_writes;
mod leaver_proof;
mod let_through;
mod list_position;
mod log_size;
mod migrations;
mod moving;
mod pauses;
mod people;
mod request_counts;
mod request_health;
mod restore;
mod retention;
mod supervision;
mod tokens;
mod undo;
mod undo_obstacles;
mod undo_random;
mod workspace;

use jiff::Timestamp;
use scim::ResourceType;
use serde_json::{Map, Value};
use store::{
    AuditAct, AuditEntry, ChangeSource, Clock, ComputedAttribute, Connection, Error, Ids, Person, Scope,
    Store,
};

pub(crate) struct Folder {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Clock,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Clock::fixed(Timestamp::UNIX_EPOCH) }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(self.dir.path(), self.clock.clone(), Ids::random()).await.unwrap()
    }
}

pub(crate) async fn connection(store: &Store, name: &'static str) -> (Connection, Scope) {
    let made: Result<Connection, Error> =
        store.write(async move |tx| tx.create_connection(name, "custom", "{}").await).await;
    let made = made.unwrap();
    let scope = Scope::of(made.id.clone());
    (made, scope)
}

/// The audit entry of a restore, which nothing but a restore writes.
pub(crate) fn restore_entry() -> AuditEntry {
    AuditEntry::by_program(AuditAct::BackupRestore)
}

pub(crate) fn document(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(map) => map,
        other => panic!("a document is an object, not {other}"),
    }
}

/// All changes of a person, newest first.
pub(crate) async fn changes(store: &Store, id: &str) -> Vec<store::Change> {
    let query = store::HistoryQuery { limit: 1_000, ..store::HistoryQuery::default() };
    store.history(id, &query).await.unwrap().changes
}

/// The display names of a group's members, in the order of their ids.
pub(crate) async fn members(store: &Store, scope: &Scope, group_id: &str) -> Vec<String> {
    let of = ComputedAttribute { scope, resource_type: ResourceType::Group, base: "" };
    let mut reading = store.reader(scope).await.unwrap();
    let entries = reading.entries(&of, group_id, "", 1_000).await.unwrap();
    entries.list.iter().map(|entry| entry["display"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn person(store: &Store, scope: &Scope, json: Value) -> Result<Person, Error> {
    let scope = scope.clone();
    store
        .write(async move |tx| tx.create_person(&scope, document(json), &ChangeSource::default()).await)
        .await
}

/// A write that lasts until it is released. What is queued until then waits, and then shares one transaction with it.
pub(crate) async fn busy_until(store: Store, released: tokio::sync::oneshot::Receiver<()>) {
    let done: Result<(), Error> = store
        .write(async move |_| {
            released.await.unwrap();
            Ok(())
        })
        .await;
    done.unwrap();
}
