//! `kill -9` while a connection is deleted: what was decided is in effect, nothing of it is seen half done, and the next
//! start continues it.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use idp::Provider;
use serde_json::json;
use store::{
    ChangeSource, Clock, Error, HistoryQuery, Ids, PeopleFilter, PeopleQuery, PersonStatus, Scope, Store,
};
use tests::{KillOnDrop, program, program_on, until};

/// So many that deleting them takes several steps.
const PEOPLE: u64 = 6_000;
/// The decision writes less than this to the log of the database, a step more.
const UNDER_WAY: u64 = 200_000;
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

async fn open(folder: &Path) -> Store {
    Store::open(folder, Clock::system(), Ids::random()).await.unwrap()
}

/// How many people are local and deactivated, as they are shown.
async fn deactivated(store: &Store) -> u64 {
    let filter = PeopleFilter {
        status: Some(PersonStatus::Deactivated),
        source: Some(String::new()),
        ..PeopleFilter::default()
    };
    store.people(&PeopleQuery { filter, limit: 1, ..PeopleQuery::default() }).await.unwrap().1
}

/// Ends the process by force once it has written more than the decision.
async fn killed_under_way(mut process: Child, folder: &Path) {
    let wal = folder.join("foundational.db-wal");
    // A step takes less than `until` waits between two looks.
    let under_way = async {
        while process.try_wait().unwrap().is_none()
            && !std::fs::metadata(&wal).is_ok_and(|file| file.len() > UNDER_WAY)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), under_way).await.expect("the deletion begins");
    drop(process.kill());
    process.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_was_killed_continues_and_is_never_seen_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let made: Result<String, Error> = store
        .write(async move |tx| {
            let connection = tx.create_connection("Leaving", Provider::Custom.as_str(), "{}").await?;
            let scope = Scope::of(connection.id.clone());
            for n in 0..PEOPLE {
                let mut body = serde_json::Map::new();
                body.insert("userName".to_owned(), json!(format!("leaver{n}@example.com")));
                body.insert("nickName".to_owned(), json!("n".repeat(200)));
                tx.create_person(&scope, body, &ChangeSource::default()).await?;
            }
            Ok(connection.id)
        })
        .await;
    let id = made.unwrap();
    store.close().await;
    drop(store);

    let deleting = ["connection", "delete", "Leaving", "--people", "keep-deactivated"];
    killed_under_way(program_on(folder.path(), &deleting).spawn().unwrap(), folder.path()).await;
    for round in ["the command", "the server that continued"] {
        let store = open(folder.path()).await;
        assert_eq!(store.connection_deletions().await.unwrap().len(), 1, "{round} was killed in the middle");
        assert!(
            store.connections().await.unwrap().is_empty(),
            "{round}: the connection no longer exists all the same"
        );
        assert_eq!(deactivated(&store).await, PEOPLE, "{round}: and no one in it has access");
        store.close().await;
        drop(store);
        killed_under_way(program_on(folder.path(), &SERVE).spawn().unwrap(), folder.path()).await;
    }

    // A command that runs before the server would hold the folder, and the server would end.
    let server = KillOnDrop::serve(program_on(folder.path(), &SERVE), folder.path()).await;
    until("the server has deleted the rest", async || {
        let output = Command::new(program("foundational"))
            .args(["connection", "delete", &id, "--people", "delete", "--data"])
            .arg(folder.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).contains("There is no connection").then_some(())
    })
    .await;
    drop(server);
    let store = open(folder.path()).await;
    assert!(store.connection_deletions().await.unwrap().is_empty(), "nothing is left of it");
    assert_eq!(deactivated(&store).await, PEOPLE, "and everyone is what was decided first");
    let query = PeopleQuery { limit: 50, ..PeopleQuery::default() };
    for row in store.people(&query).await.unwrap().0 {
        let history = store.history(&row.id, &HistoryQuery { limit: 9, ..HistoryQuery::default() }).await;
        assert_eq!(history.unwrap().total, 2, "{}: created and deactivated, once each", row.user_name);
    }
}
