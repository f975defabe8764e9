//! Ports that a system does not give to every program, as those below 1024, and what leads there: a forward from such a port to
//! another one, a socket that systemd opens, or the right `CAP_NET_BIND_SERVICE`. What is missing is said as sentences.

use std::net::SocketAddr;

use crate::shell::shell_word;

/// What is missing where the system has refused a port to this user.
pub(crate) fn missing_rights(address: SocketAddr) -> String {
    let port = address.port();
    if !cfg!(target_os = "linux") {
        return format!("Give this program the right to use port {port}.");
    }
    let program = std::env::current_exe()
        .map_or_else(|_unknown| "foundational".to_owned(), |path| path.display().to_string());
    format!(
        "systemd has not opened port {port} for this program, and the program does not have the right CAP_NET_BIND_SERVICE. A \
         service gets the one by `sudo foundational service install --socket {}`, the other by `sudo foundational service \
         install --low-ports`; a program without a service gets the right by `sudo setcap cap_net_bind_service=+ep {}`.",
        shell_word(&address.to_string()),
        shell_word(&program)
    )
}

/// What is missing where a client calls `outside` of this host, and nothing arrives at the address that is listened on.
pub(crate) fn missing_forward(outside: u16, host: &str, listen: SocketAddr) -> String {
    let port = listen.port();
    let forward = if port == outside {
        format!("a router or firewall in between has to pass port {outside} on to this computer")
    } else {
        format!("forward port {outside} to port {port} of this computer")
    };
    format!("It must reach port {outside} of {host}, and from there this server at {listen}: {forward}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_port_names_the_socket_and_the_right_that_are_missing() {
        let missing = missing_rights("[::]:80".parse().unwrap());
        assert!(missing.contains("port 80"), "{missing}");
        if cfg!(target_os = "linux") {
            for way in ["--socket '[::]:80'`", "--low-ports`", "setcap cap_net_bind_service=+ep"] {
                assert!(missing.contains(way), "{way}: {missing}");
            }
        }
    }

    #[test]
    fn a_port_that_nothing_reaches_names_the_forward_that_is_missing() {
        for (listen, forward) in [
            ("[::]:8443", "[::]:8443: forward port 443 to port 8443 of this computer."),
            (
                "0.0.0.0:443",
                "0.0.0.0:443: a router or firewall in between has to pass port 443 on to this computer.",
            ),
        ] {
            let missing = missing_forward(443, "scim.example.com", listen.parse().unwrap());
            assert!(missing.starts_with("It must reach port 443 of scim.example.com, "), "{missing}");
            assert!(missing.ends_with(forward), "{missing}");
        }
    }
}
