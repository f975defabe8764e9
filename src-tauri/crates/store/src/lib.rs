//! What Foundational keeps: connections, tokens, people, groups, the change journal, and what was observed of
//! requests. The only crate with SQL.
//!
//! **Invariant**: every change of the workspace goes through [`Store::write`], is journalled in the same transaction
//! and told to listeners only after its commit. Time and ids are given by [`Clock`] and [`Ids`]. Reads of SCIM
//! resources take a [`Scope`], so that one connection never sees another's people.
//!
//! How to add the next thing: a migration file with its table, one source file with its row type, its reads on
//! [`Store`] and its writes on [`Tx`].

mod accounts;
mod activity;
mod activity_deletion;
mod activity_deviations;
mod allowed_hosts;
mod backup;
mod clock;
mod computed_attribute;
mod connection_deletion;
mod connections;
mod damaged_log;
mod db;
mod directory;
mod document;
mod error;
mod file_system;
mod filter_sql;
mod fold_upgrade;
mod groups;
mod health;
mod journal;
mod journal_value;
mod latest_time;
mod members;
mod notifications;
mod page_builder;
mod pauses;
mod pending_deletions;
mod people;
mod person_access;
mod person_deletion;
mod previous_people;
mod reader;
mod recorder;
mod remembered_session;
mod request_counts;
mod retention;
mod rules;
mod search;
mod settings;
mod sleep_intervals;
mod task;
mod token_text;
mod tokens;
mod unconfirmed_people;
mod unlink;
mod workspace_marker;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqlitePool;
use tokio::sync::broadcast;

pub use accounts::{Account, AccountNames};
pub use activity::{
    Activity, ActivityDeviation, ActivityResult, HourCount, RequestEvidence, SetupEvidence, TokenUse,
};
pub use activity_deviations::ExchangeWithDeviations;
pub use allowed_hosts::{AllowedHost, HostOrigin};
pub use backup::{
    Backup, BackupFacts, BackupKind, CarriedOver, NameList, PreparedRestore, RestoreLoss, RestoreRecord,
    RestoreRefusal, default_folder as default_backup_folder,
};
pub use clock::{Clock, Ids};
pub use computed_attribute::{BoundedEntries, ComputedAttribute, Entries};
pub use connection_deletion::{ConnectionDeletion, PeopleAfterDelete};
pub use connections::Connection;
pub use damaged_log::DamagedLog;
pub use db::is_held;
pub use directory::{
    LastChange, PeopleChoice, PeopleFilter, PeopleQuery, PeopleSort, PersonExport, PersonPosition, PersonRow,
    PersonStatus,
};
pub use document::MAX_BYTES as MAX_DOCUMENT_BYTES;
pub use error::Error;
pub use file_system::remote_file_system;
pub use groups::{Group, GroupExport, GroupRow, MemberChange};
pub use health::WriteFailure;
pub use journal::{Change, ChangeKind, History, HistoryQuery, Origin, RecentChange};
pub use journal_value::JournalValue;
pub use members::{GroupMember, MemberGroup};
pub use pauses::Pause;
pub use people::{DeletedPerson, Person};
pub use previous_people::PreviousPerson;
pub use reader::Reader;
pub use remembered_session::RememberedSession;
pub use request_counts::{QuarterHourCount, RequestOutcome, SyncCycle};
pub use retention::{ExpiredChanges, FileSize, RetentionLimits};
pub use rules::{Matching, PendingMatch, Rules, THROUGH_GROUP};
pub use search::{Page, PageStart, Search, StoredResource};
pub use sleep_intervals::SleepInterval;
pub use task::{DEFECT_EXIT, catch_panic, spawn_supervised};
pub use token_text::{PATTERN as TOKEN_PATTERN, TokenText};
pub use tokens::Token;
pub use unlink::UnlinkOutcome;
pub use writer::Tx;

/// What a person may do in this workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Role {
    /// Sees and does everything.
    Admin,
    /// Sees Users and Groups.
    Member,
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    fn from_word(word: &str) -> Self {
        if word == "admin" { Self::Admin } else { Self::Member }
    }
}

/// Whose resources a request may see: those of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    connection_id: String,
}

impl Scope {
    /// The scope of a connection that a token has proved, or that an Admin looks at.
    pub fn of(connection_id: impl Into<String>) -> Self {
        Self { connection_id: connection_id.into() }
    }

    /// The connection's id.
    pub fn connection_id(&self) -> &str {
        &self.connection_id
    }
}

/// Said after a commit: what changed, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// A connection, its wizard or its state.
    Connection(String),
    /// The deletion of a connection was decided: it is gone, and so is whatever its people lose by it.
    ConnectionGone(String),
    /// A token of this connection.
    Token(String),
    /// A person, of this connection or local.
    Person { connection_id: Option<String>, id: String },
    /// A person was deactivated or deleted: their sessions end now.
    PersonGone { connection_id: Option<String>, id: String },
    /// A group of this connection.
    Group { connection_id: String, id: String },
    /// A request was recorded.
    Activity { connection_id: String, id: String },
    /// A setting.
    Setting(&'static str),
    /// A time asleep was recorded.
    SleepInterval,
    /// Writing has stopped, or goes on again.
    Health,
}

