//! Who paused what, and what ends it.

use std::time::Duration;

use store::{Error, Pause, PauseCause, Store};

use crate::{Folder, connection};

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
