//! Panics that a test injects into a piece of work by its name, to see that it fails alone. A release build has no part of this.
//!
//! They are the process's: a test that injects any needs a process of its own, which nextest gives it.

use std::sync::{Mutex, MutexGuard, PoisonError};

static INJECTED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The next piece of work of this name panics when it begins, once. Of several injections each is for another piece.
pub fn inject(what: &'static str) {
    injected().push(what);
}

/// Whether a panic of this name is injected and still to come.
pub fn is_waiting(what: &str) -> bool {
    injected().contains(&what)
}

/// Panics if that is injected.
#[expect(clippy::panic, reason = "it is what a test asks for")]
pub(crate) fn panic_if_injected(what: &str) {
    let mut injected = injected();
    if let Some(place) = injected.iter().position(|one| *one == what) {
        injected.remove(place);
        drop(injected);
        panic!("a defect in {what}, injected by a test");
    }
}

fn injected() -> MutexGuard<'static, Vec<&'static str>> {
    INJECTED.lock().unwrap_or_else(PoisonError::into_inner)
}
