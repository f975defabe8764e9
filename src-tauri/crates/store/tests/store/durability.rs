use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::json;
use store::{ChangeSource, Error, Ids, Store, StoreEvent};
use tokio::sync::oneshot;

use crate::{Folder, busy_until, connection, document, person};

#[tokio::test]
async fn an_error_undoes_all_of_its_own_write_and_nothing_of_others() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut writes = Vec::new();
    for n in 0..100 {
        let (store, scope) = (store.clone(), scope.clone());
        writes.push(tokio::spawn(async move {
            let done: Result<(), Error> = store
                .write(async move |tx| {
                    tx.create_person(
                        &scope,
                        document(json!({"userName": format!("p{n}")})),
                        &ChangeSource::default(),
                    )
                    .await?;
                    if n % 3 == 0 { Err(Error::Closed) } else { Ok(()) }
                })
                .await;
            done.is_ok()
        }));
    }
    let mut stored = 0;
    for write in writes {
        stored += u64::from(write.await.unwrap());
    }
    assert_eq!(stored, 66, "every third failed");
    let people = store.connection(scope.connection_id()).await.unwrap().unwrap().people;
    assert_eq!(people, 66, "what failed left nothing behind, not even in the stored count");
    let (rows, total) = store.people(&store::PeopleQuery { limit: 200, ..Default::default() }).await.unwrap();
    assert_eq!((rows.len() as u64, total), (66, 66), "and the rows agree");
}

#[tokio::test]
async fn only_one_of_many_that_want_the_same_user_name_gets_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let tries: Vec<_> = (0..64)
        .map(|_| {
            let (store, scope) = (store.clone(), scope.clone());
            tokio::spawn(async move { person(&store, &scope, json!({"userName": "ada"})).await.is_ok() })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        won += u32::from(one.await.unwrap());
    }
    assert_eq!(won, 1, "exactly one 201");
}

#[tokio::test]
async fn listeners_hear_of_a_change_only_after_it_can_be_read() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut notices = store.events();
    let (writer, target) = (store.clone(), scope.clone());
    tokio::spawn(async move { person(&writer, &target, json!({"userName": "ada"})).await.unwrap() });
    let StoreEvent::Person { id, .. } = notices.recv().await.unwrap() else { panic!("a person was created") };
    assert!(store.person(&scope, &id).await.unwrap().is_some(), "the notice follows the commit");
}

#[tokio::test]
async fn a_write_outlives_its_caller() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    // The writer is busy until it is released, so that the caller below ends while its write waits.
    let (release, released) = oneshot::channel();
    let mut busy = Box::pin(busy_until(store.clone(), released));
    assert!((&mut busy).now_or_never().is_none(), "it has not been released");
    let mut write = Box::pin(person(&store, &scope, json!({"userName": "ada"})));
    assert!((&mut write).now_or_never().is_none(), "the write is queued and waits");
    drop(write);
    release.send(()).unwrap();
    busy.await;
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert!(store.account_named("ada").await.unwrap().is_some(), "it is committed without its caller");
}

#[tokio::test]
async fn a_store_that_is_dropped_holds_its_folder_until_its_writers_have_ended() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (release, released) = oneshot::channel();
    let mut busy = Box::pin(busy_until(store.clone(), released));
    assert!((&mut busy).now_or_never().is_none(), "the writer is busy");
    drop((busy, store));
    assert!(store::is_held(folder.dir.path()), "a write is under way");
    let again = Store::open(folder.dir.path(), folder.clock.clone(), Ids::random()).await;
    assert!(matches!(again, Err(Error::FolderInUse { .. })), "so that no second writer can begin");
    release.send(()).unwrap();
    let ended = async {
        while store::is_held(folder.dir.path()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("released when the writers have ended");
}
