//! A group with more members than are read at once.

use std::time::Duration;

use serde_json::json;
use store::{ChangeSource, Error, Group, GroupMembers, MemberChange, MemberStretch, Scope, Store};

use crate::{Folder, connection, document};

/// People of a connection, and a group of them and of texts that belong to no one.
async fn group(store: &Store, scope: &Scope, people: usize) -> (Vec<String>, Group) {
    let scope = scope.clone();
    let made: Result<(Vec<String>, Group), Error> = store
        .write(async move |tx| {
            let (mut ids, origin) = (Vec::new(), ChangeSource::default());
            for n in 0..people {
                let body =
                    document(json!({"userName": format!("p{n}"), "displayName": format!("Person \n{n}")}));
                ids.push(tx.create_person(&scope, body, &origin).await?.id);
            }
            let inner = tx
                .create_group(&scope, document(json!({"displayName": "Inner"})), Vec::new(), &origin)
                .await?;
            ids.push(inner.id);
            let unknown = (0..2_000).map(|n| format!("{n} \"no one\"\n"));
            let members = ids.iter().cloned().chain(unknown).collect();
            let made =
                tx.create_group(&scope, document(json!({"displayName": "All"})), members, &origin).await?;
            Ok((ids, made))
        })
        .await;
    let (mut ids, made) = made.unwrap();
    ids.sort();
    (ids, made)
}

async fn remove(store: &Store, scope: &Scope, id: &str, member: &str) {
    let (scope, id, member) = (scope.clone(), id.to_owned(), member.to_owned());
    let done: Result<Group, Error> = store
        .write(async move |tx| {
            let group = tx.group(&scope, &id).await?.expect("the group exists");
            let (same, change) = (group.document.clone(), MemberChange::Remove(vec![member]));
            tx.update_group(&scope, group, same, &[change], &ChangeSource::default()).await
        })
        .await;
    done.unwrap();
}

fn ids_of(stretch: &MemberStretch) -> Vec<String> {
    stretch.members().map(|member| member.unwrap().id.to_owned()).collect()
}

/// A group as a client begins to read it, with the ids of its first members that exist.
async fn begin(store: &Store, scope: &Scope, id: &str) -> (Group, GroupMembers, Vec<String>) {
    let (group, mut members) = store.group_with_members(scope, id, false).await.unwrap().unwrap();
    let mut read = Vec::new();
    while read.is_empty() {
        read.extend(ids_of(&members.next().await.unwrap()));
    }
    (group, members, read)
}

/// The ids of what is left to read.
async fn rest(members: &mut GroupMembers) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while !members.is_ended() {
        ids.extend(ids_of(&members.next().await?));
    }
    Ok(ids)
}

/// Lets so much time pass for the snapshots that are held.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
    tokio::task::yield_now().await;
}

#[tokio::test]
async fn members_are_those_of_one_moment_whatever_happens_while_they_are_read() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let (ids, all) = group(&store, &scope, 4_000).await;
    let (found, mut members, mut read) = begin(&store, &scope, &all.id).await;
    assert_eq!((found.version, found.members), (1, 6_001), "with those that belong to no one");
    remove(&store, &scope, &all.id, &ids[3_999]).await;
    read.extend(rest(&mut members).await.unwrap());
    assert_eq!(read, ids, "those that exist, each once, in the order of their ids");
    let (_, mut members) = store.group_with_members(&scope, &all.id, true).await.unwrap().unwrap();
    let named = members.next().await.unwrap();
    assert_eq!(named.count(), named.members().count() as u64, "as many as are counted");
    for member in named.members() {
        let name = member.unwrap().display.expect("its name");
        assert!(name == "Inner" || name.starts_with("Person \n"), "as it is: {name:?}");
    }
    let other = connection(&store, "Second").await.1;
    assert!(
        store.group_with_members(&other, &all.id, false).await.unwrap().is_none(),
        "of its connection alone"
    );
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_the_rest_of_the_same_version_or_none() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let (ids, all) = group(&store, &scope, 4_000).await;
    for (is_changed, expected) in [(false, true), (true, false)] {
        let (_, mut members, mut read) = begin(&store, &scope, &all.id).await;
        pass(Duration::from_secs(3)).await;
        if is_changed {
            remove(&store, &scope, &all.id, &ids[3_999]).await;
        }
        match rest(&mut members).await {
            Ok(more) => {
                read.extend(more);
                assert!(expected && read == ids, "the same version: {} of {}", read.len(), ids.len());
            }
            Err(error) => {
                assert!(matches!(error, Error::Changed), "{error}");
                assert!(!expected, "it did not change");
            }
        }
    }
}

#[tokio::test]
async fn few_snapshots_are_held_at_once_and_none_for_long() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let (_, all) = group(&store, &scope, 10).await;
    let other = connection(&store, "Second").await.1;
    let (_, theirs) = group(&store, &other, 0).await;
    let first = store.group_with_members(&scope, &all.id, false).await.unwrap();
    let _second = store.group_with_members(&scope, &all.id, false).await.unwrap();
    let third = store.group_with_members(&scope, &all.id, false);
    tokio::pin!(third);
    assert!(tokio::time::timeout(Duration::from_millis(20), &mut third).await.is_err(), "a third one waits");
    assert!(store.person(&scope, "none").await.unwrap().is_none(), "other reading does not");
    let of_other = store.group_with_members(&other, &theirs.id, false);
    let found =
        tokio::time::timeout(Duration::from_secs(1), of_other).await.expect("another connection has its own");
    assert!(found.unwrap().is_some(), "it is read");
    drop(first);
    let found = tokio::time::timeout(Duration::from_secs(1), &mut third).await.expect("one is free").unwrap();
    assert!(found.is_some(), "it is read");
    let fourth = store.group_with_members(&scope, &all.id, false);
    let found =
        tokio::time::timeout(Duration::from_secs(4), fourth).await.expect("a snapshot ends by itself");
    assert!(found.unwrap().is_some(), "although its client reads nothing");
}
