//! Opening a data folder: lock, a decided restore, migrations, the writers. It takes the same time whatever the size of the
//! files.

use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use tokio::sync::broadcast;

use crate::database_file::DatabaseFile;
use crate::disk_space::DiskSpace;
use crate::first_uses::FirstUses;
use crate::health::Health;
use crate::lookup_connection::LookupConnection;
use crate::memory::Memory;
use crate::read_permits::ReadPermits;
use crate::recorder::Recorder;
use crate::rows_read::RowsRead;
use crate::store::Inner;
use crate::workspace_check::{self, WorkspaceCheck};
use crate::writer::Writer;
use crate::{Clock, Error, Ids, Store, Tx, backup, damaged_log, database, folder_lock, workspace_marker};

/// How many bytes of people are held in memory until [`Store::set_memory`] is called: 48 MiB, the desktop's share.
const MEMORY: u64 = 48 << 20;

impl Store {
    /// Opens the data folder, creating it if need be: takes its lock and migrates both files. Neither is read
    /// whole, but for a workspace that is migrated or was just restored. A damaged request log is moved to another name.
    ///
    /// # Errors
    /// See [`Error`]; nothing is changed in a folder that is in use, damaged or newer.
    pub async fn open(folder: &Path, clock: Clock, ids: Ids) -> Result<Self, Error> {
        let refuse = |source| Error::NotWritable { folder: folder.to_owned(), source };
        let lock = folder_lock::lock(folder)?;
        let restored = backup::finish(folder).map_err(refuse)?;
        backup::sweep(folder);
        workspace_marker::refuse_loss(folder)?;
        let ended_uncleanly = workspace_check::ended_uncleanly(folder);
        let mut workspace = database::open(folder, DatabaseFile::Workspace, clock.now(), restored).await?;
        workspace_marker::write_if_missing(folder).map_err(refuse)?;
        let lookups = LookupConnection::open(folder).await?;
        let log = damaged_log::open_log(folder, clock.now()).await?;
        let (events, _) = broadcast::channel(1024);
        let member_rows = RowsRead::default();
        let disk = DiskSpace::of(folder);
        let health = Health::new(disk.clone(), events.clone());
        let memory = Memory::load(&mut workspace.writer, MEMORY).await?;
        let tx =
            Tx::new(workspace.writer, memory.clone(), clock.clone(), ids.clone(), member_rows.clone(), disk);
        let writer = Writer::start(tx, events.clone(), health.clone(), lock.clone());
        let recorder = Recorder::start(
            log.writer,
            log.has_old_rows,
            folder.to_owned(),
            health.clone(),
            clock.clone(),
            events.clone(),
            lock.clone(),
        );
        let store = Self(Arc::new(Inner {
            folder: folder.to_owned(),
            writer,
            readers: workspace.readers,
            lookups,
            read_permits: ReadPermits::default(),
            recorder,
            activity_readers: log.readers,
            clock,
            ids,
            events,
            member_rows,
            memory,
            restored,
            ended_uncleanly,
            check: WorkspaceCheck::default(),
            health,
            first_uses: FirstUses::default(),
            written_time: AtomicI64::default(),
            lock: Mutex::new(Some(lock)),
        }));
        store.load_latest_time().await?;
        Ok(store)
    }
}
