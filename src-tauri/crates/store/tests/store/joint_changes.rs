//! Changes of people that share a transaction are written together, those of one person one after the other, and each has its own
//! outcome.

use futures_util::future::{BoxFuture, poll_immediate};
use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use store::{BoundedEntries, ChangeSource, ChangedPerson, Error, Person, PersonUpdate, Scope, Store};
use tokio::sync::oneshot;

use crate::joint_writes::{obstacle, together};
use crate::{Folder, busy_until, changes, connection, person};

fn target(scope: Scope, id: String) -> ChangedPerson {
    let origin = ChangeSource::default();
    ChangedPerson { scope, id, base: String::new(), most: 10, origin, wants_access: false }
}

/// Gives a person the document that `edit` makes of them, as the server does.
async fn change(
    store: Store,
    scope: Scope,
    id: String,
    edit: impl FnOnce(&Person) -> Result<Map<String, Value>, Error> + Send + 'static,
) -> Result<Person, Error> {
    let decide = move |found: Option<(Person, BoundedEntries)>| -> Result<PersonUpdate<u64, Error>, Error> {
        let (person, _) = found.ok_or(Error::Closed)?;
        let (document, answer) = (edit(&person)?, person.version);
        Ok(PersonUpdate { person, document, answer, refuse: Box::new(|error| error) })
    };
    let (person, before) = store.change_person(target(scope, id), decide).await?;
    assert_eq!(person.version, before + 1, "one change more");
    Ok(person)
}

fn with_title(person: &Person, letter: char) -> Map<String, Value> {
    let mut document = person.document.clone();
    let title = document.get("title").and_then(Value::as_str).unwrap_or_default();
    document.insert("title".to_owned(), format!("{title}{letter}").into());
    document
}

/// Adds to a person's title, and gives the person another name if there is one.
async fn add(
    store: Store,
    scope: Scope,
    id: String,
    letter: char,
    name: Option<&'static str>,
) -> Result<Person, Error> {
    let edit = move |person: &Person| {
        assert_ne!(letter, '!', "a defect");
        let mut document = with_title(person, letter);
        if let Some(name) = name {
            document.insert("userName".to_owned(), name.into());
        }
        Ok(document)
    };
    change(store, scope, id, edit).await
}

/// A connection with these people.
async fn three(names: [&str; 3]) -> (Folder, Store, Scope, Vec<String>) {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(person(&store, &scope, json!({"userName": name})).await.unwrap().id);
    }
    (folder, store, scope, ids)
}

/// A person's title as it is stored, and the version.
async fn stored(store: &Store, scope: &Scope, id: &str) -> (String, u64) {
    let person = store.person(scope, id).await.unwrap().unwrap();
    (person.document["title"].as_str().unwrap_or_default().to_owned(), person.version)
}

#[tokio::test]
async fn changes_of_one_person_that_wait_together_build_on_each_other() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    let bob = person(&store, &scope, json!({"userName": "bob"})).await.unwrap().id;
    let add = |id: &str, letter, name| add(store.clone(), scope.clone(), id.to_owned(), letter, name);
    let writes = [
        add(&ada, 'a', None),
        add(&bob, '1', None),
        add(&ada, 'b', Some("ada.lovelace")),
        add(&bob, '2', Some("ADA.lovelace")),
        add(&bob, '!', None),
        add(&ada, 'c', None),
        add("no id", 'x', None),
        add(&bob, '3', None),
    ];
    let done = together(&store, writes).await;
    let [
        Ok(_),
        Ok(_),
        Ok(_),
        Err(Error::Duplicate("userName")),
        Err(Error::Defect(_)),
        Ok(_),
        Err(Error::Closed),
        Ok(_),
    ] = &done[..]
    else {
        panic!("each has its own outcome: {done:?}");
    };
    let read = async |id: &str| store.person(&scope, id).await.unwrap().unwrap();
    let (ada, bob) = (read(&ada).await, read(&bob).await);
    assert_eq!(
        (&ada.document["title"], &ada.document["userName"], ada.version),
        (&json!("abc"), &json!("ada.lovelace"), 4)
    );
    assert_eq!(
        (&bob.document["title"], &bob.document["userName"], bob.version),
        (&json!("13"), &json!("bob"), 3)
    );
    for (person, entries) in [(&ada, 4), (&bob, 3)] {
        assert_eq!(
            changes(&store, &person.id).await.len(),
            entries,
            "an entry for each change, and one for the creation"
        );
    }
    for (done, stored) in [(&done[5], &ada), (&done[7], &bob)] {
        assert_eq!(
            format!("{:?}", done.as_ref().unwrap()),
            format!("{stored:?}"),
            "what was answered is what is stored"
        );
    }
}

