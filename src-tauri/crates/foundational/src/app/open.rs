//! The running product: one workspace, its SCIM server, its sessions and its live events.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use server::{Address, Server};
use store::{Clock, Ids, Store, catch_panic};
use tokio::sync::{broadcast, mpsc};

use crate::access::password::Passwords;
use crate::access::remembered_session::{FileKeychain, Keychain};
use crate::access::sessions::{Actor, Caller, Sessions};
use crate::app::housekeeping::Rounds;
use crate::bridge::http::Bridge;
use crate::commands;
use crate::connections::deletion::Deletions;
use crate::data::backups::Backups;
use crate::desktop::second_start::WindowRequest;
use crate::error::Error;
use crate::rehearsal::run::{self, Rehearsals};
use crate::server::listen::{self, Exposure};
use crate::server::{discovery_access, schemas};
use crate::views::Event;

/// Where SCIM is served unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8470);

/// How many tenths of a second a command may have the folder.
const LONGEST_COMMAND: u32 = 100;

/// How a workspace is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; it is created if need be.
    pub data: PathBuf,
    /// Where to serve, instead of what the settings say.
    pub listen: Option<SocketAddr>,
    /// A public URL to keep in the settings.
    pub public_url: Option<String>,
    /// Use the folder even on a network or FUSE file system.
    pub insist: bool,
}

/// Why a workspace cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The data folder is on a file system that loses data under SQLite.
    #[error(
        "the data folder {} is on {kind}: on network and FUSE file systems a database can be damaged without notice",
        .folder.display()
    )]
    Remote { folder: PathBuf, kind: &'static str },
    /// An option cannot be taken.
    #[error(transparent)]
    Option(#[from] Error),
}

impl OpenError {
    /// The process's exit code: 3 when another instance holds the folder, 4 when it cannot be written, 6 when it is
    /// damaged or newer, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Store(store::Error::FolderInUse { .. }) => 3,
            Self::Remote { .. }
            | Self::Store(store::Error::NotWritable { .. } | store::Error::NotBackedUp { .. }) => 4,
            Self::Store(
                store::Error::Damaged { .. }
                | store::Error::WorkspaceMissing { .. }
                | store::Error::Newer { .. }
                | store::Error::OldSqlite { .. },
            ) => 6,
            Self::Store(_) | Self::Option(_) => 1,
        }
    }

    /// Whether another process uses the data folder.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Store(store::Error::FolderInUse { .. }))
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Store(store::Error::FolderInUse { .. }) => {
                "Use that one, end it, or choose another folder with --data."
            }
            Self::Store(store::Error::NotWritable { .. }) => {
                "Give this user the right to write there, or choose another folder with --data."
            }
            Self::Store(store::Error::Damaged { .. }) => {
                "Nothing was changed. Put a backup in its place with `foundational restore FILE --yes`."
            }
            Self::Store(store::Error::WorkspaceMissing { .. }) => {
                "Nothing was created. Put the backup in its place with `foundational restore FILE --yes`; to start over, \
                 choose an empty folder with --data."
            }
            Self::Remote { .. } => {
                "Choose a folder on a disk of this computer with --data, or insist with --insist-on-this-folder."
            }
            Self::Store(store::Error::Newer { .. }) => {
                "Nothing was changed. Start the newer version of Foundational."
            }
            Self::Store(store::Error::NotBackedUp { .. }) => {
                "Nothing was changed. Free some disk space and let this user write there, then start again."
            }
            _ => "",
        }
    }
}

/// Foundational, open. Cheap to clone; [`Foundational::close`] ends it for every clone.
#[derive(Clone)]
pub struct Foundational(Arc<Inner>);

struct Inner {
    store: Store,
    server: Server,
    sessions: Sessions,
    passwords: Passwords,
    exposure: Exposure,
    events: broadcast::Sender<Event>,
    bridge: tokio::sync::Mutex<Option<Bridge>>,
    closing: tokio::sync::watch::Sender<bool>,
    keychain: Mutex<Arc<dyn Keychain>>,
    rehearsals: Rehearsals,
    rounds: Rounds,
    deletions: Deletions,
    backups: Backups,
    told: Mutex<HashMap<String, Timestamp>>,
    giving_way: tokio::sync::watch::Sender<bool>,
    serves: tokio::sync::watch::Sender<bool>,
    window: Mutex<Option<mpsc::Sender<WindowRequest>>>,
}

