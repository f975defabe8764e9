//! A logind on the test's bus: who keeps the computer awake, for as long as they hold what they were given.

use std::os::fd::OwnedFd as File;
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::pipe;
use zbus::message::Header;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, connection, fdo};

use crate::bus::Bus;

type Inhibitor = (String, String, String, String, u32, u32);
type Held = Arc<Mutex<Vec<(Inhibitor, File)>>>;

struct Manager(Held);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    async fn inhibit(
        &self,
        what: String,
        who: String,
        why: String,
        mode: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<OwnedFd> {
        let sender = header.sender().expect("a call has a sender").to_owned();
        let bus = fdo::DBusProxy::new(connection).await?;
        let process = bus.get_connection_unix_process_id(sender.into()).await?;
        let (ours, theirs) = pipe().expect("a pipe can be made");
        self.0.lock().expect("no test panicked").push(((what, who, why, mode, 0, process), ours));
        Ok(OwnedFd::from(theirs))
    }

    fn list_inhibitors(&self) -> Vec<Inhibitor> {
        held(&self.0)
    }
}

/// Those whose other end is still open.
fn held(all: &Held) -> Vec<Inhibitor> {
    let mut all = all.lock().expect("no test panicked");
    all.retain(|(_, file)| {
        let mut look = [PollFd::new(file, PollFlags::IN)];
        poll(&mut look, Some(&Timespec::default())).expect("a pipe can be looked at");
        !look[0].revents().contains(PollFlags::HUP)
    });
    all.iter().map(|(inhibitor, _)| inhibitor.clone()).collect()
}

pub struct Logind {
    held: Held,
    _connection: Connection,
}

impl Logind {
    pub async fn start(bus: &Bus) -> Self {
        let held = Held::default();
        let connection = connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.name("org.freedesktop.login1"))
            .and_then(|builder| builder.serve_at("/org/freedesktop/login1", Manager(Arc::clone(&held))))
            .expect("logind can be described");
        Self { held, _connection: connection.build().await.expect("the bus takes logind") }
    }

    /// What is prevented at this moment, and by which program.
    pub fn held(&self) -> Vec<String> {
        held(&self.held)
            .into_iter()
            .map(|(what, who, _, mode, _, _)| format!("{who}: {mode} {what}"))
            .collect()
    }
}
