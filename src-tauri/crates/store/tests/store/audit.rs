//! Audit entries are part of the act that they record, and outlive what it was on.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
use store::{
    AuditAct, AuditActor, AuditActorKind, AuditEntry, AuditFault, AuditQuery, AuditRow, AuditSubject,
    BackupKind, ChangeSource, Connection, Error, PeopleAfterDelete, PreparedRestore, Store,
    default_backup_folder,
};

use crate::{Folder, connection, person, restore_entry};

fn by_ada(act: AuditAct) -> AuditEntry {
    AuditEntry::new(AuditActor::person("a".to_owned(), "Ada".to_owned()), act)
}

async fn write(store: &Store, entry: AuditEntry) {
    store.write::<_, Error, _>(async move |tx| tx.audit(&entry).await).await.unwrap();
}

async fn rows(store: &Store, query: AuditQuery) -> Vec<AuditRow> {
    store.audit_entries(&AuditQuery { limit: 100, ..query }).await.unwrap().0
}

async fn acts(store: &Store) -> Vec<Option<AuditAct>> {
    rows(store, AuditQuery::default()).await.into_iter().map(|row| row.act).collect()
}

async fn fault(store: &Store) -> Option<AuditFault> {
    store.check_audit().await.unwrap().fault
}

/// Another program that writes into the workspace.
async fn other_program(folder: &Folder) -> SqliteConnection {
    let path = folder.dir.path().join("foundational.db");
    SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}

async fn rename(store: &Store, connection: &Connection, entry: AuditEntry, fails: bool) -> Result<(), Error> {
    let id = connection.id.clone();
    store
        .write(async move |tx| {
            tx.rename_connection(&id, "Second").await?;
            tx.audit(&entry).await?;
            if fails { Err(Error::Closed) } else { Ok(()) }
        })
        .await
}

#[tokio::test]
async fn an_entry_is_committed_with_its_act_or_not_at_all() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let entry = by_ada(AuditAct::ConnectionRename).on(&made).with("Second");
    rename(&store, &made, entry.clone(), true).await.unwrap_err();
    assert_eq!(acts(&store).await, [], "what was undone left no entry");
    assert_eq!(store.connection(&made.id).await.unwrap().unwrap().name, "First", "and was undone");
    rename(&store, &made, entry.clone(), false).await.unwrap();
    let all = rows(&store, AuditQuery::default()).await;
    let [row] = &all[..] else { panic!("one entry: {all:?}") };
    assert_eq!((row.act, row.actor_name.as_str()), (Some(AuditAct::ConnectionRename), "Ada"));
    assert_eq!((row.subject_name.as_str(), row.detail.as_str()), ("First", "Second"), "names of that time");
    assert_eq!((row.actor_exists, row.subject_exists), (false, true), "there is no person a");
    // Those that wait together share a transaction, and each has a savepoint of its own.
    let ((), undone, ()) = tokio::join!(
        write(&store, by_ada(AuditAct::PauseAll)),
        rename(&store, &made, entry, true),
        write(&store, by_ada(AuditAct::ResumeAll)),
    );
    undone.unwrap_err();
    let left = [AuditAct::ResumeAll, AuditAct::PauseAll, AuditAct::ConnectionRename];
    assert_eq!(acts(&store).await, left.map(Some));
    assert_eq!(fault(&store).await, None, "the head of the chain is undone with the entry");
}

#[tokio::test]
async fn entries_outlive_what_they_are_about() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    let ada = person(&store, &scope, json!({"userName": "ada", "displayName": "Ada L."})).await.unwrap();
    write(&store, by_ada(AuditAct::PersonBlock).on(AuditSubject::person(ada.id.clone()))).await;
    let (id, entry) = (made.id.clone(), by_ada(AuditAct::ConnectionDelete).on(&made));
    let done: Result<bool, Error> = store
        .write(async move |tx| {
            tx.audit(&entry).await?;
            tx.delete_connection(&id, PeopleAfterDelete::Delete, &ChangeSource::default()).await
        })
        .await;
    assert!(done.unwrap());
    while store.continue_deletion(&made.id).await.unwrap() {}
    let now = folder.clock.now() + Duration::from_secs(1);
    let purged = store.write::<_, Error, _>(async move |tx| tx.purge_tombstones(now).await).await.unwrap();
    assert!(purged > 0, "Ada is no tombstone any more");
    let all = rows(&store, AuditQuery::default()).await;
    let seen: Vec<_> = all.iter().map(|row| (row.subject_name.as_str(), row.subject_exists)).collect();
    assert_eq!(seen, [("First", false), ("Ada L.", false)], "by the names of that time");
}

