//! The layer between a socket and HTTP: it counts the socket, ends it when it waits too long, and lets a client receive
//! the last answer although it is still sending.

use std::io::{Error, ErrorKind, IoSlice};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::http::{Request, Response, header};
use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tower::Service;

use crate::sockets::{SocketPermit, Sockets, Wait};

/// How long the rest of a body is thrown away after the last answer of a socket. Closing at once would reset the
/// connection, and the client might lose the answer (RFC 9112 section 9.6).
const LINGER: Duration = Duration::from_secs(1);

/// Admits sockets.
#[derive(Clone)]
pub(crate) struct Guard(pub Sockets);

impl<S> Accept<TcpStream, S> for Guard {
    type Stream = Guarded;
    type Service = Counted<S>;
    type Future = std::future::Ready<std::io::Result<(Guarded, Counted<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        std::future::ready(self.admit(stream, service))
    }
}

impl Guard {
    fn admit<S>(&self, stream: TcpStream, service: S) -> std::io::Result<(Guarded, Counted<S>)> {
        let from: IpAddr = stream.peer_addr()?.ip();
        let now = Instant::now();
        let permit =
            self.0.admit(from, now).ok_or_else(|| Error::new(ErrorKind::ConnectionRefused, "no room"))?;
        let (permit, lingers) = (Arc::new(permit), Arc::new(AtomicBool::new(false)));
        let timer = Box::pin(tokio::time::sleep_until(now.into()));
        let stalled = None;
        let guarded =
            Guarded { stream, permit: Arc::clone(&permit), timer, stalled, lingers: Arc::clone(&lingers) };
        Ok((guarded, Counted { service, permit, lingers }))
    }
}

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
        loop {
            match this.permit.wait(Instant::now(), cx.waker()) {
                // As if the client had closed it: nothing is under way.
                Wait::Over => return Poll::Ready(Ok(())),
                Wait::InFlight => return Poll::Pending,
                Wait::Until(due) => this.timer.as_mut().reset(due.into()),
            }
            ready!(this.timer.as_mut().poll(cx));
        }
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
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
