//! Workspaces of older versions, and what this one makes of them when it opens them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{BackupKind, Clock, Error, Ids, Store, default_backup_folder};

/// The version whose workspace is made here.
const OLD: i64 = 3;
/// With it the test below opens a folder that was made before.
const FOLDER: &str = "FOUNDATIONAL_OLD_FOLDER";

/// A workspace as version `OLD` wrote it, with an Admin and so many people of one connection.
pub(crate) async fn make(data: &Path, people: u32) {
    workspace_of_version(data, OLD, people).await.close().await.unwrap();
}

/// A request log as this version of its schema wrote it, empty.
pub(crate) async fn log_of_version(data: &Path, version: i64) -> SqliteConnection {
    database_of_version(&data.join("activity.db"), sqlx::migrate!("migrations/activity"), version).await
}

async fn database_of_version(
    file: &Path,
    migrator: sqlx::migrate::Migrator,
    version: i64,
) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let steps: Vec<_> = migrator.iter().filter(|one| one.version <= version).cloned().collect();
    sqlx::migrate::Migrator::with_migrations(steps).run_direct(None, &mut conn, false).await.unwrap();
    conn
}

async fn workspace_of_version(data: &Path, version: i64, people: u32) -> SqliteConnection {
    let file = data.join("foundational.db");
    let mut conn = database_of_version(&file, sqlx::migrate!("migrations/workspace"), version).await;
    let sql = format!(
        "INSERT INTO connection (id, name, name_fold, provider, wizard, people, created_at)
             VALUES ('c', 'Old', 'old', 'custom', '{{}}', {people}, 0);
         INSERT INTO person (id, user_name, user_name_fold, display, display_fold, active, role, password_hash,
             document, version, created_at, modified_at)
             VALUES ('admin', 'grace', 'grace', 'Grace', 'grace', 1, 'admin', 'x', '{{}}', 1, 0, 0);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})
         INSERT INTO person (id, connection_id, user_name, user_name_fold, display, display_fold, active, role,
             document, version, created_at, modified_at)
             SELECT 'p' || i, 'c', 'p' || i, 'p' || i, 'P' || i, 'p' || i, 1, 'member', '{{}}', 1, 0, 0 FROM n;"
    );
    conn.execute(AssertSqlSafe(sql)).await.unwrap();
    conn
}

async fn open(data: &Path) -> Result<Store, Error> {
    Store::open(data, Clock::fixed(Timestamp::UNIX_EPOCH), Ids::random()).await
}

async fn version(data: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(data.join("foundational.db"));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let found = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut conn).await;
    conn.close().await.unwrap();
    found.unwrap()
}

fn newest() -> i64 {
    sqlx::migrate!("migrations/workspace").iter().map(|one| one.version).max().unwrap()
}

#[tokio::test]
async fn an_old_workspace_is_backed_up_before_it_is_changed() {
    let made = tempfile::tempdir().unwrap();
    let given = std::env::var_os(FOLDER);
    let data = given.as_deref().map_or(made.path(), Path::new);
    if given.is_none() {
        make(data, 20).await;
    }
    let store = open(data).await.unwrap();
    let backups = store.backups(vec![default_backup_folder(data)]).await;
    store.close().await;
    if given.is_some() {
        return;
    }
    let [backup] = &backups[..] else { panic!("one backup was made: {backups:?}") };
    assert_eq!((backup.facts.kind, backup.facts.schema), (BackupKind::Migration, OLD), "of the old form");
    assert_eq!((backup.facts.people, backup.facts.admins), (21, 1), "with everyone in it");
    let name = backup.path.file_name().unwrap().to_string_lossy();
    assert!(name.contains(&format!("schema-{OLD}-to-{}", newest())), "it names both versions: {name}");
    assert_eq!(version(data).await, newest(), "and the workspace is of this version now");
    open(data).await.unwrap().close().await;
    assert_eq!(
        std::fs::read_dir(default_backup_folder(data)).unwrap().count(),
        1,
        "the next start has none to make"
    );
}

