//! The file of a move, the pause that goes with it, and the folder that it is put in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use store::{
    AuditAct, AuditEntry, Backup, ChangeSource, EarlierPauses, Error, MoveManifest, PauseCause,
    PeopleAfterDelete, PreparedRestore, RestoreRefusal, Store, UndoObstacle, UnfinishedJob, move_here,
};

use crate::backup::{by_hand, filled};
use crate::{Folder, connection, document};

/// The file of a move in this form.
async fn written(store: &Store, format: u32) -> PathBuf {
    let file = store.folder().join(format!("{format}.move"));
    let manifest = MoveManifest::new(Some("https://old.example.com".to_owned()), ["First".to_owned()]);
    store.write_move(&file, MoveManifest { format, ..manifest }).await.unwrap();
    file
}

async fn take(folder: &Folder, file: &Path, data: &Path) -> Result<Backup, Error> {
    let entry = AuditEntry::by_program(AuditAct::MoveHere);
    move_here(data, file, folder.clock.now(), &["server.listen"], &entry).await
}

async fn set(store: &Store, key: &'static str) {
    let done: Result<(), Error> = store.write(async move |tx| tx.set(key, Some("a value")).await).await;
    done.unwrap();
}

async fn pause(store: &Store) -> EarlierPauses {
    let done: Result<EarlierPauses, Error> = store.write(async |tx| tx.pause_for_move().await).await;
    done.unwrap()
}

async fn unfinished_job(store: &Store) -> Option<UnfinishedJob> {
    let found: Result<Option<UnfinishedJob>, Error> = store.write(async |tx| tx.unfinished_job().await).await;
    found.unwrap()
}

#[tokio::test]
async fn a_moved_workspace_is_whole_and_paused_without_what_belongs_to_the_other_computer() {
    let old = Folder::new();
    let (store, scope, ada) = filled(&old).await;
    set(&store, "server.listen").await;
    set(&store, "server.publicUrl").await;
    let grace = store.account_named("grace@example.com").await.unwrap().unwrap();
    let remembered: Result<bool, Error> = store
        .write(async move |tx| {
            let until = tx.now() + Duration::from_hours(1);
            tx.remember_session(&grace, b"secret", until).await
        })
        .await;
    assert!(remembered.unwrap(), "Grace is remembered on the old computer");
    pause(&store).await;
    let file = written(&store, MoveManifest::FORMAT).await;
    let new = Folder::new();
    let moved = take(&old, &file, new.dir.path()).await.unwrap();
    let manifest = moved.facts.moved.unwrap();
    assert_eq!(manifest.address.as_deref(), Some("https://old.example.com"), "the old address");
    assert_eq!((manifest.connections, moved.facts.people), (vec!["First".to_owned()], 2), "what is in it");

    let store = new.open().await;
    assert!(store.person(&scope, &ada.id).await.unwrap().is_some(), "Ada is there");
    let pause = store.connection(scope.connection_id()).await.unwrap().unwrap().pause.unwrap();
    assert_eq!(pause.cause, PauseCause::MoveHere, "no client is answered yet");
    assert_eq!(store.setting("server.listen").await.unwrap(), None, "it listens as this computer does");
    assert!(store.setting("server.publicUrl").await.unwrap().is_some(), "the address may remain the same");
    assert!(store.remembered_sessions().await.unwrap().is_empty(), "and everyone signs in again");
    store.close().await;
    assert!(
        matches!(take(&old, &file, new.dir.path()).await, Err(Error::FolderUsed(_))),
        "a workspace is not replaced"
    );
    assert_eq!(new.open().await.connections().await.unwrap().len(), 1, "it is as it was");
}

#[tokio::test]
async fn what_is_no_whole_move_of_this_version_is_refused_and_the_folder_is_not_made() {
    let folder = Folder::new();
    let (store, ..) = filled(&folder).await;
    let file = written(&store, MoveManifest::FORMAT).await;
    let bytes = std::fs::read(&file).unwrap();
    let other = folder.dir.path().join("other.move");
    let data = folder.dir.path().join("new");
    let refused = async |file: &Path| {
        let taken = take(&folder, file, &data).await;
        assert!(!data.exists(), "nothing is written");
        match taken {
            Err(Error::Backup { why, .. }) => why,
            taken => panic!("{taken:?}"),
        }
    };
    let with = async |bytes: &[u8]| {
        std::fs::write(&other, bytes).unwrap();
        refused(&other).await
    };
    assert_eq!(with(b"a letter").await, RestoreRefusal::Foreign, "no database");
    assert_eq!(with(&bytes[..bytes.len() / 2]).await, RestoreRefusal::Unsealed, "half of it");
    let mut changed = bytes.clone();
    let at = changed.windows(16).position(|part| part == b"grace@example.co").unwrap();
    changed[at] = b'b';
    assert_eq!(with(&changed).await, RestoreRefusal::Changed, "a letter was changed");
    assert_eq!(refused(&by_hand(&store).await).await, RestoreRefusal::NoMove, "an ordinary backup");
    let newer = written(&store, MoveManifest::FORMAT + 1).await;
    assert!(matches!(refused(&newer).await, RestoreRefusal::NewerMove(_)), "a later form");
    let missing = take(&folder, Path::new("/nowhere/a.move"), &data).await;
    assert!(matches!(missing, Err(Error::NotReadable { .. })) && !data.exists(), "{missing:?}");

    let path = format!("sqlite://{}", folder.dir.path().join("foundational.db").display());
    let mut conn = SqliteConnection::connect(&path).await.unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', 1, x'00', 0)";
    conn.execute(later).await.unwrap();
    conn.close().await.unwrap();
    std::fs::remove_file(&file).unwrap();
    let later = written(&store, MoveManifest::FORMAT).await;
    assert!(matches!(refused(&later).await, RestoreRefusal::Newer { found: 9999, .. }), "a later schema");
}

