//! Notifications of macOS and Windows. The system shows them; it does not say which one was clicked on.

use foundational::Notification;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

#[derive(Default)]
pub(crate) struct Notifications;

impl Notifications {
    #[expect(clippy::unused_async, clippy::unused_self, reason = "on Linux a service is asked")]
    pub(crate) async fn show(&self, app: &AppHandle, notice: &Notification) -> Result<(), String> {
        let shown = app.notification().builder().title(&notice.title).body(&notice.detail).show();
        shown.map_err(|error| error.to_string())
    }

    #[expect(clippy::unused_async, clippy::unused_self, reason = "on Linux a service is asked")]
    pub(crate) async fn work(&self) -> bool {
        true
    }
}
