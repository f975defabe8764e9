//! From a socket to HTTP: it is admitted, or closed where there is no room, and secured where TLS terminates here.

use std::io::{Error, ErrorKind};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum_server::accept::Accept;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::distrust::Distrust;
use crate::socket_guard::{Counted, Guarded};
use crate::sockets::Sockets;
use crate::tls::{ACME_TLS, Tls};

/// Admits sockets, and secures them where there is a pair.
#[derive(Clone)]
pub(crate) struct Acceptor {
    pub sockets: Sockets,
    pub tls: Option<Tls>,
    pub distrust: Distrust,
}

/// The bytes of a socket, secured or not.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

/// A socket on which HTTP is spoken, and what answers there.
type Accepted<S> = std::io::Result<(Box<dyn Bytes>, Counted<S>)>;

impl<S: Send + 'static> Accept<TcpStream, S> for Acceptor {
    type Stream = Box<dyn Bytes>;
    type Service = Counted<S>;
    type Future = Pin<Box<dyn Future<Output = Accepted<S>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let from = stream.peer_addr();
        let admitted = self.admit(stream);
        let (tls, distrust) = (self.tls.clone(), self.distrust.clone());
        Box::pin(async move {
            let (from, guarded) = (from?.ip(), admitted?);
            if tls.is_some() {
                // The end of the handshake and the first answer are small writes, of which the second would wait for the
                // client.
                guarded.set_nodelay()?;
            }
            let counted = guarded.count(service, tls.is_some());
            let bytes: Box<dyn Bytes> = match tls {
                Some(tls) => {
                    let secured = secure(&tls, guarded).await;
                    Box::new(secured.inspect_err(|error| distrust.failed(from, error))?)
                }
                None => Box::new(guarded),
            };
            Ok((bytes, counted))
        })
    }
}

impl Acceptor {
    fn admit(&self, stream: TcpStream) -> std::io::Result<Guarded> {
        let from: IpAddr = stream.peer_addr()?.ip();
        let permit = self
            .sockets
            .admit(from, Instant::now())
            .ok_or_else(|| Error::new(ErrorKind::ConnectionRefused, "no room"))?;
        Ok(Guarded::new(stream, Arc::new(permit)))
    }
}

/// Does the handshake, in the time that a head has. How many there are at once is bounded with the sockets: until its first
/// request, the socket that has waited longest is closed when there is no room for another. A bound of its own would let
/// clients that hang in the handshake exclude all others.
///
/// # Errors
/// When it fails or takes too long, and when plain HTTP arrives: that is answered with 400 and not read.
async fn secure(tls: &Tls, guarded: Guarded) -> std::io::Result<TlsStream<Guarded>> {
    let limit = guarded.head_time();
    let secured = tokio::time::timeout(limit, handshake(tls, guarded)).await;
    secured.unwrap_or_else(|_elapsed| Err(Error::new(ErrorKind::TimedOut, "the handshake takes too long")))
}

async fn handshake(tls: &Tls, mut guarded: Guarded) -> std::io::Result<TlsStream<Guarded>> {
    // A record of TLS never begins with a letter, and a request of HTTP always does.
    if guarded.first_byte().await?.is_some_and(|byte| byte.is_ascii_alphabetic()) {
        guarded.linger();
        guarded.write_all(plain_http().as_bytes()).await?;
        guarded.shutdown().await?;
        return Err(Error::new(ErrorKind::InvalidData, "plain HTTP where TLS is spoken"));
    }
    match tls.challenge() {
        Some(challenge) => handshake_or_challenge(tls, challenge, guarded).await,
        None => tls.acceptor().accept(guarded).await,
    }
}

/// While an authority may ask for its challenge: who asks gets its certificate and nothing more (RFC 8737 section 3), and
/// every other client is secured as always.
async fn handshake_or_challenge(
    tls: &Tls,
    challenge: Arc<ServerConfig>,
    guarded: Guarded,
) -> std::io::Result<TlsStream<Guarded>> {
    let started = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), guarded).await?;
    let asks = started.client_hello().alpn().is_some_and(|mut offered| offered.any(|one| one == ACME_TLS));
    if !asks {
        return started.into_stream(tls.pair().config()).await;
    }
    let mut answered = started.into_stream(challenge).await?;
    answered.shutdown().await?;
    Err(Error::new(ErrorKind::ConnectionAborted, "a challenge was answered"))
}

/// The answer to plain HTTP.
fn plain_http() -> String {
    let detail = "This address speaks HTTPS. Call it by an address that begins with https://.";
    let body = scim::Error::new(400, detail).to_json().to_string();
    format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/scim+json\r\ncache-control: no-store\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
