//! Who paused what, and what ends it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;
use store::{ChangeSource, Error, Pause, PauseCause, Store};

use crate::joint_writes::{create, together};
use crate::{Folder, connection, document};

async fn change(store: &Store, what: &'static str, id: &str) {
    let id = id.to_owned();
    let done: Result<(), Error> = store
        .write(async move |tx| match what {
            "pause" => tx.pause_connection(&id, "Grace Hopper").await.map(|found| assert!(found, "here")),
            "resume" => tx.resume_connection(&id).await.map(|found| assert!(found, "here")),
            "pause together" => tx.pause_all("Alan Turing").await,
            _ => tx.resume_all().await,
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn a_pause_keeps_who_and_when_until_a_person_ends_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, _) = connection(&store, "One").await;
    let (other, _) = connection(&store, "Other").await;
    let pause = async |id: &str| store.connection(id).await.unwrap().unwrap().pause;
    let by = |name: &str, together: bool| {
        Some(Pause {
            at: folder.clock.now(),
            by: Some(name.to_owned()),
            by_pause_all: together,
            cause: PauseCause::Person,
        })
    };

    change(&store, "pause", &one.id).await;
    let alone = by("Grace Hopper", false);
    assert_eq!(pause(&one.id).await, alone, "who and when");
    folder.clock.advance(Duration::from_mins(1));
    change(&store, "pause together", "").await;
    assert_eq!(pause(&one.id).await, alone, "it was paused before the others");
    assert_eq!(pause(&other.id).await, by("Alan Turing", true), "with the others");
    change(&store, "resume together", "").await;
    assert_eq!(pause(&one.id).await, alone, "no one resumed it");
    assert_eq!(pause(&other.id).await, None, "resumed as it was paused");

    change(&store, "pause together", "").await;
    folder.clock.advance(Duration::from_mins(1));
    change(&store, "pause", &other.id).await;
    assert_eq!(pause(&other.id).await, by("Grace Hopper", false), "from now on individually");
    change(&store, "resume together", "").await;
    assert!(pause(&other.id).await.is_some(), "so it remains paused");
    change(&store, "resume", &other.id).await;
    assert_eq!(pause(&other.id).await, None, "until a person resumes it");
}

#[tokio::test]
async fn a_client_writes_nothing_behind_a_pause_in_the_same_transaction() {
    let folder = Folder::new();
    let store = folder.open().await;
    for how in ["pause", "pause together"] {
        let (paused, scope) = connection(&store, how).await;
        let late = {
            let (store, scope) = (store.clone(), scope.clone());
            async move {
                let of = scope.clone();
                let work = async move |tx: &mut store::Tx| -> Result<(), Error> {
                    let body = document(json!({"userName": "late"}));
                    tx.create_person(&of, body, &ChangeSource::default()).await.map(drop)
                };
                store.write_for(&scope, work).await
            }
        };
        let first = create(store.clone(), scope.clone(), 1, json!({"userName": format!("before {how}")}));
        let joint = create(store.clone(), scope.clone(), 2, json!({"userName": "late"}));
        let (admin, id) = (store.clone(), paused.id.clone());
        let writes: [BoxFuture<'static, Result<(), Error>>; 4] = [
            Box::pin(async move { first.await.map(drop) }),
            Box::pin(async move {
                change(&admin, how, &id).await;
                Ok(())
            }),
            Box::pin(async move { joint.await.map(drop) }),
            Box::pin(late),
        ];
        let done = together(&store, writes).await;
        let [Ok(()), Ok(()), Err(Error::ConnectionPaused(by)), Err(Error::ConnectionPaused(also))] =
            &done[..]
        else {
            panic!("what was sent before the pause is done, and nothing else: {done:?}");
        };
        let name = if how == "pause" { "Grace Hopper" } else { "Alan Turing" };
        assert_eq!((by.as_deref(), also.as_deref()), (Some(name), Some(name)), "{how}");
        assert_eq!(store.connection(&paused.id).await.unwrap().unwrap().people, 1, "{how}");
    }
}

#[tokio::test]
async fn a_pause_that_is_undone_refuses_no_client() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, scope) = connection(&store, "One").await;
    let (admin, id) = (store.clone(), one.id.clone());
    let undone = async move {
        let work = async move |tx: &mut store::Tx| -> Result<(), Error> {
            tx.pause_connection(&id, "Grace Hopper").await?;
            Err(Error::Closed)
        };
        admin.write(work).await
    };
    let client = create(store.clone(), scope, 1, json!({"userName": "ada"}));
    let writes: [BoxFuture<'static, Result<(), Error>>; 2] =
        [Box::pin(undone), Box::pin(async move { client.await.map(drop) })];
    let done = together(&store, writes).await;
    assert!(matches!(done[..], [Err(Error::Closed), Ok(())]), "{done:?}");
}
