//! How the web view runs scripts and draws, and what it holds in memory.

use tauri::WebviewWindow;

/// In bytes: 64 MiB.
#[cfg(target_os = "linux")]
const SCRIPT_RAM: &str = "67108864";

/// Chooses how the web view runs scripts and draws. This must be called before anything of GTK begins; a choice that the
/// environment makes already is left as it is.
///
/// Scripts run without just-in-time compilation, which saves about 45 MB of memory and a class of attacks. The screens
/// are drawn in the same time without it (`npm run figures`). The memory of scripts is reclaimed as on a computer with
/// `SCRIPT_RAM`: by what the computer has, hundreds of megabytes may wait to be reclaimed.
///
/// On a computer without a graphics card the web view draws at once: otherwise the processor does a card's work, a list of
/// people scrolls at 9 frames a second instead of 50, and a window takes 50 MB more.
/// `WebKitSettings:hardware-acceleration-policy` does the same for a view that exists already, which then ignores the wheel.
#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    use webkit2gtk::glib::setenv;

    // Without either the window needs more, but works.
    drop(setenv("JSC_useJIT", "false", false));
    drop(setenv("JSC_forceRAMSize", SCRIPT_RAM, false));
    if !has_card() {
        drop(setenv("WEBKIT_DISABLE_COMPOSITING_MODE", "1", false));
    }
}

/// Whether Linux lists a graphics card that can draw: `renderD128` and on.
#[cfg(target_os = "linux")]
fn has_card() -> bool {
    std::fs::read_dir("/dev/dri").is_ok_and(|devices| {
        devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
    })
}

/// Fits the web view to one page of the app's own that is never left. The text cursor does not blink: a field that waits
/// for input would draw twice a second, which takes up to 2 % of a core in an open palette. The longest interval does
/// that; without blinking (`gtk-cursor-blink`) the web view draws all the time instead.
#[cfg(target_os = "linux")]
pub(crate) fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt as _;
    use webkit2gtk::{CacheModel, SettingsExt as _, WebContextExt as _, WebViewExt as _};

    if let Some(settings) = gtk::Settings::default() {
        settings.set_gtk_cursor_blink_time(i32::MAX);
    }
    window.with_webview(|webview| {
        let view = webview.inner();
        if let Some(context) = view.context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
        if let Some(settings) = view.settings() {
            settings.set_enable_page_cache(false);
        }
    })
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn choose() {}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
pub(crate) fn fit(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
