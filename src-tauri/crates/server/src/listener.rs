//! The socket. Plain HTTP binds to this computer only; TLS ends at a reverse proxy or tunnel.

use std::net::SocketAddr;
use std::time::Duration;

use axum_server::Handle;
use store::supervised;

use crate::Server;

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
    /// Binds and starts to answer. Port 0 takes any free one; [`Listener::address`] tells which.
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
        // axum-server installs the timers that end slow heads; axum::serve would leave them off.
        let mut http = axum_server::from_tcp(socket).map_err(failed)?.handle(handle.clone());
        http.http_builder()
            .http1()
            .max_buf_size(32 * 1024)
            .max_headers(64)
            .header_read_timeout(Duration::from_secs(10));
        let task = supervised("listener", async move {
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