impl Foundational {
    /// Opens a workspace. Nothing is served yet.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_at(options, Clock::system(), Ids::random()).await
    }

    /// Opens a workspace that was closed a moment ago to be opened again. A command of the command line that has the
    /// folder for a moment is waited for.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_again(options: Options) -> Result<Self, OpenError> {
        for _ in 0..LONGEST_COMMAND {
            match Self::open(options.clone()).await {
                Err(error) if error.is_held() => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                other => return other,
            }
        }
        Self::open(options).await
    }

    /// Opens a workspace by another clock, for tests.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_at(options: Options, clock: Clock, ids: Ids) -> Result<Self, OpenError> {
        refuse_remote(&options, store::remote_file_system(&options.data))?;
        let store = Store::open(&options.data, clock, ids).await?;
        run::sweep(store.folder());
        if let Some(url) = &options.public_url {
            listen::keep_public_url(&store, Some(url)).await?;
        }
        let exposure = Exposure::read(&store, options.listen).await?;
        let server = Server::new(store.clone(), exposure.address());
        server.set_registry(schemas::registry(&store).await?);
        server.set_discovery_open(discovery_access::is_open(&store).await?);
        server.read_hosts().await?;
        let (events, _) = broadcast::channel(1024);
        let app = Self(Arc::new(Inner {
            server,
            sessions: Sessions::default(),
            passwords: Passwords::new(),
            exposure,
            events,
            bridge: tokio::sync::Mutex::new(None),
            closing: tokio::sync::watch::Sender::new(false),
            keychain: Mutex::new(Arc::new(FileKeychain(options.data.join("stay")))),
            rehearsals: Rehearsals::default(),
            rounds: Rounds::default(),
            deletions: Deletions::default(),
            backups: Backups::default(),
            told: Mutex::default(),
            giving_way: tokio::sync::watch::Sender::new(false),
            serves: tokio::sync::watch::Sender::new(false),
            window: Mutex::default(),
            store,
        }));
        app.note_backup_place().await?;
        if app.store().was_restored() {
            app.sessions().end_everybody("A backup was restored. Sign in again.");
        }
        crate::app::events::forward(&app);
        crate::app::housekeeping::start(&app);
        Ok(app)
    }

    /// Starts the SCIM server and the bridge for other processes of this user. A port that is taken is a problem to
    /// show, not an error.
    ///
    /// # Errors
    /// When the bridge's file cannot be written.
    pub async fn serve(&self) -> Result<(), Error> {
        self.watch_sleep();
        self.start_listening().await;
        let bridge = Bridge::start(self)?;
        *self.0.bridge.lock().await = Some(bridge);
        self.0.serves.send_replace(true);
        Ok(())
    }

    /// Does a command for a caller who may do it.
    ///
    /// # Errors
    /// The command's own, or that the caller may not.
    pub async fn call(&self, caller: &Caller, command: &str, args: Value) -> Result<Value, Error> {
        let actor = self.standing(caller).await?;
        catch_panic("command", commands::dispatch(self, actor, command, args)).await?
    }

    /// Live messages from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Lets requests under way finish (10 s at most), commits, and releases the data folder.
    pub async fn close(&self) {
        self.0.closing.send_replace(true);
        self.stop_listening().await;
        if let Some(bridge) = self.0.bridge.lock().await.take() {
            bridge.stop();
        }
        // A backup under way is finished first: it reads the files that are let go here.
        let _one = self.0.backups.one.lock().await;
        self.0.store.close().await;
    }

    pub(crate) fn keychain_place(&self) -> MutexGuard<'_, Arc<dyn Keychain>> {
        self.0.keychain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was closed, or is being closed.
    pub fn has_closed(&self) -> bool {
        *self.0.closing.borrow()
    }

    /// Changes when the workspace is being closed.
    pub(crate) fn closing(&self) -> tokio::sync::watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    /// The caller with the role that the account has at this moment. A session of a person who lost access or got
    /// another password meanwhile ends here, should the news of it still be on its way.
    pub(crate) async fn standing(&self, caller: &Caller) -> Result<Actor, Error> {
        let mut actor = self.actor(caller);
        if let Some(session) = &mut actor.session {
            match self.0.store.account(&session.person_id).await? {
                Some(account) if account.active && !account.blocked && session.is_proved_by(&account) => {
                    session.role = account.role;
                }
                _ => {
                    let why = crate::app::events::why(self, &session.person_id).await;
                    self.0.sessions.end_of_person(&session.person_id, &why);
                    actor = self.actor(caller);
                }
            }
        }
        Ok(actor)
    }

    pub(crate) fn actor(&self, caller: &Caller) -> Actor {
        self.0.sessions.actor(caller, self.latest())
    }

    /// An actor for a command that another command goes on with.
    pub(crate) fn operator(&self) -> Actor {
        self.actor(&Caller::Operator)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.store.clock().now()
    }

    /// The time by which rights end: it does not go back with the clock.
    pub(crate) fn latest(&self) -> Timestamp {
        self.0.store.clock().latest()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The SCIM server, for tests that call it without a socket.
    pub fn server(&self) -> &Server {
        &self.0.server
    }

    /// How many rows of group membership were read so far, for tests that show that large groups are not.
    pub fn member_rows_read(&self) -> u64 {
        self.store().member_rows_read()
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn rehearsals(&self) -> &Rehearsals {
        &self.0.rehearsals
    }

    pub(crate) fn rounds(&self) -> &Rounds {
        &self.0.rounds
    }

    pub(crate) fn deletions(&self) -> &Deletions {
        &self.0.deletions
    }

    /// What was told outside of the window by this process, and when last.
    pub(crate) fn told(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn backups(&self) -> &Backups {
        &self.0.backups
    }

    /// True from the moment on in which another state was put in this one's place.
    pub(crate) fn giving_way(&self) -> &tokio::sync::watch::Sender<bool> {
        &self.0.giving_way
    }

    /// Whether this instance is one that serves, and not a single command's.
    pub(crate) fn serves(&self) -> &tokio::sync::watch::Sender<bool> {
        &self.0.serves
    }

    /// Where the host with the window takes the requests of second starts.
    pub(crate) fn window(&self) -> &Mutex<Option<mpsc::Sender<WindowRequest>>> {
        &self.0.window
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn exposure(&self) -> &Exposure {
        &self.0.exposure
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is fine.
        drop(self.0.events.send(event));
    }

    pub(crate) fn set_address(&self, address: Address) {
        self.0.server.set_address(address);
    }
}

fn refuse_remote(options: &Options, kind: Option<&'static str>) -> Result<(), OpenError> {
    match kind {
        Some(kind) if !options.insist => Err(OpenError::Remote { folder: options.data.clone(), kind }),
        _ => Ok(()),
    }
}

/// The folder used when none is named: the user's data folder by the system's own rules.
pub fn default_data_folder() -> PathBuf {
    dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("foundational")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_folder_is_refused_unless_somebody_insists() {
        let data = PathBuf::from("/mnt/share");
        let options = Options { data, listen: None, public_url: None, insist: false };
        let refused = refuse_remote(&options, Some("NFS")).unwrap_err();
        assert_eq!(refused.exit_code(), 4, "the folder can't be used");
        let said = format!("{refused} {}", refused.hint());
        assert!(said.contains("/mnt/share is on NFS") && said.contains("--insist-on-this-folder"), "{said}");
        assert!(refuse_remote(&options, None).is_ok(), "a disk of this computer is taken");
        let insisted = Options { insist: true, ..options };
        assert!(refuse_remote(&insisted, Some("NFS")).is_ok(), "so is a folder that somebody insists on");
    }
}
