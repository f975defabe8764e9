//! Retention: old rows go in small steps, others write meanwhile, and the room goes back to the disk.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use store::{
    Activity, ActivityResult, ChangeKind, FileSize, RecordedHeaders, RetentionLimits, Store, StoreEvent,
};

use crate::people::update;
use crate::request_counts::exchange;
use crate::{Folder, changes, connection, person};

const DAY: Duration = Duration::from_hours(24);
/// How many old requests there are. Ten million of them take the same steps, only more.
const REQUESTS: i64 = 200_000;

fn limits(folder: &Folder) -> RetentionLimits {
    let now = folder.clock.now();
    RetentionLimits {
        bodies: now - 7 * DAY,
        future: now + DAY,
        requests: now - 90 * DAY,
        counts: now - 9 * DAY,
    }
}

async fn log(folder: &Folder) -> SqliteConnection {
    let path = folder.dir.path().join("activity.db");
    SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}

async fn count(conn: &mut SqliteConnection, what: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {what}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(conn).await.unwrap()
}

/// As many requests with bodies of so many bytes, a hundredth of a day apart from the epoch on, by all counts.
async fn fill(conn: &mut SqliteConnection, connection_id: &str, requests: i64, bytes: u32) {
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2)
         INSERT INTO activity (seq, id, at, connection_id, has_token, detail)
         SELECT i + 1, printf('request-%08d', i), i * 864000, unhex(replace($1, '-', '')), 1,
             '[\"POST\",\"/Users\",201,\"ok\",null,\"Created a user\",null,null,1,null,false,null,[],null]' FROM n",
    )
    .bind(connection_id)
    .bind(requests)
    .execute(&mut *conn)
    .await
    .unwrap();
    sqlx::query("INSERT INTO activity_body SELECT seq, randomblob($1) FROM activity")
        .bind(bytes)
        .execute(&mut *conn)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO activity_quarter SELECT $1, at / 900000, count(*), 0, 0 FROM activity GROUP BY 1, 2",
    )
    .bind(connection_id)
    .execute(&mut *conn)
    .await
    .unwrap();
    // What was filled in at once is no part of what is measured.
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
}

fn size(store: &Store) -> u64 {
    store.sizes().iter().find(|size| size.file == "activity.db").map(|FileSize { bytes, .. }| *bytes).unwrap()
}

#[tokio::test]
async fn bodies_go_first_then_requests_and_the_room_goes_back_to_the_disk() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let mut conn = log(&folder).await;
    // A hundred days.
    fill(&mut conn, &made.id, 10_000, 2_000).await;
    folder.clock.advance(100 * DAY);
    let large = size(&store);
    while store.prune_requests(limits(&folder)).await.unwrap() {}
    assert_eq!(count(&mut conn, "activity").await, 9_000, "ten days of requests were too old");
    assert_eq!(
        count(&mut conn, "activity_body JOIN activity USING (seq)").await,
        700,
        "bodies of the last week are left"
    );
    assert_eq!(count(&mut conn, "activity_body").await, 700, "and none without its request");
    let oldest: i64 =
        sqlx::query_scalar("SELECT min(quarter) FROM activity_quarter").fetch_one(&mut conn).await.unwrap();
    assert_eq!(oldest, 91 * 96, "counts are stored for nine days");
    assert!(!store.prune_requests(limits(&folder)).await.unwrap(), "nothing is left to do");
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let small = size(&store);
    assert!(small * 3 < large, "most of {large} bytes were bodies; {small} are left");
}

#[tokio::test]
async fn headers_go_with_the_bodies_also_where_there_is_no_body() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    for body in [None, Some("{}".to_owned())] {
        let (mut headers, id) = (RecordedHeaders::default(), store.new_id());
        headers.request.push("if-match", "W/\"3\"");
        let row = exchange(&folder, id.clone(), &made.id, ActivityResult::Ok, false);
        store.record(Activity { headers: Some(headers.clone()), response_body: body.clone(), ..row }).await;
        let recorded = async || {
            let row = store.activity(&id).await.unwrap().unwrap();
            (row.headers, row.response_body)
        };
        // Work is done behind the rows that were queued before it.
        while store.prune_requests(limits(&folder)).await.unwrap() {}
        assert_eq!(recorded().await, (Some(headers), body));
        folder.clock.advance(8 * DAY);
        while store.prune_requests(limits(&folder)).await.unwrap() {}
        assert_eq!(recorded().await, (None, None), "the row is left");
    }
}

