//! What can go wrong with the store, in words for a person.

use std::panic::Location;
use std::path::{Path, PathBuf};

use crate::backup::RestoreRefusal;

/// A failure of the store. "Not found" is `None` where it is expected, never an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data folder is used by another process.
    #[error("the data folder {} is in use by another running Foundational{}", .folder.display(), .by.as_deref().map(|p| format!(" (process {p})")).unwrap_or_default())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
        /// The other process's id, if it left one.
        by: Option<String>,
    },
    /// The data folder cannot be created or written.
    #[error("the data folder {} cannot be written: {source}", .folder.display())]
    NotWritable {
        /// The folder or file.
        folder: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The SQLite library is older than the first one without the WAL-reset bug.
    #[error("SQLite {found} may lose committed data; 3.51.3 or newer is needed")]
    OldSqlite {
        /// The version that is linked.
        found: String,
    },
    /// A newer Foundational wrote this file.
    #[error(
        "{file} was written by a newer version of Foundational (schema {found}, this version knows {known})"
    )]
    Newer {
        /// The database file's name.
        file: &'static str,
        /// The schema version in the file.
        found: i64,
        /// The newest schema version of this build.
        known: i64,
    },
    /// A file of the store is damaged.
    #[error("the file {file} is damaged: {detail}")]
    Damaged {
        /// The database file's name.
        file: &'static str,
        /// The result of the check.
        detail: String,
    },
    /// The workspace is missing or empty, though there was one.
    #[error(
        "the workspace in {} is missing or empty, though there was one: {}",
        .folder.display(),
        .newest.as_ref().map_or_else(
            || "no whole backup of it was found".to_owned(),
            |newest| format!("the newest whole backup is {}", newest.display())
        )
    )]
    WorkspaceMissing {
        /// The data folder.
        folder: PathBuf,
        /// What to restore.
        newest: Option<PathBuf>,
    },
    /// A backup could not be made.
    #[error("no backup could be made at {}: {why}", .place.display())]
    NoBackup {
        /// The file or folder.
        place: PathBuf,
        /// The reason.
        why: String,
    },
    /// A database is not changed to this version before it was backed up.
    #[error("{source}; the database was not changed to this version without one")]
    NotBackedUp {
        /// Why there is none.
        source: Box<Error>,
    },
    /// A file is not restored.
    #[error("{} {why}", .file.display())]
    Backup {
        /// The file.
        file: PathBuf,
        /// Why not.
        why: RestoreRefusal,
    },
    /// A workspace is moved into an empty folder only.
    #[error("the folder {} is not empty", .0.display())]
    FolderUsed(PathBuf),
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", .file.display())]
    NotReadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The last active local Admin would have been lost.
    #[error("the last local Admin cannot be demoted, deactivated or deleted")]
    LastAdmin,
    /// A value that must be unique exists already; the name says which.
    #[error("{0} exists already")]
    Duplicate(&'static str),
    /// A resource would have become larger than a resource may be.
    #[error("the resource would have {bytes} bytes; {most} are the most")]
    TooLarge {
        /// How many bytes of JSON it would have.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
    /// A reading statement took longer than it may, and was ended.
    #[error("reading took too long and was ended")]
    TooLong,
    /// What was being read in parts changed in between.
    #[error("it changed while it was read")]
    Changed,
    /// A filter or an order looks at a computed list that is longer than it may look at; the name says which.
    #[error("{0} has more entries than a filter looks at")]
    TooMany(&'static str),
    /// SQLite failed.
    #[error("the database refused: {0}")]
    Sql(sqlx::Error),
    /// A migration could not be applied.
    #[error("the database could not be brought to this version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The connection holds removals until an Admin answers; nothing of the write was done.
    #[error("removals of this connection are held until an Admin answers")]
    RemovalHeld,
    /// The disk has space for removals alone, and the write takes nothing away; nothing of it was done.
    #[error("the space that is left on the disk is for removals")]
    NoRoom,
    /// The commit that should have made a change durable failed; the change did not happen.
    #[error("the change could not be made durable: {0}")]
    NotCommitted(String),
    /// A stored document is not what this build writes.
    #[error("a stored {what} cannot be read: {detail}")]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// Why not.
        detail: String,
    },
    /// The connection that a provider writes to was deleted while its request was under way.
    #[error("the connection is not here any more")]
    ConnectionGone,
    /// The connection was paused, by this name, while a request of its provider was under way.
    #[error("the connection is paused")]
    ConnectionPaused(Option<String>),
    /// A panic in the work itself; what it wrote was rolled back.
    #[error("a defect stopped the {0}; nothing of it was stored")]
    Defect(&'static str),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Every failure of SQLite becomes an error of the store here or in [`Constraint`], and is logged here, once, with the place of
/// the store's code, inside the span of its exchange or command.
impl From<sqlx::Error> for Error {
    #[track_caller]
    fn from(error: sqlx::Error) -> Self {
        // 9 is SQLITE_INTERRUPT: the progress handler of a reader interrupts it after its time limit.
        if primary_code(&error) == Some(9) {
            return Self::TooLong;
        }
        if matches!(error, sqlx::Error::PoolClosed) {
            return Self::Closed;
        }
        log_failure(Location::caller(), &without_values(&error));
        Self::Sql(error)
    }
}

/// What SQLite's constraint failures mean here.
pub(crate) trait Constraint<T> {
    /// A constraint that a caller expects is [`Error::Duplicate`] or [`Error::LastAdmin`]; each other error is a failure.
    fn or_constraint(self) -> Result<T, Error>;
}

impl<T> Constraint<T> for Result<T, sqlx::Error> {
    #[track_caller]
    fn or_constraint(self) -> Result<T, Error> {
        match self {
            Ok(done) => Ok(done),
            Err(error) => Err(Error::of_constraint(&error).unwrap_or_else(|| error.into())),
        }
    }
}

fn log_failure(place: &Location<'_>, error: &str) {
    tracing::error!(%place, error, "the store failed");
}

/// An error in words without a value of a row: what could not be decoded can quote it.
fn without_values(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::ColumnDecode { index, .. } => format!("the column {index} cannot be decoded"),
        sqlx::Error::Decode(_) => "a value cannot be decoded".to_owned(),
        sqlx::Error::Encode(_) => "a value cannot be encoded".to_owned(),
        other => other.to_string(),
    }
}

impl Error {
    /// `SQLITE_FULL`: the disk has no room, and nothing was written.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Sql(error) => primary_code(error) == Some(13),
            Self::NotCommitted(why) => why.contains("disk is full"),
            _ => false,
        }
    }

    /// A file that is refused.
    pub(crate) fn of_refusal(file: &Path) -> impl FnOnce(RestoreRefusal) -> Self {
        move |why| Self::Backup { file: file.to_owned(), why }
    }

    /// A change that was not committed, with an event in the log.
    #[track_caller]
    pub(crate) fn not_committed(why: String) -> Self {
        log_failure(Location::caller(), &why);
        Self::NotCommitted(why)
    }

    /// A stored document that is not what this build writes, with an event in the log, which has no value of it.
    #[track_caller]
    pub(crate) fn unreadable(what: &'static str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        log_failure(Location::caller(), &format!("a stored {what} cannot be read at {line}:{column}"));
        Self::Unreadable { what, detail: error.to_string() }
    }

    /// What a constraint failure means to the caller; `None` for all other errors.
    pub(crate) fn of_constraint(error: &sqlx::Error) -> Option<Self> {
        let database = error.as_database_error()?;
        let message = database.message();
        if message.contains("last local admin") {
            return Some(Self::LastAdmin);
        }
        database.is_unique_violation().then(|| {
            Self::Duplicate(if message.contains("token.label") {
                "label"
            } else if message.contains("user_name_fold") {
                "userName"
            } else if message.contains("display_fold") {
                "displayName"
            } else if message.contains("name_fold") {
                "name"
            } else {
                "id"
            })
        })
    }
}

/// SQLite's primary result code: 13 is a full disk (`SQLITE_FULL`).
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}

/// What is wrong with the content of a file, in words without its values. `None` where the disk, the memory or another process is the
/// cause: `SQLITE_BUSY`, `LOCKED`, `NOMEM`, `INTERRUPT`, `IOERR`, `FULL`, `CANTOPEN`.
pub(crate) fn fault_of_content(error: &sqlx::Error) -> Option<String> {
    let is_of_content = match primary_code(error) {
        Some(code) => !matches!(code, 5 | 6 | 7 | 9 | 10 | 13 | 14),
        None => matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)),
    };
    is_of_content.then(|| without_values(error))
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(11 | 26))
}