#[tokio::test]
async fn entries_are_chosen_by_who_did_what_on_which_connection() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (one, _) = connection(&store, "One").await;
    let (two, _) = connection(&store, "Two").await;
    let line = AuditActor::other(AuditActorKind::CommandLine);
    write(&store, by_ada(AuditAct::ConnectionPause).on(&one)).await;
    write(&store, AuditEntry::new(line, AuditAct::ConnectionPause).on(&two)).await;
    write(&store, by_ada(AuditAct::ConnectionResume).on(&two)).await;
    write(&store, AuditEntry::by_program(AuditAct::BackupMake).with("file")).await;
    let subjects = async |query: AuditQuery| {
        let names = rows(&store, query).await.into_iter().map(|row| row.subject_name);
        names.collect::<Vec<_>>().join(" ")
    };
    let any = AuditQuery::default;
    assert_eq!(subjects(any()).await, " Two Two One", "newest first");
    assert_eq!(subjects(AuditQuery { actor_id: Some("a".into()), ..any() }).await, "Two One");
    let kind = Some(AuditActorKind::CommandLine);
    assert_eq!(subjects(AuditQuery { actor_kind: kind, ..any() }).await, "Two");
    assert_eq!(subjects(AuditQuery { act: Some(AuditAct::ConnectionPause), ..any() }).await, "Two One");
    assert_eq!(subjects(AuditQuery { connection_id: Some(one.id.clone()), ..any() }).await, "One");
    let page = AuditQuery { offset: 1, limit: 2, ..any() };
    let (second, total) = store.audit_entries(&page).await.unwrap();
    assert_eq!((second[0].subject_name.as_str(), second.len(), total), ("Two", 2, 4), "a page of all");
    let choices = store.audit_choices().await.unwrap();
    let kinds: Vec<_> = choices.actors.iter().map(|actor| (actor.kind, actor.name.as_str())).collect();
    let (person, program) = (AuditActorKind::Person, AuditActorKind::Program);
    assert_eq!(kinds, [(AuditActorKind::CommandLine, ""), (program, ""), (person, "Ada")]);
    let acts = [AuditAct::ConnectionPause, AuditAct::ConnectionResume, AuditAct::BackupMake];
    assert_eq!(choices.acts, acts, "each once");
    assert_eq!(choices.connections, [(one.id, "One".to_owned()), (two.id, "Two".to_owned())]);
}

#[tokio::test]
async fn entries_are_never_altered_and_are_deleted_by_age_alone() {
    let folder = Folder::new();
    let store = folder.open().await;
    write(&store, by_ada(AuditAct::PauseAll)).await;
    folder.clock.advance(Duration::from_hours(1));
    write(&store, by_ada(AuditAct::ResumeAll)).await;
    let mut other = other_program(&folder).await;
    let refused = other.execute("UPDATE audit SET actor_name = 'Eve'").await.unwrap_err();
    assert!(refused.to_string().contains("never altered"), "{refused}");
    let limit = folder.clock.now();
    let delete =
        async || store.write::<_, Error, _>(async move |tx| tx.delete_audit_entries(limit).await).await;
    assert_eq!(delete().await.unwrap(), 1, "the older one");
    assert_eq!(delete().await.unwrap(), 0, "and nothing more");
    assert_eq!(acts(&store).await, [Some(AuditAct::ResumeAll)]);
    let left = store.check_audit().await.unwrap();
    assert_eq!((left.entries, left.since, left.fault), (1, Some(limit), None), "the chain begins later");
    folder.clock.set_back(Duration::from_mins(30));
    write(&store, by_ada(AuditAct::PauseAll)).await;
    assert_eq!(delete().await.unwrap(), 0, "an older one behind a younger one would leave a gap");
    assert_eq!(fault(&store).await, None);
}

