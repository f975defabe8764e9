//! Tasks that the rest depends on. A panic in one piece of their work fails that piece alone; a panic that ends such a
//! task ends the process: a service that answers but can no longer write is worse than one that is restarted.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
#[cfg(debug_assertions)]
use futures_util::future::lazy;
use tokio::task::JoinHandle;

use crate::Error;
#[cfg(debug_assertions)]
use crate::injected_panic;

/// The exit code of a process that ends because of a defect (`EX_SOFTWARE` of sysexits).
pub const DEFECT_EXIT: i32 = 70;

/// Runs one piece of work.
///
/// # Errors
/// [`Error::Defect`] when it panics. Whatever it shared must be in order again before it is used: a transaction is
/// rolled back by the caller.
pub async fn catch_panic<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, Error> {
    #[cfg(debug_assertions)]
    let work = lazy(move |_| injected_panic::panic_if_injected(what)).then(move |()| work);
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| defect(what, &*panic))
}

/// The same for a piece of work that waits for nothing.
pub(crate) fn catch<T>(what: &'static str, work: impl FnOnce() -> T) -> Result<T, Error> {
    let work = || {
        #[cfg(debug_assertions)]
        injected_panic::panic_if_injected(what);
        work()
    };
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| defect(what, &*panic))
}

/// A defect in what a statement is made of, as a failure of that statement.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn as_failure(defect: Error) -> sqlx::Error {
    sqlx::Error::Protocol(defect.to_string())
}

fn defect(what: &'static str, panic: &(dyn Any + Send)) -> Error {
    let panic = message(panic);
    tracing::error!(what, panic, "a defect; this piece of work failed and the others continue");
    Error::Defect(what)
}

/// Starts a task without which the process is of no use. A panic that ends it ends the process with [`DEFECT_EXIT`].
pub fn spawn_supervised(
    what: &'static str,
    task: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(panic) = AssertUnwindSafe(task).catch_unwind().await {
            end(what, message(&*panic));
        }
    })
}

/// The same on a separate thread, whose futures need not be `Send`.
pub(crate) fn spawn_supervised_thread<T: Future<Output = ()>>(
    what: &'static str,
    task: impl FnOnce() -> T + Send + 'static,
) {
    let run = move || {
        let done = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map(|runtime| std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(task()))));
        match done {
            Ok(Ok(())) => {}
            Ok(Err(panic)) => end(what, message(&*panic)),
            Err(error) => end(what, &error.to_string()),
        }
    };
    if let Err(error) = std::thread::Builder::new().name(what.to_owned()).spawn(run) {
        end(what, &error.to_string());
    }
}

/// Ends the process, with an entry in the log.
pub(crate) fn end(what: &'static str, why: &str) -> ! {
    tracing::error!(what, why, "a defect ended what everything needs; the process ends");
    std::process::exit(DEFECT_EXIT)
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Set in the process that is to end by a panic.
    const PANICS: &str = "FOUNDATIONAL_TEST_THREAD_PANICS";

    #[test]
    fn a_panic_that_ends_a_supervised_thread_ends_the_process_with_its_own_code() {
        if std::env::var_os(PANICS).is_some() {
            spawn_supervised_thread("test", || async { panic!("a defect") });
            loop {
                std::thread::park();
            }
        }
        let name = "task::tests::a_panic_that_ends_a_supervised_thread_ends_the_process_with_its_own_code";
        let mut process = Command::new(std::env::current_exe().unwrap());
        let ended = process.args(["--exact", name]).env(PANICS, "1").output().unwrap();
        assert_eq!(ended.status.code(), Some(DEFECT_EXIT), "{ended:?}");
    }
}
