//! On Linux, logind on the system bus keeps a computer awake for as long as its file descriptor is open.

use std::time::Duration;

use tokio::sync::Mutex;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, Proxy};

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const WHO: &str = "Foundational";
/// Neither by being idle nor because something asks for it. Closing a notebook's lid still does.
const WHAT: &str = "sleep:idle";
const PATIENCE: Duration = Duration::from_secs(10);

/// What, who, why, how, whose user and process.
type Inhibitor = (String, String, String, String, u32, u32);

#[derive(Default)]
pub(crate) struct Awake(Mutex<Option<OwnedFd>>);

impl Awake {
    /// Keeps the computer awake from now on, or no longer. Asking twice is the same as asking once.
    pub(crate) async fn hold(&self, wanted: bool) -> Result<(), String> {
        let mut held = self.0.lock().await;
        if !wanted {
            *held = None;
        } else if held.is_none() {
            *held = Some(within(inhibit()).await?);
        }
        Ok(())
    }

    /// Whether logind lists this process among those that keep the computer awake; nothing where there is no logind.
    pub(crate) async fn is_held(&self) -> Option<bool> {
        let list = within(inhibitors()).await.ok()?;
        let own = |(what, _, _, how, _, process): &Inhibitor| {
            what == WHAT && how == "block" && *process == std::process::id()
        };
        Some(list.iter().any(own))
    }
}

async fn manager() -> zbus::Result<Proxy<'static>> {
    Proxy::new(&Connection::system().await?, NAME, PATH, MANAGER).await
}

async fn inhibit() -> zbus::Result<OwnedFd> {
    let why = "It serves an identity provider, which calls at any time.";
    manager().await?.call("Inhibit", &(WHAT, WHO, why, "block")).await
}

async fn inhibitors() -> zbus::Result<Vec<Inhibitor>> {
    manager().await?.call("ListInhibitors", &()).await
}

async fn within<T>(work: impl Future<Output = zbus::Result<T>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_elapsed) => Err("logind does not answer".to_owned()),
    }
}
