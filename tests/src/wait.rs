//! Waiting for a condition, with an end.

use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine with two cores, shorter than a test may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again until there is an answer. Says what it waited for when there is none in time.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {} s in vain: {what}", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
