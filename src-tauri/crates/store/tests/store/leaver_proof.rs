//! Proof of leaving: what is begun with the change, and what the file has afterwards.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _};
use store::{
    ChangeKind, ChangeSource, Error, LeaverFilter, LeaverOutcome, LeaverProof, LeaverRow, LeaverSeen, Scope,
    Store,
};

use crate::{Folder, connection, document, person};

fn by_client(scope: &Scope) -> ChangeSource {
    ChangeSource {
        connection_id: Some(scope.connection_id().to_owned()),
        activity_id: Some("request".to_owned()),
        actor: None,
        requested_at: Some(Timestamp::UNIX_EPOCH),
    }
}

async fn joiner(store: &Store, scope: &Scope, name: &str) -> String {
    person(store, scope, json!({"userName": name, "displayName": name})).await.unwrap().id
}

async fn update(store: &Store, scope: &Scope, id: &str, body: Value, origin: ChangeSource) {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let one = tx.person(&scope, &id).await?.unwrap();
            tx.update_person(one, document(body), &origin).await.map(drop)
        })
        .await;
    done.unwrap();
}

async fn delete(store: &Store, scope: &Scope, id: &str, origin: ChangeSource) {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let one = tx.person(&scope, &id).await?.unwrap();
            tx.delete_person(&scope, one, &origin).await
        })
        .await;
    done.unwrap();
}

fn inactive(name: &str) -> Value {
    json!({"userName": name, "displayName": name, "active": false})
}

async fn all(store: &Store) -> Vec<LeaverRow> {
    store.leavers(&LeaverFilter::default(), None, 0, 100).await.unwrap().rows
}

async fn complete(store: &Store, change_id: i64, outcome: LeaverOutcome, millis: i64) {
    let at = Timestamp::from_millisecond(millis).unwrap();
    let seen = LeaverSeen { change_id, outcome, read_back_at: at, sessions: 1, sessions_ended_at: Some(at) };
    let done: Result<(), Error> = store.write(async move |tx| tx.complete_leavers(&[seen]).await).await;
    done.unwrap();
}

#[tokio::test]
async fn a_proof_begins_with_each_change_by_which_a_client_ends_access() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "Okta").await;
    for name in ["ada", "bob", "cy", "dan"] {
        joiner(&store, &scope, name).await;
    }
    let people = store.open_leavers(10).await.unwrap();
    assert!(people.is_empty(), "joiners are none: {people:?}");

    let eve = joiner(&store, &scope, "eve").await;
    folder.clock.advance(std::time::Duration::from_secs(2));
    update(&store, &scope, &eve, inactive("eve"), by_client(&scope)).await;
    let open = store.open_leavers(10).await.unwrap();
    assert_eq!(open.iter().map(|(_, id)| id).collect::<Vec<_>>(), [&eve]);
    delete(&store, &scope, &eve, by_client(&scope)).await;
    assert_eq!(store.open_leavers(10).await.unwrap(), open, "who has no access loses none by a deletion");

    let fay = joiner(&store, &scope, "fay").await;
    delete(&store, &scope, &fay, by_client(&scope)).await;
    let admin = ChangeSource { actor: Some("grace".to_owned()), ..ChangeSource::default() };
    let gus = joiner(&store, &scope, "gus").await;
    update(&store, &scope, &gus, inactive("gus"), admin).await;

    let rows = all(&store).await;
    let shown: Vec<_> = rows.iter().map(|row| (row.display.as_str(), row.kind)).collect();
    assert_eq!(
        shown,
        [("fay", ChangeKind::Delete), ("eve", ChangeKind::Deactivate)],
        "and no act of an Admin"
    );
    let eve = &rows[1];
    assert_eq!(eve.requested_at, Some(Timestamp::UNIX_EPOCH), "when the request arrived");
    assert_eq!(eve.stored_at.as_second(), 2, "and when the change was made");
    assert_eq!((eve.connection_name.as_str(), eve.user_name.as_str()), ("Okta", "eve"), "names of that time");
    assert_eq!((eve.outcome, eve.took(), eve.person_exists), (None, None, false));
}

