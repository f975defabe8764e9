//! `foundational backup` and `foundational restore`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{CarriedOver, Clock, PreparedRestore};

use super::access::Access;
use super::output::{Failure, Print, text};
use crate::app::open::{Foundational, OpenError, Options};
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
    /// The Admin of the backup who is to sign in when nothing is known of what ended since it was made
    #[arg(long, value_name = "E-MAIL")]
    admin: Option<String>,
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
pub(super) async fn restore(options: Options, args: RestoreArgs, print: &Print) -> Result<(), Failure> {
    let file = full(&args.file)?;
    let data = options.data.clone();
    let access = match Access::open(options.clone()).await {
        Ok(access) => access,
        Err(failure) if failure.code == 6 && args.yes => {
            return beyond_opening(options, &file, args.admin.as_deref(), print).await;
        }
        Err(failure) => return Err(failure),
    };
    let done = through(&access, &data, &file, &args, print).await;
    let own = matches!(access, Access::Own(_));
    access.close().await;
    let done = done?;
    let Some(done) = done else { return Ok(()) };
    if own {
        // Opening the folder carries the restore out, and shows that it can be opened.
        Foundational::open(options).await?.close().await;
    } else {
        serves_again(&data).await?;
    }
    let line = format!(
        "Restored. The previous state is saved in {}. Every connection is paused: check, then resume.",
        text(&done["kept"], "file")
    );
    print.either(&done, &[vec![line], ended(&done["carried"])].concat())
}

async fn through(
    access: &Access,
    data: &Path,
    file: &Path,
    given: &RestoreArgs,
    print: &Print,
) -> Result<Option<Value>, Failure> {
    let preview = access.call("backup.preview", json!({ "file": file, "admin": given.admin })).await?;
    if !given.yes {
        print.preview(&preview)?;
        return Err(Failure {
            message: format!("Nothing was restored in {}.", data.display()),
            hint: Some("Say it again with --yes to do it.".to_owned()),
            code: 1,
        });
    }
    let args = json!({
        "file": file, "seal": preview["backup"]["seal"], "typed": "RESTORE", "admin": given.admin,
    });
    Ok(Some(access.call("backup.restore", args).await?))
}

/// What ended in the backup too, in lines.
pub(super) fn ended(carried: &Value) -> Vec<String> {
    let carried: CarriedOver = serde_json::from_value(carried.clone()).unwrap_or_default();
    crate::data::restore::sentences(&carried)
}

/// The workspace is missing, damaged or newer, so nothing of it is asked.
async fn beyond_opening(
    options: Options,
    file: &Path,
    admin: Option<&str>,
    print: &Print,
) -> Result<(), Failure> {
    let restored = PreparedRestore::restore_unopened(&options.data, file, Clock::system().now(), admin).await;
    let (backup, carried) = restored.map_err(|error| match error {
        store::Error::Backup { why, .. } => {
            Failure::from(crate::data::restore::refusal(&file.display().to_string(), &why))
        }
        other => OpenError::from(other).into(),
    })?;
    Foundational::open(options).await?.close().await;
    let line = "Restored. What could not be opened lies in the folder backups. Every connection is paused: check, \
                then resume.";
    let done =
        json!({ "restored": crate::data::backups::backup_view(backup), "kept": null, "carried": carried });
    print.either(&done, &[vec![line.to_owned()], ended(&done["carried"])].concat())
}

/// Waits until the instance that was told has opened the folder anew.
async fn serves_again(data: &Path) -> Result<(), Failure> {
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(running) = Access::running(data)
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
