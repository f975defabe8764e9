//! A write on its way to the writer, and how its caller learns how it ended.

use std::any::Any;

use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use crate::task::catch_panic;
use crate::{Error, Tx};

/// How a transaction ended.
#[derive(Clone)]
pub(crate) enum Ended {
    Committed,
    /// Why not.
    NotCommitted(String),
}

/// Answers one caller how its write ended, once the commit is known.
pub(crate) type Completion = Box<dyn FnOnce(Ended) + Send>;

/// Runs in the transaction and answers whether what it wrote is to remain.
pub(crate) type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> LocalBoxFuture<'t, (bool, Completion)> + Send>;

/// A write that waits for its batch.
pub(crate) enum Write {
    /// Done by itself.
    Single(Job),
    /// Done together with those of its kind that wait behind it.
    Joint(Box<dyn Joint>),
}

/// A write of a kind of which many are done in as many statements as one.
pub(crate) trait Joint: Any + Send {
    /// Does this write and the others, which are of the same kind. What they write is complete when this ends, and no later
    /// failure of another write undoes it.
    fn run(self: Box<Self>, others: Vec<Box<dyn Joint>>, tx: &mut Tx) -> LocalBoxFuture<'_, JointOutcome>;
}

/// The writes of a kind, in their order.
pub(crate) fn same_kind<W: Joint>(first: Box<W>, others: Vec<Box<dyn Joint>>) -> Vec<W> {
    let others = others.into_iter().filter_map(|other| (other as Box<dyn Any>).downcast::<W>().ok());
    std::iter::once(first).chain(others).map(|write| *write).collect()
}

/// What is left of writes that were done together, in their order.
pub(crate) struct JointOutcome {
    pub outcomes: Vec<WriteOutcome>,
    /// Why the transaction cannot be continued.
    pub failure: Option<String>,
}

/// What is left of one of them.
pub(crate) enum WriteOutcome {
    /// It is written.
    Written(Completion),
    /// It is refused, and wrote nothing.
    Refused(Completion),
    /// It has to be done by itself.
    Single(Job),
}

/// Who waits for a write.
pub(crate) struct Caller<T, E> {
    answer: oneshot::Sender<Result<T, E>>,
    /// The exchange or command of which the write is a part.
    span: Span,
}

impl<T: Send + 'static, E: From<Error> + Send + 'static> Caller<T, E> {
    /// The caller, and where the answer arrives.
    pub(crate) fn new() -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (answer, answered) = oneshot::channel();
        (Self { answer, span: Span::current() }, answered)
    }

    /// Work that is this caller's write. A panic in it is its failure.
    pub(crate) fn job<F>(self, work: F) -> Job
    where
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        Box::new(move |tx| {
            Box::pin(async move {
                // Also a panic while the future is made is one of the work.
                let work = catch_panic("write", async { work(tx).await }).instrument(self.span.clone());
                let outcome = work.await.unwrap_or_else(|defect| Err(E::from(defect)));
                (outcome.is_ok(), self.complete(outcome))
            })
        })
    }

    /// Does a part of the write as a part of what the caller does.
    pub(crate) fn in_span<R>(&self, work: impl FnOnce() -> R) -> R {
        self.span.in_scope(work)
    }

    /// The caller receives this outcome, unless the transaction fails.
    pub(crate) fn complete(self, outcome: Result<T, E>) -> Completion {
        Box::new(move |ended| {
            let result = match ended {
                Ended::Committed => outcome,
                // A refusal too may have been decided on what another write of the batch had written.
                Ended::NotCommitted(why) => self.span.in_scope(|| Err(E::from(Error::not_committed(why)))),
            };
            // The caller may have been dropped; the write is committed all the same.
            drop(self.answer.send(result));
        })
    }
}
