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
