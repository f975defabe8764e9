//! The running product: one workspace with its rooms.

pub(crate) mod events;
pub(crate) mod housekeeping;
pub(crate) mod options;
pub(crate) mod prove_leavers;
pub(crate) mod rooms;
pub(crate) mod serve;
pub(crate) mod sleep;
pub(crate) mod try_writing;
pub(crate) mod watch_findings;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use server::Server;
use store::{AuditActor, AuditActorKind, Clock, Ids, Store, catch_panic};
use tokio::sync::broadcast;

use crate::access::Access;
use crate::access::actor::Caller;
use crate::app::housekeeping::Housekeeping;
use crate::app::options::{OpenError, Options, refuse_remote};
use crate::app::rooms::Rooms;
use crate::bridge::listener::Bridge;
use crate::commands::{self, Command};
use crate::context::{Context, Lifecycle, Room as _};
use crate::data::Data;
use crate::desktop::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::monitoring::Monitoring;
use crate::rehearsal::sandbox::remove_remains;
use crate::server::certificate_source::CertificateSource;
use crate::server::exposure::Exposure;
use crate::server::own_certificate;
use crate::server::public_url::save_public_url;
use crate::server::schemas::registry;
use crate::settings;

/// How many tenths of a second a command may have the folder.
const LONGEST_COMMAND: u32 = 100;

/// Foundational, open. Cheap to clone; [`Foundational::close`] ends it for every clone.
#[derive(Clone)]
pub struct Foundational(Arc<Inner>);

struct Inner {
    context: Context,
    rooms: Rooms,
    bridge: tokio::sync::Mutex<Option<Bridge>>,
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
        remove_remains(store.folder());
        if let Some(url) = &options.public_url {
            let line = AuditActor::other(AuditActorKind::CommandLine);
            save_public_url(&store, line, Some(url)).await?;
        }
        let exposure = Exposure::read(&store, options.listen).await?;
        let server = Server::new(store.clone(), exposure.address());
        server.set_registry(registry(&store).await?);
        server.set_discovery_open(settings::DISCOVERY_IS_OPEN.get(&store).await?.unwrap_or_default());
        server.read_hosts().await?;
        server.set_trusted_proxies(&settings::TRUSTED_PROXIES.get(&store).await?.unwrap_or_default());
        let context = Context::new(store, server);
        let rooms = Rooms::new(&context, exposure);
        rooms.scim_server.load_certificate().await;
        rooms.data.record_backup_folder().await?;
        rooms.data.load_file_damage().await?;
        rooms.data.apply_log_limit().await?;
        rooms.data.apply_recorded_bodies().await?;
        if context.store().was_restored() {
            rooms.access.sessions().end_all("A backup was restored. Sign in again.");
        }
        events::forward(
            context.clone(),
            rooms.access.clone(),
            rooms.leavers.clone(),
            rooms.scim_server.clone(),
        );
        prove_leavers::start(context.clone(), rooms.leavers.clone());
        housekeeping::start(rooms.housekeeping.clone());
        watch_findings::start(context.clone(), rooms.diagnosis.clone());
        own_certificate::start(context.clone(), rooms.scim_server.clone());
        Ok(Self(Arc::new(Inner { context, rooms, bridge: tokio::sync::Mutex::default() })))
    }

    /// Does a command for a caller who may do it.
    ///
    /// # Errors
    /// The command's own, or that the caller may not.
    pub async fn call(&self, caller: &Caller, command: &str, args: Value) -> Result<Value, Error> {
        let actor = self.0.rooms.access.authenticate(caller).await?;
        catch_panic("command", commands::dispatch(&self.0.rooms, actor, command, args)).await?
    }

    /// The same with the command's own types.
    ///
    /// # Errors
    /// The command's own, or that the caller may not.
    pub(crate) async fn run<C: Command>(&self, caller: &Caller, args: C::Args) -> Result<C::Output, Error> {
        let actor = self.0.rooms.access.authenticate(caller).await?;
        catch_panic("command", commands::run::<C>(&self.0.rooms, actor, args)).await?
    }

    /// How many MiB of people are held in memory, ready to be sent; 48 until this is called.
    pub(crate) fn set_memory(&self, mebibytes: u32) {
        self.0.context.store().set_memory(u64::from(mebibytes) << 20);
    }

    /// Secures connections with the certificate of this source, instead of what the settings say.
    pub(crate) fn use_certificate(&self, source: CertificateSource) {
        self.0.rooms.scim_server.use_certificate(source);
    }

    /// Live messages from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.context.subscribe()
    }

    /// Lets requests under way finish (10 s at most), commits, and releases the data folder.
    pub async fn close(&self) {
        self.0.context.advance(Lifecycle::Closed);
        self.0.rooms.scim_server.stop_listening().await;
        if let Some(bridge) = self.0.bridge.lock().await.take() {
            bridge.stop();
        }
        // A backup under way is finished first: it reads the files that are released here.
        let _one = self.0.rooms.data.backups().one.lock().await;
        self.0.context.store().close().await;
    }

    /// Whether it was closed, or is being closed.
    pub fn has_closed(&self) -> bool {
        self.0.context.lifecycle() == Lifecycle::Closed
    }

    /// Waits until a backup was put in this workspace's place: the host then closes this and opens the folder again.
    pub async fn replaced(&self) {
        self.0.context.until(Lifecycle::Replaced).await;
    }

    /// Watches for sleep of the computer until the workspace is closed. [`Foundational::serve`] begins it.
    pub fn watch_sleep(&self) {
        sleep::watch(self.0.rooms.access.clone());
    }

    /// Accounts and sessions.
    pub fn access(&self) -> &Access {
        &self.0.rooms.access
    }

    /// The files of the workspace.
    pub fn data(&self) -> &Data {
        &self.0.rooms.data
    }

    /// What a host with a window needs.
    pub fn desktop(&self) -> &Desktop {
        &self.0.rooms.desktop
    }

    /// What is done from time to time.
    pub fn housekeeping(&self) -> &Housekeeping {
        &self.0.rooms.housekeeping
    }

    /// Looks for findings. It happens by itself after changes and every few minutes.
    ///
    /// # Errors
    /// When they cannot be read or remembered.
    pub async fn look_for_findings(&self) -> Result<(), Error> {
        Box::pin(watch_findings::look(&self.0.rooms.diagnosis)).await
    }

    /// Health, readiness and metrics.
    pub fn monitoring(&self) -> &Monitoring {
        &self.0.rooms.monitoring
    }

    /// The SCIM server, for tests that call it without a socket.
    pub fn server(&self) -> &Server {
        self.0.context.server()
    }

    /// How many rows of group membership were read so far, for tests that show that large groups are not.
    pub fn member_rows_read(&self) -> u64 {
        self.0.context.store().member_rows_read()
    }
}
