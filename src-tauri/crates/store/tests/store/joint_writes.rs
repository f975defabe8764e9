//! People who are created by requests that share a transaction are written together, and each has its own outcome.

use futures_util::future::{BoxFuture, join, join_all, poll_immediate};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{ChangeSource, Creation, Error, PeopleAfterDelete, Person, Scope, Store};
use tokio::sync::oneshot;

use crate::{Folder, busy_until, changes, connection, document, person};

type Created = Result<Person, Error>;

/// Creates a person, as the server does.
pub(crate) async fn create(store: Store, scope: Scope, request: usize, body: Value) -> Created {
    let origin = ChangeSource {
        connection_id: Some(scope.connection_id().to_owned()),
        activity_id: Some(format!("request {request}")),
        ..ChangeSource::default()
    };
    let (of, source) = (scope.clone(), origin.clone());
    let otherwise = async move |tx: &mut store::Tx, document| tx.create_person(&of, document, &source).await;
    let made = store.create_person(&scope, document(body), &origin, otherwise).await?;
    let (Creation::New(person) | Creation::Other(person)) = made;
    Ok(person)
}

/// Does these together: all wait until the last has arrived.
pub(crate) async fn together<T: Send + 'static>(
    store: &Store,
    writes: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let (go, may_go) = oneshot::channel();
    let mut busy = Box::pin(busy_until(store.clone(), may_go));
    assert!(poll_immediate(&mut busy).await.is_none(), "it is the first");
    let mut waiting = Vec::new();
    for write in writes {
        let mut write = Box::pin(write);
        assert!(poll_immediate(&mut write).await.is_none(), "it is in the queue");
        waiting.push(write);
    }
    go.send(()).unwrap();
    join(busy, join_all(waiting)).await.1
}

#[tokio::test]
async fn people_who_are_created_together_are_all_there_with_their_journal_in_order() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    // More than one transaction takes, and no power of two.
    for count in [1, 2, 5, 64, 100] {
        let body = |n: usize| {
            let name = format!("{count}.{n}@example.com");
            json!({"userName": name, "externalId": format!("x{n}"), "displayName": format!("Person {n}"),
                "emails": [{"value": name}, {"value": format!("other.{name}")}], "active": n.is_multiple_of(2)})
        };
        let writes = (0..count).map(|n| create(store.clone(), scope.clone(), n, body(n)));
        let made: Vec<Person> =
            together(&store, writes).await.into_iter().map(|made| made.unwrap()).collect();
        let mut last = 0;
        for (n, made) in made.iter().enumerate() {
            let read = store.person(&scope, &made.id).await.unwrap().unwrap();
            assert_eq!(Value::Object(read.document.clone()), body(n), "as it was sent");
            assert_eq!((read.version, read.active), (1, n % 2 == 0), "person {n} of {count}");
            assert_eq!(format!("{read:?}"), format!("{made:?}"), "what was answered is what is stored");
            let entries = changes(&store, &made.id).await;
            assert_eq!(entries.len(), 1, "one entry: {entries:?}");
            assert_eq!(entries[0].activity_id, Some(format!("request {n}")), "of its own request");
            assert_eq!(entries[0].after, body(n), "with the document");
            assert!(entries[0].id > last, "in the order of the requests");
            last = entries[0].id;
        }
    }
    let found = store.connection(scope.connection_id()).await.unwrap().unwrap();
    assert_eq!(found.people, 172, "all are counted");
}

#[tokio::test]
async fn a_name_in_use_refuses_its_own_create_alone() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    person(&store, &scope, json!({"userName": "old"})).await.unwrap();
    let names = ["a", "A", "old", "b", "OLD", "b", "c"];
    let writes = names
        .iter()
        .enumerate()
        .map(|(n, name)| create(store.clone(), scope.clone(), n, json!({"userName": name})));
    let made: Vec<bool> = together(&store, writes).await.into_iter().map(|made| made.is_ok()).collect();
    assert_eq!(made, [true, false, false, true, false, false, true], "the first of each new name");
}

#[tokio::test]
async fn a_create_that_the_database_refuses_affects_no_other() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    obstacle(&folder, "BEFORE INSERT ON person WHEN NEW.user_name = 'b'").await;
    let writes =
        ["a", "b", "c"].map(|name| create(store.clone(), scope.clone(), 0, json!({"userName": name})));
    let made = together(&store, writes).await;
    assert!(matches!(made[..], [Ok(_), Err(Error::Sql(_)), Ok(_)]), "one is refused: {made:?}");
}

#[tokio::test]
async fn no_one_is_created_in_a_connection_whose_deletion_was_decided_just_before() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let (_, leaving) = connection(&store, "Second").await;
    let (deleter, id) = (store.clone(), leaving.connection_id().to_owned());
    let delete = async move {
        let work = async move |tx: &mut store::Tx| {
            tx.delete_connection(&id, PeopleAfterDelete::Delete, &ChangeSource::default()).await
        };
        let done: Result<bool, Error> = deleter.write(work).await;
        done.and(Err(Error::Closed))
    };
    let late = create(store.clone(), leaving, 1, json!({"userName": "late"}));
    let other = create(store.clone(), scope, 2, json!({"userName": "other"}));
    let writes: [BoxFuture<'static, Created>; 3] = [Box::pin(delete), Box::pin(late), Box::pin(other)];
    let made = together(&store, writes).await;
    assert!(matches!(made[..], [Err(Error::Closed), Err(Error::ConnectionGone), Ok(_)]), "{made:?}");
}

/// Lets the database refuse something.
pub(crate) async fn obstacle(folder: &Folder, when: &str) {
    let path = format!("sqlite://{}", folder.dir.path().join("foundational.db").display());
    let mut other = SqliteConnection::connect(&path).await.unwrap();
    let sql = format!("CREATE TRIGGER obstacle {when} BEGIN SELECT RAISE(ABORT, 'not now'); END");
    other.execute(AssertSqlSafe(sql)).await.unwrap();
    other.close().await.unwrap();
}