#[tokio::test]
async fn leavers_of_an_older_version_are_listed_and_their_proof_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let mut conn = workspace_of_version(folder.path(), 23, 2).await;
    conn.execute(
        "INSERT INTO change (at, connection_id, activity_id, resource_type, resource_id, kind, before, after) VALUES
             (1, 'c', 'a', 'User', 'p1', 'deactivate', '{\"active\":true}', '{\"active\":false}'),
             (2, 'c', 'a', 'User', 'gone', 'delete', '{\"active\":true,\"userName\":\"eve\"}', '{}'),
             (3, 'c', 'a', 'User', 'p2', 'delete', '{\"active\":false}', '{}'),
             (4, 'c', 'a', 'User', 'p2', 'update', '{}', '{}')",
    )
    .await
    .unwrap();
    conn.close().await.unwrap();
    let store = open(folder.path()).await.unwrap();
    let page = store.leavers(&store::LeaverFilter::default(), None, 0, 10).await.unwrap();
    let shown: Vec<_> = page.rows.iter().map(|row| (row.display.as_str(), row.outcome)).collect();
    let not_recorded = Some(store::LeaverOutcome::Unrecorded);
    assert_eq!(shown, [("eve", not_recorded), ("P1", not_recorded)]);
    assert!(
        page.rows.iter().all(|row| row.took().is_none() && row.requested_at.is_none()),
        "nothing is invented"
    );
    assert_eq!(page.counts, [0, 0, 0, 2]);
    assert!(store.open_leavers(10).await.unwrap().is_empty(), "none of them is read back now");
    store.close().await;
}

#[tokio::test]
async fn without_a_backup_a_workspace_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), 1).await;
    std::fs::write(default_backup_folder(folder.path()), "a file where the folder should be").unwrap();
    let Err(error) = open(folder.path()).await else { panic!("it must not be changed") };
    assert!(matches!(error, Error::NotBackedUp { .. }), "{error:?}");
    let sentence = error.to_string();
    assert!(
        sentence.contains("was not changed to this version without one"),
        "the message says so: {sentence}"
    );
    assert_eq!(version(folder.path()).await, OLD, "not one step was taken");
    std::fs::remove_file(default_backup_folder(folder.path())).unwrap();
    open(folder.path()).await.unwrap().close().await;
    assert_eq!(version(folder.path()).await, newest(), "once it can be made, all are");
}

#[tokio::test]
async fn a_killed_change_of_version_leaves_whole_steps_and_a_backup_that_opens() {
    const ROUNDS: u32 = 25;
    let mut cut_within = 0;
    let mut whole_run = None;
    let other = tempfile::tempdir().unwrap();
    let empty = open(other.path()).await.unwrap();
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), 6_000).await;
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "migrations::an_old_workspace_is_backed_up_before_it_is_changed"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first round measures a whole run; each later one is cut at another point of it, the second at its start.
        if let Some(whole_run) = whole_run {
            let cut: Duration = whole_run * (round - 1) / ROUNDS;
            tokio::time::sleep(cut).await;
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            assert!(child.wait().unwrap().success(), "a run that is not cut");
            whole_run = Some(begun.elapsed());
        }
        let found = version(folder.path()).await;
        let named: Vec<_> = std::fs::read_dir(default_backup_folder(folder.path()))
            .map(|list| list.flatten().map(|one| one.path()).collect())
            .unwrap_or_default();
        let whole = named.iter().filter(|path| path.extension().is_some_and(|ending| ending == "backup"));
        cut_within += u32::from(found < newest() && !named.is_empty());
        if found > OLD {
            assert!(whole.clone().count() > 0, "round {round}: version {found} without a backup: {named:?}");
        }
        for path in whole {
            let ready = store::PreparedRestore::of(empty.folder(), path, Timestamp::UNIX_EPOCH, None).await;
            ready
                .unwrap_or_else(|error| panic!("round {round}: the backup does not open: {error:?}"))
                .forget();
        }
        let store = open(folder.path()).await.unwrap();
        let (_, people) = store.people(&store::PeopleQuery::default()).await.unwrap();
        assert_eq!(people, 6_001, "round {round}: everyone is there");
        store.close().await;
        assert_eq!(version(folder.path()).await, newest(), "round {round}: the next start completes it");
    }
    assert!(cut_within > 0, "some runs were cut between the first byte of the backup and the last step");
}

/// A PATCH of an older version could take `active` out of a document.
#[tokio::test]
async fn a_document_without_active_says_again_what_its_column_says() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), 2).await;
    let file = folder.path().join("foundational.db");
    let mut conn =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&file)).await.unwrap();
    conn.execute("UPDATE person SET active = 0, document = '{\"title\":\"Dr\"}' WHERE id = 'p1'")
        .await
        .unwrap();
    conn.close().await.unwrap();
    let store = open(folder.path()).await.unwrap();
    for (id, active, document) in [
        ("p1", false, serde_json::json!({"title": "Dr", "active": false})),
        ("p2", true, serde_json::json!({"active": true})),
    ] {
        let person = store.any_person(id).await.unwrap().expect(id);
        assert_eq!(person.active, active, "{id}: the column is as it was");
        assert_eq!(serde_json::Value::Object(person.document), document, "{id}: the document says it too");
        assert_eq!(person.version, 2, "{id}: what is read has changed, so that its version has");
    }
    store.close().await;
}

