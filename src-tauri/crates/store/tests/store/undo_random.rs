//! Random writes of a client, all undone: the tables are as before, and as after when that is undone.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use store::{Error, MemberChange, Scope, Store, Tx, UndoSelection};

use crate::undo::{by_client, since, tables, undo};
use crate::{Folder, connection, document};

/// Something that a client does. The numbers choose among those who are here.
#[derive(Clone, Debug)]
enum Write {
    Create(u8),
    Title(u8, u8),
    Active(u8, bool),
    Rename(u8),
    Delete(u8),
    CreateGroup(u8),
    RenameGroup(u8),
    DeleteGroup(u8),
    Join(u8, u8),
    Leave(u8, u8),
    Replace(u8, Vec<u8>),
    Nest(u8, u8),
}

fn write() -> impl Strategy<Value = Write> {
    let n = any::<u8>;
    prop_oneof![
        n().prop_map(Write::Create),
        (n(), n()).prop_map(|(a, b)| Write::Title(a, b)),
        (n(), any::<bool>()).prop_map(|(a, b)| Write::Active(a, b)),
        n().prop_map(Write::Rename),
        n().prop_map(Write::Delete),
        n().prop_map(Write::CreateGroup),
        n().prop_map(Write::RenameGroup),
        n().prop_map(Write::DeleteGroup),
        (n(), n()).prop_map(|(a, b)| Write::Join(a, b)),
        (n(), n()).prop_map(|(a, b)| Write::Leave(a, b)),
        (n(), prop::collection::vec(n(), 0..4)).prop_map(|(a, b)| Write::Replace(a, b)),
        (n(), n()).prop_map(|(a, b)| Write::Nest(a, b)),
    ]
}

/// Who is here.
#[derive(Default)]
struct Here {
    people: Vec<String>,
    groups: Vec<String>,
    names: u32,
}

impl Here {
    fn person(&self, n: u8) -> Option<String> {
        self.people.get(usize::from(n) % self.people.len().max(1)).cloned()
    }

    fn group(&self, n: u8) -> Option<String> {
        self.groups.get(usize::from(n) % self.groups.len().max(1)).cloned()
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("name{}", self.names)
    }
}

async fn alter(tx: &mut Tx, scope: &Scope, id: &str, values: serde_json::Value) -> Result<(), Error> {
    let person = tx.person(scope, id).await?.unwrap();
    let mut body = person.document.clone();
    body.extend(document(values));
    tx.update_person(person, body, &by_client(scope, "request")).await.map(drop)
}

async fn alter_group(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    name: Option<String>,
    members: &[MemberChange],
) -> Result<(), Error> {
    let group = tx.group(scope, id).await?.unwrap();
    let mut body = group.document.clone();
    if let Some(name) = name {
        body.insert("displayName".to_owned(), json!(name));
    }
    tx.update_group(scope, group, body, members, &by_client(scope, "request")).await.map(drop)
}

