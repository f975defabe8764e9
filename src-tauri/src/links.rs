//! Addresses of the `foundational:` scheme. They lead to a place and do nothing there; the page knows the places.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Manager as _};

use crate::page_request::{Ask, ask};

const SCHEME: &str = "foundational:";
/// Longer than any address of a place.
const LONGEST: usize = 512;

/// An address that was opened before the page was there.
#[derive(Default)]
pub(crate) struct Links(Mutex<Waiting>);

#[derive(Default)]
enum Waiting {
    #[default]
    Nothing,
    For(String),
    /// The page listens; nothing has to wait.
    Over,
}

/// The address in a launch's arguments, if there is one.
pub(crate) fn among<'a>(mut arguments: impl Iterator<Item = &'a str>) -> Option<String> {
    arguments.find(|argument| is_link(argument)).map(str::to_owned)
}

fn is_link(text: &str) -> bool {
    text.starts_with(SCHEME) && text.len() <= LONGEST
}

/// Shows it in the page, or stores the address until the page is ready.
pub(crate) fn open(app: &AppHandle, address: String) {
    if !is_link(&address) {
        tracing::warn!(length = address.len(), "an address of another scheme, or too long, was not opened");
        return;
    }
    {
        let links = app.state::<Links>();
        let mut waiting = links.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*waiting, Waiting::Over) {
            *waiting = Waiting::For(address);
            return;
        }
    }
    ask(app, Ask::Link { address });
}

/// The address that waited for the page, which listens from now on.
pub(crate) fn take(app: &AppHandle) -> Option<String> {
    let links = app.state::<Links>();
    let mut waiting = links.0.lock().unwrap_or_else(PoisonError::into_inner);
    match std::mem::replace(&mut *waiting, Waiting::Over) {
        Waiting::For(address) => Some(address),
        Waiting::Nothing | Waiting::Over => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_among_a_launch_s_arguments() {
        let arguments = ["foundational-desktop", "--hidden", "foundational://users/7"];
        assert_eq!(among(arguments.into_iter()).as_deref(), Some("foundational://users/7"), "it is there");
        for other in ["https://example.com", "--data", "/foundational:", "Foundational"] {
            assert_eq!(among([other].into_iter()), None, "{other} is no address of the app");
        }
        let long = format!("foundational://users/{}", "7".repeat(LONGEST));
        assert_eq!(among([long.as_str()].into_iter()), None, "no address is as long as that");
    }
}
