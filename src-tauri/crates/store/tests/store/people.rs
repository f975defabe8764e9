use futures_util::future::join_all;
use serde_json::{Value, json};
use store::{
    ChangeKind, ChangeSource, Error, Group, PeopleAfterDelete, PersonKey, PersonRead, Role, Scope, Store,
};

use crate::{Folder, changes, connection, document, person};

pub(crate) async fn update(
    store: &Store,
    scope: &Scope,
    id: &str,
    json: Value,
) -> Result<store::Person, Error> {
    let (scope, id) = (scope.clone(), id.to_owned());
    store
        .write(async move |tx| {
            let before = tx.person(&scope, &id).await?.expect("the person exists");
            tx.update_person(before, document(json), &ChangeSource::default()).await
        })
        .await
}

#[tokio::test]
async fn user_names_are_unique_in_the_workspace_without_regard_to_case() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, first) = connection(&store, "First").await;
    let (_, second) = connection(&store, "Second").await;
    person(&store, &first, json!({"userName": "ada@example.com"})).await.unwrap();
    let again = person(&store, &second, json!({"userName": "ADA@example.com"})).await;
    assert!(matches!(again, Err(Error::Duplicate("userName"))), "people sign in by it: {again:?}");
    let count = store.connection(first.connection_id()).await.unwrap().unwrap().people;
    assert_eq!(count, 1, "the refused one must not count");
}

#[tokio::test]
async fn a_connection_never_sees_the_people_of_another() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, first) = connection(&store, "First").await;
    let (_, second) = connection(&store, "Second").await;
    let ada = person(&store, &first, json!({"userName": "ada"})).await.unwrap();
    assert!(
        store.person(&second, &ada.id).await.unwrap().is_none(),
        "another connection's token is blind to her"
    );
    assert!(store.person(&first, &ada.id).await.unwrap().is_some(), "her own sees her");
}

/// The id of a person, and how many groups it is in.
async fn read(store: &Store, scope: &Scope, key: PersonKey<'_>) -> Option<(String, usize)> {
    match store.person_with_groups(scope, "", key, 9).await.unwrap() {
        PersonRead::None => None,
        PersonRead::One(found) => {
            let (person, groups) = *found;
            Some((person.id, groups.len()))
        }
        PersonRead::Other => panic!("there is one person, in few groups"),
    }
}

#[tokio::test]
async fn people_who_are_read_at_once_are_each_found_by_their_own_key() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, first) = connection(&store, "First").await;
    let (_, second) = connection(&store, "Second").await;
    let names = ["ada", "ben", "cyd"];
    let mut ids = Vec::new();
    for name in names {
        ids.push(person(&store, &first, json!({"userName": name})).await.unwrap().id);
    }
    let (scope, members) = (first.clone(), vec![ids[1].clone()]);
    let made: Result<Group, Error> = store
        .write(async move |tx| {
            let crew = document(json!({"displayName": "Crew"}));
            tx.create_group(&scope, crew, members, &ChangeSource::default()).await
        })
        .await;
    made.unwrap();
    let (mut reads, mut expected) = (Vec::new(), Vec::new());
    for (place, (id, name)) in ids.iter().zip(names).enumerate() {
        let found = Some((id.clone(), usize::from(place == 1)));
        reads.push(read(&store, &first, PersonKey::Id(id)));
        reads.push(read(&store, &second, PersonKey::Id(id)));
        reads.push(read(&store, &first, PersonKey::UserName(name)));
        reads.push(read(&store, &second, PersonKey::UserName(name)));
        expected.extend([found.clone(), None, found, None]);
    }
    assert_eq!(join_all(reads).await, expected, "also those that wait for each other");
}

#[tokio::test]
async fn an_update_that_says_the_same_moves_neither_version_nor_time() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada", "active": true})).await.unwrap();
    folder.clock.advance(std::time::Duration::from_mins(1));
    let same = update(&store, &scope, &ada.id, json!({"userName": "ada", "active": true})).await.unwrap();
    assert_eq!((same.version, same.modified_at), (ada.version, ada.modified_at), "nothing happened");
    let changed =
        update(&store, &scope, &ada.id, json!({"userName": "ada", "active": true, "title": "Countess"}))
            .await;
    assert_eq!(changed.unwrap().version, ada.version + 1, "a change counts");
}

#[tokio::test]
async fn taking_active_away_leaves_a_leaver_deactivated() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada", "active": false})).await.unwrap();
    assert!(!ada.active, "she was created without access");
    let after = update(&store, &scope, &ada.id, json!({"userName": "ada", "title": "x"})).await.unwrap();
    assert!(!after.active, "saying nothing about access must not give it back");
}

#[tokio::test]
async fn every_change_is_journalled_with_what_differed() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada =
        person(&store, &scope, json!({"userName": "ada", "active": true, "title": "Miss"})).await.unwrap();
    update(&store, &scope, &ada.id, json!({"userName": "ada", "active": false, "title": "Miss"}))
        .await
        .unwrap();
    let changes = changes(&store, &ada.id).await;
    let kinds: Vec<_> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Deactivate, ChangeKind::Create], "newest first");
    assert_eq!(changes[0].before, json!({"active": true}), "only what differs is stored");
    assert_eq!(changes[0].after, json!({"active": false}), "on both sides");
}

#[tokio::test]
async fn the_last_local_admin_cannot_be_lost() {
    let folder = Folder::new();
    let store = folder.open().await;
    let made: Result<store::Account, Error> = store
        .write(async move |tx| {
            tx.create_account("Grace", "grace@example.com", Role::Admin, "$hash", &ChangeSource::default())
                .await
        })
        .await;
    let id = made.unwrap().id;
    let gone: Result<(), Error> = store
        .write(async move |tx| {
            let scope = Scope::of("none");
            let person = store::Person {
                id,
                connection_id: None,
                display: String::new(),
                active: true,
                role: Role::Admin,
                document: serde_json::Map::new(),
                version: 1,
                created_at: tx.now(),
                modified_at: tx.now(),
            };
            tx.delete_person(&scope, person, &ChangeSource::default()).await
        })
        .await;
    assert!(
        matches!(gone, Err(Error::LastAdmin)),
        "an installation without an Admin cannot be fixed: {gone:?}"
    );
}

#[tokio::test]
async fn deleting_a_connection_does_with_its_people_what_was_chosen() {
    let folder = Folder::new();
    let store = folder.open().await;
    for (name, people, left, active) in [
        ("keep", PeopleAfterDelete::KeepActive, 1, true),
        ("off", PeopleAfterDelete::KeepDeactivated, 1, false),
        ("gone", PeopleAfterDelete::Delete, 0, false),
    ] {
        let (made, scope) = connection(&store, name).await;
        let someone = person(&store, &scope, json!({"userName": name})).await.unwrap();
        let done: Result<bool, Error> = store
            .write(async move |tx| tx.delete_connection(&made.id, people, &ChangeSource::default()).await)
            .await;
        assert!(done.unwrap(), "the connection existed");
        while store.continue_deletion(scope.connection_id()).await.unwrap() {}
        let found = store.any_person(&someone.id).await.unwrap();
        assert_eq!(found.iter().len(), left, "{name}: people left");
        if let Some(found) = found {
            assert_eq!(found.active, active, "{name}: access");
            assert_eq!(found.document["active"], json!(active), "{name}: column and document agree");
            assert!(found.connection_id.is_none(), "{name}: local from now on");
        }
    }
}
