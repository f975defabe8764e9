//! Moving the workspace to a server: every connection is paused here, and then the workspace is written to one file, which
//! `foundational move --from` takes there.

use std::path::Path;

use store::{AuditAct, EarlierPauses, MoveManifest, UnfinishedJob};

use crate::access::actor::Actor;
use crate::context::{Lifecycle, Room as _};
use crate::data::Data;
use crate::data::backups::{backup_view, full};
use crate::data::move_views::{MoveToServer, MovedFile};
use crate::detached::detached;
use crate::error::{Code, Error};
use crate::settings;
use crate::shell::shell_word;

/// How the file's name ends, so that it is not taken for one of the backups beside it.
pub(crate) const ENDING: &str = "move";

impl Data {
    pub(crate) async fn move_to_server(&self, actor: Actor, args: MoveToServer) -> Result<MovedFile, Error> {
        let (app, to) = (self.clone(), full(&args.to)?);
        if to.extension().is_none_or(|ending| ending != ENDING) {
            return Err(Error::invalid("to", format!("{} does not end in .{ENDING}.", to.display()))
                .hinting("Nothing was changed. Name another file."));
        }
        // A task of its own: the caller may go away, and connections must not remain paused without a file.
        detached(async move { app.move_to(&actor, &to).await }).await
    }

    async fn move_to(&self, actor: &Actor, to: &Path) -> Result<MovedFile, Error> {
        let _one = self.backups.one.lock().await;
        if self.lifecycle() >= Lifecycle::Replaced {
            return Err(store::Error::Closed.into());
        }
        if to.exists() {
            return Err(Error::invalid("to", format!("{} exists already.", to.display()))
                .hinting("Nothing was changed. Name another file."));
        }
        let earlier = self.pause_for_move(actor, &to.display().to_string()).await?;
        let written = match self.manifest().await {
            Ok(manifest) => self.store().write_move(to, manifest).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(made) => {
                tracing::info!(file = %to.display(), "the workspace was written to a file for a server");
                let file = backup_view(made);
                let next = format!("foundational move --from {}", shell_word(&file.name));
                Ok(MovedFile { file, next })
            }
            Err(error) => {
                let error = Error::from(error);
                self.take_back(actor, earlier, &error).await;
                Err(error)
            }
        }
    }

    /// Nothing that a client was answered is written after this, so that the file has it.
    async fn pause_for_move(&self, actor: &Actor, to: &str) -> Result<EarlierPauses, Error> {
        let entry = actor.audit(AuditAct::MoveToServer).with(to);
        self.store()
            .write(async move |tx| {
                if let Some(job) = tx.unfinished_job().await? {
                    return Err(unfinished(job));
                }
                let earlier = tx.pause_for_move().await?;
                tx.audit(&entry).await?;
                Ok(earlier)
            })
            .await
    }

    async fn manifest(&self) -> Result<MoveManifest, store::Error> {
        let address = settings::PUBLIC_URL.get(self.store()).await?;
        let connections = self.store().connections().await?;
        Ok(MoveManifest::new(address, connections.into_iter().map(|connection| connection.name)))
    }

    /// The connections are paused as they were, or the finding says that they are not.
    async fn take_back(&self, actor: &Actor, earlier: EarlierPauses, why: &Error) {
        let entry = actor.audit(AuditAct::BackupFail).with(&why.message);
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                tx.take_move_back(earlier).await?;
                Ok(tx.audit(&entry).await?)
            })
            .await;
        if let Err(error) = done {
            tracing::error!(%error, "connections remain paused after a move that failed");
        }
    }
}

/// What is not finished, and where it is shown how far it is.
fn unfinished(job: UnfinishedJob) -> Error {
    let (what, place) = match job {
        UnfinishedJob::Undo => (
            "An undo is not finished.",
            "See how far it is in the settings of a connection, under Undo changes since.",
        ),
        UnfinishedJob::Deletion => (
            "The deletion of a connection is not finished.",
            "The rest of its data is deleted within moments.",
        ),
        UnfinishedJob::HeldRemovals => (
            "Held removals are still being carried out.",
            "See how far they are in the settings of the connection, under Mass changes.",
        ),
    };
    Error::new(Code::Conflict, what)
        .hinting(format!("Nothing was changed. {place} Move the workspace once it is done."))
}