#[tokio::test]
async fn an_entry_that_was_altered_added_or_removed_does_not_fit() {
    let folder = Folder::new();
    let store = folder.open().await;
    for act in [AuditAct::PauseAll, AuditAct::ResumeAll, AuditAct::PauseAll, AuditAct::ResumeAll] {
        write(&store, by_ada(act)).await;
    }
    let at = folder.clock.now();
    let whole = store.check_audit().await.unwrap();
    assert_eq!((whole.entries, whole.since, whole.fault), (4, Some(at), None));
    let mut other = other_program(&folder).await;
    let columns = "(at, actor_kind, actor_name, act, subject_name, detail";
    let without = format!("INSERT INTO audit {columns}) VALUES (1, 'person', 'Eve', 'signIn', '', '')");
    let refused = other.execute(AssertSqlSafe(without)).await.unwrap_err();
    assert!(refused.to_string().contains("has a hash"), "{refused}");
    other.execute("DROP TRIGGER audit_is_never_altered").await.unwrap();
    for (alter, back) in [
        ("detail = 'x'", "detail = ''"),
        ("actor_id = NULL", "actor_id = 'a'"),
        ("at = at + 1", "at = at - 1"),
        ("actor_name = '', detail = 'Ada'", "actor_name = 'Ada', detail = ''"),
    ] {
        let set = |what: &str| AssertSqlSafe(format!("UPDATE audit SET {what} WHERE id = 2"));
        other.execute(set(alter)).await.unwrap();
        let found = fault(&store).await;
        assert!(matches!(found, Some(AuditFault::Entry { id: 2, .. })), "{alter}: {found:?}");
        other.execute(set(back)).await.unwrap();
        assert_eq!(fault(&store).await, None, "{back}");
    }
    other.execute("DELETE FROM audit WHERE id = 4").await.unwrap();
    assert_eq!(fault(&store).await, Some(AuditFault::End), "the newest is missing");
    write(&store, by_ada(AuditAct::SignIn)).await;
    let last = Some(AuditFault::Entry { id: 4, at });
    assert_eq!(fault(&store).await, last, "what is written then does not conceal it");
    other.execute("DELETE FROM audit WHERE id = 2").await.unwrap();
    assert_eq!(fault(&store).await, Some(AuditFault::Entry { id: 3, at }), "the one behind what is missing");
    let forged =
        format!("INSERT INTO audit {columns}, hash) VALUES (1, 'person', 'Eve', 'signIn', '', '', x'00')");
    other.execute(AssertSqlSafe(forged)).await.unwrap();
    let check = store.check_audit().await.unwrap();
    assert_eq!((check.entries, check.newest_hash.as_str()), (4, "00"), "one that was added is counted");
}