async fn apply(store: &Store, scope: &Scope, here: &mut Here, write: Write) {
    let (name, scope, origin) = (here.name(), scope.clone(), by_client(scope, "request"));
    let (person, group) = match &write {
        Write::Title(n, _) | Write::Active(n, _) | Write::Rename(n) | Write::Delete(n) => {
            (here.person(*n), None)
        }
        Write::RenameGroup(n) | Write::DeleteGroup(n) | Write::Replace(n, _) => (None, here.group(*n)),
        Write::Join(g, p) | Write::Leave(g, p) => (here.person(*p), here.group(*g)),
        Write::Nest(g, other) => (here.group(*other), here.group(*g)),
        Write::Create(_) | Write::CreateGroup(_) => (None, None),
    };
    let others: Vec<String> = match &write {
        Write::Replace(_, all) => all.iter().filter_map(|n| here.person(*n)).collect(),
        Write::CreateGroup(n) => here.person(*n).into_iter().collect(),
        _ => Vec::new(),
    };
    let done = write.clone();
    let made: Result<Option<String>, Error> = store
        .write(async move |tx| {
            match (done, person, group) {
                (Write::Create(n), ..) => {
                    let body = json!({"userName": name, "externalId": format!("x-{n}-{name}"),
                        "emails": [{"value": format!("{name}@example.com")}]});
                    return Ok(Some(tx.create_person(&scope, document(body), &origin).await?.id));
                }
                (Write::CreateGroup(_), ..) => {
                    let body = document(json!({"displayName": name}));
                    return Ok(Some(tx.create_group(&scope, body, others, &origin).await?.id));
                }
                (Write::Title(_, n), Some(id), _) => {
                    let emails =
                        json!([{"value": format!("{n}@example.com")}, {"value": "same@example.com"}]);
                    alter(tx, &scope, &id, json!({"title": format!("title{n}"), "emails": emails})).await?;
                }
                (Write::Active(_, active), Some(id), _) => {
                    alter(tx, &scope, &id, json!({"active": active})).await?;
                }
                (Write::Rename(_), Some(id), _) => alter(tx, &scope, &id, json!({"userName": name})).await?,
                (Write::Delete(_), Some(id), _) => {
                    let person = tx.person(&scope, &id).await?.unwrap();
                    tx.delete_person(&scope, person, &origin).await?;
                }
                (Write::RenameGroup(_), _, Some(id)) => alter_group(tx, &scope, &id, Some(name), &[]).await?,
                (Write::DeleteGroup(_), _, Some(id)) => {
                    let group = tx.group(&scope, &id).await?.unwrap();
                    tx.delete_group(&scope, group, &origin).await?;
                }
                (Write::Join(..) | Write::Nest(..), Some(member), Some(id)) if member != id => {
                    alter_group(tx, &scope, &id, None, &[MemberChange::Add(vec![member])]).await?;
                }
                (Write::Leave(..), Some(member), Some(id)) => {
                    alter_group(tx, &scope, &id, None, &[MemberChange::Remove(vec![member])]).await?;
                }
                (Write::Replace(..), _, Some(id)) => {
                    alter_group(tx, &scope, &id, None, &[MemberChange::Replace(others)]).await?;
                }
                _ => {}
            }
            Ok(None)
        })
        .await;
    match (write, made.unwrap()) {
        (Write::Create(_), Some(id)) => here.people.push(id),
        (Write::CreateGroup(_), Some(id)) => here.groups.push(id),
        (Write::Delete(n), _) => {
            let gone = here.person(n);
            here.people.retain(|id| Some(id) != gone.as_ref());
        }
        (Write::DeleteGroup(n), _) => {
            let gone = here.group(n);
            here.groups.retain(|id| Some(id) != gone.as_ref());
        }
        _ => {}
    }
}

async fn run(first: Vec<Write>, then: Vec<Write>) {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "Okta").await;
    let mut here = Here::default();
    for n in 0..3 {
        apply(&store, &scope, &mut here, Write::Create(n)).await;
        apply(&store, &scope, &mut here, Write::CreateGroup(n)).await;
    }
    for one in first {
        apply(&store, &scope, &mut here, one).await;
    }
    folder.clock.advance(Duration::from_mins(1));
    let (before, moment) = (tables(&folder).await, folder.clock.now());
    for one in then {
        apply(&store, &scope, &mut here, one).await;
    }
    let after = tables(&folder).await;
    let (selection, plan) = since(&store, &scope, moment).await;
    let job = undo(&store, &selection, plan, false).await;
    assert_eq!(job.skipped, 0, "nothing is in the way");
    assert_eq!(tables(&folder).await, before, "as before");
    let again = UndoSelection::Undo { undo_id: job.id };
    let plan = store.undo_plan(&again, None).await.unwrap();
    let job = undo(&store, &again, plan, false).await;
    assert_eq!(job.skipped, 0, "nothing is in the way of the other direction");
    assert_eq!(tables(&folder).await, after, "as after");
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn random_writes_of_a_client_are_undone_and_that_is_undone(
        first in prop::collection::vec(write(), 0..12),
        then in prop::collection::vec(write(), 1..40),
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(first, then));
    }
}
