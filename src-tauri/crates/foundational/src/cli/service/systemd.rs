//! The unit of systemd: written, started, looked at and removed.

#[cfg(test)]
mod checked_by_systemd;
mod folder;
mod install;
mod place;
mod program;
mod remove;
mod running;
mod spec;
mod status;
mod systemctl;
mod unit;
mod unit_file;
mod unit_value;

use std::path::Path;
use std::process::ExitCode;

use super::arguments::{InstallArgs, ScopeArgs};
use crate::cli::output::{Failure, Print};
use place::Place;
use systemctl::Systemctl;

fn chosen(args: &ScopeArgs) -> Result<(Place, Systemctl), Failure> {
    let place = Place::choose(args)?;
    let systemctl = Systemctl::new(place.scope);
    Ok((place, systemctl))
}

pub(super) async fn install(
    data: Option<&Path>,
    insist: bool,
    args: &InstallArgs,
    print: &Print,
) -> Result<(), Failure> {
    let (place, systemctl) = chosen(&args.scope)?;
    install::install(&place, &systemctl, data, insist, args, print).await
}

pub(super) async fn status(args: &ScopeArgs, print: &Print) -> Result<ExitCode, Failure> {
    let (place, systemctl) = chosen(args)?;
    status::status(&place, &systemctl, print).await
}

pub(super) fn remove(args: &ScopeArgs, print: &Print) -> Result<(), Failure> {
    let (place, systemctl) = chosen(args)?;
    remove::remove(&place, &systemctl, print)
}
