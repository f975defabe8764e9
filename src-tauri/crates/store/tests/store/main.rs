//! The store through its public face: a temporary folder each, a fixed clock, repeatable ids.

mod durability;
mod groups;
mod people;
mod plans;
mod workspace;

use idp::Provider;
use jiff::Timestamp;
use serde_json::{Map, Value};
use store::{Clock, Connection, Error, Ids, Origin, Person, Scope, Store};

pub struct Folder {
    pub dir: tempfile::TempDir,
    pub clock: Clock,
}

impl Folder {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Clock::fixed(Timestamp::UNIX_EPOCH) }
    }

    pub async fn open(&self) -> Store {
        Store::open(self.dir.path(), self.clock.clone(), Ids::random()).await.unwrap()
    }
}

pub async fn connection(store: &Store, name: &'static str) -> (Connection, Scope) {
    let made: Result<Connection, Error> =
        store.write(move |tx| Box::pin(tx.create_connection(name, Provider::Custom, "{}"))).await;
    let made = made.unwrap();
    let scope = Scope::of(made.id.clone());
    (made, scope)
}

pub fn document(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(map) => map,
        other => panic!("a document is an object, not {other}"),
    }
}

pub async fn person(store: &Store, scope: &Scope, json: Value) -> Result<Person, Error> {
    let scope = scope.clone();
    store
        .write(move |tx| {
            Box::pin(async move { tx.create_person(&scope, document(json), &Origin::default()).await })
        })
        .await
}