#[tokio::test]
async fn long_names_are_cut_in_a_move_and_a_move_without_room_leaves_no_file() {
    let folder = Folder::new();
    let (store, ..) = filled(&folder).await;
    let file = folder.dir.path().join("long.move");
    let address = format!("https://{}.example.com", "a".repeat(240));
    let manifest = MoveManifest::new(Some(address), vec!["\u{1f511}".repeat(120); 12]);
    let too_long = MoveManifest { connections: vec!["a".repeat(5000)], ..manifest.clone() };
    let refused = store.write_move(&file, too_long).await;
    assert!(matches!(refused, Err(Error::NoBackup { .. })) && !file.exists(), "{refused:?}");
    let made = store.write_move(&file, manifest).await.unwrap();
    assert_eq!(made.facts.moved.unwrap().connections.len(), MoveManifest::NAMED, "the first of them");
}

#[tokio::test]
async fn a_killed_move_leaves_no_workspace_and_the_next_one_is_done() {
    let old = Folder::new();
    let (store, ..) = filled(&old).await;
    let file = written(&store, MoveManifest::FORMAT).await;
    let new = Folder::new();
    let data = new.dir.path();
    // Killed before it is decided: the copy is whole, or a part of it is there.
    std::fs::copy(&file, data.join("restore.part")).unwrap();
    std::fs::write(data.join("lock"), "7").unwrap();
    take(&old, &file, data).await.unwrap();
    assert_eq!(new.open().await.connections().await.unwrap().len(), 1, "the same command again");

    let other = Folder::new();
    std::fs::copy(&file, other.dir.path().join("restore.part")).unwrap();
    let opened = other.open().await;
    assert!(opened.connections().await.unwrap().is_empty(), "a copy that was not committed is no workspace");
    opened.close().await;
    assert!(matches!(take(&old, &file, other.dir.path()).await, Err(Error::FolderUsed(_))), "now it is used");
}

#[tokio::test]
async fn no_client_writes_after_the_pause_of_a_move_and_a_failed_move_takes_it_back() {
    let folder = Folder::new();
    let (store, scope, _) = filled(&folder).await;
    let (other, _) = connection(&store, "Other").await;
    let by_person: Result<(), Error> = store
        .write(async move |tx| tx.pause_connection(&other.id, "Grace").await.map(|found| assert!(found)))
        .await;
    by_person.unwrap();
    let pauses = async || {
        let all = store.connections().await.unwrap();
        all.into_iter().map(|one| one.pause).collect::<Vec<_>>()
    };
    let before = pauses().await;
    folder.clock.advance(Duration::from_mins(1));

    let earlier = pause(&store).await;
    let causes: Vec<_> = pauses().await.into_iter().map(|pause| pause.unwrap().cause).collect();
    assert_eq!(causes, [PauseCause::MoveAway; 2], "also the one that was paused before");
    let write = async || -> Result<(), Error> {
        let late = scope.clone();
        store
            .write_for(&scope, async move |tx| {
                let body = document(json!({"userName": "late"}));
                tx.create_person(&late, body, &ChangeSource::default()).await.map(drop)
            })
            .await
    };
    let refused = write().await;
    assert!(
        matches!(&refused, Err(Error::ConnectionPaused(Some(by))) if by == "The move to a server"),
        "{refused:?}"
    );
    let done: Result<(), Error> = store.write(async move |tx| tx.take_move_back(earlier).await).await;
    done.unwrap();
    assert_eq!(pauses().await, before, "each as it was");
    write().await.expect("it writes again");
}

