//! The store of one rehearsal.

use std::path::{Path, PathBuf};

use idp::Provider;
use store::{ChangeSource, Clock, Ids, Store, TokenText};

use crate::error::Error;
use crate::random::no_randomness;

/// The folder of all sandboxes inside the data folder.
const FOLDER: &str = "rehearsals";

/// Removes what a crash left of rehearsals. Called while the data folder is held, so no rehearsal is under way.
pub(crate) fn remove_remains(data: &Path) {
    if let Err(error) = std::fs::remove_dir_all(data.join(FOLDER))
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the remains of a rehearsal cannot be removed");
    }
}

/// The store of one rehearsal.
pub(crate) struct Sandbox {
    pub store: Store,
    folder: PathBuf,
}

impl Sandbox {
    pub(crate) async fn open(data: &Path) -> Result<Self, Error> {
        let folder = data.join(FOLDER).join(Ids::random().opaque());
        let store = Store::open(&folder, Clock::system(), Ids::random()).await?;
        Ok(Self { store, folder })
    }

    /// A connection of its own with a token.
    pub(crate) async fn connect(&self, provider: Provider) -> Result<(String, String), Error> {
        let text = TokenText::generate().map_err(no_randomness)?;
        let token = text.reveal().to_owned();
        let made: Result<String, Error> = self
            .store
            .write(async move |tx| {
                let connection = tx.create_connection("Rehearsal", provider.as_str(), "{}").await?;
                tx.create_token(&connection.id, &text, None, None, &ChangeSource::default()).await?;
                Ok(connection.id)
            })
            .await;
        Ok((made?, token))
    }

    pub(crate) async fn close(self) {
        self.store.close().await;
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "a rehearsal's folder cannot be removed now; the next start does it");
        }
        // Only the last of several rehearsals finds the folder around it empty.
        if let Some(all) = self.folder.parent() {
            drop(std::fs::remove_dir(all));
        }
    }
}
