//! Restoring a backup: looked at first, then put in the place of the workspace while nothing is served. The host then
//! closes this [`Foundational`] and opens the folder again, which carries the restore out.

use store::{Prepared, Refusal};

use crate::app::Foundational;
use crate::backups::{backup_view, full};
use crate::error::{Code, Error};
use crate::sessions::Actor;
use crate::views::{Attention, BackupFile, BackupRestore, RestoreDone, RestorePreview};

/// What is typed before a restore.
const WORD: &str = "RESTORE";

impl Foundational {
    pub(crate) async fn backup_preview(&self, _: Actor, args: BackupFile) -> Result<RestorePreview, Error> {
        let _one = self.backups().one.lock().await;
        let ready = self.prepared(&args.file).await?;
        let lost = ready.lost.unwrap_or_default();
        let preview = RestorePreview {
            backup: backup_view(ready.backup.clone()),
            lost_people: lost.people,
            lost_groups: lost.groups,
            lost_connections: lost.connections,
            lost_changes: lost.changes,
            leavers: lost.leavers,
            tokens: lost.tokens,
        };
        ready.forget();
        Ok(preview)
    }

    /// Decides for a backup. From here on this workspace takes no change; [`Foundational::gives_way`] says so to the
    /// host.
    pub(crate) async fn backup_restore(&self, _: Actor, args: BackupRestore) -> Result<RestoreDone, Error> {
        if args.typed != WORD {
            return Err(
                Error::invalid("typed", format!("Type {WORD} in capitals.")).hinting("Nothing was changed.")
            );
        }
        let app = self.clone();
        // A task of its own: whoever asked may go away, and half of it must not be all of it.
        let done = tokio::spawn(async move { app.restore(&args).await }).await;
        done.map_err(|error| Error::new(Code::Internal, error.to_string()))?
    }

    async fn restore(&self, args: &BackupRestore) -> Result<RestoreDone, Error> {
        let _one = self.backups().one.lock().await;
        if *self.closing().borrow() || *self.giving_way().borrow() {
            return Err(store::Error::Closed.into());
        }
        let ready = self.prepared(&args.file).await?;
        if ready.backup.seal != args.seal {
            ready.forget();
            return Err(refusal(&args.file, &Refusal::Other));
        }
        let backup = ready.backup.clone();
        self.stop_listening().await;
        let kept = self.store().give_way(ready).await;
        // Writing has ended either way, so the folder is opened anew: with the backup, or as it was.
        self.giving_way().send_replace(true);
        let kept = kept?;
        tracing::info!(made_at = backup.facts.made_at, "a backup is restored");
        Ok(RestoreDone { restored: backup_view(backup), kept: backup_view(kept) })
    }

    async fn prepared(&self, file: &str) -> Result<Prepared, Error> {
        let ready = Prepared::of(self.store().folder(), &full(file)?, self.now()).await;
        ready.map_err(|error| match error {
            store::Error::Backup { why, .. } => refusal(file, &why),
            store::Error::NotReadable { source, .. } => {
                Error::invalid("file", format!("{file} can't be read: {source}."))
                    .hinting("Nothing was changed. Choose another file.")
            }
            other => other.into(),
        })
    }

    /// Becomes true when a backup was put in this workspace's place: the host closes this and opens the folder again.
    pub async fn gives_way(&self) {
        let mut gives_way = self.giving_way().subscribe();
        // The sender lives as long as this does.
        drop(gives_way.wait_for(|it_does| *it_does).await);
    }

    /// The line on Home while connections wait for somebody to look at what was restored.
    pub(crate) async fn after_restore(&self) -> Result<Option<Attention>, Error> {
        let waiting = self.store().paused_by_restore().await?.len();
        let Some(restored) = self.store().restored().await?.filter(|_| waiting > 0) else { return Ok(None) };
        let made = jiff::Timestamp::from_millisecond(restored.made_at).unwrap_or_default();
        let made = made.strftime("%-d %B %Y, %H:%M UTC");
        let message =
            format!("The backup of {made} was restored. {} Check, then resume.", back(restored.leavers));
        Ok(Some(Attention {
            code: "backup.restored".to_owned(),
            urgent: true,
            message,
            action: "Check and resume".to_owned(),
            connection_id: None,
        }))
    }
}

/// Who has access again that had lost it.
fn back(leavers: Option<u64>) -> String {
    match leavers {
        Some(0) => "Every connection is paused.".to_owned(),
        Some(1) => "1 person who had lost access since has it again; every connection is paused.".to_owned(),
        Some(many) => {
            format!("{many} people who had lost access since have it again; every connection is paused.")
        }
        None => "People who had lost access since may have it again; every connection is paused.".to_owned(),
    }
}

/// Why a file is not restored, and what to do.
pub(crate) fn refusal(file: &str, why: &Refusal) -> Error {
    let hint = match why {
        Refusal::Foreign => "Choose a file that ends in .backup and was made by Foundational.",
        Refusal::Unsealed => "Copy the backup again, whole; or choose another one.",
        Refusal::Changed | Refusal::Damaged(_) => "Choose another backup; an older one may be whole.",
        Refusal::Newer { .. } => "Install that version of Foundational first.",
        Refusal::Altered(_) => {
            "Somebody changed it. Choose another backup, from a place that only you can write."
        }
        Refusal::NoAdmin => "Choose a backup that was made after the Admin account.",
        Refusal::Other => "Look at it again before you restore it.",
    };
    Error::invalid("file", format!("{file} {why}.")).hinting(format!("Nothing was changed. {hint}"))
}
