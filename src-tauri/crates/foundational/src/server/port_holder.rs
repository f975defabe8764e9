//! Which program holds a port, and which port is free instead.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use listeners::Protocol;
use server::passed_addresses;

use crate::server::low_port::missing_rights;
use crate::server::views::{PortState, PortView};

/// Whether a server could listen there at this moment, and who does if it cannot.
pub(crate) fn look(address: SocketAddr) -> PortView {
    if passed_addresses().contains(&address) {
        return PortView { state: PortState::Free, holder: None, problem: None };
    }
    match TcpListener::bind(address) {
        Ok(_let_go_at_once) => PortView { state: PortState::Free, holder: None, problem: None },
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            PortView { state: PortState::InUse, holder: holder(address), problem: None }
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => PortView {
            state: PortState::Unusable,
            holder: None,
            problem: Some(format!(
                "This user may not use port {}. {} Or choose a port above 1023.",
                address.port(),
                missing_rights(address)
            )),
        },
        Err(error) => PortView {
            state: PortState::Unusable,
            holder: None,
            problem: Some(format!("The system does not offer this address: {error}.")),
        },
    }
}

/// The nearest free port above `taken`, within 50.
pub fn free_port(taken: SocketAddr) -> Option<u16> {
    (1..=50).filter_map(|step| taken.port().checked_add(step)).find(|port| {
        let address = SocketAddr::new(taken.ip(), *port);
        *port > 1023 && TcpListener::bind(address).is_ok()
    })
}

/// The name of the program that listens there, as far as this user may see it.
pub fn holder(address: SocketAddr) -> Option<String> {
    let process = listeners::get_process_by_port(address.port(), Protocol::TCP).ok()?;
    Some(format!("{} (process {})", process.name, process.pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_listens_is_named_and_another_port_offered() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let named = holder(address).expect("this process listens there");
        assert!(named.contains(&std::process::id().to_string()), "{named}");
        let free = free_port(address).expect("one of 50 ports is free");
        assert!(free > address.port(), "the next ones are tried");
    }

    #[test]
    fn a_port_is_shown_as_free_or_in_use_and_by_which_program() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let shown = look(address);
        assert_eq!(shown.state, PortState::InUse, "{shown:?}");
        assert!(shown.holder.as_deref().unwrap().contains(&std::process::id().to_string()), "{shown:?}");
        drop(taken);
        let shown = look(address);
        assert_eq!((shown.state, shown.holder), (PortState::Free, None), "as soon as it is let go");
        let shown = look("192.0.2.1:8470".parse().unwrap());
        assert_eq!(shown.state, PortState::Unusable, "no address of this computer: {shown:?}");
    }
}
