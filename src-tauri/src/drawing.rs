//! How the web view draws, and what it keeps in memory.

use tauri::WebviewWindow;

/// On a computer without a graphics card, has the web view draw at once. By itself it would have the processor do a card's
/// work: a list of people scrolls at 9 frames a second instead of 50 then, and a window takes 50 MB more. This comes before
/// anything of GTK begins; a choice that the environment makes already is left as it is.
///
/// `WebKitSettings:hardware-acceleration-policy` says the same of a view that exists already, which then takes no turn of
/// the wheel.
#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    use webkit2gtk::glib::setenv;

    if !has_card() {
        // Without it the window is slow, but works.
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

/// Fits the web view to one page of the app's own that is never left.
#[cfg(target_os = "linux")]
pub(crate) fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{CacheModel, SettingsExt as _, WebContextExt as _, WebViewExt as _};

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
