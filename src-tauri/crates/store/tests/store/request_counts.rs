//! What is recorded of requests beside their rows.

use std::time::Duration;

use sqlx::Connection as _;
use store::{
    Activity, ActivityResult, RecordedBodies, RequestEvidence, StepTimes, Store, StoreEvent, SyncCycle,
};

use crate::{Folder, connection};

const MINUTE: Duration = Duration::from_mins(1);

/// Records an exchange and waits until its row is there.
async fn call(folder: &Folder, store: &Store, connection_id: &str, result: ActivityResult, secure: bool) {
    let mut notices = store.events();
    let id = store.new_id();
    store.record(exchange(folder, id.clone(), connection_id, result, secure)).await;
    wait_for(&mut notices, &id).await;
}

async fn wait_for(notices: &mut tokio::sync::broadcast::Receiver<StoreEvent>, id: &str) {
    loop {
        if matches!(notices.recv().await.unwrap(), StoreEvent::Activity { id: written, .. } if written == id)
        {
            return;
        }
    }
}

/// Records an exchange in which HTTPS was seen, with or without proof.
async fn see_https(folder: &Folder, store: &Store, connection_id: &str, inconclusive: bool) {
    let mut notices = store.events();
    let id = store.new_id();
    let seen = RequestEvidence {
        kind: "https".to_owned(),
        sentence: "It arrived over HTTPS.".to_owned(),
        refused: false,
        inconclusive,
        reaches_public_url: !inconclusive,
    };
    let exchange = exchange(folder, id.clone(), connection_id, ActivityResult::Ok, true);
    store.record(Activity { evidence: vec![seen], ..exchange }).await;
    wait_for(&mut notices, &id).await;
}

pub(crate) fn exchange(
    folder: &Folder,
    id: String,
    connection_id: &str,
    result: ActivityResult,
    secure: bool,
) -> Activity {
    Activity {
        id,
        at: folder.clock.now(),
        connection_id: connection_id.to_owned(),
        token_id: None,
        method: "GET".to_owned(),
        path: "/Users".to_owned(),
        status: 200,
        result,
        reason: (result == ActivityResult::Refused).then(|| "auth.expired".to_owned()),
        facts: None,
        sentence: "Listed 0 people of 0".to_owned(),
        resource_type: None,
        resource_id: None,
        duration_us: 1,
        steps: StepTimes::default(),
        source_ip: None,
        secure,
        host: None,
        user_agent: None,
        notes: Vec::new(),
        bodies: RecordedBodies::Full,
        request_size: None,
        response_size: None,
        headers: None,
        request_body: None,
        response_body: None,
        evidence: Vec::new(),
        folded: None,
        health: None,
    }
}

/// The newest sync cycles of a connection, newest first.
async fn sync_cycles(store: &Store, connection_id: &str, most: u32) -> Vec<SyncCycle> {
    let ids = [connection_id.to_owned()];
    store.observed(&ids, most).await.unwrap().remove(connection_id).unwrap_or_default().cycles
}

#[tokio::test]
async fn counts_are_stored_by_the_quarter_of_an_hour() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, _) = connection(&store, "First").await;
    let (second, _) = connection(&store, "Second").await;
    let from = folder.clock.now();
    for result in [ActivityResult::Ok, ActivityResult::Lookup, ActivityResult::Refused] {
        call(&folder, &store, &first.id, result, false).await;
    }
    folder.clock.advance(40 * MINUTE);
    call(&folder, &store, &first.id, ActivityResult::Failed, false).await;
    call(&folder, &store, &second.id, ActivityResult::Ok, false).await;
    let counts = store.quarter_hour_counts(&first.id, from).await.unwrap();
    let found: Vec<_> = counts.iter().map(|one| (one.ok, one.refused, one.failed)).collect();
    assert_eq!(found, [(2, 1, 0), (0, 0, 1)], "a look-up is an answer; another connection is not counted");
    assert_eq!(counts[1].from, from + 30 * MINUTE, "each with its beginning");
    assert_eq!(
        store.quarter_hour_counts(&first.id, from + 15 * MINUTE).await.unwrap().len(),
        1,
        "older ones are left out"
    );
    while store.delete_activity(&first.id, Vec::new()).await.unwrap() {}
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert_eq!(
        store.quarter_hour_counts(&first.id, from).await.unwrap(),
        [],
        "they are deleted with their connection"
    );
    assert_eq!(sync_cycles(&store, &first.id, 10).await, [], "and so are its sync cycles");
    assert_eq!(
        store.quarter_hour_counts(&second.id, from).await.unwrap().len(),
        1,
        "but not those of another one"
    );
}

#[tokio::test]
async fn ten_quiet_minutes_end_a_sync_cycle() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let begin = folder.clock.now();
    for pause in [0, 9, 9, 10, 41] {
        folder.clock.advance(pause * MINUTE);
        call(&folder, &store, &made.id, ActivityResult::Ok, false).await;
    }
    let cycles = sync_cycles(&store, &made.id, 10).await;
    let found: Vec<_> = cycles
        .iter()
        .map(|cycle| (cycle.started_at.duration_since(begin), cycle.last_at.duration_since(begin)))
        .map(|(start, end)| (start.as_mins(), end.as_mins()))
        .collect();
    assert_eq!(
        found,
        [(69, 69), (28, 28), (0, 18)],
        "newest first; a shorter pause continues the sync cycle"
    );
    for _ in 0..80 {
        folder.clock.advance(40 * MINUTE);
        call(&folder, &store, &made.id, ActivityResult::Ok, false).await;
    }
    assert_eq!(sync_cycles(&store, &made.id, 1000).await.len(), 64, "old ones are removed");
}

