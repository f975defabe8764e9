//! The socket. Plain HTTP binds to this computer only, where TLS terminates at a reverse proxy or tunnel. With a pair of its own
//! TLS terminates here, and any address can be bound. Beside the server, what is no SCIM is answered on other sockets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use store::spawn_supervised;

use crate::acceptor::Acceptor;
use crate::distrust::Distrust;
use crate::passed_sockets::{InUse, passed_at};
use crate::server::Server;
use crate::sockets::{SocketLimits, Sockets};
use crate::tls::Tls;

/// How often a silent client of HTTP/2 gets a PING, and how long it has to answer.
const PING: Duration = Duration::from_secs(20);
/// The window of HTTP/2's flow control, in bytes: RFC 9113's own (section 6.9.2).
const WINDOW: u32 = 65_535;
/// How many sockets there are at once beside those of the server.
const FEW: usize = 16;

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("port {} is in use by another program", .0.port())]
    InUse(SocketAddr),
    /// The system does not let this user have it.
    #[error("this user may not listen on {0}; ports below 1024 need special rights")]
    Denied(SocketAddr),
    /// It can be reached from other computers, and there is no pair for TLS.
    #[error("{0} can be reached from other computers; without TLS only 127.0.0.1 and ::1 are possible")]
    NotLoopback(SocketAddr),
    /// Something else.
    #[error("cannot listen on {0}: {1}")]
    Other(SocketAddr, std::io::Error),
}

/// A running listener.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    sockets: Vec<Socket>,
}

#[derive(Debug)]
struct Socket {
    handle: Handle<SocketAddr>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Binds on this computer and starts to answer plain HTTP. Port 0 takes any free one; [`Listener::address`] is which.
    ///
    /// # Errors
    /// See [`ListenError`]; nothing is left running.
    pub fn start(server: &Server, wanted: SocketAddr) -> Result<Self, ListenError> {
        Self::start_with(server, wanted, None)
    }

    /// The same over TLS alone where there is a pair. `[::]` is every address, of IPv4 too.
    ///
    /// # Errors
    /// See [`ListenError`]; nothing is left running.
    pub fn start_with(server: &Server, wanted: SocketAddr, tls: Option<&Tls>) -> Result<Self, ListenError> {
        if tls.is_none() && !wanted.ip().is_loopback() {
            return Err(ListenError::NotLoopback(wanted));
        }
        let acceptor = Acceptor {
            sockets: server.0.sockets.clone(),
            tls: tls.cloned(),
            distrust: server.0.distrust.clone(),
        };
        Self::listen(&server.router(), &acceptor, wanted)
    }

    /// Answers other HTTP than SCIM beside the server, in plain text, on any address. It has few sockets, and does not use those of
    /// the server.
    ///
    /// # Errors
    /// See [`ListenError`]; nothing is left running.
    pub fn start_beside(router: &Router, wanted: SocketAddr) -> Result<Self, ListenError> {
        let few = SocketLimits { all: FEW, each: FEW, ..SocketLimits::default() };
        let sockets = Sockets::new(few, Arc::default());
        Self::listen(router, &Acceptor { sockets, tls: None, distrust: Distrust::default() }, wanted)
    }

    fn listen(router: &Router, acceptor: &Acceptor, wanted: SocketAddr) -> Result<Self, ListenError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AddrInUse => ListenError::InUse(wanted),
            std::io::ErrorKind::PermissionDenied => ListenError::Denied(wanted),
            _ => ListenError::Other(wanted, error),
        };
        let (first, second, in_use) = match passed_at(wanted).map_err(failed)? {
            Some((passed, in_use)) => (passed, None, Some(in_use)),
            None => bind(wanted).map(|(first, second)| (first, second, None)).map_err(failed)?,
        };
        let address = first.local_addr().map_err(failed)?;
        let bound = [Some(first), second].into_iter().flatten().map(axum_server::from_tcp);
        let bound = bound.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        // From here on nothing fails that could leave one of two running.
        let sockets = bound.into_iter().map(|http| serve(router, acceptor, http, in_use.clone())).collect();
        Ok(Self { address, sockets })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests under way finish within 10 s, then ends.
    pub async fn stop(mut self) {
        for socket in &self.sockets {
            socket.handle.graceful_shutdown(Some(Duration::from_secs(10)));
        }
        self.ended().await;
    }

    /// Lets it end at once: what is being answered breaks off.
    pub fn break_off(&self) {
        for socket in &self.sockets {
            socket.handle.shutdown();
        }
    }

    /// The same, and waits until nothing listens any more.
    pub async fn end(&mut self) {
        self.break_off();
        self.ended().await;
    }

    async fn ended(&mut self) {
        for socket in std::mem::take(&mut self.sockets) {
            if let Err(error) = socket.task.await {
                tracing::debug!(%error, "the listener's task ended early");
            }
        }
    }
}

/// Binds an address: `[::]` for IPv4 too. Most systems give both with one socket; Windows, and Linux with
/// `net.ipv6.bindv6only`, give IPv4 with a second one.
fn bind(wanted: SocketAddr) -> std::io::Result<(TcpListener, Option<TcpListener>)> {
    use std::io::ErrorKind::{AddrInUse, PermissionDenied};
    let every_ipv4 = |port: u16| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    if wanted.ip() != IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        return Ok((TcpListener::bind(wanted)?, None));
    }
    match TcpListener::bind(wanted) {
        Ok(socket) => {
            let port = socket.local_addr()?.port();
            Ok((socket, TcpListener::bind(every_ipv4(port)).ok()))
        }
        Err(error) if matches!(error.kind(), AddrInUse | PermissionDenied) => Err(error),
        // A system without IPv6.
        Err(_unavailable) => Ok((TcpListener::bind(every_ipv4(wanted.port()))?, None)),
    }
}

/// Answers on a bound socket, which is in use until that ends.
fn serve(
    router: &Router,
    acceptor: &Acceptor,
    http: axum_server::Server<SocketAddr>,
    in_use: Option<InUse>,
) -> Socket {
    let handle = Handle::new();
    let service = router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let mut http = http.acceptor(acceptor.clone()).handle(handle.clone());
    // The acceptor and the guard of each socket end slow handshakes and heads, in both protocols and before it is known
    // which of them is spoken.
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
        drop(in_use);
    });
    Socket { handle, task }
}