#[tokio::test]
async fn what_is_read_back_is_what_the_file_has() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "Okta").await;
    let mut ids = Vec::new();
    for name in ["ada", "bob", "cy"] {
        let id = joiner(&store, &scope, name).await;
        update(&store, &scope, &id, inactive(name), by_client(&scope)).await;
        ids.push(id);
    }
    let back = json!({"userName": "bob", "displayName": "bob", "active": true});
    update(&store, &scope, &ids[1], back, by_client(&scope)).await;
    // What no statement of ours does: the account has access although the change is stored.
    let file = SqliteConnectOptions::new().filename(folder.dir.path().join("foundational.db"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    let statement =
        "UPDATE person SET document = json_set(document, '$.active', json('true')) WHERE user_name = 'cy'";
    other.execute(statement).await.unwrap();
    other.close().await.unwrap();

    let changes: Vec<i64> = store.open_leavers(10).await.unwrap().into_iter().map(|(id, _)| id).collect();
    let read = store.read_leavers_back(&changes).await.unwrap();
    let seen: Vec<_> = read.iter().map(|one| (one.is_active, one.is_returned)).collect();
    assert_eq!(
        seen,
        [(false, false), (true, true), (true, false)],
        "inactive; given back; active in the file"
    );
    assert!(read.iter().all(|one| !one.is_remembered));
}

#[tokio::test]
async fn incomplete_proofs_come_first_then_the_slowest() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "Okta").await;
    for name in ["ada", "Bénédicte", "cy", "dan"] {
        let id = joiner(&store, &scope, name).await;
        update(&store, &scope, &id, inactive(name), by_client(&scope)).await;
    }
    let open = store.open_leavers(10).await.unwrap();
    complete(&store, open[0].0, LeaverOutcome::Complete, 40).await;
    complete(&store, open[1].0, LeaverOutcome::Complete, 7_000).await;
    complete(&store, open[2].0, LeaverOutcome::Active, 9_000).await;
    complete(&store, open[2].0, LeaverOutcome::Complete, 9_000).await;
    let names = |rows: &[LeaverRow]| rows.iter().map(|row| row.display.clone()).collect::<Vec<_>>();
    let page = store.leavers(&LeaverFilter::default(), None, 0, 100).await.unwrap();
    assert_eq!(names(&page.rows), ["cy", "dan", "Bénédicte", "ada"]);
    assert_eq!((page.counts, page.slowest), ([2, 2, 0, 0], Some(7_000)), "an outcome does not change");
    assert_eq!(page.rows[2].took(), Some(7_000));
    let incomplete =
        store.leavers(&LeaverFilter::default(), Some(LeaverProof::Incomplete), 0, 1).await.unwrap();
    assert_eq!(names(&incomplete.rows), ["cy"]);
    let second = store.leavers(&LeaverFilter::default(), Some(LeaverProof::Incomplete), 1, 1).await.unwrap();
    assert_eq!(names(&second.rows), ["dan"]);
    let by_name = LeaverFilter { text: "BÉNÉ".to_owned(), ..LeaverFilter::default() };
    assert_eq!(names(&store.leavers(&by_name, None, 0, 9).await.unwrap().rows), ["Bénédicte"]);
    let after = Timestamp::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let later = LeaverFilter { from: Some(after), ..LeaverFilter::default() };
    assert_eq!(store.leavers(&later, None, 0, 9).await.unwrap().counts, [0; 4]);
    let earlier = LeaverFilter { until: Some(after), ..LeaverFilter::default() };
    assert_eq!(store.leavers(&earlier, None, 0, 9).await.unwrap().counts, [2, 2, 0, 0]);
    let other = LeaverFilter { connection_id: Some("other".to_owned()), ..LeaverFilter::default() };
    assert_eq!(store.leavers(&other, None, 0, 9).await.unwrap().counts, [0; 4]);
    let okta = store.leaver_connections().await.unwrap();
    assert_eq!(okta, [(scope.connection_id().to_owned(), "Okta".to_owned())]);
}