/// For the fold of older versions, names that look alike were different.
#[tokio::test]
async fn names_that_became_one_are_folded_again_and_everybody_is_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), 4).await;
    let file = folder.path().join("foundational.db");
    let mut conn =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&file)).await.unwrap();
    conn.execute(
        "UPDATE person SET user_name = 'Ada', user_name_fold = 'ada', display_fold = 'ada' WHERE id = 'p1';
         UPDATE person SET user_name = 'Ada ', user_name_fold = 'ada ', display_fold = ' ada' WHERE id = 'p2';
         UPDATE person SET user_name = ' ADA', user_name_fold = ' ada', document = '{\"userName\":\" ADA\"}'
             WHERE id = 'p3';
         INSERT INTO email (person_id, value_fold) VALUES ('p2', 'a@x.org'), ('p2', 'a@x.org ');
         INSERT INTO scim_group (id, connection_id, display, display_fold, document, version, created_at, modified_at)
             VALUES ('g1', 'c', 'Crew  A', 'crew  a', '{}', 1, 0, 0), ('g2', 'c', 'Crew A ', 'crew a ', '{}', 1, 0, 0);",
    )
    .await
    .unwrap();
    conn.close().await.unwrap();
    for start in 1..3 {
        let store = open(folder.path()).await.expect("a collision prevents no start");
        let (_, people) = store.people(&store::PeopleQuery::default()).await.unwrap();
        assert_eq!(people, 5, "start {start}: everyone is there");
        store.close().await;
    }
    let store = open(folder.path()).await.unwrap();
    let scope = store::Scope::of("c".to_owned());
    let named = store.account_named("ada").await.unwrap().expect("the name is found");
    assert_eq!(named.id, "p1", "the oldest has the name");
    let origin = store::ChangeSource::default();
    let deactivated = store
        .write::<_, Error, _>(async move |tx| {
            let twin = tx.person(&scope, "p3").await?.expect("a twin");
            let mut document = twin.document.clone();
            document.insert("active".to_owned(), false.into());
            tx.update_person(twin, document, &origin).await
        })
        .await
        .expect("a leaver can be deactivated although others have the same name");
    assert!(!deactivated.active && deactivated.document["userName"] == " ADA", "and is not renamed");
    let scope = store::Scope::of("c".to_owned());
    let origin = store::ChangeSource::default();
    let third = store
        .write::<_, Error, _>(async move |tx| {
            let document = serde_json::json!({"userName": "ada"}).as_object().cloned().unwrap();
            tx.create_person(&scope, document, &origin).await
        })
        .await;
    assert!(matches!(third, Err(Error::Duplicate("userName"))), "no other person gets the name: {third:?}");
    store.close().await;
    let mut conn =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&file)).await.unwrap();
    let folds: Vec<(String, String)> =
        sqlx::query_as("SELECT user_name_fold, twin FROM person WHERE id IN ('p1', 'p2', 'p3') ORDER BY id")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let one = |twin: &str| ("ada".to_owned(), twin.to_owned());
    assert_eq!(folds, [one(""), one("p2"), one("p3")]);
    let groups: Vec<(String, String)> =
        sqlx::query_as("SELECT display_fold, twin FROM scim_group ORDER BY id")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert_eq!(groups, [("crew a".to_owned(), String::new()), ("crew a".to_owned(), "g2".to_owned())]);
    let emails: i64 = sqlx::query_scalar("SELECT count(*) FROM email").fetch_one(&mut conn).await.unwrap();
    assert_eq!(emails, 1, "one address is one row");
    conn.execute("UPDATE person SET deleted_at = 1 WHERE id = 'p1'").await.unwrap();
    let heir: String = sqlx::query_scalar(
        "SELECT id FROM person WHERE user_name_fold = 'ada' AND twin = '' AND deleted_at IS NULL",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(heir, "p2", "the next has the name when it is given up");
    conn.close().await.unwrap();
}

