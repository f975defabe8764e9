//! Notifications on a Linux desktop: a service on the session bus shows them and says which one was clicked on. Without
//! a bus, or without such a service, there are none, and everything else works.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use foundational::Notification;
use futures_util::StreamExt as _;
use tauri::AppHandle;
use tokio::sync::Mutex;
use zbus::fdo::DBusProxy;
use zbus::names::MemberName;
use zbus::zvariant::Value;
use zbus::{Connection, Message, Proxy};

use crate::{links, window};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// A service that takes longer does not run.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a click on each notification leads that is on the screen.
type Places = Arc<Mutex<HashMap<u32, String>>>;

#[derive(Default)]
pub(crate) struct Notifications {
    service: Mutex<Option<Proxy<'static>>>,
    places: Places,
}

impl Notifications {
    /// Shows it, or says why that cannot be.
    pub(crate) async fn show(&self, app: &AppHandle, notice: &Notification) -> Result<(), String> {
        self.within(self.notify(app, notice)).await
    }

    /// Whether a service is there, or would be started for the first notification.
    pub(crate) async fn work(&self) -> bool {
        let query = async {
            let bus = DBusProxy::new(&Connection::session().await?).await?;
            let name = NAME.try_into()?;
            let is_there = bus.name_has_owner(name).await?;
            Ok(is_there || bus.list_activatable_names().await?.iter().any(|each| each.as_str() == NAME))
        };
        self.within(query).await.unwrap_or(false)
    }

    async fn within<T>(&self, work: impl Future<Output = zbus::Result<T>>) -> Result<T, String> {
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_elapsed) => Err("the notification service does not answer".to_owned()),
        }
    }

    async fn notify(&self, app: &AppHandle, notice: &Notification) -> zbus::Result<()> {
        let mut service = self.service.lock().await;
        let proxy = match &*service {
            Some(proxy) => proxy.clone(),
            None => service.insert(self.connect(app).await?).clone(),
        };
        let sent = self.send(&proxy, notice).await;
        if sent.is_err() {
            // The bus may have ended; the next notification connects again.
            *service = None;
        }
        sent
    }

    async fn send(&self, proxy: &Proxy<'static>, notice: &Notification) -> zbus::Result<()> {
        let abilities: Vec<String> = proxy.call("GetCapabilities", &()).await?;
        let body = if abilities.iter().any(|each| each == "body-markup") {
            escaped(&notice.detail)
        } else {
            notice.detail.clone()
        };
        // The desktop file that a package installs; a desktop groups notifications by it.
        let hints = HashMap::from([("desktop-entry", Value::from("Foundational"))]);
        let wanted = (
            "Foundational",
            0_u32,
            "foundational-desktop",
            notice.title.as_str(),
            body.as_str(),
            ["default", "Open"].as_slice(),
            hints,
            -1_i32,
        );
        // Locked until its place is known, so that no click is missed.
        let mut places = self.places.lock().await;
        let id: u32 = proxy.call("Notify", &wanted).await?;
        places.insert(id, notice.place.clone());
        Ok(())
    }

    /// Listens for clicks from now on, for as long as the bus is there.
    async fn connect(&self, app: &AppHandle) -> zbus::Result<Proxy<'static>> {
        let connection = Connection::session().await?;
        let proxy = Proxy::new(&connection, NAME, PATH, NAME).await?;
        let mut signals = proxy.receive_all_signals().await?;
        let (app, places) = (app.clone(), Arc::clone(&self.places));
        tauri::async_runtime::spawn(async move {
            while let Some(signal) = signals.next().await {
                on_signal(&app, &places, &signal).await;
            }
        });
        Ok(proxy)
    }
}

async fn on_signal(app: &AppHandle, places: &Places, signal: &Message) {
    let header = signal.header();
    match header.member().map(MemberName::as_str) {
        Some("ActionInvoked") => {
            let Ok((id, _action)) = signal.body().deserialize::<(u32, String)>() else { return };
            if let Some(place) = places.lock().await.remove(&id) {
                // The place is shown once a user is signed in who may see it.
                window::focus(app);
                links::open(app, format!("foundational://{place}"));
            }
        }
        Some("NotificationClosed") => {
            let Ok((id, _why)) = signal.body().deserialize::<(u32, u32)>() else { return };
            places.lock().await.remove(&id);
        }
        _ => {}
    }
}

/// As a service reads it that takes the text for markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_no_markup() {
        assert_eq!(escaped("a < b & c > d"), "a &lt; b &amp; c &gt; d", "no character is markup");
    }
}
