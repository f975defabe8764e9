//! What a unit is made of.

use std::fs;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::unit_location::Scope;
use crate::cli::service::arguments::InstalledValue;
use crate::server::certificate_files::CertificateFiles;

/// The folder of a service of the system, unless another one is named: systemd makes it for the service's own user.
pub(super) const STATE_FOLDER: &str = "/var/lib/foundational";

/// What a unit is made of. It is in the unit itself, so that it is known later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnitOptions {
    /// The version of Foundational that wrote the unit.
    pub version: String,
    pub scope: Scope,
    /// The program, by its full path.
    pub program: String,
    /// The data folder, by its full path.
    pub data: String,
    /// The user and group that a service of the system runs as: the owner of a data folder that is there. Without one it
    /// has a user of its own, and [`STATE_FOLDER`].
    pub owner: Option<(u32, u32)>,
    /// Where it listens, whatever Settings say.
    pub listen: Option<SocketAddr>,
    /// The public URL that it saves at each start.
    pub public_url: Option<String>,
    /// The files of the certificate that systemd reads at each start.
    #[serde(default)]
    pub certificate: Option<CertificateFiles>,
    /// It may use ports below 1024, whatever its listen address is.
    #[serde(default)]
    pub low_ports: bool,
    /// The addresses that systemd opens for it.
    #[serde(default)]
    pub sockets: Vec<SocketAddr>,
    /// The data folder is used even on a network or FUSE file system.
    pub insist: bool,
    /// Whether the service manager can give the service namespaces. Some systems refuse them to users.
    pub namespaces: bool,
}

impl UnitOptions {
    /// Leaves these values to Settings.
    pub(super) fn forget(&mut self, values: &[InstalledValue]) {
        for value in values {
            match value {
                InstalledValue::Listen => self.listen = None,
                InstalledValue::PublicUrl => self.public_url = None,
                InstalledValue::TlsCert => self.certificate = None,
                InstalledValue::LowPorts => self.low_ports = false,
                InstalledValue::Socket => self.sockets.clear(),
            }
        }
    }

    /// Whether it needs the right to such ports: it is to use some, or listens on one that systemd does not open for it.
    pub(super) fn needs_port_right(&self) -> bool {
        let opens_itself = |listen: &SocketAddr| is_low(*listen) && !self.sockets.contains(listen);
        self.low_ports || self.listen.as_ref().is_some_and(opens_itself)
    }

    /// Whether one of its ports needs that right, of the service or of the systemd that starts it.
    pub(super) fn has_low_port(&self) -> bool {
        self.needs_port_right() || self.sockets.iter().any(|address| is_low(*address))
    }
}

/// Whether a port needs a right, as the system is set at this moment.
fn is_low(address: SocketAddr) -> bool {
    let first_free = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let first_free = first_free.ok().and_then(|text| text.trim().parse::<u16>().ok()).unwrap_or(1024);
    address.port() < first_free
}