#[tokio::test]
async fn a_defect_in_the_words_of_a_refusal_fails_no_other_request() {
    let (_folder, store, scope, ids) = three(["ada", "bob", "cy"]).await;
    let rename = |id: String| {
        let (store, scope) = (store.clone(), scope.clone());
        async move {
            let decide = |found: Option<(Person, BoundedEntries)>| -> Result<PersonUpdate<(), Error>, Error> {
                let (person, _) = found.ok_or(Error::Closed)?;
                let document = Map::from_iter([("userName".to_owned(), json!("ada"))]);
                Ok(PersonUpdate { person, document, answer: (), refuse: Box::new(|_| panic!("a defect")) })
            };
            store.change_person(target(scope, id), decide).await.map(|(person, ())| person)
        }
    };
    let add = |id: &str| add(store.clone(), scope.clone(), id.to_owned(), 'x', None);
    let writes: [BoxFuture<'_, Result<Person, Error>>; 3] =
        [Box::pin(add(&ids[0])), Box::pin(rename(ids[1].clone())), Box::pin(add(&ids[2]))];
    let done = together(&store, writes).await;
    let [Ok(_), Err(Error::Defect(_)), Ok(_)] = &done[..] else {
        panic!("each has its own outcome: {done:?}")
    };
    for (id, version) in [(&ids[0], 2), (&ids[1], 1), (&ids[2], 2)] {
        assert_eq!(store.person(&scope, id).await.unwrap().unwrap().version, version);
    }
}

#[tokio::test]
async fn a_change_that_the_database_refuses_affects_no_other() {
    let (folder, store, scope, ids) = three(["a", "b", "c"]).await;
    obstacle(&folder, "BEFORE UPDATE OF document ON person WHEN NEW.user_name = 'b'").await;
    let writes = ids.iter().map(|id| add(store.clone(), scope.clone(), id.clone(), 'x', None));
    let done = together(&store, writes).await;
    assert!(matches!(done[..], [Ok(_), Err(Error::Sql(_)), Ok(_)]), "one is refused: {done:?}");
    let refused = store.person(&scope, &ids[1]).await.unwrap().unwrap();
    assert_eq!(refused.version, 1, "nothing of it is written");
    assert_eq!(changes(&store, &ids[1]).await.len(), 1, "nor journalled");
}

#[tokio::test]
async fn another_connections_person_is_not_found() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let (_, other) = connection(&store, "Second").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    let done = add(store.clone(), other, ada, 'x', None).await;
    assert!(matches!(done, Err(Error::Closed)), "as if there were none: {done:?}");
}

#[tokio::test]
async fn a_change_of_a_version_that_another_of_its_batch_has_changed_is_refused() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    // As a request with If-Match.
    let of_version = |version: u64, letter: char| {
        change(store.clone(), scope.clone(), ada.clone(), move |person: &Person| {
            if person.version == version { Ok(with_title(person, letter)) } else { Err(Error::Closed) }
        })
    };
    let writes = [of_version(1, 'a'), of_version(1, 'b'), of_version(2, 'c'), of_version(2, 'd')];
    let done: Vec<bool> = together(&store, writes).await.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, true, false], "each sees the version that the one before it left");
    assert_eq!(stored(&store, &scope, &ada).await, ("ac".to_owned(), 3));
}

#[tokio::test]
async fn a_person_who_cannot_be_read_fails_alone_and_no_change_overtakes_another() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    let bob = person(&store, &scope, json!({"userName": "bob"})).await.unwrap().id;
    let path = format!("sqlite://{}", folder.dir.path().join("foundational.db").display());
    let mut other = SqliteConnection::connect(&path).await.unwrap();
    other.execute("UPDATE person SET document = 'no JSON' WHERE user_name = 'bob'").await.unwrap();
    other.close().await.unwrap();
    let add = |id: &str, letter| add(store.clone(), scope.clone(), id.to_owned(), letter, None);
    let done = together(&store, [add(&ada, 'a'), add(&bob, 'x'), add(&ada, 'b'), add(&ada, 'c')]).await;
    let done: Vec<bool> = done.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, true, true]);
    assert_eq!(stored(&store, &scope, &ada).await, ("abc".to_owned(), 4), "in their order");
}

#[tokio::test]
async fn changes_whose_callers_are_gone_are_there_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap().id;
    let bob = person(&store, &scope, json!({"userName": "bob"})).await.unwrap().id;
    let (go, may_go) = oneshot::channel();
    let mut busy = Box::pin(busy_until(store.clone(), may_go));
    assert!(poll_immediate(&mut busy).await.is_none(), "it is the first");
    for (id, letter) in [(&ada, 'a'), (&bob, '1'), (&ada, 'b')] {
        let mut write = Box::pin(add(store.clone(), scope.clone(), id.clone(), letter, None));
        assert!(poll_immediate(&mut write).await.is_none(), "it is in the queue, and its caller goes");
    }
    go.send(()).unwrap();
    busy.await;
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert_eq!(stored(&store, &scope, &ada).await, ("ab".to_owned(), 3));
    assert_eq!(stored(&store, &scope, &bob).await, ("1".to_owned(), 2));
}
