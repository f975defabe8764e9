//! Many people, quickly: through the store's own writer, in this process, while the server is stopped. What is written
//! is what a create request writes, save the request log.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use store::{ChangeSource, Clock, Ids, Scope, Store, Tx};

use crate::people::{PATTERN, SharedPeople, document, of_pattern};

/// People of one commit.
const BATCH: u32 = 500;

/// What the people of a connection are made from.
pub(crate) struct Filler {
    connection: String,
    /// The stored document of the person whose number is [`PATTERN`].
    pattern: String,
}

impl Filler {
    /// Takes the person with this id, who was created by a request, as the pattern.
    pub(crate) async fn new(folder: &Path, connection: &str, id: &str) -> Result<Self> {
        let store = Store::open(folder, Clock::system(), Ids::random()).await?;
        let person = store.person(&Scope::of(connection), id).await?;
        store.close().await;
        let pattern = serde_json::to_string(&person.context("the pattern is not there")?.document)?;
        Ok(Self { connection: connection.to_owned(), pattern })
    }

    /// Creates people until there are `count` of them.
    pub(crate) async fn fill(&self, folder: &Path, people: &SharedPeople, count: usize) -> Result<()> {
        let store = Store::open(folder, Clock::system(), Ids::random()).await?;
        while people.borrow().count() < count {
            let missing = count - people.borrow().count();
            let batch = BATCH.min(u32::try_from(missing).unwrap_or(BATCH));
            let numbers: Vec<u32> = (0..batch).map(|_| people.borrow_mut().new_number()).collect();
            let documents: Vec<Map<String, Value>> = numbers
                .iter()
                .map(|number| serde_json::from_str(&of_pattern(&self.pattern, *number)))
                .collect::<Result<_, _>>()?;
            let ids = create(&store, &self.connection, documents).await?;
            for (number, id) in numbers.into_iter().zip(ids) {
                people.borrow_mut().add(number, &id);
            }
        }
        store.close().await;
        Ok(())
    }

    /// Creates a new data folder with one person.
    pub(crate) async fn schema_and_pattern(folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let store = Store::open(folder, Clock::system(), Ids::random()).await?;
        let made = async |tx: &mut Tx| tx.create_connection("Bench", "custom", "{}").await;
        let connection = store.write::<_, store::Error, _>(made).await?;
        create(&store, &connection.id, vec![serde_json::from_str(&document(PATTERN, true, 0))?]).await?;
        store.close().await;
        Ok(())
    }
}

/// Adds people who were created and deleted three years ago: their tombstones, and their history, are older than they are
/// retained.
pub(crate) async fn add_expired(folder: &Path, connection: &str, count: u32) -> Result<()> {
    let past = Clock::fixed(Clock::system().now() - Duration::from_hours(24 * 365 * 3));
    let store = Store::open(folder, past, Ids::random()).await?;
    for first in (0..count).step_by(BATCH as usize) {
        let documents = (first..count.min(first + BATCH))
            .map(|number| {
                let text =
                    document(number, true, 0).replace("person-", "former-").replace("object-", "former-");
                serde_json::from_str(&text)
            })
            .collect::<Result<_, _>>()?;
        let ids = create(&store, connection, documents).await?;
        let scope = Scope::of(connection);
        let source = ChangeSource { connection_id: Some(connection.to_owned()), ..ChangeSource::default() };
        let delete = async move |tx: &mut Tx| {
            for id in ids {
                if let Some(person) = tx.person(&scope, &id).await? {
                    tx.delete_person(&scope, person, &source).await?;
                }
            }
            Ok(())
        };
        store.write::<_, store::Error, _>(delete).await?;
    }
    store.close().await;
    Ok(())
}

async fn create(
    store: &Store,
    connection: &str,
    documents: Vec<Map<String, Value>>,
) -> Result<Vec<String>, store::Error> {
    let scope = Scope::of(connection);
    let source = ChangeSource { connection_id: Some(connection.to_owned()), ..ChangeSource::default() };
    store
        .write(async move |tx| {
            let mut ids = Vec::new();
            for document in documents {
                ids.push(tx.create_person(&scope, document, &source).await?.id);
            }
            Ok(ids)
        })
        .await
}