/// Older versions stored what is known of a refusal as notes with a code such as `fact.who`.
#[tokio::test]
async fn facts_that_an_older_version_stored_as_notes_are_read_as_facts() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.unwrap().close().await;
    std::fs::remove_file(folder.path().join("activity.db")).unwrap();
    let mut log = log_of_version(folder.path(), 8).await;
    log.execute(
        r#"INSERT INTO activity (id, at, connection_id, method, path, status, result, reason, sentence, duration_us, secure, notes)
             VALUES ('before9', 1, 'c', 'POST', '/Users', 409, 'refused', 'data.duplicate', 'Refused.', 1, 0,
                 '[{"code":"fact.userName","text":"ada"},{"code":"client.gone","text":"It had gone."}]')"#,
    )
    .await
    .unwrap();
    log.close().await.unwrap();
    open(folder.path()).await.unwrap().close().await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("activity.db"));
    let mut log = SqliteConnection::connect_with(&file).await.unwrap();
    log.execute(
        r#"INSERT INTO activity (seq, id, at, connection_id, has_token, detail) VALUES (7, 'form10', 2, 'c', 1,
             '["GET","/Users",401,"refused","auth.revoked","Refused.",null,null,12,null,true,null,
               [["fact.who","Grace"],["path.near_miss","Try."],["fact.otherId","c2"]],null]')"#,
    )
    .await
    .unwrap();
    log.close().await.unwrap();
    let store = open(folder.path()).await.unwrap();
    for (id, facts, notes) in [
        ("before9", r#"{"userName":"ada"}"#, ["client.gone"]),
        ("form10", r#"{"who":"Grace","otherId":"c2"}"#, ["path.near_miss"]),
    ] {
        let row = store.activity(id).await.unwrap().expect(id);
        let facts: idp::RefusalFacts = serde_json::from_str(facts).unwrap();
        assert_eq!(row.facts.as_deref(), Some(&facts), "{id}");
        assert_eq!(row.notes.iter().map(|note| note.code.as_str()).collect::<Vec<_>>(), notes, "{id}");
    }
    store.close().await;
}

#[tokio::test]
async fn rows_of_renamed_tables_are_read_under_their_new_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = workspace_of_version(folder.path(), 18, 2).await;
    workspace
        .execute(
            "UPDATE person SET deleted_at = 5, active = 0 WHERE id = 'p2';
             UPDATE connection SET paused_at = 1, paused_by = 'Grace', paused_together = 1;
             INSERT INTO stay (person_id, hash, expires_at) VALUES ('admin', x'01', 9999999999999);
             INSERT INTO former (former_id, person_id, display, deleted_at) VALUES ('p2', 'p1', 'Old P', 5);
             INSERT INTO notice VALUES ('c.failing', 7);
             INSERT INTO waiting_match (id, connection_id, person_id, arriving, at)
                 VALUES ('w', 'c', 'admin', 'Grace H', 3);",
        )
        .await
        .unwrap();
    workspace.close().await.unwrap();
    let mut log = log_of_version(folder.path(), 7).await;
    log.execute(
        "INSERT INTO proof (connection_id, kind, seen_at, activity_id, sentence, refused, unproved)
             VALUES ('c', 'https', 4, 'a', 'Seen.', 0, 1);
         INSERT INTO visit (connection_id, started_at, last_at, secure_at) VALUES ('c', 1, 2, 2);",
    )
    .await
    .unwrap();
    log.close().await.unwrap();
    let store = open(folder.path()).await.unwrap();
    let at = |millis| Timestamp::from_millisecond(millis).unwrap();
    let pause = store.connection("c").await.unwrap().unwrap().pause.expect("it is paused");
    assert!(pause.by_pause_all, "paused by pause-all");
    assert_eq!(store.remembered_person(&[1]).await.unwrap().as_deref(), Some("admin"));
    let previous = store.previous_people("p1").await.unwrap();
    assert!(previous[0].is_attached && previous[0].id == "p2", "the attached history: {previous:?}");
    assert_eq!(store.notification_times().await.unwrap()["c.failing"], at(7));
    assert_eq!(store.pending_matches(None).await.unwrap()[0].incoming_name, "Grace H");
    assert!(store.setup_evidence("c").await.unwrap()[0].inconclusive, "seen, and not proved");
    assert_eq!(store.last_secure_request().await.unwrap(), Some(at(2)));
    let blocked: Result<bool, Error> = store
        .write(async move |tx| {
            tx.allow_sign_in("admin", Some("other"), &store::ChangeSource::default()).await
        })
        .await;
    assert!(blocked.unwrap(), "the Admin has another password");
    assert_eq!(store.remembered_person(&[1]).await.unwrap(), None, "and is no longer remembered");
    store.close().await;
}
