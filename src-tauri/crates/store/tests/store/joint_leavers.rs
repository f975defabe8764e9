//! People who lose access by requests that share a transaction: each has a proof and is counted, and a brake that holds looks at
//! each by itself.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use store::{
    BoundedEntries, Brake, BrakeMode, ChangeSource, ChangedPerson, Connection, Creation, Error, LeaverFilter,
    Person, PersonUpdate, Scope, Store, StoreEvent, Thresholds,
};

use crate::joint_writes::together;
use crate::{Folder, connection, document, person};

fn by_client(scope: &Scope, request: &str) -> ChangeSource {
    ChangeSource {
        connection_id: Some(scope.connection_id().to_owned()),
        activity_id: Some(request.to_owned()),
        actor: None,
        requested_at: Some(Timestamp::UNIX_EPOCH),
    }
}

/// Gives a person access or takes it away, as the server does.
async fn set_active(store: Store, scope: Scope, id: String, active: bool) -> Result<Person, Error> {
    let origin = by_client(&scope, &format!("request about {id}"));
    let target = ChangedPerson { scope, id, base: String::new(), most: 10, origin, wants_access: active };
    let decide = move |found: Option<(Person, BoundedEntries)>| -> Result<PersonUpdate<(), Error>, Error> {
        let (person, _) = found.ok_or(Error::Closed)?;
        let mut document = person.document.clone();
        document.insert("active".to_owned(), active.into());
        Ok(PersonUpdate { person, document, answer: (), refuse: Box::new(|error| error) })
    };
    store.change_person(target, decide).await.map(|(person, ())| person)
}

/// A connection with so many people, whose ids are in order.
async fn people(folder: &Folder, store: &Store, count: usize) -> (Connection, Scope, Vec<String>) {
    let (made, scope) = connection(store, "First").await;
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(person(store, &scope, json!({"userName": format!("p{n}")})).await.unwrap().id);
    }
    ids.sort();
    folder.clock.advance(Duration::from_mins(1));
    (made, scope, ids)
}

async fn hold(store: &Store, connection: &Connection, thresholds: Thresholds) {
    let brake = Brake { mode: BrakeMode::Hold, thresholds, counted_from: None };
    let id = connection.id.clone();
    let set: Result<bool, Error> =
        store.write(async move |tx| tx.set_brake(&id, &brake, "Grace").await).await;
    assert!(set.unwrap(), "the connection holds");
}

async fn held(store: &Store, connection: &Connection) -> u64 {
    store.held_removals(&connection.id, 100).await.unwrap().total
}

#[tokio::test]
async fn each_of_many_who_leave_together_has_a_proof_and_is_counted() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (connection, scope, ids) = people(&folder, &store, 70).await;
    let mut notices = store.events();
    let leave = |id: &String| set_active(store.clone(), scope.clone(), id.clone(), false);
    for done in together(&store, ids.iter().map(leave)).await {
        assert!(!done.unwrap().active);
    }
    let proofs = store.leavers(&LeaverFilter::default(), None, 0, 100).await.unwrap().rows;
    for proof in &proofs {
        let request = format!("request about {}", proof.person_id);
        assert_eq!(proof.activity_id.as_ref(), Some(&request), "of its own request");
        assert_eq!(proof.requested_at, Some(Timestamp::UNIX_EPOCH), "when that arrived");
        assert_eq!(proof.stored_at.as_second(), 60, "and when it was stored");
    }
    let mut proven: Vec<String> = proofs.into_iter().map(|proof| proof.person_id).collect();
    proven.sort();
    assert_eq!(proven, ids, "one proof each");
    let removals = store.removals(&connection, Timestamp::UNIX_EPOCH).await.unwrap();
    let counted: u64 = removals.accounts.iter().map(|count| count.people).sum();
    assert_eq!((counted, removals.active), (70, 0), "for the finding of a mass change");
    let mut gone: Vec<String> = std::iter::from_fn(|| notices.try_recv().ok())
        .filter_map(|notice| match notice {
            StoreEvent::PersonGone { id, .. } => Some(id),
            _ => None,
        })
        .collect();
    gone.sort();
    assert_eq!(gone, ids, "and each ends its sessions");
}

#[tokio::test]
async fn a_brake_that_holds_looks_at_each_of_those_who_leave_together() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (connection, scope, ids) = people(&folder, &store, 50).await;
    hold(&store, &connection, Thresholds::default()).await;
    let set = |id: &String, active| set_active(store.clone(), scope.clone(), id.clone(), active);
    let done = together(&store, ids[..16].iter().map(|id| set(id, false))).await;
    for (n, (id, done)) in ids.iter().zip(&done).enumerate() {
        assert_eq!(done.is_ok(), n < 9, "nine of fifty are no mass change, ten are: {done:?}");
        assert!(matches!(done, Ok(_) | Err(Error::RemovalHeld)), "it is known why: {done:?}");
        let stored = store.person(&scope, id).await.unwrap().unwrap();
        assert_eq!((stored.active, stored.version), if n < 9 { (false, 2) } else { (true, 1) }, "person {n}");
    }
    assert_eq!(held(&store, &connection).await, 7, "each one that was refused is held");
    assert_eq!(store.open_leavers(100).await.unwrap().len(), 9, "who has not left has no proof");

    let done = together(&store, [set(&ids[9], true), set(&ids[0], true), set(&ids[16], false)]).await;
    assert!(matches!(done[..], [Ok(_), Ok(_), Err(Error::RemovalHeld)]), "access is given: {done:?}");
    assert_eq!(held(&store, &connection).await, 7, "one is wanted again, another one is not any more");
}

#[tokio::test]
async fn what_a_create_takes_away_is_held_and_other_creates_are_not() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (connection, scope, ids) = people(&folder, &store, 1).await;
    hold(&store, &connection, Thresholds { people: 1, ..Thresholds::default() }).await;
    let create = |name: &str| {
        let (store, scope, id) = (store.clone(), scope.clone(), ids[0].clone());
        let body = document(json!({"userName": name}));
        async move {
            let origin = by_client(&scope, "request");
            let (of, source) = (scope.clone(), origin.clone());
            let otherwise = async move |tx: &mut store::Tx, _: Map<String, Value>| -> Result<Person, Error> {
                let found = tx.person(&of, &id).await?.ok_or(Error::Closed)?;
                let mut document = found.document.clone();
                document.insert("active".to_owned(), false.into());
                tx.update_person(found, document, &source).await
            };
            store.create_person(&scope, body, &origin, otherwise).await
        }
    };
    let made = together(&store, [create("new"), create("p0"), create("newer")]).await;
    assert!(
        matches!(made[..], [Ok(Creation::New(_)), Err(Error::RemovalHeld), Ok(Creation::New(_))]),
        "{made:?}"
    );
    assert!(store.person(&scope, &ids[0]).await.unwrap().unwrap().active, "nothing of it is done");
    assert_eq!(held(&store, &connection).await, 1);
    let found = store.connection(&connection.id).await.unwrap().unwrap();
    assert_eq!(found.people, 3, "and what was written before it is not undone");
}
