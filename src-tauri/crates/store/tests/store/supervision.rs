//! A panic fails only the work in which it happens; where a task cannot continue, the process ends.

use std::process::Command;

use futures_util::future::join_all;
use serde_json::json;
use store::{ChangeSource, DEFECT_EXIT, Error, Tx, spawn_supervised};
use tokio::sync::oneshot;

use crate::{Folder, busy_until, connection, document, person};

/// Set in the process that is to end by a panic.
const PANICS: &str = "FOUNDATIONAL_TEST_PANICS";

#[tokio::test]
async fn a_write_that_panics_is_undone_alone_and_the_writer_continues() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut notices = store.events();
    let mut writes = Vec::new();
    for n in 0..30 {
        let scope = scope.clone();
        let store = store.clone();
        writes.push(async move {
            let done: Result<(), Error> = store
                .write(async move |tx| {
                    let body = document(json!({ "userName": format!("p{n}") }));
                    tx.create_person(&scope, body, &ChangeSource::default()).await?;
                    assert!(n % 3 != 0, "a defect");
                    Ok(())
                })
                .await;
            (n, done)
        });
    }
    // All are queued before the writer is released, so that they share a transaction.
    let (release, released) = oneshot::channel();
    let ((), writes, ()) = tokio::join!(biased; busy_until(store.clone(), released), join_all(writes), async {
        release.send(()).unwrap();
    });
    for (n, done) in writes {
        match done {
            Ok(()) => assert!(n % 3 != 0, "{n} is acknowledged"),
            Err(Error::Defect(_)) => assert_eq!(n % 3, 0, "{n} is refused"),
            Err(other) => panic!("{n}: {other}"),
        }
    }
    let people = store.connection(scope.connection_id()).await.unwrap().unwrap().people;
    assert_eq!(people, 20, "what panicked left nothing behind");
    let mut announced = 0;
    while notices.try_recv().is_ok() {
        announced += 1;
    }
    assert_eq!(announced, 20, "nothing is announced of what was undone");
    person(&store, &scope, json!({"userName": "p0"})).await.unwrap();
}

/// A write that has no future yet when it panics.
fn panics_before_it_begins(_: &mut Tx) -> std::future::Ready<Result<(), Error>> {
    panic!("a defect")
}

#[tokio::test]
async fn a_write_that_panics_before_it_begins_is_a_defect_too() {
    let folder = Folder::new();
    let store = folder.open().await;
    let done = store.write(panics_before_it_begins).await;
    assert!(matches!(done, Err(Error::Defect(_))), "{done:?}");
    connection(&store, "First").await;
}

#[tokio::test]
async fn a_task_that_panics_ends_the_process_with_its_own_code() {
    if std::env::var_os(PANICS).is_some() {
        drop(spawn_supervised("test", async { panic!("a defect") }).await);
        return;
    }
    let name = "supervision::a_task_that_panics_ends_the_process_with_its_own_code";
    let mut process = Command::new(std::env::current_exe().unwrap());
    let ended = process.args(["--exact", name]).env(PANICS, "1").output().unwrap();
    assert_eq!(ended.status.code(), Some(DEFECT_EXIT), "{ended:?}");
}
