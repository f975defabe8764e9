//! What ended since a backup was made does not return with it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use store::{
    Account, BackupKind, ChangeSource, Error, Group, MemberChange, Person, PreparedRestore, RestoreRefusal,
    Role, Scope, Store, TokenText, default_backup_folder,
};

use crate::{Folder, connection, document, person};

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl for<'t> AsyncFnOnce(&'t mut store::Tx) -> Result<T, Error> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

async fn account(store: &Store, name: &'static str, role: Role) -> Account {
    write(store, async move |tx| {
        tx.create_account(name, name, role, "old hash", &ChangeSource::default()).await
    })
    .await
}

async fn token(store: &Store, connection: &str) -> String {
    let (id, text) = (connection.to_owned(), TokenText::generate().unwrap());
    let key = text.key_id().to_owned();
    write(store, async move |tx| tx.create_token(&id, &text, None, None, &ChangeSource::default()).await)
        .await;
    key
}

async fn group(store: &Store, scope: &Scope, name: &'static str, members: Vec<String>) -> Group {
    let scope = scope.clone();
    write(store, async move |tx| {
        let document = document(json!({"displayName": name}));
        tx.create_group(&scope, document, members, &ChangeSource::default()).await
    })
    .await
}

async fn change_members(store: &Store, scope: &Scope, group: &Group, change: MemberChange) {
    let (scope, id) = (scope.clone(), group.id.clone());
    write(store, async move |tx| {
        let group = tx.group(&scope, &id).await?.unwrap();
        let document = group.document.clone();
        tx.update_group(&scope, group, document, &[change], &ChangeSource::default()).await
    })
    .await;
}

async fn set_active(store: &Store, person: &Person, active: bool) {
    let (scope, id) = (Scope::of(person.connection_id.clone().unwrap()), person.id.clone());
    write(store, async move |tx| {
        let person = tx.person(&scope, &id).await?.unwrap();
        let mut document = person.document.clone();
        document.insert("active".to_owned(), active.into());
        tx.update_person(person, document, &ChangeSource::default()).await
    })
    .await;
}

async fn delete(store: &Store, person: Person) {
    let scope = Scope::of(person.connection_id.clone().unwrap());
    write(store, async move |tx| tx.delete_person(&scope, person, &ChangeSource::default()).await).await;
}

async fn by_hand(store: &Store) -> PathBuf {
    store.back_up(&default_backup_folder(store.folder()), BackupKind::Hand).await.unwrap().path
}

/// Restores this file and opens the folder again.
async fn restored(folder: &Folder, store: Store, file: &Path) -> Store {
    let ready = PreparedRestore::of(folder.dir.path(), file, folder.clock.now(), None).await.unwrap();
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;
    drop(store);
    folder.open().await
}

async fn members(store: &Store, scope: &Scope, group: &Group) -> Vec<String> {
    crate::members(store, scope, &group.id).await
}

