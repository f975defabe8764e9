//! `kill -9` while an undo takes its steps: the next start continues it, and each step is taken once.

use std::path::Path;

use idp::Provider;
use serde_json::{Value, json};
use store::{
    ChangeSource, Clock, Error, HistoryQuery, Ids, PeopleFilter, PeopleQuery, PersonStatus, Scope, Store,
    UndoState,
};
use tests::{KillOnDrop, program_on, until};

/// So many that undoing takes several batches.
const PEOPLE: u64 = 4_000;

async fn open(folder: &Path) -> Store {
    Store::open(folder, Clock::system(), Ids::random()).await.unwrap()
}

async fn count(store: &Store, status: PersonStatus) -> u64 {
    let filter = PeopleFilter { status: Some(status), ..PeopleFilter::default() };
    store.people(&PeopleQuery { filter, limit: 1, ..PeopleQuery::default() }).await.unwrap().1
}

async fn serve(folder: &Path) -> KillOnDrop {
    KillOnDrop::serve(program_on(folder, &["serve", "--listen", "127.0.0.1:0"]), folder).await
}

/// The newest undo as the running instance shows it; null where there is none yet.
async fn status(folder: &Path) -> Value {
    let ticket: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("bridge.json")).unwrap()).unwrap();
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = json!({"command": "undo.status", "args": {"id": null, "offset": 0, "limit": 1}});
    let request = client.post(format!("{}/bridge/call", ticket["url"].as_str().unwrap()));
    let answer = request.bearer_auth(ticket["secret"].as_str().unwrap()).json(&call).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_that_was_killed_continues_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let made: Result<(), Error> = store
        .write(async move |tx| {
            let connection = tx.create_connection("Faulty", Provider::Custom.as_str(), "{}").await?;
            let scope = Scope::of(connection.id.clone());
            let client = ChangeSource { connection_id: Some(connection.id), ..ChangeSource::default() };
            for n in 0..PEOPLE {
                let mut body = serde_json::Map::new();
                body.insert("userName".to_owned(), json!(format!("user{n}@example.com")));
                // Made by an older request, which is none of the client's that are undone.
                let person = tx.create_person(&scope, body, &ChangeSource::default()).await?;
                let mut body = person.document.clone();
                body.insert("active".to_owned(), json!(false));
                tx.update_person(person, body, &client).await?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
    store.close().await;
    drop(store);

    let server = serve(folder.path()).await;
    let since = ["undo", "--connection", "Faulty", "--since", "2020-01-01T00:00:00Z"];
    let _command = KillOnDrop::start(program_on(folder.path(), &since));
    until("some steps are taken", async || {
        (status(folder.path()).await["done"].as_u64() > Some(0)).then_some(())
    })
    .await;
    drop(server);

    let store = open(folder.path()).await;
    let job = store.unfinished_undo().await.unwrap().expect("it was killed in the middle");
    assert_eq!(job.total, PEOPLE);
    assert_eq!(count(&store, PersonStatus::Active).await, job.done, "what it says is done, and no more");
    store.close().await;
    drop(store);

    let server = serve(folder.path()).await;
    until("the next start has taken the rest", async || {
        (status(folder.path()).await["state"] == "done").then_some(())
    })
    .await;
    drop(server);
    let store = open(folder.path()).await;
    assert_eq!(
        store.undo(None).await.unwrap().map(|job| (job.done, job.state)),
        Some((PEOPLE, UndoState::Done))
    );
    assert_eq!(count(&store, PersonStatus::Active).await, PEOPLE, "everyone is active");
    let query = PeopleQuery { limit: 50, ..PeopleQuery::default() };
    for row in store.people(&query).await.unwrap().0 {
        let history = store.history(&row.id, &HistoryQuery { limit: 9, ..HistoryQuery::default() }).await;
        assert_eq!(
            history.unwrap().total,
            3,
            "{}: created, deactivated and reactivated, once each",
            row.user_name
        );
    }
}
