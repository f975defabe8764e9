//! The one window: shown when it has content, hidden when it is closed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::webview::NewWindowResponse;
use tauri::window::Color;
use tauri::{AppHandle, Manager as _, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::{drawing, terminal};

pub(crate) const LABEL: &str = "main";
/// The page's background in the token sheet, so that the window never flashes in another colour.
const LIGHT: Color = Color(0xf6, 0xf7, 0xf8, 0xff);
const DARK: Color = Color(0x14, 0x17, 0x1a, 0xff);
/// A page that has drawn nothing by then is shown as it is: better an empty window than none.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the window was shown, and whether this launch starts without it.
#[derive(Default)]
pub(crate) struct Hidden {
    wanted: AtomicBool,
    was_shown: AtomicBool,
}

impl Hidden {
    pub(crate) fn at_start(hidden: bool) -> Self {
        Self { wanted: AtomicBool::new(hidden), was_shown: AtomicBool::new(false) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }
}

/// Whether a tray is shown, which can open a hidden window again.
#[derive(Default)]
pub(crate) struct TrayShown(AtomicBool);

impl TrayShown {
    pub(crate) fn set(&self, shown: bool) {
        self.0.store(shown, Ordering::Release);
    }
}

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
    drawing::fit(&window)?;
    let background = if matches!(window.theme(), Ok(Theme::Dark)) { DARK } else { LIGHT };
    window.set_background_color(Some(background))?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        first_show(&window);
    });
    Ok(())
}

/// Whether closing hides the window, because the tray or the Dock shows it again.
pub(crate) fn hides(app: &AppHandle) -> bool {
    cfg!(target_os = "macos") || app.state::<TrayShown>().0.load(Ordering::Acquire)
}

/// Hides the window where something can show it again, the tray or the Dock; elsewhere it is minimised.
pub(crate) fn put_away(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let done = if hides(app) { window.hide() } else { window.minimize() };
    if let Err(error) = done {
        tracing::warn!(%error, "the window cannot be hidden");
    }
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn put_away_window(app: AppHandle) {
    put_away(&app);
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its app")]
pub(crate) fn show_window(app: AppHandle) {
    focus(&app);
}

/// Draws the page larger or smaller. The page keeps to what is legible, and so does this.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its window")]
pub(crate) fn zoom(window: WebviewWindow, level: f64) {
    if let Err(error) = window.set_zoom(level.clamp(0.8, 2.0)) {
        tracing::warn!(%error, "the page cannot be drawn in another size");
    }
}

/// The page has something to show.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its window")]
pub(crate) fn ready(window: WebviewWindow) {
    first_show(&window);
}

/// The page was drawn with content: the moment a person would call the app started.
#[tauri::command]
pub(crate) fn painted() {
    if std::env::var_os("FOUNDATIONAL_TIMING").is_some_and(|value| value == "1") {
        terminal::say("window painted", "");
    }
}

/// Brings the window to the front: for the tray, or a question.
pub(crate) fn focus(app: &AppHandle) {
    if let Err(error) = bring_to_front(app) {
        tracing::warn!(%error, "the window cannot be brought to the front");
    }
}

/// Shows the window in front of the others.
///
/// # Errors
/// What the system says against it.
pub(crate) fn bring_to_front(app: &AppHandle) -> tauri::Result<()> {
    app.state::<Hidden>().was_shown.store(true, Ordering::Release);
    app.state::<Hidden>().wanted.store(false, Ordering::Release);
    let window = app.get_webview_window(LABEL).ok_or(tauri::Error::WindowNotFound)?;
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

/// Shows the window once, unless this launch starts without it. It may have been hidden again since.
fn first_show(window: &WebviewWindow) {
    let hidden = window.state::<Hidden>();
    if !hidden.is_on() && !hidden.was_shown.swap(true, Ordering::AcqRel) {
        show(window);
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
            "http://app.example.com/",
            "http://tauri.example.com/",
            "http://localhost.tauri.example.com/",
            "http://tauri.localhost@example.com/",
            "tauri://localhost.example.com/",
        ] {
            assert!(!own(foreign), "{foreign} is not a page of the app");
        }
    }
}