#[tokio::test]
async fn every_right_that_ended_since_the_backup_ends_in_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let grace = account(&store, "grace", Role::Admin).await;
    let mia = account(&store, "mia", Role::Admin).await;
    let leo = account(&store, "leo", Role::Admin).await;
    let (one, scope) = connection(&store, "One").await;
    let (two, other) = connection(&store, "Two").await;
    let (revoked, lasting, orphan) =
        (token(&store, &one.id).await, token(&store, &one.id).await, token(&store, &two.id).await);
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo", "dan", "eve", "finn"] {
        people.push(person(&store, &scope, json!({"userName": name})).await.unwrap());
    }
    let of_two = person(&store, &other, json!({"userName": "gus"})).await.unwrap();
    let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let crew = group(&store, &scope, "Crew", ids.clone()).await;
    let gone = group(&store, &scope, "Gone", ids.clone()).await;
    write(&store, async move |tx| tx.set("recovery.hash", Some("old key")).await).await;
    let file = by_hand(&store).await;

    folder.clock.advance(Duration::from_hours(1));
    set_active(&store, &people[0], false).await;
    delete(&store, people[1].clone()).await;
    delete(&store, people[2].clone()).await;
    let purged = folder.clock.now() + Duration::from_secs(1);
    let (cleo, dan, mia_id, leo_id) =
        (people[2].id.clone(), people[3].id.clone(), mia.id.clone(), leo.id.clone());
    let (key, two_id, grace_then) = (revoked.clone(), two.id.clone(), grace.clone());
    write(&store, async move |tx| {
        let origin = ChangeSource::default();
        tx.purge_tombstones(purged).await?;
        tx.block_person(&dan, true, &origin).await?;
        tx.set_role(&mia_id, Role::Member, &origin).await?;
        tx.allow_sign_in(&leo_id, None, &origin).await?;
        tx.replace_password(&grace_then, "new hash").await?;
        tx.revoke_token(&key, Some("Grace")).await?;
        tx.set("recovery.hash", Some("new key")).await?;
        tx.delete_connection(&two_id, store::PeopleAfterDelete::KeepActive, &origin).await
    })
    .await;
    let eve = people[4].id.clone();
    change_members(&store, &scope, &crew, MemberChange::Remove(vec![eve])).await;
    let (scope_of, id) = (scope.clone(), gone.id.clone());
    write(&store, async move |tx| {
        let group = tx.group(&scope_of, &id).await?.unwrap();
        tx.delete_group(&scope_of, group, &ChangeSource::default()).await
    })
    .await;

    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    let carried = ready.carried.clone();
    assert_eq!(carried.people.names, ["ada", "ben", "cleo", "dan"], "the preview names them");
    assert_eq!(carried.roles.names, ["mia"], "and who is no Admin any more");
    assert_eq!(carried.passwords.names, ["grace", "leo"], "and whose password changed");
    assert_eq!(carried.tokens.names, ["One: Token 1", "Two: Token 1"], "and the tokens");
    assert_eq!(carried.unconfirmed.names, ["gus"], "whose connection was deleted, is to be looked at");
    assert!(
        carried.memberships.names.contains(&"eve – Crew".to_owned())
            && carried.memberships.names.contains(&"finn – Gone".to_owned()),
        "and the memberships: {carried:?}"
    );
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;
    let store = folder.open().await;

    let found = store.person(&scope, &people[0].id).await.unwrap().unwrap();
    assert!(!found.active, "ada left");
    assert_eq!(found.document["active"], false, "and the provider reads it");
    assert!(store.any_person(&people[1].id).await.unwrap().is_none(), "ben was deleted");
    assert!(store.any_person(&cleo).await.unwrap().is_none(), "cleo was purged");
    assert!(store.deleted_person(&cleo).await.unwrap().is_none(), "without a trace of the profile");
    assert!(store.account(&people[3].id).await.unwrap().unwrap().blocked, "dan is blocked");
    let mia = store.account(&mia.id).await.unwrap().unwrap();
    assert_eq!((mia.role, mia.active), (Role::Member, true), "mia is a Member");
    assert_eq!(store.account(&leo.id).await.unwrap().unwrap().password_hash, None, "leo may not sign in");
    let grace = store.account(&grace.id).await.unwrap().unwrap();
    assert_eq!(grace.password_hash.as_deref(), Some("new hash"), "the newer password counts");
    assert_eq!(store.setting("recovery.hash").await.unwrap().as_deref(), Some("new key"), "so does the key");
    assert_eq!(members(&store, &scope, &crew).await, ["ada", "dan", "finn"], "eve was taken out of the crew");
    let row = store.group_row(&crew.id).await.unwrap().unwrap();
    assert_eq!(row.members, 3, "and the count agrees");
    assert!(store.group_row(&gone.id).await.unwrap().is_none(), "a deleted group grants nothing");
    let usable = async |id: &str| {
        store.token(id).await.unwrap().is_some_and(|token| token.is_usable(&folder.clock, &HashMap::new()))
    };
    assert!(!usable(&revoked).await, "a revoked token is not accepted again");
    assert!(!usable(&orphan).await, "nor is one that was deleted with its connection");
    assert!(usable(&lasting).await, "another one is");
    assert!(!store.any_person(&of_two.id).await.unwrap().unwrap().active, "gus waits");
    let one = store.connection(&one.id).await.unwrap().unwrap();
    assert_eq!((one.people, one.groups), (4, 1), "ada, dan, eve, finn and the crew are counted");
    let last = store.last_change_of_kind(&people[0].id, store::ChangeKind::Deactivate).await.unwrap();
    assert!(last.is_some(), "and the history says what the restore did");
}

#[tokio::test]
async fn what_ends_between_the_preview_and_the_restore_ends_too() {
    let folder = Folder::new();
    let store = folder.open().await;
    account(&store, "grace", Role::Admin).await;
    let (_, scope) = connection(&store, "One").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    let file = by_hand(&store).await;
    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    set_active(&store, &ada, false).await;
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;
    let store = folder.open().await;
    assert!(
        !store.any_person(&ada.id).await.unwrap().unwrap().active,
        "the last word before the swap counts"
    );
}

#[tokio::test]
async fn a_restore_that_would_leave_no_admin_to_check_it_is_refused() {
    let folder = Folder::new();
    let store = folder.open().await;
    let grace = account(&store, "grace", Role::Admin).await;
    let file = by_hand(&store).await;
    account(&store, "ada", Role::Admin).await;
    write(&store, async move |tx| tx.set_role(&grace.id, Role::Member, &ChangeSource::default()).await).await;
    let refused = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await;
    let Err(Error::Backup { why, .. }) = refused else { panic!("it was taken: {refused:?}") };
    assert_eq!(why, RestoreRefusal::NoAdminLeft, "the only Admin of the backup is none any more");
    assert!(!folder.dir.path().join("restore.part").exists(), "and nothing is left behind");
}

