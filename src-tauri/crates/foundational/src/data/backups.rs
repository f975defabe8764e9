//! Backups of the workspace: one a day by itself, and whenever a person asks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use store::{AuditAct, AuditEntry, Backup, BackupKind, Store, default_backup_folder};

use crate::access::actor::{Actor, Caller};
use crate::context::{Lifecycle, Room as _};
use crate::data::Data;
use crate::data::backup_views::{BackupFolder, BackupMake, BackupView, BackupsView};
use crate::error::{Code, Error};
use crate::event::{Event, Topic};
use crate::settings;
use crate::shapes::Nothing;

/// How many of each kind that is made by itself are retained.
pub(crate) const RETAINED_BACKUPS: u8 = 7;
const DAY: Duration = Duration::from_hours(24);

impl Data {
    pub(crate) async fn backup_list(&self, _: Actor, _: Nothing) -> Result<BackupsView, Error> {
        let usual = default_backup_folder(self.store().folder());
        let folder = self.backup_folder_in_use().await?;
        let found = self.store().backups(vec![folder.clone(), usual.clone()]).await;
        Ok(BackupsView {
            usual: folder == usual,
            folder: folder.display().to_string(),
            problem: self.backups.failing(),
            backups: found.into_iter().map(backup_view).collect(),
            retained: RETAINED_BACKUPS.into(),
        })
    }

    pub(crate) async fn backup_make(&self, actor: Actor, args: BackupMake) -> Result<BackupView, Error> {
        let to = args.to.as_deref().map(full).transpose()?;
        if to.is_some() && actor.caller != Caller::Operator {
            return Err(Error::invalid("to", "In the app, backups go to the backup folder only.")
                .hinting("Use `foundational backup --to FILE`."));
        }
        let place = match &to {
            Some(file) => file.clone(),
            None => self.backup_folder_in_use().await?,
        };
        // A backup is no transaction: its entry is written before it, so that none is made without one.
        self.record_act(actor.audit(AuditAct::BackupMake).with(place.display().to_string())).await?;
        let made = match to {
            None => self.make_backup(BackupKind::Hand).await,
            Some(file) => {
                let _one = self.backups.one.lock().await;
                self.store().back_up_to(&file).await.map_err(Error::from)
            }
        };
        if let Err(error) = &made {
            let entry = actor.audit(AuditAct::BackupFail).with(&error.message);
            self.record_act_if_possible(entry).await;
        }
        made.map(backup_view)
    }

    pub(crate) async fn backup_folder(&self, actor: Actor, args: BackupFolder) -> Result<BackupsView, Error> {
        let chosen = match args.folder.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => {
                let (store, folder) = (self.store().clone(), PathBuf::from(text));
                let tried = tokio::task::spawn_blocking(move || store.try_backup_folder(&folder)).await;
                let real = tried.map_err(|error| Error::new(Code::Internal, error.to_string()))?.map_err(
                    |error| match error {
                        store::Error::NoBackup { place, why } => Error::invalid(
                            "folder",
                            format!("{} can't hold backups: {why}.", place.display()),
                        )
                        .hinting("Choose a folder that only you can write to."),
                        other => other.into(),
                    },
                )?;
                Some(real).filter(|real| *real != default_backup_folder(self.store().folder()))
            }
            None => None,
        };
        let text = chosen.as_ref().map(|folder| folder.display().to_string());
        let entry = actor.audit(AuditAct::BackupFolderSet);
        let entry = entry.with(text.as_deref().unwrap_or("the default folder"));
        settings::BACKUP_FOLDER.set_audited(self.store(), text.as_ref(), entry).await?;
        self.store().note_backup_folder(chosen.as_deref())?;
        // Whether the new folder takes them is seen at once, not tomorrow.
        *self.backups.problem() = None;
        self.backup_list(actor, Nothing {}).await
    }

    /// Makes the backup of the day when the last one is a day old. A failure is remembered for the screens.
    ///
    /// # Errors
    /// The store's.
    pub async fn daily_backup(&self) -> Result<(), Error> {
        // Without a person and a connection there is nothing to lose. A headless workspace has no account.
        if !self.store().has_content().await? {
            return Ok(());
        }
        let folder = self.backup_folder_in_use().await?;
        let last = self
            .store()
            .backups(vec![folder])
            .await
            .into_iter()
            .find(|one| one.facts.kind == BackupKind::Daily);
        if last.is_some_and(|last| self.now() < made_at(&last) + DAY && made_at(&last) <= self.now()) {
            return Ok(());
        }
        let made = self.make_backup(BackupKind::Daily).await?;
        let entry = AuditEntry::by_program(AuditAct::BackupMake);
        self.record_act(entry.with(made.path.display().to_string())).await
    }

    async fn make_backup(&self, kind: BackupKind) -> Result<Backup, Error> {
        let _one = self.backups.one.lock().await;
        if self.lifecycle() == Lifecycle::Closed {
            return Err(store::Error::Closed.into());
        }
        let folder = self.backup_folder_in_use().await?;
        let made = match self.store().back_up(&folder, kind).await {
            Ok(made) => prune(self.store(), &folder).await.map(|()| made),
            Err(error) => Err(error),
        };
        *self.backups.problem() = made.as_ref().err().map(sentence);
        self.send(Event::of(Topic::Server));
        Ok(made?)
    }

    /// Notes the folder outside of the workspace, so that a lost one is found again.
    pub(crate) async fn record_backup_folder(&self) -> Result<(), store::Error> {
        let chosen = settings::BACKUP_FOLDER.get(self.store()).await?.map(PathBuf::from);
        self.store().note_backup_folder(chosen.as_deref())
    }

    async fn backup_folder_in_use(&self) -> Result<PathBuf, Error> {
        let chosen = settings::BACKUP_FOLDER.get(self.store()).await?;
        Ok(chosen.map_or_else(|| default_backup_folder(self.store().folder()), PathBuf::from))
    }
}

async fn prune(store: &Store, folder: &Path) -> Result<(), store::Error> {
    let usual = default_backup_folder(store.folder());
    store.prune_backups(folder, BackupKind::Daily, RETAINED_BACKUPS.into()).await?;
    if usual.is_dir() {
        for kind in [BackupKind::Migration, BackupKind::Restore] {
            store.prune_backups(&usual, kind, RETAINED_BACKUPS.into()).await?;
        }
    }
    Ok(())
}

/// Why there is no backup, for a person.
fn sentence(error: &store::Error) -> String {
    match error {
        store::Error::NoBackup { place, why } => {
            format!("No backup could be made at {}: {why}.", place.display())
        }
        other => format!("No backup could be made: {other}."),
    }
}

/// A path that means the same in every working directory.
pub(crate) fn full(path: &str) -> Result<PathBuf, Error> {
    let path = PathBuf::from(path);
    if path.is_absolute() {
        return Ok(path);
    }
    Err(Error::invalid("file", format!("\"{}\" is no full path.", path.display()))
        .hinting("Give the full path, from the root of the disk."))
}

pub(crate) fn made_at(backup: &Backup) -> Timestamp {
    Timestamp::from_millisecond(backup.facts.made_at).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn backup_view(backup: Backup) -> BackupView {
    BackupView {
        made_at: made_at(&backup),
        name: backup.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        file: backup.path.display().to_string(),
        kind: backup.facts.kind,
        bytes: backup.size,
        people: backup.facts.people,
        groups: backup.facts.groups,
        connections: backup.facts.connections,
        admins: backup.facts.admins,
        program: backup.facts.program,
        seal: backup.seal,
    }
}
