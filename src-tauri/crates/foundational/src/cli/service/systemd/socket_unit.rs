//! The unit of the sockets that systemd opens for the service: at ports that the service has no right to. They remain open while
//! the service starts again, and who connects then waits. Source: systemd.socket(5).

use std::fs;
use std::path::Path;

use super::checksum::{opened, sealed};
use super::unit_options::UnitOptions;

/// The unit; nothing where systemd opens none. `FreeBind=`: an address that the computer does not have yet when it starts.
pub(super) fn socket_unit(options: &UnitOptions) -> Option<String> {
    if options.sockets.is_empty() {
        return None;
    }
    let streams = options
        .sockets
        .iter()
        .fold(String::new(), |streams, address| streams + &format!("ListenStream={address}\n"));
    Some(sealed(&format!(
        "# Written by `foundational service install`.\n\n\
         [Unit]\nDescription=Foundational: the addresses that systemd opens for it\n\n\
         [Socket]\n{streams}BindIPv6Only=both\nFreeBind=yes\n\n\
         [Install]\nWantedBy=sockets.target\n\n"
    )))
}

/// Whether this is a unit that Foundational did not write, or that was edited.
pub(super) fn is_foreign(file: &Path) -> bool {
    match fs::symlink_metadata(file) {
        Ok(found) if found.is_symlink() => true,
        Ok(_) => fs::read_to_string(file).ok().is_none_or(|text| opened(&text).is_none()),
        Err(_missing) => false,
    }
}