#[tokio::test]
async fn the_newest_proof_of_the_way_to_here_is_remembered() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    assert_eq!(store.last_secure_request().await.unwrap(), None, "nothing arrived at all");
    call(&folder, &store, &made.id, ActivityResult::Ok, false).await;
    assert_eq!(store.last_secure_request().await.unwrap(), None, "nothing arrived over HTTPS");
    folder.clock.advance(MINUTE);
    call(&folder, &store, &made.id, ActivityResult::Refused, true).await;
    assert_eq!(store.last_secure_request().await.unwrap(), None, "a request without a token proves nothing");
    see_https(&folder, &store, &made.id, true).await;
    assert_eq!(store.last_secure_request().await.unwrap(), None, "nor does a request of this computer");
    assert!(store.setup_evidence(&made.id).await.unwrap()[0].inconclusive, "it was seen without proof");
    folder.clock.advance(MINUTE);
    let proved = folder.clock.now();
    see_https(&folder, &store, &made.id, false).await;
    folder.clock.advance(MINUTE);
    see_https(&folder, &store, &made.id, true).await;
    assert_eq!(store.last_secure_request().await.unwrap(), Some(proved), "the newest proof");
    let proof = store.setup_evidence(&made.id).await.unwrap().remove(0);
    assert_eq!((proof.inconclusive, proof.seen_at), (false, proved), "a proof is not taken back");
}

#[tokio::test]
async fn a_log_of_an_older_version_is_counted_once_when_it_is_opened() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let from = folder.clock.now();
    for (pause, secure) in [(0, false), (5, true), (41, false)] {
        folder.clock.advance(pause * MINUTE);
        call(&folder, &store, &made.id, ActivityResult::Ok, secure).await;
    }
    let stored =
        (store.quarter_hour_counts(&made.id, from).await.unwrap(), sync_cycles(&store, &made.id, 10).await);
    store.close().await;
    drop(store);
    // As an older version left the file: with the rows, and nothing counted.
    std::fs::remove_file(folder.dir.path().join("activity.db")).unwrap();
    let mut old = crate::migrations::log_of_version(folder.dir.path(), 2).await;
    for (n, (minutes, secure)) in [(0, false), (5, true), (46, false)].into_iter().enumerate() {
        sqlx::query(
            "INSERT INTO activity (id, at, connection_id, token_id, source_ip, secure, method, path, status, result,
                 sentence, duration_us, notes, request_body, response_body)
             VALUES ($1, $2, $3, 't', '192.0.2.1', $4, 'GET', '/Users', 200, 'ok', 'Listed', 7,
                 '[{\"code\":\"a\",\"text\":\"b\"}]', 'asked', 'answered')",
        )
        .bind(format!("old {n}"))
        .bind((from + minutes * MINUTE).as_millisecond())
        .bind(&made.id)
        .bind(secure)
        .execute(&mut old)
        .await
        .unwrap();
    }
    old.close().await.unwrap();
    let store = folder.open().await;
    let again =
        (store.quarter_hour_counts(&made.id, from).await.unwrap(), sync_cycles(&store, &made.id, 10).await);
    assert_eq!(again, stored, "counted from the rows as if it had been from the start");
    assert_eq!(
        store.last_secure_request().await.unwrap(),
        Some(from + 5 * MINUTE),
        "what arrived over HTTPS is found too"
    );
    let rows = store.activities(&made.id, 10).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.secure)).collect();
    assert_eq!(found, [("old 2", false), ("old 1", true), ("old 0", false)], "and the rows are read");
    let bodies = (rows[0].request_body.as_deref(), rows[0].response_body.as_deref());
    assert_eq!(bodies, (Some("asked"), Some("answered")), "with their bodies");
    assert_eq!((rows[0].notes.len(), rows[0].duration_us), (1, 7), "and the rest");
    call(&folder, &store, &made.id, ActivityResult::Ok, false).await;
    assert_eq!(store.activities(&made.id, 10).await.unwrap()[1].id, "old 2", "newer ones come before them");
}

#[tokio::test]
async fn a_long_log_of_an_older_version_is_moved_after_the_start() {
    const ROWS: i64 = 6_000;
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    store.close().await;
    drop(store);
    std::fs::remove_file(folder.dir.path().join("activity.db")).unwrap();
    let mut old = crate::migrations::log_of_version(folder.dir.path(), 8).await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
         INSERT INTO activity (id, at, connection_id, secure, method, path, status, result, sentence, duration_us, notes)
         SELECT 'old ' || i, i, CASE i % 2 WHEN 0 THEN $1 ELSE 'other' END, 0, 'GET', '/Users', 200, 'ok', 'Listed', 7, '[]'
         FROM n",
    )
    .bind(&made.id)
    .bind(ROWS)
    .execute(&mut old)
    .await
    .unwrap();
    old.close().await.unwrap();
    let store = folder.open().await;
    assert_eq!(
        store.activities(&made.id, 1).await.unwrap()[0].id,
        "old 6000",
        "the newest are there at once"
    );
    while store.delete_activity("other", Vec::new()).await.unwrap() {}
    assert!(store.activities("other", 1).await.unwrap().is_empty(), "a connection is deleted, moved or not");
    call(&folder, &store, &made.id, ActivityResult::Ok, false).await;
    while store.activity("old 2").await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    let rows = store.activities(&made.id, 10_000).await.unwrap();
    assert_eq!(rows.len(), 3_001, "none is lost, none is there twice");
    assert!(rows[1..].is_sorted_by(|newer, older| newer.at > older.at), "each in its place");
    assert!(
        store.activities("other", 1).await.unwrap().is_empty(),
        "and what was deleted does not come back"
    );
    store.close().await;
}