/// The open store. Cheap to clone; [`Store::close`] ends it for every clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    writer: writer::Writer,
    readers: SqlitePool,
    turns: reader::ReadPermits,
    recorder: recorder::Recorder,
    activity_readers: SqlitePool,
    clock: Clock,
    ids: Ids,
    notices: broadcast::Sender<StoreEvent>,
    member_rows: members::RowsRead,
    restored: bool,
    health: health::Health,
    written_mark: latest_time::WrittenMark,
    /// Held until the store is closed, or dropped.
    lock: Mutex<Option<std::fs::File>>,
}

impl Store {
    /// Opens the data folder, creating it if need be: takes its lock, checks both files and migrates them. A damaged
    /// request log is set aside.
    ///
    /// # Errors
    /// See [`Error`]; nothing is changed in a folder that is held, damaged or newer.
    pub async fn open(folder: &Path, clock: Clock, ids: Ids) -> Result<Self, Error> {
        let lock = db::lock(folder)?;
        let restored = backup::finish(folder)
            .map_err(|source| Error::NotWritable { folder: folder.to_owned(), source })?;
        backup::sweep(folder);
        workspace_marker::refuse_loss(folder)?;
        let workspace = db::open(folder, db::DatabaseFile::Workspace, clock.now()).await?;
        workspace_marker::leave(folder)
            .map_err(|source| Error::NotWritable { folder: folder.to_owned(), source })?;
        let observed = damaged_log::open_log(folder, clock.now()).await?;
        let (notices, _) = broadcast::channel(1024);
        let member_rows = members::RowsRead::default();
        let (of_writes, told) = (member_rows.clone(), notices.clone());
        let health = health::Health::new(folder, notices.clone());
        let writer = writer::Writer::start(
            workspace.writer,
            clock.clone(),
            ids.clone(),
            told,
            of_writes,
            health.clone(),
        );
        let recorder = recorder::Recorder::start(
            observed.writer,
            folder.to_owned(),
            health.clone(),
            clock.clone(),
            notices.clone(),
        );
        let store = Self(Arc::new(Inner {
            folder: folder.to_owned(),
            writer,
            readers: workspace.readers,
            turns: reader::ReadPermits::default(),
            recorder,
            activity_readers: observed.readers,
            clock,
            ids,
            notices,
            member_rows,
            restored,
            health,
            written_mark: latest_time::WrittenMark::default(),
            lock: Mutex::new(Some(lock)),
        }));
        store.load_latest_time().await?;
        Ok(store)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Whether opening it put a backup in the place of what was there.
    pub fn was_restored(&self) -> bool {
        self.0.restored
    }

    /// The clock by which everything here is dated.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Draws an id for a request before anything is known about it.
    pub fn new_id(&self) -> String {
        self.0.ids.ordered(self.0.clock.now())
    }

    /// What changes from now on. A listener that falls 1,024 notices behind is told that it lagged.
    pub fn events(&self) -> broadcast::Receiver<StoreEvent> {
        self.0.notices.subscribe()
    }

    /// Runs `work` in a transaction and returns after the commit that made it durable; an `Err` undoes all of it.
    /// Writes that arrive together share one commit. The work goes on when the caller is dropped.
    ///
    /// # Errors
    /// The work's own, or [`Error::NotCommitted`] and [`Error::Closed`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        self.0.writer.write(work).await
    }

    /// The same for a connection's provider. It is asked inside the transaction whether the connection is still here, so
    /// that nothing is written to one whose deletion was decided a moment ago.
    ///
    /// # Errors
    /// [`Error::ConnectionGone`], and those of [`Store::write`].
    pub async fn write_for<T, E, F>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> AsyncFnOnce(&'t mut Tx) -> Result<T, E> + Send + 'static,
    {
        let id = scope.connection_id().to_owned();
        self.write(
            async move |tx| {
                if tx.is_here(&id).await? { work(tx).await } else { Err(E::from(Error::ConnectionGone)) }
            },
        )
        .await
    }

    /// Commits what was handed in, moves both WALs into their files, closes them and lets the folder go, whoever still
    /// has a clone of this.
    pub async fn close(&self) {
        self.0.writer.close().await;
        self.0.recorder.close().await;
        self.0.readers.close().await;
        self.0.activity_readers.close().await;
        drop(self.0.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Commits what was handed in; later writes fail. Reads go on.
    pub(crate) async fn end_writing(&self) {
        self.0.writer.close().await;
    }

    pub(crate) fn recorder(&self) -> &recorder::Recorder {
        &self.0.recorder
    }

    pub(crate) fn tell(&self, notice: StoreEvent) {
        // Nobody listening is fine.
        drop(self.0.notices.send(notice));
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    pub(crate) fn activity_readers(&self) -> &SqlitePool {
        &self.0.activity_readers
    }
}
