use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde_json::json;
use store::{ChangeSource, Error, Group, MemberChange, PersonKey, ReadyPerson, Scope, Store};

use crate::{Folder, connection, document, members, person};

async fn group(store: &Store, scope: &Scope, name: &str, members: Vec<String>) -> Result<Group, Error> {
    let (scope, name) = (scope.clone(), name.to_owned());
    store
        .write(async move |tx| {
            tx.create_group(&scope, document(json!({"displayName": name})), members, &ChangeSource::default())
                .await
        })
        .await
}

async fn change(store: &Store, scope: &Scope, id: &str, changes: Vec<MemberChange>) -> Group {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<Group, Error> = store
        .write(async move |tx| {
            let group = tx.group(&scope, &id).await?.expect("the group exists");
            let document = group.document.clone();
            tx.update_group(&scope, group, document, &changes, &ChangeSource::default()).await
        })
        .await;
    done.unwrap()
}

#[tokio::test]
async fn removing_named_members_leaves_the_others() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut ids = Vec::new();
    for n in 0..300 {
        ids.push(person(&store, &scope, json!({"userName": format!("p{n}")})).await.unwrap().id);
    }
    let crew = group(&store, &scope, "Crew", ids.clone()).await.unwrap();
    assert_eq!(crew.members, 300, "all arrived");
    let after = change(&store, &scope, &crew.id, vec![MemberChange::Remove(vec![ids[7].clone()])]).await;
    assert_eq!(after.members, 299, "one left, no other");
    let members = members(&store, &scope, &crew.id).await;
    assert_eq!(members.len(), 299, "the stored count and the rows agree");
    assert!(!members.contains(&"p7".to_owned()), "the right one left");
}

#[tokio::test]
async fn changes_of_membership_apply_in_order_and_count_once() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let a = person(&store, &scope, json!({"userName": "a"})).await.unwrap().id;
    let b = person(&store, &scope, json!({"userName": "b"})).await.unwrap().id;
    let crew = group(&store, &scope, "Crew", vec![a.clone()]).await.unwrap();
    let steps = vec![
        MemberChange::Remove(vec![a.clone()]),
        MemberChange::Add(vec![a.clone(), a.clone(), b.clone()]),
        MemberChange::Replace(vec![b.clone()]),
    ];
    let after = change(&store, &scope, &crew.id, steps).await;
    assert_eq!(after.members, 1, "only b is left");
    let version = after.version;
    let same = change(&store, &scope, &crew.id, vec![MemberChange::Add(vec![b.clone()])]).await;
    assert_eq!(same.version, version, "adding someone who is there changes nothing");
    let empty = change(&store, &scope, &crew.id, vec![MemberChange::RemoveAll]).await;
    assert_eq!(empty.members, 0, "and all can be removed on request");
}

#[tokio::test]
async fn a_change_of_membership_ends_what_is_in_memory_of_that_member_alone() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    let crew = group(&store, &scope, "Crew", Vec::new()).await.unwrap();
    let mut ids = Vec::new();
    for name in ["ada", "ben"] {
        let id = person(&store, &scope, json!({"userName": name})).await.unwrap().id;
        let ready = ReadyPerson {
            id: id.clone(),
            connection_id: made.id.clone(),
            user_name_fold: None,
            display: name.to_owned(),
            version: 1,
            text: Bytes::from_static(b"{}"),
            is_plain: OnceLock::new(),
            view: 0,
        };
        store.put_ready_person(store.read_ticket(), Arc::new(ready));
        ids.push(id);
    }
    let is_ready = |id: &str| store.ready_person(PersonKey::Id(id), &made.id, 0).is_some();
    assert!(is_ready(&ids[0]) && is_ready(&ids[1]), "both are in memory");
    let after = change(&store, &scope, &crew.id, vec![MemberChange::Add(vec![ids[0].clone()])]).await;
    assert_eq!((after.members, after.version), (1, 2), "a member and a version more");
    assert!(!is_ready(&ids[0]), "Ada's groups changed");
    assert!(is_ready(&ids[1]), "Ben's did not");
}

#[tokio::test]
async fn unknown_members_wait_unseen_and_do_not_join_by_themselves() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada", "externalId": "e1"})).await.unwrap();
    let (scope2, id) = (scope.clone(), ada.id.clone());
    let gone: Result<(), Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope2, &id).await?.expect("she exists");
            tx.delete_person(&scope2, person, &ChangeSource::default()).await
        })
        .await;
    gone.unwrap();
    let crew = group(&store, &scope, "Crew", vec![ada.id.clone()]).await.unwrap();
    assert_eq!(
        store.group_row(&crew.id).await.unwrap().unwrap().unresolved,
        1,
        "the admin sees who is missing"
    );
    assert!(members(&store, &scope, &crew.id).await.is_empty(), "clients see no members");
    let back = person(&store, &scope, json!({"userName": "ada", "externalId": "e1"})).await.unwrap();
    assert_eq!(back.id, ada.id, "she returns");
    let row = store.group_row(&crew.id).await.unwrap().unwrap();
    assert_eq!((row.members, row.unresolved), (0, 0), "a membership of before her return has ended");
    change(&store, &scope, &crew.id, vec![MemberChange::Add(vec![ada.id.clone()])]).await;
    assert_eq!(members(&store, &scope, &crew.id).await, ["ada"], "one that is sent now counts");
}

#[tokio::test]
async fn groups_of_a_person_are_direct_and_indirect_and_survive_a_circle() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    let inner = group(&store, &scope, "Inner", vec![ada.clone()]).await.unwrap();
    let outer = group(&store, &scope, "Outer", vec![inner.id.clone()]).await.unwrap();
    change(&store, &scope, &inner.id, vec![MemberChange::Add(vec![outer.id.clone()])]).await;
    let mut found: Vec<_> = store
        .groups_of(&scope, &[ada])
        .await
        .unwrap()
        .into_iter()
        .map(|group| (group.display, group.direct))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [("Inner".to_owned(), true), ("Outer".to_owned(), false)],
        "each once, however it goes round"
    );
}

#[tokio::test]
async fn display_names_are_unique_in_a_connection_only() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, first) = connection(&store, "First").await;
    let (_, second) = connection(&store, "Second").await;
    group(&store, &first, "Crew", Vec::new()).await.unwrap();
    assert!(
        matches!(group(&store, &first, "CREW", Vec::new()).await, Err(Error::Duplicate("displayName"))),
        "taken"
    );
    group(&store, &second, "Crew", Vec::new()).await.expect("another provider has groups of its own");
}
