//! A session bus of the test's own, and on it a panel that shows tray items.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::timeout;
use zbus::zvariant::{OwnedValue, Structure, Value};
use zbus::{Connection, Proxy, connection};

use crate::process::Group;
use crate::wait::{PATIENCE, until};

const MENU: &str = "com.canonical.dbusmenu";

/// A revision, and the menu's root: its number, facts and children.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// A bus for one test.
pub struct Bus {
    pub address: String,
    _daemon: Group,
    _folder: TempDir,
}

impl Bus {
    pub async fn start() -> Self {
        let folder =
            tempfile::Builder::new().prefix("foundational-bus-").tempdir().expect("a folder can be made");
        let rules = folder.path().join("bus.conf");
        fs::write(&rules, rules_in(folder.path())).expect("the bus's rules can be written");
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", rules.display()));
        command.args(["--nofork", "--nopidfile", "--print-address=1"]).stdout(Stdio::piped());
        let mut daemon = Group::start(command, &folder.path().join("bus.log"));
        let output = daemon.child().stdout.take().expect("its output is piped");
        let line = timeout(PATIENCE, BufReader::new(output).lines().next_line()).await;
        let address = line.expect("the bus names its address in time").expect("its output can be read");
        let address = address.unwrap_or_else(|| panic!("the bus ended: {}", daemon.output()));
        Self { address, _daemon: daemon, _folder: folder }
    }
}

/// Everything is allowed, and nothing is started that was not there: no service of this computer comes in.
fn rules_in(folder: &Path) -> String {
    format!(
        "<busconfig><type>session</type><listen>unix:dir={}</listen><policy context=\"default\">\
         <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>\
         </policy></busconfig>",
        folder.display()
    )
}

struct Watcher(watch::Sender<Option<String>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send_replace(Some(service));
    }

    #[expect(clippy::unused_self, reason = "a property is asked of its object")]
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A panel: it lets an item register, reads its menu and clicks on it.
pub struct Panel {
    connection: Connection,
    items: watch::Receiver<Option<String>>,
}

/// A line of the tray's menu.
#[derive(Debug)]
pub struct Line {
    id: i32,
    pub label: String,
    pub enabled: bool,
}

impl Panel {
    pub async fn start(bus: &Bus) -> Self {
        let (sender, items) = watch::channel(None);
        let connection = connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"))
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", Watcher(sender)))
            .expect("the panel can be described");
        Self { connection: connection.build().await.expect("the bus takes the panel"), items }
    }

    /// Waits until an item has registered.
    pub async fn see_item(&self) -> String {
        until("the tray's item registers", async || self.items.borrow().clone()).await
    }

    /// The icon of its first size: how much of it is there, from 0 to 255, in the middle and at the upper right.
    pub async fn shape(&self) -> (u8, u8) {
        let proxy = self.proxy("/StatusNotifierItem", "org.kde.StatusNotifierItem").await;
        let icons: Vec<(i32, i32, Vec<u8>)> =
            proxy.get_property("IconPixmap").await.expect("the item has an icon");
        let (width, _, points) = icons.first().expect("the icon has a size");
        let width = usize::try_from(*width).expect("a width is not negative");
        let opacity = |x: usize, y: usize| points[(y * width + x) * 4];
        (opacity(width / 2, width / 2), opacity(width * 7 / 10, width * 3 / 10))
    }

    /// The lines of its menu, without the lines between its parts.
    pub async fn menu(&self) -> Vec<Line> {
        let proxy = self.proxy("/MenuBar", MENU).await;
        let (_, (_, _, children)): Layout = proxy
            .call("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))
            .await
            .expect("the menu can be read");
        children.into_iter().filter_map(|child| line(&child)).collect()
    }

    /// Waits until the menu has a line, and gives all of them.
    pub async fn see_line(&self, label: &str) -> Vec<Line> {
        self.see_item().await;
        until(&format!("the tray's menu says \"{label}\""), async || {
            let menu = self.menu().await;
            menu.iter().any(|line| line.label == label).then_some(menu)
        })
        .await
    }

    /// Clicks on a line.
    pub async fn click(&self, label: &str) {
        let menu = self.see_line(label).await;
        let line = menu.iter().find(|line| line.label == label).expect("it was seen");
        assert!(line.enabled, "{label} can be clicked");
        let proxy = self.proxy("/MenuBar", MENU).await;
        let nothing = Value::from(0_i32);
        // An app that ends at once does not answer.
        let _: Result<(), _> = proxy.call("Event", &(line.id, "clicked", nothing, 0_u32)).await;
    }

    async fn proxy(&self, path: &'static str, interface: &'static str) -> Proxy<'static> {
        let item = self.see_item().await;
        let builder = zbus::proxy::Builder::<Proxy<'static>>::new(&self.connection);
        let builder = builder.destination(item).and_then(|builder| builder.path(path));
        let builder = builder.and_then(|builder| builder.interface(interface)).expect("the item has a name");
        builder.cache_properties(zbus::proxy::CacheProperties::No).build().await.expect("the item is there")
    }
}

fn line(child: &Value<'_>) -> Option<Line> {
    let child = child.downcast_ref::<Structure<'_>>().ok()?;
    let [Value::I32(id), Value::Dict(facts), ..] = child.fields() else { return None };
    let label: String = facts.get(&"label").ok().flatten()?;
    let enabled: Option<bool> = facts.get(&"enabled").ok().flatten();
    Some(Line { id: *id, label: label.replace("__", "_"), enabled: enabled.unwrap_or(true) })
}
