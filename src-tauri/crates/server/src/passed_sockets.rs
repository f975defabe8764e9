//! Sockets that the service manager has opened for this process: at a port that the process itself has no right to, and before it
//! runs. They are used for what listens at their address. Source: `sd_listen_fds(3)`, `systemd.socket(5)`.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};

/// Each as long as the process runs: what listens there for a while uses a copy, so that it can listen there again.
static PASSED: OnceLock<Vec<Passed>> = OnceLock::new();

/// A socket, and what is held by what listens there.
type Passed = (TcpListener, InUse);

/// Held by what listens at a socket that was passed: of two that listen there, each would receive a part of the connections.
pub(crate) type InUse = Arc<()>;

/// Takes the sockets that `LISTEN_FDS` names, if `LISTEN_PID` is this process, and removes both variables. It is for the first
/// lines of a program, before it has threads; later calls do nothing. Sockets that are not of TCP remain unused.
pub fn take_passed_sockets() {
    PASSED.get_or_init(take);
}

/// The addresses of the sockets that were passed.
pub fn passed_addresses() -> Vec<SocketAddr> {
    all().iter().filter_map(|(socket, _)| socket.local_addr().ok()).collect()
}

/// A socket that was passed and is bound to this very address: `[::]:443` is not `0.0.0.0:443`.
///
/// # Errors
/// `AddrInUse` while something listens there.
pub(crate) fn passed_at(wanted: SocketAddr) -> io::Result<Option<Passed>> {
    copy_of(all(), wanted)
}

fn all() -> &'static [Passed] {
    PASSED.get().map_or(&[][..], Vec::as_slice)
}

fn copy_of(sockets: &[Passed], wanted: SocketAddr) -> io::Result<Option<Passed>> {
    let is_there = |(socket, _): &&Passed| socket.local_addr().is_ok_and(|address| address == wanted);
    let Some((socket, in_use)) = sockets.iter().find(is_there) else { return Ok(None) };
    let in_use = Arc::clone(in_use);
    // That of the list, and this one.
    if Arc::strong_count(&in_use) > 2 {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    Ok(Some((socket.try_clone()?, in_use)))
}

#[cfg(unix)]
fn take() -> Vec<Passed> {
    // The library takes them without this variable too, and then they can be those of another process.
    if std::env::var_os("LISTEN_PID").is_none() {
        return Vec::new();
    }
    let mut passed = listenfd::ListenFd::from_env();
    let sockets = (0..passed.len()).filter_map(|index| passed.take_tcp_listener(index).ok().flatten());
    sockets.map(|socket| (socket, InUse::default())).collect()
}

#[cfg(not(unix))]
fn take() -> Vec<Passed> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, TcpStream};

    use super::*;

    #[test]
    fn a_passed_socket_is_used_again_and_again_and_takes_connections_in_between() {
        let passed = [(); 2].map(|()| (TcpListener::bind("127.0.0.1:0").unwrap(), InUse::default()));
        let wanted = passed[1].0.local_addr().unwrap();
        for time in ["first", "again"] {
            let mut early = TcpStream::connect(wanted).unwrap();
            early.write_all(time.as_bytes()).unwrap();
            early.shutdown(Shutdown::Write).unwrap();
            let (listener, _in_use) = copy_of(&passed, wanted).unwrap().unwrap();
            let refused = copy_of(&passed, wanted).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AddrInUse, "two would share its connections");
            let (mut stream, _) = listener.accept().unwrap();
            let mut read = String::new();
            stream.read_to_string(&mut read).unwrap();
            assert_eq!(read, time, "who was there before it is served");
        }
        let other = SocketAddr::from(([127, 0, 0, 2], wanted.port()));
        assert!(copy_of(&passed, other).unwrap().is_none(), "another address is another socket");
        assert!(passed_at(wanted).unwrap().is_none(), "nothing was passed to this process");
    }
}
