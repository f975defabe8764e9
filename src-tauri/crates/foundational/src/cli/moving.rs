//! `foundational move`: from this computer to a file, and from a file into the empty data folder of a server.

use std::path::{Path, PathBuf};

use clap::Args;
use store::{AuditAct, Clock, RestoreRefusal};

use super::backup::full;
use super::folder_owner;
use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::access::actor::Actor;
use crate::app::Foundational;
use crate::app::options::{OpenError, Options, refuse_remote};
use crate::commands::command;
use crate::data::backup_views::BackupView;
use crate::data::backups::backup_view;
use crate::data::move_views::MoveToServer;
use crate::data::moves::ENDING;
use crate::data::restore::refusal;
use crate::settings::of_computer;
use crate::shell::shell_word;
use crate::words::counted;

/// What to do where the file is not a whole one.
const WRITE_AGAIN: &str = "Nothing was changed. Copy the file again, or write another one with `foundational move --to-server` \
    on the other computer.";

/// What clients of a private authority need: its key is in no file that is copied.
const AUTHORITY: &str = "A private authority does not move. If clients trust its root: on the server, run `foundational \
    certificate private` and `foundational certificate export-root`, and add the new root where they trust the former one.";

/// Where to.
#[derive(Args)]
pub(super) struct MoveArgs {
    /// Write this workspace to one file for a server, and pause every connection here
    #[arg(long, conflicts_with = "from", required_unless_present = "from")]
    to_server: bool,
    /// The file to write, which ends in .move [default: one in the current folder]
    #[arg(long, value_name = "FILE", requires = "to_server")]
    out: Option<PathBuf>,
    /// Put the workspace of such a file in the data folder of this computer, which must be empty or missing
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(super) async fn run(options: Options, args: MoveArgs, print: &Print) -> Result<(), Failure> {
    match args.from {
        Some(file) => here(options, &file, print).await,
        None => to_server(options, args.out, print).await,
    }
}

async fn to_server(options: Options, out: Option<PathBuf>, print: &Print) -> Result<(), Failure> {
    let name = || format!("foundational-{}.{ENDING}", Clock::system().now().strftime("%Y%m%d-%H%M%S"));
    let to = full(&out.unwrap_or_else(|| name().into()))?;
    let data = options.data.clone();
    let workspace = Workspace::open(options).await?;
    let done = workspace.call::<command::MoveToServer>(MoveToServer { to: to.clone() }).await;
    workspace.close().await;
    let made = done?;
    if !Path::new(&to).exists() {
        return Err(elsewhere(&to, &data));
    }
    let lines = [
        format!("Every connection is paused here. {} are in {to}.", contents(&made.file)),
        "The file holds everyone's data and the hashes of passwords and tokens: copy it over an encrypted \
         connection, and delete it on both computers afterwards."
            .to_owned(),
        "Next, on the server, with an empty data folder:".to_owned(),
        format!("  {}", made.next),
        AUTHORITY.to_owned(),
    ];
    print.either(&made.file, &lines)
}

/// Nothing runs in the folder, and nothing is in it.
async fn here(options: Options, file: &Path, print: &Print) -> Result<(), Failure> {
    let (file, data) = (full(file)?, options.data.clone());
    folder_owner::refuse_root_in(&data)?;
    refuse_remote(&options, store::remote_file_system(&data))?;
    let entry = Actor::operator().audit(AuditAct::MoveHere).with(&file);
    let now = Clock::system().now();
    let moved = store::move_here(&data, Path::new(&file), now, &of_computer(), &entry).await;
    let moved = backup_view(moved.map_err(|error| failure(&file, error))?);
    // Opening shows that it can be opened.
    Foundational::open(options).await?.close().await;
    let folder = shell_word(&data.display().to_string());
    let lines = [
        format!("{} of version {} are in {}.", contents(&moved), moved.program, data.display()),
        "Every connection is paused, and everyone signs in again. Tokens and passwords remain valid."
            .to_owned(),
        "Next:".to_owned(),
        format!("  foundational service install --data {folder} --public-url https://NAME"),
        format!("  foundational doctor --data {folder}   # whether the public address leads here"),
        format!(
            "  foundational connection resume NAME --data {folder}   # for each connection, once it does"
        ),
        AUTHORITY.to_owned(),
        format!("Then delete {file}: it holds everyone's data and the hashes of passwords and tokens."),
    ];
    print.either(&moved, &lines)
}

/// A service has a /tmp of its own, and homes of its own.
fn elsewhere(file: &str, data: &Path) -> Failure {
    let to = data.join(format!("NAME.{ENDING}")).display().to_string();
    Failure {
        message: format!(
            "The running service wrote the file in its private file system: there is no {file} here. Every connection is paused."
        ),
        hint: Some(format!("Write it again, into the data folder: --out {}", shell_word(&to))),
        code: 1,
    }
}

fn contents(moved: &BackupView) -> String {
    format!(
        "{}, {} and {}",
        counted(moved.people, "person", "people"),
        counted(moved.groups, "group", "groups"),
        counted(moved.connections, "connection", "connections")
    )
}

fn failure(file: &str, error: store::Error) -> Failure {
    match error {
        store::Error::Backup { why, .. } => {
            let refused = Failure::from(refusal(file, &why));
            match why {
                RestoreRefusal::Foreign
                | RestoreRefusal::Unsealed
                | RestoreRefusal::Changed
                | RestoreRefusal::Damaged(_) => Failure { hint: Some(WRITE_AGAIN.to_owned()), ..refused },
                _ => refused,
            }
        }
        store::Error::FolderUsed(folder) => Failure {
            message: format!("{} is not empty, and nothing in it is replaced.", folder.display()),
            hint: Some("Nothing was changed. Choose an empty or missing folder with --data.".to_owned()),
            code: 1,
        },
        store::Error::NotReadable { source, .. } => Failure {
            message: format!("{file} can't be read: {source}."),
            hint: Some("Nothing was changed.".to_owned()),
            code: 1,
        },
        other => OpenError::from(other).into(),
    }
}
