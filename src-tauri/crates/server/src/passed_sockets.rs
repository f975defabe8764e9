//! Sockets that the service manager has opened for this process: at a port that the process itself has no right to, and before it
//! runs. They are used for what listens at their address. Source: `sd_listen_fds(3)`, `systemd.socket(5)`.

use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;

/// Each as long as the process runs: what listens there for a while uses a copy, so that it can listen there again.
static PASSED: OnceLock<Vec<TcpListener>> = OnceLock::new();

/// Takes the sockets that `LISTEN_FDS` names, if `LISTEN_PID` is this process, and removes both variables. It is for the first
/// lines of a program, before it has threads; later calls do nothing. Sockets that are not of TCP remain unused.
pub fn take_passed_sockets() {
    PASSED.get_or_init(take);
}

/// The addresses of the sockets that were passed.
pub fn passed_addresses() -> Vec<SocketAddr> {
    all().iter().filter_map(|socket| socket.local_addr().ok()).collect()
}

/// A socket that was passed and is bound to this very address: `[::]:443` is not `0.0.0.0:443`.
pub(crate) fn passed_at(wanted: SocketAddr) -> Option<std::io::Result<TcpListener>> {
    copy_of(all(), wanted)
}

fn all() -> &'static [TcpListener] {
    PASSED.get().map_or(&[][..], Vec::as_slice)
}

fn copy_of(sockets: &[TcpListener], wanted: SocketAddr) -> Option<std::io::Result<TcpListener>> {
    let found = sockets.iter().find(|socket| socket.local_addr().is_ok_and(|address| address == wanted));
    found.map(TcpListener::try_clone)
}

#[cfg(unix)]
fn take() -> Vec<TcpListener> {
    // The library takes them without this variable too, and then they can be those of another process.
    if std::env::var_os("LISTEN_PID").is_none() {
        return Vec::new();
    }
    let mut passed = listenfd::ListenFd::from_env();
    (0..passed.len()).filter_map(|index| passed.take_tcp_listener(index).ok().flatten()).collect()
}

#[cfg(not(unix))]
fn take() -> Vec<TcpListener> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, TcpStream};

    use super::*;

    #[test]
    fn a_passed_socket_is_used_again_and_again_and_takes_connections_in_between() {
        let passed = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let wanted = passed[1].local_addr().unwrap();
        for time in ["first", "again"] {
            let mut early = TcpStream::connect(wanted).unwrap();
            early.write_all(time.as_bytes()).unwrap();
            early.shutdown(Shutdown::Write).unwrap();
            let listener = copy_of(&passed, wanted).unwrap().unwrap();
            let (mut stream, _) = listener.accept().unwrap();
            let mut read = String::new();
            stream.read_to_string(&mut read).unwrap();
            assert_eq!(read, time, "who was there before it is served");
        }
        let other = SocketAddr::from(([127, 0, 0, 2], wanted.port()));
        assert!(copy_of(&passed, other).is_none(), "another address is another socket");
        assert!(passed_at(wanted).is_none(), "nothing was passed to this process");
    }
}
