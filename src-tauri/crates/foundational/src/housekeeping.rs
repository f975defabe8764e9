//! What is done from time to time while Foundational is open: retired tokens end, tombstones go, the public address is
//! looked at.

use std::time::Duration;

use crate::app::Foundational;
use crate::error::Error;

/// How long a deleted person or group can come back under the old id.
pub(crate) const RETENTION: Duration = Duration::from_hours(30 * 24);
const INTERVAL: Duration = Duration::from_mins(10);

/// Starts the rounds; they end with the store.
pub(crate) fn start(app: &Foundational) {
    let app = app.clone();
    let mut closing = app.closing();
    tokio::spawn(async move {
        loop {
            if let Err(error) = app.keep_house().await {
                tracing::warn!(%error, "housekeeping failed; it is tried again later");
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = closing.changed() => return,
            }
        }
    });
}

impl Foundational {
    /// One round; it happens by itself every ten minutes.
    ///
    /// # Errors
    /// The store's.
    pub async fn keep_house(&self) -> Result<(), Error> {
        for connection in self.store().connections().await? {
            self.end_retired(&connection.id).await?;
        }
        let limit = self.now() - RETENTION;
        let gone: Result<u64, Error> = self
            .store()
            .write(move |tx| Box::pin(async move { Ok(tx.purge_tombstones(limit).await?) }))
            .await;
        gone?;
        self.check_again().await
    }
}
