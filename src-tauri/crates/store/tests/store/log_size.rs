//! The request log does not exceed its limit, and requests without a token displace no row of a client.

use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use store::{Activity, ActivityResult, RetentionLimits, Store};

use crate::request_counts::exchange;
use crate::{Folder, connection};

async fn in_use(conn: &mut SqliteConnection) -> u64 {
    let pages: i64 =
        sqlx::query_scalar("SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)")
            .fetch_one(conn)
            .await
            .unwrap();
    u64::try_from(pages).unwrap() * 4096
}

/// Records as many requests, with bodies that do not compress.
async fn record(folder: &Folder, store: &Store, connection_id: &str, token_id: Option<&str>, count: usize) {
    for _ in 0..count {
        let noise: String = (0..60).map(|_| store.new_id()).collect();
        let row = exchange(folder, store.new_id(), connection_id, ActivityResult::Ok, true);
        let body = token_id.map(|_| noise);
        store.record(Activity { token_id: token_id.map(str::to_owned), request_body: body, ..row }).await;
    }
    // Work is done behind the rows that were queued before it.
    store.delete_activity("none", Vec::new()).await.unwrap();
}

/// A store whose log has as many requests of a client, with the id of its connection and the log's file.
async fn log_of(count: usize) -> (Folder, Store, String, SqliteConnection) {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    record(&folder, &store, &made.id, Some("t"), count).await;
    let path = format!("sqlite://{}", folder.dir.path().join("activity.db").display());
    let conn = SqliteConnection::connect(&path).await.unwrap();
    (folder, store, made.id, conn)
}

#[tokio::test]
async fn the_oldest_bodies_are_deleted_first_then_the_oldest_rows() {
    let (folder, store, id, mut conn) = log_of(10_000).await;
    let (mut rows, limit) = (10_000, in_use(&mut conn).await);
    store.limit_log(limit);
    for _ in 0..10 {
        record(&folder, &store, &id, Some("t"), 1_000).await;
        rows += 1_000;
        let used = in_use(&mut conn).await;
        assert!(used < limit + (3 << 20), "after {rows} rows {used} bytes are in use");
    }
    let stored = store.activities(&id, 100_000).await.unwrap();
    assert_eq!(stored.len(), rows, "no row was deleted while there were bodies to delete");
    let with_body = stored.iter().filter(|row| row.request_body.is_some()).count();
    assert!((1_000..rows).contains(&with_body), "{with_body} bodies are left");
    assert!(stored[..with_body].iter().all(|row| row.request_body.is_some()), "those of the newest requests");
    let newest = stored[0].id.clone();
    store.limit_log(2 << 20);
    for _ in 0..20 {
        record(&folder, &store, &id, Some("t"), 1_000).await;
    }
    let used = in_use(&mut conn).await;
    assert!(used < 5 << 20, "a smaller limit is reached too: {used}");
    assert!(store.activity(&newest).await.unwrap().is_none(), "then the oldest rows were deleted");
    assert!(store.activities(&id, 100_000).await.unwrap().len() > 1_000, "and the newest are left");
}

#[tokio::test]
async fn rows_without_a_token_are_deleted_before_any_with_one() {
    let (folder, store, id, mut conn) = log_of(3_000).await;
    // Room for what is there, and for the newest of those without a token.
    store.limit_log(in_use(&mut conn).await + (5 << 20));
    for _ in 0..30 {
        record(&folder, &store, &id, None, 1_000).await;
    }
    let stored = store.activities(&id, 100_000).await.unwrap();
    let (proved, others): (Vec<_>, Vec<_>) = stored.iter().partition(|row| row.token_id.is_some());
    assert_eq!(proved.len(), 3_000, "a flood without tokens displaces none of them");
    assert!(proved.iter().all(|row| row.request_body.is_some()), "nor any of their bodies");
    assert!((9_000..30_000).contains(&others.len()), "the newest of the flood are left: {}", others.len());
}

#[tokio::test]
async fn a_smaller_limit_is_reached_without_further_requests() {
    let (folder, store, id, mut conn) = log_of(6_000).await;
    let limit = in_use(&mut conn).await / 2;
    store.limit_log(limit);
    let now = folder.clock.now();
    let old = now - Duration::from_hours(1);
    let limits =
        RetentionLimits { bodies: old, future: now + Duration::from_hours(1), requests: old, counts: old };
    while store.prune_requests(limits).await.unwrap() {}
    let used = in_use(&mut conn).await;
    assert!(used <= limit, "{used} of {limit} bytes are in use");
    let stored = store.activities(&id, 100_000).await.unwrap();
    assert_eq!(stored.len(), 6_000, "bodies are deleted before rows");
}
