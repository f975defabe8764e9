//! The unit of systemd: written, started, looked at and removed.

mod certificate;
#[cfg(test)]
mod checked_by_systemd;
mod checksum;
mod folder;
mod install;
mod program;
mod remove;
mod requested;
mod running;
mod socket_unit;
mod starting;
mod status;
mod systemctl;
mod unit;
mod unit_file;
mod unit_location;
mod unit_options;
mod unit_value;

use std::path::Path;
use std::process::ExitCode;

use super::arguments::{InstallArgs, ScopeArgs};
use crate::cli::output::{Failure, Print};
use systemctl::Systemctl;
use unit_location::UnitLocation;

fn chosen(args: &ScopeArgs) -> Result<(UnitLocation, Systemctl), Failure> {
    let location = UnitLocation::choose(args)?;
    let systemctl = Systemctl::new(location.scope);
    Ok((location, systemctl))
}

pub(super) async fn install(
    data: Option<&Path>,
    insist: bool,
    args: &InstallArgs,
    print: &Print,
) -> Result<(), Failure> {
    let (location, systemctl) = chosen(&args.scope)?;
    install::install(&location, &systemctl, data, insist, args, print).await
}

pub(super) async fn status(args: &ScopeArgs, print: &Print) -> Result<ExitCode, Failure> {
    let (location, systemctl) = chosen(args)?;
    status::status(&location, &systemctl, print).await
}

pub(super) fn remove(args: &ScopeArgs, print: &Print) -> Result<(), Failure> {
    let (location, systemctl) = chosen(args)?;
    remove::remove(&location, &systemctl, print)
}
