//! The arguments of `foundational service`.
#![cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "elsewhere the command is refused"))]

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
    /// Address and port on this computer, at each start [default: as installed, else the value in Settings]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<SocketAddr>,
    /// The https URL under which identity providers reach this computer, at each start [default: as installed, else the value in Settings]
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// PEM file with the certificate chain for TLS, which systemd reads at each start [default: as installed, else the value in Settings]
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,
    /// PEM file with its private key; the service needs no right to read it
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,
    /// Let a service of the system use ports below 1024 beside that of --listen, as the challenge HTTP-01 of ACME at port 80 does
    #[arg(long)]
    pub(super) low_ports: bool,
    /// Address and port that systemd opens for the service, which then needs no right to it: that of --listen, or the one of the
    /// challenge HTTP-01 of ACME, such as [::]:80; can be repeated [default: as installed]
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub(super) socket: Vec<SocketAddr>,
    /// What was installed and is to be the value in Settings again
    #[arg(long, value_name = "VALUE", value_enum, value_delimiter = ',')]
    pub(super) from_settings: Vec<InstalledValue>,
}

/// A value that a unit can have instead of the one in Settings.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum InstalledValue {
    Listen,
    PublicUrl,
    TlsCert,
    LowPorts,
    Socket,
}