#[tokio::test]
async fn a_job_that_begins_after_the_pause_of_a_move_is_continued_in_one_of_the_workspaces_only() {
    let old = Folder::new();
    let (store, scope, ada) = filled(&old).await;
    pause(&store).await;
    let path = format!("sqlite://{}", old.dir.path().join("foundational.db").display());
    let mut conn = SqliteConnection::connect(&path).await.unwrap();
    for statement in [
        "INSERT INTO undo (id, at, actor_name, selection, seen, admins, state)
             VALUES ('u', 0, 'Grace', '{}', 0, 0, 'running')",
        "INSERT INTO undo_step (undo_id, number, act, resource_type, resource_id, display, changes, members)
             SELECT 'u', 1, 'deactivate', 'User', id, 'Ada', '[1]', '[]' FROM person WHERE user_name_fold = 'ada'",
        "INSERT INTO held_removal (connection_id, person_id, deletes, at, applying)
             SELECT connection_id, id, 0, 0, 1 FROM person WHERE user_name_fold = 'ada'",
    ] {
        conn.execute(statement).await.unwrap();
    }
    conn.close().await.unwrap();
    let file = written(&store, MoveManifest::FORMAT).await;
    let new = Folder::new();
    take(&old, &file, new.dir.path()).await.unwrap();

    let moved = new.open().await;
    assert_eq!(unfinished_job(&moved).await, None, "nothing is continued here");
    let steps = moved.undo_steps("u", 0, 2).await.unwrap();
    let obstacles: Vec<_> = steps.into_iter().map(|step| step.obstacle).collect();
    assert_eq!(obstacles, [Some(UndoObstacle::Moved)], "a step that was not taken has the reason");
    assert!(moved.person(&scope, &ada.id).await.unwrap().unwrap().active, "and was not");
    assert!(unfinished_job(&store).await.is_some(), "there it is continued");
}

#[tokio::test]
async fn a_pause_is_a_move_s_by_its_cause_and_by_no_name_also_after_a_restore() {
    let folder = Folder::new();
    let (store, scope, _) = filled(&folder).await;
    let cause = async |store: &Store| {
        let pause = store.connection(scope.connection_id()).await.unwrap().unwrap().pause;
        pause.unwrap().cause
    };
    let by_person = async |store: &Store| {
        let id = scope.connection_id().to_owned();
        let done: Result<bool, Error> =
            store.write(async move |tx| tx.pause_connection(&id, "The move to a server").await).await;
        assert!(done.unwrap(), "it is here");
    };
    by_person(&store).await;
    assert_eq!(cause(&store).await, PauseCause::Person, "an Admin may have any name");
    let file = by_hand(&store).await;
    folder.clock.advance(Duration::from_mins(1));
    pause(&store).await;
    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;

    let store = folder.open().await;
    assert_eq!(cause(&store).await, PauseCause::MoveAway, "the server has the other copy");
    assert_eq!(store.paused_by_restore().await.unwrap().len(), 1, "and no Admin has looked at this one");
    let id = scope.connection_id().to_owned();
    let resumed: Result<bool, Error> = store.write(async move |tx| tx.resume_connection(&id).await).await;
    assert!(resumed.unwrap(), "it is here");
    by_person(&store).await;
    assert_eq!(cause(&store).await, PauseCause::Person, "the pause of the move has ended");
}

#[tokio::test]
async fn a_job_that_must_end_is_named() {
    let folder = Folder::new();
    let (store, scope, _) = filled(&folder).await;
    let job = async || unfinished_job(&store).await;
    assert_eq!(job().await, None, "none");
    let path = format!("sqlite://{}", folder.dir.path().join("foundational.db").display());
    let mut conn = SqliteConnection::connect(&path).await.unwrap();
    for (begin, end, expected) in [
        (
            "INSERT INTO held_removal (connection_id, person_id, deletes, at, applying) VALUES ('c', 'p', 0, 0, 1)",
            "DELETE FROM held_removal",
            UnfinishedJob::HeldRemovals,
        ),
        (
            "INSERT INTO undo (id, at, actor_name, selection, seen, admins, state)
             VALUES ('u', 0, 'Grace', '{}', 0, 0, 'running')",
            "UPDATE undo SET state = 'done'",
            UnfinishedJob::Undo,
        ),
    ] {
        conn.execute(begin).await.unwrap();
        assert_eq!(job().await, Some(expected), "{begin}");
        conn.execute(end).await.unwrap();
        assert_eq!(job().await, None, "{end}");
    }
    let id = scope.connection_id().to_owned();
    let decided: Result<bool, Error> = store
        .write(async move |tx| {
            tx.delete_connection(&id, PeopleAfterDelete::Delete, &ChangeSource::default()).await
        })
        .await;
    assert!(decided.unwrap(), "the deletion is decided");
    assert_eq!(job().await, Some(UnfinishedJob::Deletion), "its steps are left");
}
