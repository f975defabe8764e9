//! Work that continues when its caller ends.

use crate::error::{Code, Error};

/// Begins the work in a task of its own, and waits for it: a caller who goes away does not end it in the middle.
///
/// # Errors
/// Those of the work; [`Code::Internal`] when it panics.
pub(crate) fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> impl Future<Output = Result<T, Error>> {
    let task = tokio::spawn(work);
    async move { task.await.map_err(|error| Error::new(Code::Internal, error.to_string()))? }
}
