//! The arguments of `foundational service`.
#![cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "elsewhere the command is refused"))]

use std::net::SocketAddr;

use clap::Args;

/// Which service is meant.
#[derive(Args)]
pub(crate) struct ScopeArgs {
    /// The service of the whole system, which starts with the computer [default as root]
    #[arg(long, conflicts_with = "user")]
    pub(super) system: bool,
    /// The service of this user [default without root]
    #[arg(long)]
    pub(super) user: bool,
}

/// How the service serves.
#[derive(Args)]
pub(crate) struct InstallArgs {
    #[command(flatten)]
    pub(super) scope: ScopeArgs,
    /// Address and port on this computer, at each start [default: as installed, else what Settings say]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<SocketAddr>,
    /// The https URL under which identity providers reach this computer, at each start [default: as installed, else what Settings say]
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
}
