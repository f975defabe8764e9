//! Backups: made while the workspace is written, refused when they are not what they should be, restored whole.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;
use store::{
    BackupKind, ChangeSource, Error, Person, PreparedRestore, RestoreRefusal, Scope, Store,
    default_backup_folder,
};

use crate::{Folder, connection, person};

async fn admin(store: &Store) {
    let made: Result<store::Account, Error> = store
        .write(async move |tx| {
            tx.create_account(
                "Grace",
                "grace@example.com",
                store::Role::Admin,
                "hash",
                &ChangeSource::default(),
            )
            .await
        })
        .await;
    made.unwrap();
}

/// A workspace with an Admin, a connection and Ada.
pub(crate) async fn filled(folder: &Folder) -> (Store, Scope, Person) {
    let store = folder.open().await;
    admin(&store).await;
    let (_, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    (store, scope, ada)
}

pub(crate) async fn by_hand(store: &Store) -> PathBuf {
    store.back_up(&default_backup_folder(store.folder()), BackupKind::Hand).await.unwrap().path
}

pub(crate) async fn refused(folder: &Folder, file: &Path) -> RestoreRefusal {
    let now = folder.clock.now();
    match PreparedRestore::of(folder.dir.path(), file, now, None).await {
        Err(Error::Backup { why, .. }) => why,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

#[tokio::test]
async fn a_backup_is_a_whole_database_for_its_owner_only() {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let file = by_hand(&store).await;
    let list = store.backups(vec![default_backup_folder(folder.dir.path())]).await;
    assert_eq!(list.len(), 1, "it is listed");
    let facts = &list[0].facts;
    assert_eq!((facts.people, facts.connections, facts.admins), (2, 1, 1), "with what is in it");
    let entries: Vec<_> = std::fs::read_dir(file.parent().unwrap()).unwrap().flatten().collect();
    assert_eq!(entries.len(), 1, "no other file is beside it: {entries:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700), "no other user reads it");
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).read_only(true);
    let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    let people: i64 = sqlx::query_scalar("SELECT count(*) FROM person").fetch_one(&mut conn).await.unwrap();
    assert_eq!(people, 2, "any SQLite opens it");
}

#[tokio::test]
async fn a_restored_workspace_is_the_old_one_paused_and_the_present_one_is_backed_up() {
    let folder = Folder::new();
    let (store, scope, ada) = filled(&folder).await;
    let file = by_hand(&store).await;
    folder.clock.advance(Duration::from_mins(1));
    person(&store, &scope, json!({"userName": "bob"})).await.unwrap();
    let (target, leaver) = (scope.clone(), ada.clone());
    let left: Result<(), Error> =
        store.write(async move |tx| tx.delete_person(&target, leaver, &ChangeSource::default()).await).await;
    left.unwrap();

    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    let lost = ready.lost.unwrap();
    assert_eq!(lost.people, 1, "Bob would be lost: {lost:?}");
    assert_eq!(ready.carried.people.names, ["ada"], "and Ada, who was deleted, remains so");
    assert!(lost.changes >= 2, "with both changes: {lost:?}");
    let (stored, _) = store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    assert_eq!(
        (stored.facts.kind, stored.facts.people),
        (BackupKind::Restore, 2),
        "the present state is backed up"
    );
    let late = person(&store, &scope, json!({"userName": "late"})).await;
    assert!(late.is_err(), "nothing is acknowledged that the swap would lose");
    store.close().await;

    let store = folder.open().await;
    assert!(store.person(&scope, &ada.id).await.unwrap().is_none(), "the leaver does not return");
    let (_, people) = store.people(&store::PeopleQuery::default()).await.unwrap();
    assert_eq!(people, 1, "and Bob is not in the old state");
    let paused = store.connection(scope.connection_id()).await.unwrap().unwrap();
    assert_eq!(store.paused_by_restore().await.unwrap(), [paused.id], "which answers no client yet");
    let found = store.last_restore().await.unwrap().unwrap();
    assert_eq!(found.carried.people.total, 1, "and remembers what ended in it");
    let id = scope.connection_id().to_owned();
    let resumed: Result<bool, Error> = store.write(async move |tx| tx.resume_connection(&id).await).await;
    resumed.unwrap();
    assert!(store.paused_by_restore().await.unwrap().is_empty(), "an Admin ends the pause");
}

#[tokio::test]
async fn what_is_not_a_whole_backup_of_ours_is_refused_with_its_own_reason() {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let file = by_hand(&store).await;
    let bytes = std::fs::read(&file).unwrap();
    let other = folder.dir.path().join("other.backup");
    let with = async |bytes: &[u8]| {
        std::fs::write(&other, bytes).unwrap();
        refused(&folder, &other).await
    };
    assert_eq!(with(b"a letter").await, RestoreRefusal::Foreign, "no database");
    assert_eq!(with(&bytes[..bytes.len() - 200]).await, RestoreRefusal::Unsealed, "cut short");
    let mut changed = bytes.clone();
    let at = changed.windows(16).position(|part| part == b"grace@example.co").unwrap();
    changed[at] = b'b';
    assert_eq!(with(&changed).await, RestoreRefusal::Changed, "a letter was changed");
    let mut damaged = bytes.clone();
    damaged[4096..40960].fill(0x5a);
    assert!(matches!(with(&damaged).await, RestoreRefusal::Damaged(_)), "pages were overwritten");
    assert!(store.connections().await.is_ok(), "the workspace was not touched");
    assert!(!folder.dir.path().join("restore.part").exists(), "and no temporary file is left");

    let make = async |sql: &'static str| {
        let elsewhere = Folder::new();
        let store = filled(&elsewhere).await.0;
        store.close().await;
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(elsewhere.dir.path().join("foundational.db"));
        let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
        sqlx::query(sql).execute(&mut conn).await.unwrap();
        sqlx::Connection::close(conn).await.unwrap();
        elsewhere
    };
    let elsewhere = make(
        "CREATE TRIGGER own_admin AFTER UPDATE ON person BEGIN UPDATE person SET role = 'admin' WHERE id = NEW.id; END",
    )
    .await;
    let opened = elsewhere.open().await;
    let why = refused(&folder, &by_hand(&opened).await).await;
    assert_eq!(why, RestoreRefusal::Altered("the trigger own_admin".to_owned()), "it would do what we don't");
    let elsewhere = make("UPDATE setting SET value = value").await;
    let opened = elsewhere.open().await;
    let later = by_hand(&opened).await;
    assert!(
        PreparedRestore::of(folder.dir.path(), &later, folder.clock.now(), None).await.is_ok(),
        "an honest one is taken"
    );
}

#[tokio::test]
async fn a_backup_of_a_newer_version_is_refused() {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder.dir.path().join("foundational.db"));
    let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::query(newer).execute(&mut conn).await.unwrap();
    sqlx::Connection::close(conn).await.unwrap();
    let file = by_hand(&store).await;
    assert!(
        matches!(refused(&folder, &file).await, RestoreRefusal::Newer { found: 9999, .. }),
        "the message says so"
    );
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_restored_in_the_form_of_this_one() {
    let old = tempfile::tempdir().unwrap();
    crate::migrations::make(old.path(), 30).await;
    let opened = Store::open(old.path(), store::Clock::system(), store::Ids::random()).await.unwrap();
    let backup = opened.backups(vec![default_backup_folder(old.path())]).await.remove(0);
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let ready = PreparedRestore::of(folder.dir.path(), &backup.path, folder.clock.now(), None).await.unwrap();
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;
    let store = folder.open().await;
    let (_, people) = store.people(&store::PeopleQuery::default()).await.unwrap();
    assert_eq!(people, 31, "the list of people, which is younger than the backup, has them");
}

#[tokio::test]
async fn the_newest_of_a_kind_stay_and_others_are_left_alone() {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let place = default_backup_folder(folder.dir.path());
    for _ in 0..10 {
        folder.clock.advance(Duration::from_hours(24));
        store.back_up(&place, BackupKind::Daily).await.unwrap();
        store.back_up(&place, BackupKind::Hand).await.unwrap();
    }
    store.prune_backups(&place, BackupKind::Daily, 7).await.unwrap();
    let list = store.backups(vec![place]).await;
    let daily: Vec<i64> =
        list.iter().filter(|b| b.facts.kind == BackupKind::Daily).map(|b| b.facts.made_at).collect();
    assert_eq!(daily.len(), 7, "seven are left");
    assert_eq!(daily[6], 4 * 86_400_000, "the newest of them");
    assert_eq!(list.len(), 17, "and all that were made by hand");
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_not_safe_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let store = folder.open().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let why = |path: &Path| store.try_backup_folder(path).unwrap_err().to_string();
    assert!(why(Path::new("backups")).contains("no full path"), "a relative one");
    assert!(
        why(&folder.dir.path().join("rehearsals")).contains("inside the data folder"),
        "one that is cleared"
    );
    let open = elsewhere.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert!(why(&open).contains("can write in it"), "one where others write");
    assert!(why(&open.join("below")).contains("above it"), "and one below it");
    let good = elsewhere.path().join("mine");
    let real = store.try_backup_folder(&good).unwrap();
    assert_eq!(std::fs::metadata(real).unwrap().permissions().mode() & 0o777, 0o700, "a new one is private");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_go_on_while_a_large_workspace_is_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    crate::migrations::make(folder.path(), 100_000).await;
    let store = Store::open(folder.path(), store::Clock::system(), store::Ids::random()).await.unwrap();
    let scope = Scope::of("c");
    let (other, of) = (store.clone(), default_backup_folder(folder.path()));
    let began = Instant::now();
    let backup = tokio::spawn(async move { other.back_up(&of, BackupKind::Hand).await });
    let (mut written, mut longest) = (0, Duration::ZERO);
    while !backup.is_finished() {
        let one = Instant::now();
        person(&store, &scope, json!({"userName": format!("late{written}")})).await.unwrap();
        longest = longest.max(one.elapsed());
        written += 1;
    }
    let took = began.elapsed();
    let made = backup.await.unwrap().unwrap();
    eprintln!("{written} writes in {took:?}, the longest {longest:?}; {} bytes", made.size);
    assert!(made.facts.people >= 100_001, "all are in it");
    assert!(written > 20, "the writer was not held: {written} writes in {took:?}");
    assert!(longest < took / 2, "no write waited for the backup: {longest:?} of {took:?}");
}

#[tokio::test]
async fn good_backups_are_not_pushed_out_by_worse_ones() {
    let folder = Folder::new();
    let (store, scope, _) = filled(&folder).await;
    for name in ["b", "c", "d", "e"] {
        person(&store, &scope, json!({"userName": name})).await.unwrap();
    }
    let place = default_backup_folder(folder.dir.path());
    let day = async || {
        folder.clock.advance(Duration::from_hours(24));
        store.back_up(&place, BackupKind::Daily).await.unwrap();
        store.prune_backups(&place, BackupKind::Daily, 3).await.unwrap();
    };
    for _ in 0..5 {
        day().await;
    }
    let damaged = store.backups(vec![place.clone()]).await[1].path.clone();
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let (_, people) = store.people(&store::PeopleQuery::default()).await.unwrap();
    assert_eq!(people, 6, "Grace, Ada and four more");
    let (rows, _) = store.people(&store::PeopleQuery { limit: 100, ..Default::default() }).await.unwrap();
    for row in rows.into_iter().filter(|row| row.connection_id.is_some()) {
        let scope = scope.clone();
        let gone: Result<(), Error> = store
            .write(async move |tx| {
                let person = tx.person(&scope, &row.id).await?.unwrap();
                tx.delete_person(&scope, person, &ChangeSource::default()).await
            })
            .await;
        gone.unwrap();
    }
    for _ in 0..10 {
        day().await;
    }
    let list = store.backups(vec![place]).await;
    let people: Vec<u64> = list.iter().map(|backup| backup.facts.people).collect();
    assert_eq!(people, [1, 1, 1, 6, 6], "three of the emptied workspace, and the whole ones from before it");
}

#[tokio::test]
async fn what_a_killed_backup_left_is_removed_at_the_next_start() {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let file = by_hand(&store).await;
    store.close().await;
    drop(store);
    let place = default_backup_folder(folder.dir.path());
    for name in [".foundational-1.backup.1.part", ".mine.backup.7.part-journal"] {
        std::fs::write(place.join(name), "half of it").unwrap();
    }
    std::fs::write(folder.dir.path().join("restore.part"), "half of it").unwrap();
    folder.open().await.close().await;
    let left: Vec<_> = std::fs::read_dir(&place).unwrap().flatten().map(|one| one.path()).collect();
    assert_eq!(left, [file], "only a file with a backup's name is there");
    assert!(!folder.dir.path().join("restore.part").exists(), "nor is there half of a restore");
}
