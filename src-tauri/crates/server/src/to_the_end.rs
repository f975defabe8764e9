//! Work that is done to its end, also when nothing waits for it any more.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// The client of a request, as far as its answer is concerned.
#[derive(Clone, Default)]
pub(crate) struct Client(Arc<AtomicBool>);

impl Client {
    /// Whether it disconnected before it was answered.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Does the work for the client in the task that waits for it. When that task gives up, because the client disconnected, the
/// work continues in a task of its own.
pub(crate) struct ToTheEnd<F: Future<Output: Send> + Send + 'static> {
    work: Option<Pin<Box<F>>>,
    client: Client,
}

impl<F: Future<Output: Send> + Send + 'static> ToTheEnd<F> {
    pub(crate) fn of(work: F, client: Client) -> Self {
        Self { work: Some(Box::pin(work)), client }
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for ToTheEnd<F> {
    /// Its panic, if it ends through one.
    type Output = Result<F::Output, Box<dyn Any + Send>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else { return Poll::Pending };
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
        let done = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(panic),
        };
        self.work = None;
        Poll::Ready(done)
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for ToTheEnd<F> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            self.client.0.store(true, Ordering::Relaxed);
            // Without a runtime everything ends.
            if let Ok(runtime) = Handle::try_current() {
                drop(runtime.spawn(work));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_whose_client_is_gone_is_done_to_its_end() {
        let (client, (go, gone), (done, is_done)) =
            (Client::default(), oneshot::channel(), oneshot::channel());
        let seen = client.clone();
        let mut work = ToTheEnd::of(
            async move {
                gone.await.unwrap();
                done.send(seen.is_gone()).unwrap();
            },
            client,
        );
        let is_done_at_once = tokio::select! {
            biased;
            _ = &mut work => true,
            () = std::future::ready(()) => false,
        };
        assert!(!is_done_at_once, "it waits");
        drop(work);
        go.send(()).unwrap();
        assert!(is_done.await.unwrap(), "it ends, and knows that its client is gone");
    }

    #[tokio::test]
    async fn a_panic_is_the_outcome_of_the_work() {
        let work = ToTheEnd::of(async { panic!("a defect") }, Client::default());
        assert!(work.await.is_err());
    }
}