#[tokio::test]
async fn entries_of_an_older_version_are_chained_when_the_workspace_is_opened() {
    let folder = Folder::new();
    let store = folder.open().await;
    for act in [AuditAct::PauseAll, AuditAct::ResumeAll, AuditAct::SignIn] {
        write(&store, by_ada(act)).await;
    }
    let expected = store.check_audit().await.unwrap();
    store.close().await;
    drop(store);
    let mut other = other_program(&folder).await;
    let trigger: String =
        sqlx::query_scalar("SELECT sql FROM sqlite_master WHERE name = 'audit_is_never_altered'")
            .fetch_one(&mut other)
            .await
            .unwrap();
    let older = [
        "DROP TRIGGER audit_is_never_altered".to_owned(),
        "UPDATE audit SET hash = NULL".to_owned(),
        "UPDATE audit_chain SET head = zeroblob(32)".to_owned(),
        trigger,
    ];
    for statement in older {
        other.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    other.close().await.unwrap();
    let store = folder.open().await;
    assert_eq!(store.check_audit().await.unwrap(), expected, "by the same hashes");
    let mut other = other_program(&folder).await;
    for alteration in ["hash = NULL", "hash = x'00'", "detail = 'x'"] {
        let refused =
            other.execute(AssertSqlSafe(format!("UPDATE audit SET {alteration}"))).await.unwrap_err();
        assert!(refused.to_string().contains("never altered"), "{alteration}: {refused}");
    }
}

#[tokio::test]
async fn a_restore_conceals_no_entry_that_does_not_fit() {
    // The backup has the first entry as well, as it was.
    for (altered, then, count) in [(2, 2, 4), (1, 2, 5)] {
        let folder = Folder::new();
        let store = folder.open().await;
        connection(&store, "First").await;
        write(&store, by_ada(AuditAct::PauseAll)).await;
        let usual = default_backup_folder(store.folder());
        let file = store.back_up(&usual, BackupKind::Hand).await.unwrap().path;
        write(&store, by_ada(AuditAct::ResumeAll)).await;
        write(&store, by_ada(AuditAct::PauseAll)).await;
        let mut other = other_program(&folder).await;
        other.execute("DROP TRIGGER audit_is_never_altered").await.unwrap();
        let alter = format!("UPDATE audit SET actor_name = 'Eve' WHERE id = {altered}");
        other.execute(AssertSqlSafe(alter)).await.unwrap();
        other.close().await.unwrap();
        let at = folder.clock.now();
        assert_eq!(fault(&store).await, Some(AuditFault::Entry { id: altered, at }));
        let ready = PreparedRestore::of(folder.dir.path(), &file, at, None).await.unwrap();
        store.replace_workspace_with(ready, &restore_entry()).await.unwrap();
        store.close().await;
        drop(store);
        let store = folder.open().await;
        assert_eq!(acts(&store).await.len(), count, "all are there");
        assert_eq!(fault(&store).await, Some(AuditFault::Entry { id: then, at }), "it does not fit");
    }
}

#[tokio::test]
async fn a_restore_has_the_entries_of_the_backup_those_since_and_its_own() {
    let folder = Folder::new();
    let mut store = folder.open().await;
    connection(&store, "First").await;
    write(&store, by_ada(AuditAct::PauseAll)).await;
    let usual = default_backup_folder(store.folder());
    let file = store.back_up(&usual, BackupKind::Hand).await.unwrap().path;
    write(&store, by_ada(AuditAct::ResumeAll)).await;
    let mut expected = vec![Some(AuditAct::ResumeAll), Some(AuditAct::PauseAll)];
    for _ in 0..2 {
        let now = folder.clock.now();
        let ready = PreparedRestore::of(folder.dir.path(), &file, now, None).await.unwrap();
        assert_eq!(acts(&store).await, expected, "a preview changes nothing");
        store.replace_workspace_with(ready, &restore_entry()).await.unwrap();
        store.close().await;
        store = folder.open().await;
        expected.insert(0, Some(AuditAct::BackupRestore));
        assert_eq!(acts(&store).await, expected, "none is lost, none is there twice");
        assert_eq!(fault(&store).await, None, "one chain");
    }
}

#[tokio::test]
async fn a_restore_of_another_workspace_has_the_entries_of_both() {
    let (folder, other) = (Folder::new(), Folder::new());
    let backed_up = other.open().await;
    connection(&backed_up, "Theirs").await;
    write(&backed_up, by_ada(AuditAct::PauseAll)).await;
    let usual = default_backup_folder(backed_up.folder());
    let file = backed_up.back_up(&usual, BackupKind::Hand).await.unwrap().path;
    let store = folder.open().await;
    connection(&store, "Ours").await;
    write(&store, by_ada(AuditAct::ResumeAll)).await;
    let ready = PreparedRestore::of(folder.dir.path(), &file, folder.clock.now(), None).await.unwrap();
    store.replace_workspace_with(ready, &restore_entry()).await.unwrap();
    store.close().await;
    let expected = [AuditAct::BackupRestore, AuditAct::ResumeAll, AuditAct::PauseAll].map(Some);
    let store = folder.open().await;
    assert_eq!(acts(&store).await, expected);
    assert_eq!(fault(&store).await, None, "one chain of both");
}
