//! What tokens are called.

use store::{Error, Store, TokenText};

use crate::{Folder, connection};

async fn create(store: &Store, connection_id: &str, label: Option<&'static str>) -> Result<String, Error> {
    let (id, text) = (connection_id.to_owned(), TokenText::generate().unwrap());
    store
        .write(async move |tx| {
            tx.create_token(&id, &text, label, None, &store::ChangeSource::default()).await
        })
        .await
}

#[tokio::test]
async fn a_token_without_a_label_gets_a_number_that_no_other_has() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, _) = connection(&store, "First").await;
    let (second, _) = connection(&store, "Second").await;
    assert_eq!(create(&store, &first.id, Some("token 2")).await.unwrap(), "token 2", "as it was called");
    assert_eq!(create(&store, &first.id, None).await.unwrap(), "Token 3", "the second number is taken");
    assert_eq!(
        create(&store, &second.id, None).await.unwrap(),
        "Token 1",
        "each connection counts for itself"
    );
    let again = create(&store, &first.id, Some("TOKEN 3")).await;
    assert!(matches!(again, Err(Error::Duplicate("label"))), "the case makes no other label: {again:?}");
}

#[tokio::test]
async fn tokens_of_an_older_version_are_numbered_as_they_were_made() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, _) = connection(&store, "First").await;
    let (second, _) = connection(&store, "Second").await;
    for (id, label) in [(&first.id, "b"), (&second.id, "c"), (&first.id, "a")] {
        create(&store, id, Some(label)).await.unwrap();
        folder.clock.advance(std::time::Duration::from_secs(1));
    }
    store.close().await;
    drop(store);
    let file = folder.dir.path().join("foundational.db");
    let old = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for statement in [
        "DROP INDEX token_label",
        "ALTER TABLE token DROP COLUMN label",
        "ALTER TABLE token DROP COLUMN revoked_by",
        "ALTER TABLE connection DROP COLUMN paused_by",
        "ALTER TABLE connection DROP COLUMN paused_by_pause_all",
        "DELETE FROM _sqlx_migrations WHERE version = 8",
    ] {
        sqlx::query(statement).execute(&old).await.unwrap();
    }
    old.close().await;

    let store = folder.open().await;
    let labels = async |id: &str| {
        let tokens = store.tokens(id).await.unwrap();
        tokens.into_iter().map(|token| token.label).collect::<Vec<_>>()
    };
    assert_eq!(labels(&first.id).await, ["Token 2", "Token 1"], "the newest first");
    assert_eq!(labels(&second.id).await, ["Token 1"], "each connection for itself");
}
