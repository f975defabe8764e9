//! `foundational support-bundle`.

use std::path::PathBuf;

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
    let bundle = workspace.call::<command::SupportSave>(Nothing {}).await?;
    let file = args.file.unwrap_or_else(|| PathBuf::from(&bundle.name));
    let shown = file.display().to_string();
    let failed = |error: &std::io::Error| Failure {
        message: format!("{shown} cannot be written: {error}."),
        hint: None,
        code: 1,
    };
    if file.try_exists().map_err(|error| failed(&error))? {
        return Err(Failure {
            message: format!("{shown} exists already."),
            hint: Some("Name another file.".to_owned()),
            code: 1,
        });
    }
    store::private_file::write(&file, &bundle.bytes).map_err(|error| failed(&error))?;
    let line =
        format!("Saved {shown}. It contains no names, addresses or tokens; look into it before you send it.");
    print.done(&line, &Saved { file: shown.clone(), bytes: bundle.bytes.len() })
}
