//! The one window.

use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::window::Color;
use tauri::{AppHandle, Manager as _, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::opening::say;

const LABEL: &str = "main";
/// The page's background in the token sheet, so that the window never flashes in another colour.
const LIGHT: Color = Color(0xf6, 0xf7, 0xf8, 0xff);
const DARK: Color = Color(0x14, 0x17, 0x1a, 0xff);
/// A page that has drawn nothing by then is shown as it is: better an empty window than none.
const PATIENCE: Duration = Duration::from_secs(3);

/// Opens the window, hidden until the page has something to show.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Foundational")
        .inner_size(1240.0, 820.0)
        .min_inner_size(960.0, 640.0)
        .center()
        .visible(false)
        .initialization_script(include_str!("paint.js"))
        .on_navigation(is_own)
        .on_new_window(|_address, _features| NewWindowResponse::Deny)
        .build()?;
    let background = if matches!(window.theme(), Ok(Theme::Dark)) { DARK } else { LIGHT };
    window.set_background_color(Some(background))?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if let Ok(false) = window.is_visible() {
            show(&window);
        }
    });
    Ok(())
}

/// The page has something to show.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its window")]
pub(crate) fn ready(window: WebviewWindow) {
    show(&window);
}

/// The page was drawn with content: the moment a person would call the app started.
#[tauri::command]
pub(crate) fn painted() {
    if std::env::var_os("FOUNDATIONAL_TIMING").is_some_and(|value| value == "1") {
        say("window painted", "");
    }
}

/// Brings the window to the front for a second launch.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        show(&window);
        let done = window.unminimize().and_then(|()| window.set_focus());
        if let Err(error) = done {
            tracing::warn!(%error, "the window cannot be brought to the front");
        }
    }
}

fn show(window: &WebviewWindow) {
    if let Err(error) = window.show() {
        tracing::error!(%error, "the window cannot be shown");
    }
}

/// Only the app's own pages: `tauri://localhost`, on Windows `http://tauri.localhost`, and under `tauri dev` the
/// development server.
fn is_own(address: &Url) -> bool {
    let development = cfg!(not(feature = "custom-protocol"))
        && address.host_str() == Some("127.0.0.1")
        && address.port() == Some(1420);
    match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        "http" | "https" => address.host_str() == Some("tauri.localhost") || development,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_pages() {
        let own = |address: &str| is_own(&address.parse().unwrap());
        assert!(own("tauri://localhost/index.html#/users"), "its own page");
        for foreign in [
            "https://example.com/",
            "tauri://example.com/",
            "http://localhost:8470/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "https://tauri.localhost.example.com/",
        ] {
            assert!(!own(foreign), "{foreign} is not a page of the app");
        }
    }
}
