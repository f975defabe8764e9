//! `foundational support-bundle`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::shapes::Nothing;

/// Where to.
#[derive(Args)]
pub struct SupportArgs {
    /// The file to make, which must not exist yet [default: foundational-support-DATE.zip in this folder]
    file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Saved {
    file: String,
    bytes: usize,
}

pub(super) async fn support_bundle(
    workspace: &Workspace,
    args: SupportArgs,
    print: &Print,
) -> Result<(), Failure> {
    if let Some(file) = &args.file {
        refuse_existing(file)?;
    }
    let shown = Box::pin(workspace.call::<command::SupportPreview>(Nothing {})).await?;
    let bundle = workspace.call::<command::SupportSave>(shown).await?;
    let file = args.file.unwrap_or_else(|| PathBuf::from(&bundle.name));
    refuse_existing(&file)?;
    let shown = file.display().to_string();
    store::private_file::write(&file, &bundle.bytes).map_err(|error| not_written(&file, &error))?;
    let line =
        format!("Saved {shown}. Addresses, ids and tokens are masked; look into it before you send it.");
    print.done(&line, &Saved { file: shown.clone(), bytes: bundle.bytes.len() })
}

fn refuse_existing(file: &Path) -> Result<(), Failure> {
    if !file.try_exists().map_err(|error| not_written(file, &error))? {
        return Ok(());
    }
    Err(Failure {
        message: format!("{} exists already.", file.display()),
        hint: Some("Name another file.".to_owned()),
        code: 1,
    })
}

fn not_written(file: &Path, error: &std::io::Error) -> Failure {
    Failure { message: format!("{} cannot be written: {error}.", file.display()), hint: None, code: 1 }
}