#[tokio::test]
async fn requests_are_answered_and_recorded_while_many_old_ones_go() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    let mut conn = log(&folder).await;
    fill(&mut conn, &made.id, REQUESTS, 100).await;
    folder.clock.advance(Duration::from_secs(864) * u32::try_from(REQUESTS).unwrap() + 100 * DAY);
    let (cleaner, limits) = (store.clone(), limits(&folder));
    let began = Instant::now();
    let cleaning = tokio::spawn(async move {
        let (mut steps, mut longest) = (0_u32, Duration::ZERO);
        loop {
            let began = Instant::now();
            let more = cleaner.prune_requests(limits).await.unwrap();
            longest = longest.max(began.elapsed());
            if !more {
                return (steps, longest);
            }
            steps += 1;
        }
    });
    let (mut answered, mut slowest) = (0_u32, Duration::ZERO);
    while !cleaning.is_finished() {
        let began = Instant::now();
        person(&store, &scope, json!({"userName": format!("person{answered}")})).await.unwrap();
        let mut notices = store.events();
        let id = store.new_id();
        store.record(exchange(&folder, id.clone(), &made.id, ActivityResult::Ok, false)).await;
        while !matches!(notices.recv().await.unwrap(), StoreEvent::Activity { id: written, .. } if written == id)
        {
        }
        slowest = slowest.max(began.elapsed());
        answered += 1;
    }
    let (steps, longest) = cleaning.await.unwrap();
    println!(
        "{REQUESTS} requests were deleted in {:?}: {steps} steps, the longest {longest:?}; {answered} answered meanwhile, the \
         slowest in {slowest:?}",
        began.elapsed()
    );
    assert_eq!(
        count(&mut conn, "activity WHERE typeof(id) = 'text'").await,
        0,
        "all of the old ones were deleted"
    );
    assert_eq!(count(&mut conn, "activity").await, i64::from(answered), "and none of the new ones");
    assert!(steps >= u32::try_from(REQUESTS).unwrap() / 250, "in steps of 250 at most, these were {steps}");
    assert!(answered > 20, "others were written between the steps, {answered} of them");
    assert!(
        slowest < Duration::from_secs(2),
        "no write waited for the whole of it, the slowest took {slowest:?}"
    );
}

#[tokio::test]
async fn a_file_that_an_older_version_made_gives_its_room_back_too() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    store.close().await;
    let mut conn = log(&folder).await;
    conn.execute("PRAGMA auto_vacuum = NONE; VACUUM").await.unwrap();
    fill(&mut conn, &made.id, 5_000, 2_000).await;
    conn.close().await.unwrap();
    folder.clock.advance(200 * DAY);
    let store = folder.open().await;
    let large = size(&store);
    while store.prune_requests(limits(&folder)).await.unwrap() {}
    let mut conn = log(&folder).await;
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let small = size(&store);
    assert!(small * 3 < large, "of {large} bytes {small} are left");
}

#[tokio::test]
async fn old_history_goes_except_what_still_explains_something() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let document =
        |title: &str, city: &str| json!({"userName": "ada", "active": true, "title": title, "city": city});
    let ada = person(&store, &scope, document("Miss", "London")).await.unwrap();
    for (title, city) in [("Mrs", "Paris"), ("Countess", "Paris"), ("Lady", "Paris")] {
        folder.clock.advance(DAY);
        update(&store, &scope, &ada.id, document(title, city)).await.unwrap();
    }
    let gone = person(&store, &scope, json!({"userName": "bob"})).await.unwrap();
    let id = gone.id.clone();
    let removed: Result<(), store::Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope, &id).await?.unwrap();
            tx.delete_person(&scope, person, &store::ChangeSource::default()).await
        })
        .await;
    removed.unwrap();
    folder.clock.advance(800 * DAY);
    let limit = folder.clock.now() - 730 * DAY;
    let purge = folder.clock.now();
    let purged: Result<u64, store::Error> =
        store.write(async move |tx| tx.purge_tombstones(purge).await).await;
    assert_eq!(purged.unwrap(), 1, "bob is forgotten");
    let mut place = Some(0);
    while let Some(after) = place {
        let old = store.expired_changes(after, limit).await.unwrap();
        let done: Result<(), store::Error> =
            store.write(async move |tx| tx.delete_changes(&old.ids).await).await;
        done.unwrap();
        place = old.next;
    }
    let stored = changes(&store, &ada.id).await;
    let titles: Vec<_> = stored.iter().map(|change| change.after["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Lady", "Mrs", "Miss"], "the newest, the one that brought Paris, and who made her");
    assert_eq!(stored[2].kind, ChangeKind::Create, "how she was created is shown for as long as she exists");
    assert_eq!(changes(&store, &gone.id).await.len(), 0, "nothing is explained of a person who is purged");
}
