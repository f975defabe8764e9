//! Letting through who waits: those who were seen, with what was seen, whatever clients write between the transactions.

use serde_json::json;
use store::{ChangeSource, Error, Person, Role, Rules, Scope, Store, Tx, WithheldCount, WithheldList};

use crate::{Folder, connection, document, person};

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, Error> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

/// A connection that is observed.
async fn observed(store: &Store) -> Scope {
    let (one, scope) = connection(store, "One").await;
    assert!(write(store, async move |tx| tx.begin_observing(&one.id).await).await);
    scope
}

async fn join(store: &Store, scope: &Scope, name: &'static str) -> Person {
    person(store, scope, json!({ "userName": name })).await.unwrap()
}

/// Puts a person in the group whose members are Admins.
async fn put_in_admins(store: &Store, scope: &Scope, person: &Person) {
    let (scope, id) = (scope.clone(), person.id.clone());
    write(store, async move |tx| {
        let origin = ChangeSource::default();
        let admins = document(json!({"displayName": "Admins"}));
        let group = tx.create_group(&scope, admins, vec![id], &origin).await?;
        let rules = Rules { admin_group_id: Some(group.id), ..Rules::default() };
        tx.set_rules(scope.connection_id(), &rules, &origin).await
    })
    .await;
}

async fn list(store: &Store, scope: &Scope) -> WithheldList {
    store.withheld_list(scope.connection_id()).await.unwrap()
}

async fn let_through(store: &Store, scope: &Scope, seen: WithheldList) -> WithheldCount {
    let id = scope.connection_id().to_owned();
    write(store, async move |tx| tx.let_through(&id, &seen, &ChangeSource::default()).await).await
}

async fn end(store: &Store, scope: &Scope) -> bool {
    let id = scope.connection_id().to_owned();
    write(store, async move |tx| tx.end_observing(&id).await).await
}

async fn is_observed(store: &Store, scope: &Scope) -> bool {
    store.connection(scope.connection_id()).await.unwrap().unwrap().observing_since.is_some()
}

async fn is_withheld(store: &Store, person: &Person) -> bool {
    store.account(&person.id).await.unwrap().unwrap().withheld
}

async fn role(store: &Store, person: &Person) -> Role {
    store.account(&person.id).await.unwrap().unwrap().role
}

#[tokio::test]
async fn who_arrives_between_two_steps_waits_and_the_connection_is_still_observed() {
    let folder = Folder::new();
    let store = folder.open().await;
    let scope = observed(&store).await;
    let ada = join(&store, &scope, "ada").await;
    let seen = list(&store, &scope).await;
    let ben = join(&store, &scope, "ben").await;
    assert_eq!(let_through(&store, &scope, seen).await, WithheldCount { people: 1, admins: 0 });
    assert_eq!((is_withheld(&store, &ada).await, is_withheld(&store, &ben).await), (false, true));
    assert!(!end(&store, &scope).await, "ben waits");
    assert!(is_observed(&store, &scope).await);

    let rest = list(&store, &scope).await;
    assert_eq!(rest.count(), WithheldCount { people: 1, admins: 0 });
    let_through(&store, &scope, rest).await;
    assert!(end(&store, &scope).await, "no one waits");
    assert!(!is_observed(&store, &scope).await);
}

#[tokio::test]
async fn who_was_not_seen_to_become_an_admin_does_not_become_one() {
    let folder = Folder::new();
    let store = folder.open().await;
    let scope = observed(&store).await;
    let ada = join(&store, &scope, "ada").await;
    let seen = list(&store, &scope).await;
    put_in_admins(&store, &scope, &ada).await;
    let now = list(&store, &scope).await;
    assert_eq!((seen.count().admins, now.count().admins), (0, 1));
    assert_ne!(seen.fingerprint(), now.fingerprint(), "the same person, who gains more");

    assert_eq!(let_through(&store, &scope, seen).await, WithheldCount { people: 1, admins: 0 });
    assert_eq!((is_withheld(&store, &ada).await, role(&store, &ada).await), (false, Role::Member));
    assert!(!end(&store, &scope).await, "the role waits");
    assert!(is_observed(&store, &scope).await);

    let rest = list(&store, &scope).await;
    assert_eq!(let_through(&store, &scope, rest).await, WithheldCount { people: 1, admins: 1 });
    assert!(end(&store, &scope).await);
    assert_eq!(role(&store, &ada).await, Role::Admin);
}

#[tokio::test]
async fn who_left_the_admin_group_since_they_were_seen_does_not_become_an_admin() {
    let folder = Folder::new();
    let store = folder.open().await;
    let scope = observed(&store).await;
    let ada = join(&store, &scope, "ada").await;
    put_in_admins(&store, &scope, &ada).await;
    let seen = list(&store, &scope).await;
    assert_eq!(seen.count(), WithheldCount { people: 1, admins: 1 });
    let id = scope.connection_id().to_owned();
    write(&store, async move |tx| tx.set_rules(&id, &Rules::default(), &ChangeSource::default()).await).await;
    assert_eq!(let_through(&store, &scope, seen).await, WithheldCount { people: 1, admins: 0 });
    assert!(end(&store, &scope).await);
    assert_eq!(role(&store, &ada).await, Role::Member);
}

#[tokio::test]
async fn equal_numbers_of_other_people_have_another_fingerprint() {
    let folder = Folder::new();
    let store = folder.open().await;
    let scope = observed(&store).await;
    assert_eq!(list(&store, &scope).await.steps().len(), 1, "observing ends also when no one waits");
    let ada = join(&store, &scope, "ada").await;
    let seen = list(&store, &scope).await;
    assert_eq!(seen.fingerprint(), list(&store, &scope).await.fingerprint(), "nothing happened");
    let of = scope.clone();
    write(&store, async move |tx| tx.delete_person(&of, ada, &ChangeSource::default()).await).await;
    join(&store, &scope, "ben").await;
    let now = list(&store, &scope).await;
    assert_eq!(seen.count(), now.count());
    assert_ne!(seen.fingerprint(), now.fingerprint());
}
