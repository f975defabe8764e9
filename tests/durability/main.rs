//! What was acknowledged is there after the process was killed at any moment.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod deleting;
mod killed;
mod restored;
mod undoing;