#[tokio::test]
async fn the_way_back_from_a_restore_brings_what_was_there_before_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    account(&store, "grace", Role::Admin).await;
    let (_, scope) = connection(&store, "One").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    let ben = person(&store, &scope, json!({"userName": "ben"})).await.unwrap();
    let crew = group(&store, &scope, "Crew", vec![ada.id.clone()]).await;
    let monday = by_hand(&store).await;
    folder.clock.advance(Duration::from_hours(96));
    change_members(&store, &scope, &crew, MemberChange::Add(vec![ben.id.clone()])).await;
    let late = person(&store, &scope, json!({"userName": "late"})).await.unwrap();
    let store = restored(&folder, store, &monday).await;
    assert_eq!(members(&store, &scope, &crew).await, ["ada"], "Monday's state");
    let stored = store.backups(vec![default_backup_folder(folder.dir.path())]).await;
    let friday = stored.iter().find(|one| one.facts.kind == BackupKind::Restore).unwrap().path.clone();
    folder.clock.advance(Duration::from_mins(1));
    set_active(&store, &ada, false).await;
    let store = restored(&folder, store, &friday).await;
    assert_eq!(members(&store, &scope, &crew).await, ["ada", "ben"], "ben is in the crew again");
    assert!(!store.any_person(&ada.id).await.unwrap().unwrap().active, "ada left in between");
    assert!(!store.any_person(&late.id).await.unwrap().unwrap().active, "nothing is known of late");
    assert_eq!(store.unconfirmed().await.unwrap().names, ["late"], "who is to be confirmed");
    set_active(&store, &late, true).await;
    assert_eq!(store.unconfirmed().await.unwrap().total, 0, "which the provider does");
}

#[tokio::test]
async fn where_nothing_is_known_everybody_waits_except_one_admin() {
    let folder = Folder::new();
    let store = folder.open().await;
    let grace = account(&store, "grace", Role::Admin).await;
    let mia = account(&store, "mia", Role::Admin).await;
    let (one, scope) = connection(&store, "One").await;
    token(&store, &one.id).await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    let file = by_hand(&store).await;
    store.close().await;
    drop(store);
    std::fs::write(folder.dir.path().join("foundational.db"), "a disk wrote this, and not SQLite").unwrap();
    let now = folder.clock.now();
    let refused =
        PreparedRestore::restore_unopened(folder.dir.path(), &file, now, None, &crate::restore_entry()).await;
    let Err(Error::Backup { why, .. }) = refused else { panic!("it was taken: {refused:?}") };
    assert_eq!(
        why,
        RestoreRefusal::WhichAdmin(vec!["grace".into(), "mia".into()]),
        "one of them is to be named"
    );
    let (_, carried) = PreparedRestore::restore_unopened(
        folder.dir.path(),
        &file,
        now,
        Some("GRACE"),
        &crate::restore_entry(),
    )
    .await
    .unwrap();
    assert!(carried.unread, "it says that nothing is known");
    assert_eq!(carried.unconfirmed.names, ["ada", "mia"], "and who waits");
    assert_eq!(carried.revived.names, ["One: Token 1"], "and which tokens to look at");
    let store = folder.open().await;
    let active = async |id: &str| store.account(id).await.unwrap().unwrap().active;
    assert!(active(&grace.id).await, "the one who was named signs in");
    assert!(!active(&mia.id).await && !active(&ada.id).await, "no other person does");
    let (id, origin) =
        (ada.id.clone(), ChangeSource { actor: Some(grace.id.clone()), ..ChangeSource::default() });
    assert!(write(&store, async move |tx| tx.confirm_person(&id, &origin).await).await, "an Admin confirms");
    assert!(active(&ada.id).await, "then ada has access");
    assert_eq!(store.unconfirmed().await.unwrap().names, ["mia"], "and one less waits");
}

#[tokio::test]
async fn a_backup_of_another_workspace_is_restored_with_everybody_waiting() {
    let elsewhere = Folder::new();
    let store = elsewhere.open().await;
    account(&store, "grace", Role::Admin).await;
    let (_, scope) = connection(&store, "One").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    let file = by_hand(&store).await;
    let folder = Folder::new();
    let fresh = folder.open().await;
    account(&fresh, "someone", Role::Admin).await;
    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    assert!(ready.carried.unread, "this workspace says nothing about the people of that one");
    fresh.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    fresh.close().await;
    let store = folder.open().await;
    assert!(!store.any_person(&ada.id).await.unwrap().unwrap().active, "so ada waits");
}

#[tokio::test]
async fn who_waits_to_be_let_through_here_does_not_sign_in_by_a_restore() {
    let folder = Folder::new();
    let store = folder.open().await;
    account(&store, "grace", Role::Admin).await;
    let (one, scope) = connection(&store, "One").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    let ben = person(&store, &scope, json!({"userName": "ben"})).await.unwrap();
    let file = by_hand(&store).await;
    folder.clock.advance(Duration::from_hours(1));
    let id = one.id.clone();
    assert!(write(&store, async move |tx| tx.begin_observing(&id).await).await);
    set_active(&store, &ada, false).await;
    set_active(&store, &ada, true).await;
    let store = restored(&folder, store, &file).await;
    assert!(store.account(&ada.id).await.unwrap().unwrap().withheld, "she waits still");
    assert!(store.account(&ben.id).await.unwrap().unwrap().may_sign_in(), "he had access before");
    let observed = store.connection(&one.id).await.unwrap().unwrap();
    assert!(observed.observing_since.is_some(), "and the connection is still observed");
}
