//! `foundational backup` and `foundational restore`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{Clock, Prepared};

use super::access::Access;
use super::output::{Failure, Print, text};
use crate::app::{Foundational, OpenError, Options};
use crate::error::{Code, Error};

/// How to back up.
#[derive(Args)]
pub struct BackupArgs {
    /// A file to make, instead of one in the backup folder
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<BackupCommand>,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// List the backups, newest first
    List,
}

/// What to restore.
#[derive(Args)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Do it: the present state is kept as a backup, every connection is paused
    #[arg(long)]
    yes: bool,
}

pub(super) async fn backup(access: &Access, args: BackupArgs, print: &Print) -> Result<(), Failure> {
    if let Some(BackupCommand::List) = args.command {
        return print.backups(&access.call("backup.list", json!({})).await?);
    }
    let to = args.to.as_deref().map(full).transpose()?;
    let made = access.call("backup.make", to.map_or_else(|| json!({}), |to| json!({ "to": to }))).await?;
    let line =
        format!("Backed up {} people and {} groups: {}", made["people"], made["groups"], text(&made, "file"));
    print.done(&line, &made)
}

/// Restores, whether an instance runs, none does, or the workspace cannot even be opened.
pub(super) async fn restore(data: PathBuf, args: RestoreArgs, print: &Print) -> Result<(), Failure> {
    let file = full(&args.file)?;
    let access = match Access::open(data.clone()).await {
        Ok(access) => access,
        Err(failure) if failure.code == 6 && args.yes => return beyond_opening(&data, &file, print).await,
        Err(failure) => return Err(failure),
    };
    let done = through(&access, &data, &file, args.yes, print).await;
    let own = matches!(access, Access::Own(_));
    access.close().await;
    let done = done?;
    let Some(done) = done else { return Ok(()) };
    if own {
        // Opening the folder carries the restore out, and shows that it can be opened.
        let options = Options { data, listen: None, public_url: None };
        Foundational::open(options).await?.close().await;
    } else {
        serves_again(&data).await?;
    }
    let line = format!(
        "Restored. The state of before is kept in {}. Every connection is paused: check, then resume.",
        text(&done["kept"], "file")
    );
    print.done(&line, &done)
}

async fn through(
    access: &Access,
    data: &Path,
    file: &Path,
    yes: bool,
    print: &Print,
) -> Result<Option<Value>, Failure> {
    let preview = access.call("backup.preview", json!({ "file": file })).await?;
    if !yes {
        print.preview(&preview)?;
        return Err(Failure {
            message: format!("Nothing was restored in {}.", data.display()),
            hint: Some("Say it again with --yes to do it.".to_owned()),
            code: 1,
        });
    }
    let args = json!({ "file": file, "seal": preview["backup"]["seal"], "typed": "RESTORE" });
    Ok(Some(access.call("backup.restore", args).await?))
}

/// The workspace is damaged or newer, so nothing of it is asked.
async fn beyond_opening(data: &Path, file: &Path, print: &Print) -> Result<(), Failure> {
    let restored = Prepared::restore_unopened(data, file, Clock::system().now()).await;
    let restored = restored.map_err(|error| match error {
        store::Error::Backup { why, .. } => {
            Failure::from(crate::restore::refusal(&file.display().to_string(), &why))
        }
        other => OpenError::from(other).into(),
    })?;
    let options = Options { data: data.to_owned(), listen: None, public_url: None };
    Foundational::open(options).await?.close().await;
    let line = "Restored. The files that could not be opened are kept in the folder backups. Every connection is \
                paused: check, then resume.";
    print.done(line, &json!({ "restored": crate::backups::backup_view(restored.backup), "kept": null }))
}

/// Waits until the instance that was told has opened the folder anew.
async fn serves_again(data: &Path) -> Result<(), Failure> {
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(running) = Access::running(data)?
            && running.call("workspace.status", json!({})).await.is_ok()
        {
            return Ok(());
        }
    }
    Err(Error::new(
        Code::Unavailable,
        "The backup was put in place, but the running instance does not answer.",
    )
    .hinting("Start it again.")
    .into())
}

fn full(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Error::invalid("file", format!("{} is no file: {error}.", path.display())).into())
}
