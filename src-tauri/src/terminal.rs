//! What the app says on the terminal that it was started from.

use std::io::Write as _;

/// Writes a sentence, and below it what to do.
pub(crate) fn say(sentence: &str, hint: &str) {
    let mut out = std::io::stderr().lock();
    // A terminal that was closed is no reason to fail.
    drop(writeln!(out, "foundational: {sentence}"));
    if !hint.is_empty() {
        drop(writeln!(out, "{hint}"));
    }
}
