//! A request log that is damaged or large does not prevent or delay the start.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _};
use store::{Error, RetentionLimits};

use crate::Folder;

/// Fills the log with about 6 MB of requests.
async fn fill(folder: &Folder) {
    folder.open().await.close().await;
    let options = SqliteConnectOptions::new().filename(folder.dir.path().join("activity.db"));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    conn.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO activity (seq, id, at, connection_id, has_token, detail)
         SELECT i, 'a' || i, i, 'c', 1, '[\"GET\",\"/Users\",200,\"ok\",null,\"Found.\",null,null,1,null,true,null,[],null]' FROM n;
         INSERT INTO activity_body SELECT seq, randomblob(2000) FROM activity",
    )
    .await
    .unwrap();
    conn.close().await.unwrap();
}

fn overwrite(path: &Path, at: u64, length: usize) {
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&vec![0x5a; length]).unwrap();
}

#[tokio::test]
async fn the_log_is_not_read_whole_at_start() {
    let folder = Folder::new();
    fill(&folder).await;
    let log = folder.dir.path().join("activity.db");
    let size = std::fs::metadata(&log).unwrap().len();
    assert!(size > 5_000_000, "there is something to read: {size}");
    overwrite(&log, size / 2 / 4096 * 4096, 4096);
    let store = folder.open().await;
    assert!(store.damaged_logs().is_empty(), "a page in the middle was not looked at");
    assert!(store.activity("a3000").await.unwrap().is_some(), "and what can be read is read");
}

#[tokio::test]
async fn damage_that_retention_finds_is_known_at_the_next_start() {
    let folder = Folder::new();
    fill(&folder).await;
    let log = folder.dir.path().join("activity.db");
    overwrite(&log, std::fs::metadata(&log).unwrap().len() / 2 / 4096 * 4096, 4096);
    folder.clock.advance(Duration::from_hours(1));
    let store = folder.open().await;
    let now = folder.clock.now();
    let limits = RetentionLimits { bodies: now, future: now, requests: now, counts: now };
    let found = loop {
        match store.prune_requests(limits).await {
            Ok(true) => {}
            ended => break ended,
        }
    };
    assert!(matches!(found, Err(Error::Sql(_))), "a damaged page cannot be removed: {found:?}");
    store.close().await;
    drop(store);
    assert_eq!(folder.open().await.damaged_logs().len(), 1, "the next start sets the log aside");
}

#[tokio::test]
async fn a_damaged_log_is_set_aside_and_a_new_one_begun() {
    let folder = Folder::new();
    fill(&folder).await;
    overwrite(&folder.dir.path().join("activity.db"), 0, 4096);
    folder.clock.advance(Duration::from_mins(1));
    let store = folder.open().await;
    let aside = store.damaged_logs();
    assert_eq!(aside.len(), 1, "it is still there: {aside:?}");
    assert!(std::fs::metadata(&aside[0].path).unwrap().len() > 5_000_000, "whole, as it was");
    assert_eq!(aside[0].at.as_second(), 60, "and it is known since when");
    assert!(store.activity("a3000").await.unwrap().is_none(), "the new one is empty");
    store.close().await;
    drop(store);
    std::fs::write(folder.dir.path().join("activity.damaged"), "").unwrap();
    let store = folder.open().await;
    assert_eq!(
        store.damaged_logs().len(),
        2,
        "one that was found damaged while it was written is set aside too"
    );
    store.remove_damaged_logs(folder.clock.now()).unwrap();
    assert_eq!(store.damaged_logs().len(), 2, "those of this moment remain");
    store.remove_damaged_logs(folder.clock.now() + Duration::from_secs(1)).unwrap();
    assert!(store.damaged_logs().is_empty(), "older ones are removed with the requests of their time");
}

#[tokio::test]
async fn a_log_of_an_older_version_whose_rows_are_damaged_is_set_aside() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let log = folder.dir.path().join("activity.db");
    std::fs::remove_file(&log).unwrap();
    let mut old = crate::migrations::log_of_version(folder.dir.path(), 8).await;
    old.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO activity (id, at, connection_id, secure, method, path, status, result, sentence, duration_us, notes)
         SELECT 'old ' || i, i, 'c', 0, 'GET', '/Users', 200, 'ok', printf('%1000d', i), 7, '[]' FROM n",
    )
    .await
    .unwrap();
    let page: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = 'activity'")
        .fetch_one(&mut old)
        .await
        .unwrap();
    old.close().await.unwrap();
    overwrite(&log, u64::try_from(page - 1).unwrap() * 4096, 4096);
    let store = folder.open().await;
    assert_eq!(store.damaged_logs().len(), 1, "it is set aside, and the workspace is opened");
    assert!(store.activity("old 3000").await.unwrap().is_none(), "the new one is empty");
}
