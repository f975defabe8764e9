use sqlx::Connection as _;
use store::{Clock, Error, Ids, Store, TokenText};

use crate::{Folder, connection};

#[tokio::test]
async fn a_second_process_learns_which_one_uses_the_folder() {
    let folder = Folder::new();
    let store = folder.open().await;
    let second = Store::open(folder.dir.path(), Clock::system(), Ids::random()).await;
    let Err(error) = second else { panic!("two writers must not meet") };
    let sentence = error.to_string();
    assert!(matches!(error, Error::FolderInUse { .. }), "{sentence}");
    assert!(sentence.contains(&std::process::id().to_string()), "it names the process: {sentence}");
    store.close().await;
    let next = Store::open(folder.dir.path(), Clock::system(), Ids::random()).await;
    next.expect("a closed folder is free, also while a clone of the store is left").close().await;
    drop(store);
}

#[tokio::test]
async fn everything_is_there_after_closing_and_opening() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let text = TokenText::generate().unwrap();
    let (id, key) = (made.id.clone(), text.key_id().to_owned());
    let hash = text.hash();
    let stored: Result<(), Error> = store
        .write(async move |tx| {
            tx.create_token(&id, &text, None, None, &store::ChangeSource::default()).await.map(drop)
        })
        .await;
    stored.unwrap();
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert_eq!(store.connections().await.unwrap().len(), 1, "the connection");
    assert_eq!(store.token(&key).await.unwrap().unwrap().hash, hash, "and its token's hash");
}

#[tokio::test]
async fn names_of_connections_are_unique_without_regard_to_case() {
    let folder = Folder::new();
    let store = folder.open().await;
    connection(&store, "Okta – Employees").await;
    let again: Result<store::Connection, Error> =
        store.write(async move |tx| tx.create_connection("OKTA – employees", "okta", "{}").await).await;
    assert!(matches!(again, Err(Error::Duplicate("name"))), "two rows of one name cannot be distinguished");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_folder_and_its_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let store = folder.open().await;
    connection(&store, "First").await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.dir.path()), 0o700, "the folder");
    for file in ["foundational.db", "foundational.db-wal", "foundational.db-shm", "activity.db", "lock"] {
        assert_eq!(mode(&folder.dir.path().join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_reported_and_left_alone() {
    let folder = Folder::new();
    let file = folder.dir.path().join("foundational.db");
    std::fs::write(&file, b"this is no database, whatever its name says, and it is long enough").unwrap();
    let opened = Store::open(folder.dir.path(), Clock::system(), Ids::random()).await;
    assert!(matches!(opened, Err(Error::Damaged { .. })), "it is called damaged: {:?}", opened.err());
    assert!(std::fs::read(&file).unwrap().starts_with(b"this is no database"), "not a byte is changed");
}

/// Overwrites the first page of the table of remembered sessions, in a folder that is closed.
async fn damage(folder: &Folder) {
    let file = folder.dir.path().join("foundational.db");
    let mut conn = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let page: i64 =
        sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = 'remembered_session'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    conn.close().await.unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let at = usize::try_from(page - 1).unwrap() * 4096;
    bytes[at..at + 64].fill(0x5a);
    std::fs::write(&file, bytes).unwrap();
}

#[tokio::test]
async fn damage_is_found_after_the_start() {
    let folder = Folder::new();
    let store = folder.open().await;
    connection(&store, "First").await;
    assert_eq!(store.check_workspace().await.unwrap(), Vec::<String>::new(), "nothing is wrong");
    store.close().await;
    assert!(matches!(store.check_workspace().await, Err(Error::Closed)), "a closed one is not checked");
    drop(store);
    damage(&folder).await;
    let store = folder.open().await;
    assert!(!store.ended_uncleanly(), "it was closed");
    assert_eq!(store.connections().await.unwrap().len(), 1, "what is whole is served");
    let found = store.check_workspace().await.unwrap();
    assert!(!found.is_empty(), "and the damage is found");
}

#[tokio::test]
async fn an_end_without_closing_is_known_at_the_next_start() {
    let folder = Folder::new();
    let store = folder.open().await;
    connection(&store, "First").await;
    let copy = tempfile::tempdir().unwrap();
    for file in ["foundational.db", "foundational.db-wal"] {
        std::fs::copy(folder.dir.path().join(file), copy.path().join(file)).unwrap();
    }
    let killed = Store::open(copy.path(), Clock::system(), Ids::random()).await.unwrap();
    assert!(killed.ended_uncleanly(), "what was written last is in the write-ahead log alone");
    assert_eq!(killed.connections().await.unwrap().len(), 1, "and is there");
    killed.close().await;
    drop(killed);
    let closed = Store::open(copy.path(), Clock::system(), Ids::random()).await.unwrap();
    assert!(!closed.ended_uncleanly(), "a close empties it");
    closed.close().await;
}

#[tokio::test]
async fn a_damaged_workspace_is_not_migrated() {
    let folder = Folder::new();
    crate::migrations::make(folder.dir.path(), 500).await;
    let file = folder.dir.path().join("foundational.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.len() / 2 / 4096 * 4096;
    bytes[at..at + 2048].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    let opened = Store::open(folder.dir.path(), Clock::system(), Ids::random()).await;
    assert!(matches!(opened, Err(Error::Damaged { .. })), "it is checked first: {:?}", opened.err());
    assert!(!store::default_backup_folder(folder.dir.path()).exists(), "and nothing is made of it");
}
