//! A failure of the database is one event in the log, inside the span of its exchange or command; a refusal is none.

use std::io::Read as _;
use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use store::Error;
use tempfile::NamedTempFile;
use tracing::{Instrument as _, info_span};

use crate::{Folder, connection, person};

/// A file with what is logged, which is read once.
struct Log(NamedTempFile);

impl Log {
    /// Also of the writer's thread: the subscriber is that of the process, which runs one test.
    fn of_process() -> Self {
        let log = NamedTempFile::new().unwrap();
        tracing_subscriber::fmt()
            .json()
            .with_env_filter("info,sqlx=off")
            .with_writer(Arc::new(log.reopen().unwrap()))
            .init();
        Self(log)
    }

    /// What was logged since the last call, as `(level, file of the store, span's request)`.
    fn failures(&mut self) -> Vec<(String, String, String)> {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        lines
            .map(|line| {
                let place = word(&line["fields"]["place"]);
                let file = place.rsplit('/').next().unwrap_or_default();
                let file = file.split(':').next().unwrap_or_default().to_owned();
                (word(&line["level"]), file, word(&line["span"]["request"]))
            })
            .collect()
    }
}

fn failure(file: &str, request: &str) -> (String, String, String) {
    ("ERROR".to_owned(), file.to_owned(), request.to_owned())
}

#[tokio::test]
async fn a_failure_of_the_database_is_one_event_with_its_place_and_a_refusal_is_none() {
    let mut log = Log::of_process();
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    person(&store, &scope, json!({ "userName": "ada" })).await.unwrap();
    let again = person(&store, &scope, json!({ "userName": "ADA" })).await;
    assert!(matches!(again, Err(Error::Duplicate("userName"))), "a conflict is refused: {again:?}");
    assert_eq!(log.failures(), [], "and no failure");

    let file = folder.dir.path().join("foundational.db");
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    other.execute("ALTER TABLE setting RENAME TO setting_gone").await.unwrap();

    let read = store.setting("a").instrument(info_span!("exchange", request = "reads")).await;
    assert!(matches!(read, Err(Error::Sql(_))), "the table is gone: {read:?}");
    assert_eq!(log.failures(), [failure("settings.rs", "reads")], "a read is one event in its span");

    let written: Result<(), Error> = store
        .write(async move |tx| tx.set("a", Some("a value")).await)
        .instrument(info_span!("exchange", request = "writes"))
        .await;
    assert!(matches!(written, Err(Error::Sql(_))), "the table is gone: {written:?}");
    assert_eq!(log.failures(), [failure("settings.rs", "writes")], "so is a write, on the writer's thread");

    store.close().await;
    let closed = store.setting("a").await;
    assert!(matches!(closed, Err(Error::Closed)), "a closed store refuses: {closed:?}");
    assert_eq!(log.failures(), [], "which is no failure");
}
