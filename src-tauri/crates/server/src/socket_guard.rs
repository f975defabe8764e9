//! The layer between a socket and HTTP: it ends a socket that waits too long, counts its requests, and lets a client receive
//! the last answer although it is still sending.

use std::future::poll_fn;
use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::http::{Request, Response, header};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tower::Service;

use crate::client_origin::OverTls;
use crate::sockets::{SocketPermit, Wait};

/// How long the rest of a body is thrown away after the last answer of a socket. Closing at once would reset the
/// connection, and the client might lose the answer (RFC 9112 section 9.6).
const LINGER: Duration = Duration::from_secs(1);

/// A socket that ends when it waits too long.
pub(crate) struct Guarded {
    stream: TcpStream,
    permit: Arc<SocketPermit>,
    timer: Pin<Box<Sleep>>,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Its last answer was sent before the end of a body.
    lingers: Arc<AtomicBool>,
}

impl Guarded {
    pub(crate) fn new(stream: TcpStream, permit: Arc<SocketPermit>) -> Self {
        let timer = Box::pin(tokio::time::sleep(Duration::ZERO));
        Self { stream, permit, timer, stalled: None, lingers: Arc::default() }
    }

    /// What answers the requests of this socket.
    pub(crate) fn count<S>(&self, service: S, is_over_tls: bool) -> Counted<S> {
        let (permit, lingers) = (Arc::clone(&self.permit), Arc::clone(&self.lingers));
        Counted { service, permit, lingers, is_over_tls }
    }

    /// How long a handshake, and the first head, may take.
    pub(crate) fn head_time(&self) -> Duration {
        self.permit.limits().head_time
    }

    /// Small writes do not wait for the client.
    pub(crate) fn set_nodelay(&self) -> std::io::Result<()> {
        self.stream.set_nodelay(true)
    }

    /// What the client still sends after the answer is thrown away.
    pub(crate) fn linger(&self) {
        self.lingers.store(true, Ordering::Relaxed);
    }

    /// The first byte, which remains to be read. None when the client has closed, or it has waited too long.
    pub(crate) async fn first_byte(&mut self) -> std::io::Result<Option<u8>> {
        poll_fn(|cx| {
            let mut byte = [0];
            let mut buffer = ReadBuf::new(&mut byte);
            if let Poll::Ready(peeked) = self.stream.poll_peek(cx, &mut buffer) {
                return Poll::Ready(peeked.map(|_length| buffer.filled().first().copied()));
            }
            self.poll_over(cx).map(|()| Ok(None))
        })
        .await
    }

    /// Ready once it has waited too long, or is closed in favour of another.
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.permit.wait(Instant::now(), cx.waker()) {
                Wait::Over => return Poll::Ready(()),
                Wait::InFlight => return Poll::Pending,
                Wait::Until(due) => self.timer.as_mut().reset(due.into()),
            }
            ready!(self.timer.as_mut().poll(cx));
        }
    }

    /// A write may wait only so long.
    fn bounded<T>(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<std::io::Result<T>>,
    ) -> Poll<std::io::Result<T>> {
        if wrote.is_ready() {
            self.stalled = None;
            self.permit.sent(Instant::now());
            return wrote;
        }
        let limit = self.permit.limits().write_time;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client takes nothing")))
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.stream).poll_read(cx, buffer) {
            if buffer.filled().len() > before {
                this.permit.received(Instant::now());
            }
            return Poll::Ready(read);
        }
        // As if the client had closed it: nothing is under way.
        this.poll_over(cx).map(Ok)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.bounded(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.bounded(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if !this.lingers.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let over = this.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(LINGER)));
        let mut piece = [0; 8192];
        while over.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut piece);
            match ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                _ => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Counts the requests of a socket that are being answered.
#[derive(Clone)]
pub(crate) struct Counted<S> {
    service: S,
    permit: Arc<SocketPermit>,
    lingers: Arc<AtomicBool>,
    /// The requests arrive over this server's own TLS.
    is_over_tls: bool,
}

impl<S, B, A> Service<Request<B>> for Counted<S>
where
    S: Service<Request<B>, Response = Response<A>>,
    S::Future: Send + 'static,
    A: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<A>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if self.is_over_tls {
            request.extensions_mut().insert(OverTls);
        }
        let in_flight = self.permit.request(request.version());
        let lingers = Arc::clone(&self.lingers);
        let answering = self.service.call(request);
        Box::pin(async move {
            let answer = answering.await;
            drop(in_flight);
            if answer.as_ref().is_ok_and(|answer| answer.headers().contains_key(header::CONNECTION)) {
                lingers.store(true, Ordering::Relaxed);
            }
            answer
        })
    }
}
