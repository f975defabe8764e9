//! What a service manager is notified of: that the program serves, and that it stops. Source: `sd_notify(3)`. Without a
//! manager that asks for it (`NOTIFY_SOCKET`), and on other systems, nothing is sent.

/// It serves. `status` is a sentence for `systemctl status`.
pub(super) fn ready(status: &str) {
    send(&format!("READY=1\nSTATUS={status}"));
}

/// It lets requests finish and closes the store.
pub(super) fn stopping() {
    send("STOPPING=1\nSTATUS=Letting requests finish.");
}

#[cfg(target_os = "linux")]
fn send(message: &str) {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let address = match name.as_bytes() {
        [b'@', hidden @ ..] => SocketAddr::from_abstract_name(hidden),
        _ => SocketAddr::from_pathname(&name),
    };
    let sent = address.and_then(|to| UnixDatagram::unbound()?.send_to_addr(message.as_bytes(), &to));
    if let Err(error) = sent {
        tracing::warn!(%error, "the service manager could not be notified");
    }
}

#[cfg(not(target_os = "linux"))]
fn send(_message: &str) {}
