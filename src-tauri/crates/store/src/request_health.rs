//! How a connection's requests end, by kind: runs of refusals, and the writes that were refused and have not succeeded
//! since. The log's writer counts both in the transaction of the rows.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;

scim::words! {
    /// What a request was for. Each kind has a run of refusals of its own: a look-up that is answered does not show that
    /// writes are.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum RequestKind {
        /// Any request, as far as its address and its token: also one that is authenticated and then refused has passed it.
        Authentication = "authentication",
        /// A read.
        Lookup = "lookup",
        /// A create, change or deletion.
        Write = "write",
    }
}

/// What one exchange shows of the health of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHealth {
    /// What it was for.
    pub kind: RequestKind,
    /// How it ended.
    pub verdict: Verdict,
    /// Its token was accepted.
    pub is_authenticated: bool,
    /// What it wrote or was to write; several in a Bulk request.
    pub writes: Vec<WriteOutcome>,
}

/// How a request ended, for the health of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered without an error.
    Success,
    /// It was refused or failed for a reason that is no ordinary traffic.
    Refusal,
    /// It shows nothing: a pause, a version that has changed.
    Neutral,
}

scim::words! {
    /// What a write does, for the health of its connection.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum WriteAct {
        /// A new person or group.
        Create = "create",
        /// A change that leaves `active` as it is; anything that is done to a group.
        Change = "change",
        /// `active` becomes false, or the person is deleted.
        Deactivate = "deactivate",
        /// `active` becomes true.
        Activate = "activate",
    }
}

impl WriteAct {
    /// The refused writes of the same person that are over once this one has succeeded. A change of a title does not show
    /// that a refused deactivation was done.
    pub(crate) const fn settles(self) -> &'static [Self] {
        match self {
            Self::Change => &[Self::Create, Self::Change],
            Self::Create | Self::Deactivate | Self::Activate => &Self::ALL,
        }
    }
}

/// How one write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOutcome {
    /// What it does.
    pub act: WriteAct,
    /// `User` or `Group`.
    pub resource_type: &'static str,
    /// The resource's id, where it is known.
    pub id: Option<String>,
    /// The `userName` or `displayName` in the request.
    pub user_name: Option<String>,
    /// Where the request has no name: tells it apart from others without one.
    pub digest: Option<String>,
    /// Why it was refused; none when it was done.
    pub refusal: Option<WriteRefusal>,
}

/// Why a write was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteRefusal {
    /// What screens call the person or group: "Ada Lovelace", "the group Crew".
    pub name: String,
    /// The code: `data.invalid`.
    pub reason: String,
    /// What was wrong, without the name: "`active` must be true or false, not yes".
    pub sentence: String,
}

impl WriteOutcome {
    /// The names under which a refusal of it is stored: by id, and by name.
    pub(crate) fn subjects(&self) -> Vec<String> {
        let by_id = self.id.as_ref().map(|id| format!("{}/{id}", self.resource_type));
        let by_name =
            self.user_name.as_ref().map(|name| format!("{}:{}", self.resource_type, scim::fold(name)));
        by_id.into_iter().chain(by_name).collect()
    }

    /// The name under which its refusal is stored.
    pub(crate) fn subject(&self) -> String {
        let without_name =
            || format!("{}#{}", self.resource_type, self.digest.as_deref().unwrap_or_default());
        self.subjects().into_iter().next().unwrap_or_else(without_name)
    }
}

/// The newest requests of one kind, all refused, without a success between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRun {
    /// What they were for.
    pub kind: RequestKind,
    /// How many.
    pub refusals: u64,
    /// When the first of them arrived.
    pub since: Timestamp,
    /// When the newest arrived.
    pub newest_at: Timestamp,
    /// The newest.
    pub newest_id: String,
    /// Why the newest was refused, as a code.
    pub reason: String,
}

/// A write that was refused and has not succeeded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedWrite {
    /// Names it within its connection, with `act`.
    pub subject: String,
    /// What it was to do.
    pub act: WriteAct,
    /// "Ada Lovelace", "the group Crew".
    pub name: String,
    /// The name in the request.
    pub user_name: Option<String>,
    /// Why the newest was refused, as a code.
    pub reason: String,
    /// What was wrong, without the name.
    pub sentence: String,
    /// How often it was refused for that reason, one after another.
    pub refusals: u64,
    /// When for the first time.
    pub first_at: Timestamp,
    /// When for the last time.
    pub newest_at: Timestamp,
    /// The newest request.
    pub newest_id: String,
}

impl RefusedWrite {
    /// The id of the resource, where the request named one.
    pub fn resource_id(&self) -> Option<&str> {
        // A name may have a slash in it as well.
        let by_id = self.subject.split_once('/').filter(|(resource_type, _)| !resource_type.contains(':'));
        by_id.map(|(_, id)| id)
    }
}

impl FromRow<'_, SqliteRow> for RefusalRun {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let kind: &str = row.try_get("kind")?;
        Ok(Self {
            kind: RequestKind::from_word(kind).ok_or_else(|| unknown("kind", kind))?,
            refusals: row.try_get::<i64, _>("refusals")?.try_into().unwrap_or(0),
            since: from_millis(row.try_get("since")?),
            newest_at: from_millis(row.try_get("newest_at")?),
            newest_id: row.try_get("newest_id")?,
            reason: row.try_get("reason")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for RefusedWrite {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let act: &str = row.try_get("act")?;
        Ok(Self {
            subject: row.try_get("subject")?,
            act: WriteAct::from_word(act).ok_or_else(|| unknown("act", act))?,
            name: row.try_get("name")?,
            user_name: row.try_get("user_name")?,
            reason: row.try_get("reason")?,
            sentence: row.try_get("sentence")?,
            refusals: row.try_get::<i64, _>("refusals")?.try_into().unwrap_or(0),
            first_at: from_millis(row.try_get("first_at")?),
            newest_at: from_millis(row.try_get("newest_at")?),
            newest_id: row.try_get("newest_id")?,
        })
    }
}

fn unknown(column: &str, word: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("the word {word:?} is unknown").into(),
    }
}
