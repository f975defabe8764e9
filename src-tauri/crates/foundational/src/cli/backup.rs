//! `foundational backup` and `foundational restore`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;
use store::{AuditAct, CarriedOver, Clock, PreparedRestore};

use super::output::{Failure, Print, word};
use super::workspace::Workspace;
use crate::access::actor::Actor;
use crate::app::Foundational;
use crate::app::options::{OpenError, Options};
use crate::commands::command;
use crate::data::backup_views::{
    BackupFile, BackupMake, BackupRestore, BackupView, BackupsView, RestoreDone, RestorePreview,
};
use crate::data::backups::backup_view;
use crate::data::restore::{CONFIRMATION, refusal, sentences};
use crate::error::{Code, Error};
use crate::shapes::Nothing;

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
    /// Do it: the present state is saved as a backup, every connection is paused
    #[arg(long)]
    yes: bool,
    /// The Admin of the backup who is to sign in when nothing is known of what ended since it was made
    #[arg(long, value_name = "E-MAIL")]
    admin: Option<String>,
}

pub(super) async fn backup(workspace: &Workspace, args: BackupArgs, print: &Print) -> Result<(), Failure> {
    if let Some(BackupCommand::List) = args.command {
        return list(&workspace.call::<command::BackupList>(Nothing {}).await?, print);
    }
    let to = args.to.as_deref().map(full).transpose()?;
    if let Some(file) = to.as_deref().filter(|file| Path::new(file).exists()) {
        return Err(Failure {
            message: format!("{file}: this file exists already."),
            hint: Some("Name another file.".to_owned()),
            code: 1,
        });
    }
    let made = workspace.call::<command::BackupMake>(BackupMake { to: to.clone() }).await?;
    if to.is_some_and(|file| !Path::new(&file).exists()) {
        return Err(elsewhere(&made.file));
    }
    let line = format!("Backed up {} people and {} groups: {}", made.people, made.groups, made.file);
    print.done(&line, &made)
}

/// A service has a /tmp of its own, and homes of its own.
fn elsewhere(file: &str) -> Failure {
    Failure {
        message: format!(
            "The running service wrote the backup in its private file system: there is no {file} here."
        ),
        hint: Some(
            "Make it in the backup folder with `foundational backup`, and copy the file that is named."
                .to_owned(),
        ),
        code: 1,
    }
}

fn list(view: &BackupsView, print: &Print) -> Result<(), Failure> {
    let row = |one: &BackupView| {
        let made = one.made_at.strftime("%Y-%m-%d %H:%M");
        format!("{made} UTC  {:<9}  {} people  {}", word(one.kind), one.people, one.file)
    };
    let mut lines: Vec<String> = view.backups.iter().map(row).collect();
    if lines.is_empty() {
        lines.push("There is no backup yet. Make one with: foundational backup".to_owned());
    }
    print.either(view, &lines)
}

/// Restores, whether an instance runs, none does, or the workspace cannot even be opened.
pub(super) async fn restore(options: Options, args: RestoreArgs, print: &Print) -> Result<(), Failure> {
    let file = full(&args.file)?;
    let data = options.data.clone();
    let workspace = match Workspace::open(options.clone()).await {
        Ok(workspace) => workspace,
        Err(failure) if failure.code == 6 && args.yes => {
            return restore_unopened(options, &file, args.admin.as_deref(), print).await;
        }
        Err(failure) => return Err(failure),
    };
    let done = restore_in(&workspace, &data, file, &args, print).await;
    let own = matches!(workspace, Workspace::Own(_));
    workspace.close().await;
    let done = done?;
    if own {
        // Opening the folder carries the restore out, and shows that it can be opened.
        Foundational::open(options).await?.close().await;
    } else {
        serves_again(&data).await?;
    }
    let line = format!(
        "Restored. The previous state is saved in {}. Every connection is paused: check, then resume.",
        done.previous.file
    );
    print.either(&done, &[vec![line], sentences(&done.carried)].concat())
}

async fn restore_in(
    workspace: &Workspace,
    data: &Path,
    file: String,
    given: &RestoreArgs,
    print: &Print,
) -> Result<RestoreDone, Failure> {
    let args = BackupFile { file: file.clone(), admin: given.admin.clone() };
    let preview = workspace.call::<command::BackupPreview>(args).await?;
    if !given.yes {
        show(&preview, print)?;
        return Err(Failure {
            message: format!("Nothing was restored in {}.", data.display()),
            hint: Some("Repeat the command with --yes to do it.".to_owned()),
            code: 1,
        });
    }
    let args = BackupRestore {
        file,
        seal: preview.backup.seal,
        typed: CONFIRMATION.to_owned(),
        admin: given.admin.clone(),
    };
    workspace.call::<command::BackupRestore>(args).await
}

/// What a restore would do.
fn show(preview: &RestorePreview, print: &Print) -> Result<(), Failure> {
    let backup = &preview.backup;
    let mut lines = vec![
        format!("{} was made {} by version {}.", backup.name, backup.made_at, backup.program),
        format!(
            "It holds {} people, {} groups, {} connections and {} Admins.",
            backup.people, backup.groups, backup.connections, backup.admins
        ),
        format!(
            "You will lose: {} people, {} groups, {} connections, {} changes.",
            preview.lost_people, preview.lost_groups, preview.lost_connections, preview.lost_changes
        ),
    ];
    lines.extend(sentences(&preview.carried));
    print.either(preview, &lines)
}

/// What programs read of a restore into a folder that could not be opened.
#[derive(Serialize)]
struct Replaced {
    restored: BackupView,
    previous: Option<BackupView>,
    carried: CarriedOver,
}

/// The workspace is missing, damaged or newer, so nothing of it is read.
async fn restore_unopened(
    options: Options,
    file: &str,
    admin: Option<&str>,
    print: &Print,
) -> Result<(), Failure> {
    let path = Path::new(file);
    let entry = Actor::operator().audit(AuditAct::BackupRestore).with(file);
    let now = Clock::system().now();
    let restored = PreparedRestore::restore_unopened(&options.data, path, now, admin, &entry).await;
    let (backup, carried) = restored.map_err(|error| match error {
        store::Error::Backup { why, .. } => Failure::from(refusal(file, &why)),
        other => OpenError::from(other).into(),
    })?;
    Foundational::open(options).await?.close().await;
    let line = "Restored. What could not be opened is in the folder backups. Every connection is paused: check, \
                then resume.";
    let lines = [vec![line.to_owned()], sentences(&carried)].concat();
    print.either(&Replaced { restored: backup_view(backup), previous: None, carried }, &lines)
}

/// Waits until the running instance has opened the folder again.
async fn serves_again(data: &Path) -> Result<(), Failure> {
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(running) = Workspace::running(data)
            && running.call::<command::WorkspaceStatus>(Nothing {}).await.is_ok()
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

/// The whole path: the running instance may have another working directory.
pub(super) fn full(path: &Path) -> Result<String, Failure> {
    let full = std::path::absolute(path)
        .map_err(|error| Error::invalid("file", format!("{} is no file: {error}.", path.display())))?;
    full.into_os_string()
        .into_string()
        .map_err(|name| Error::invalid("file", format!("{} is not a name in UTF-8.", name.display())).into())
}
