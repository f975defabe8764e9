//! Waiting for a condition, with an end.

use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine with two cores, shorter than a test may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again until there is an answer. Says what it waited for when there is none in time.
pub async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    match within_patience(ask).await {
        Some(answer) => answer,
        None => panic!("waited {} s without success: {what}", PATIENCE.as_secs()),
    }
}

/// The same for what takes a known while by itself.
pub async fn until_within<T>(limit: Duration, what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    match within(limit, ask).await {
        Some(answer) => answer,
        None => panic!("waited {} s without success: {what}", limit.as_secs()),
    }
}

/// Asks again until there is an answer, or no patience left.
pub(crate) async fn within_patience<T>(ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    within(PATIENCE, ask).await
}

async fn within<T>(limit: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        let answer = ask().await;
        if answer.is_some() || Instant::now() >= end {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
