//! A service on the test's bus that shows notifications, and clicks on them.

use std::collections::HashMap;

use tokio::sync::watch;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection};

use crate::bus::Bus;
use crate::wait::until;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// What was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    id: u32,
    pub title: String,
    pub body: String,
}

struct Service(watch::Sender<Vec<Shown>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::unused_self, reason = "a method is called on its object")]
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    #[expect(clippy::too_many_arguments, reason = "so many has the method of the bus")]
    fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        lasts: i32,
    ) -> u32 {
        assert_eq!(actions.first().map(String::as_str), Some("default"), "a click does something");
        // Nothing here is drawn.
        drop((app, replaces, icon, actions, hints, lasts));
        let mut id = 0;
        self.0.send_modify(|shown| {
            id = u32::try_from(shown.len()).expect("few are shown") + 1;
            shown.push(Shown { id, title, body });
        });
        id
    }
}

/// The desktop's notifications.
pub struct Notifications {
    connection: Connection,
    shown: watch::Receiver<Vec<Shown>>,
}

impl Notifications {
    pub async fn start(bus: &Bus) -> Self {
        let (sender, shown) = watch::channel(Vec::new());
        let connection = connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.name(NAME))
            .and_then(|builder| builder.serve_at(PATH, Service(sender)))
            .expect("the service can be described");
        Self { connection: connection.build().await.expect("the bus takes the service"), shown }
    }

    /// Everything that was shown so far, oldest first.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.borrow().clone()
    }

    /// Waits until one with this title was shown, and gives the newest of them.
    pub async fn see(&self, title: &str) -> Shown {
        until(&format!("a notification says \"{title}\""), async || {
            self.shown().into_iter().rev().find(|one| one.title == title)
        })
        .await
    }

    /// Clicks on it.
    pub async fn click(&self, shown: &Shown) {
        let signal = (shown.id, "default");
        let sent = self.connection.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &signal).await;
        sent.expect("a click can be sent");
    }
}
