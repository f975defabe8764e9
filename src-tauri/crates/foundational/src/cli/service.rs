//! `foundational service`: Foundational as a service of systemd.

mod arguments;
#[cfg(target_os = "linux")]
mod systemd;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use super::output::{Failure, Print};
use arguments::{InstallArgs, ScopeArgs};

#[derive(Subcommand)]
pub(super) enum ServiceCommand {
    /// Write a hardened systemd unit, enable it and start it
    Install(InstallArgs),
    /// Show what is installed, whether it runs, and where
    Status(ScopeArgs),
    /// Stop and disable the service and delete its unit; the data remains
    Remove(ScopeArgs),
}

/// `data` is the folder that is named, if one is; `insist` says that it is used on a network file system too.
#[cfg(target_os = "linux")]
pub(super) async fn service(
    data: Option<&Path>,
    insist: bool,
    command: ServiceCommand,
    print: &Print,
) -> Result<ExitCode, Failure> {
    match command {
        ServiceCommand::Install(args) => {
            systemd::install(data, insist, &args, print).await.map(|()| ExitCode::SUCCESS)
        }
        ServiceCommand::Status(scope) => systemd::status(&scope, print).await,
        ServiceCommand::Remove(scope) => systemd::remove(&scope, print).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "the Linux half waits for the service")]
pub(super) async fn service(
    _: Option<&Path>,
    _: bool,
    _: ServiceCommand,
    _: &Print,
) -> Result<ExitCode, Failure> {
    Err(Failure {
        message: "Services need Linux with systemd.".to_owned(),
        hint: Some(
            "Here the app starts when you sign in: Settings > Start at sign-in. Other service managers run `foundational serve`."
                .to_owned(),
        ),
        code: 1,
    })
}
