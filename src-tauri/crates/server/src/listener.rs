//! The socket. Plain HTTP binds to this computer only; TLS ends at a reverse proxy or tunnel.

use std::net::SocketAddr;
use std::time::Duration;

use axum_server::Handle;
use store::spawn_supervised;

use crate::server::Server;
use crate::socket_guard::Guard;

/// How often a silent client of HTTP/2 gets a PING, and how long it has to answer.
const PING: Duration = Duration::from_secs(20);
/// The window of HTTP/2's flow control, in bytes: RFC 9113's own (section 6.9.2).
const WINDOW: u32 = 65_535;

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("port {} is in use by another program", .0.port())]
    InUse(SocketAddr),
    /// The system does not let this user have it.
    #[error("this user may not listen on {0}; ports below 1024 need special rights")]
    Denied(SocketAddr),
    /// Not an address of this computer's own.
    #[error("{0} can be reached from other computers; without TLS only 127.0.0.1 and ::1 are possible")]
    NotLoopback(SocketAddr),
    /// Something else.
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, std::io::Error),
}

/// A running listener.
#[derive(Debug)]
pub struct Listener {
    handle: Handle<SocketAddr>,
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Binds and starts to answer. Port 0 takes any free one; [`Listener::address`] is which.
    ///
    /// # Errors
    /// See [`ListenError`]; nothing is left running.
    pub fn start(server: &Server, wanted: SocketAddr) -> Result<Self, ListenError> {
        if !wanted.ip().is_loopback() {
            return Err(ListenError::NotLoopback(wanted));
        }
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AddrInUse => ListenError::InUse(wanted),
            std::io::ErrorKind::PermissionDenied => ListenError::Denied(wanted),
            _ => ListenError::Other(wanted, error),
        };
        let socket = std::net::TcpListener::bind(wanted).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let handle = Handle::new();
        let service = server.router().into_make_service_with_connect_info::<SocketAddr>();
        let mut http = axum_server::from_tcp(socket)
            .map_err(failed)?
            .acceptor(Guard(server.0.sockets.clone()))
            .handle(handle.clone());
        // The guard ends slow heads, in both protocols and before it is known which of them is spoken.
        http.http_builder().http1().max_buf_size(32 * 1024).max_headers(64);
        http.http_builder()
            .http2()
            .max_concurrent_streams(100)
            .max_header_list_size(16 * 1024)
            // What a client may send before it is read, for one stream and for all of a socket: 1,024 sockets of
            // unread bodies are 64 MB.
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_send_buf_size(64 * 1024)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        let task = spawn_supervised("listener", async move {
            if let Err(error) = http.serve(service).await {
                tracing::error!(%error, "the listener stopped");
            }
        });
        Ok(Self { handle, address, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests under way finish within 10 s, then ends.
    pub async fn stop(self) {
        self.handle.graceful_shutdown(Some(Duration::from_secs(10)));
        if let Err(error) = self.task.await {
            tracing::debug!(%error, "the listener's task ended early");
        }
    }
}
