//! Proof of leaving: what was seen of each end of a person's access by a client. A trigger begins it in the transaction of the
//! change; after the commit the account is read back, and what was seen is written here. Refused requests are in the log.

use jiff::Timestamp;
use scim::fold;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::{signed, unsigned};
use crate::{ChangeKind, Error, Store, Tx};

scim::words! {
    /// What was seen after the commit.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum LeaverOutcome {
        /// The account was inactive or gone, and no session of the person was left.
        Complete = "complete",
        /// The account was active.
        Active = "active",
        /// The account had no access, and a session of the person was open.
        SignedIn = "signedIn",
        /// A later change had given access back.
        Returned = "returned",
        /// The change is older than these proofs.
        Unrecorded = "unrecorded",
    }
}

/// How far a proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LeaverProof {
    /// The request was refused, the account was active or signed in when it was read back, or it was not read back.
    Incomplete,
    /// Stored, read back without access, and no session is left.
    Complete,
    /// Access was given back before it was read back.
    Returned,
    /// The change is older than these proofs.
    NotRecorded,
}

impl LeaverProof {
    /// Each, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Incomplete, Self::Complete, Self::Returned, Self::NotRecorded];

    /// How far the proof with this outcome is.
    pub const fn of(outcome: Option<LeaverOutcome>) -> Self {
        match outcome {
            None | Some(LeaverOutcome::Active | LeaverOutcome::SignedIn) => Self::Incomplete,
            Some(LeaverOutcome::Complete) => Self::Complete,
            Some(LeaverOutcome::Returned) => Self::Returned,
            Some(LeaverOutcome::Unrecorded) => Self::NotRecorded,
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::Incomplete => "(outcome IS NULL OR outcome IN ('active', 'signedIn'))",
            Self::Complete => "outcome = 'complete'",
            Self::Returned => "outcome = 'returned'",
            Self::NotRecorded => "outcome = 'unrecorded'",
        }
    }
}

/// A leaver with what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaverRow {
    /// The change of the journal that ended access.
    pub change_id: i64,
    /// The connection whose client requested it.
    pub connection_id: String,
    /// Its name at the time.
    pub connection_name: String,
    /// Who.
    pub person_id: String,
    /// The person is here, deleted or not.
    pub person_exists: bool,
    /// The person's name at the time.
    pub display: String,
    /// The userName at the time.
    pub user_name: String,
    /// Deactivate or Delete.
    pub kind: ChangeKind,
    /// The request.
    pub activity_id: Option<String>,
    /// When the request arrived.
    pub requested_at: Option<Timestamp>,
    /// When the change was made, in the transaction that was committed with it.
    pub stored_at: Timestamp,
    /// Nothing: it was not read back yet.
    pub outcome: Option<LeaverOutcome>,
    /// When the account was read from the database after the commit.
    pub read_back_at: Option<Timestamp>,
    /// How many sessions were ended.
    pub sessions: Option<u64>,
    /// When no session was open.
    pub sessions_ended_at: Option<Timestamp>,
}

impl FromRow<'_, SqliteRow> for LeaverRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let time = |name| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(name)?.map(from_millis));
        Ok(Self {
            change_id: row.try_get("change_id")?,
            connection_id: row.try_get("connection_id")?,
            connection_name: row.try_get("connection_name")?,
            person_id: row.try_get("person_id")?,
            person_exists: row.try_get("person_exists")?,
            display: row.try_get("display")?,
            user_name: row.try_get("user_name")?,
            kind: ChangeKind::of(&row.try_get::<String, _>("kind")?),
            activity_id: row.try_get("activity_id")?,
            requested_at: time("requested_at")?,
            stored_at: from_millis(row.try_get("stored_at")?),
            outcome: row
                .try_get::<Option<String>, _>("outcome")?
                .as_deref()
                .and_then(LeaverOutcome::from_word),
            read_back_at: time("read_back_at")?,
            sessions: row.try_get::<Option<i64>, _>("sessions")?.map(unsigned),
            sessions_ended_at: time("sessions_ended_at")?,
        })
    }
}

impl LeaverRow {
    /// The milliseconds from the arrival of the request until the account was read back and no session was open.
    pub fn took(&self) -> Option<u64> {
        let end = self.read_back_at?.max(self.sessions_ended_at?);
        Some(unsigned(end.as_millisecond() - self.requested_at?.as_millisecond()))
    }
}

/// Which leavers.
#[derive(Clone, Debug, Default)]
pub struct LeaverFilter {
    /// By the client of this connection only.
    pub connection_id: Option<String>,
    /// This person only.
    pub person_id: Option<String>,
    /// Whose access ended at this time or later.
    pub from: Option<Timestamp>,
    /// Whose access ended before this time.
    pub until: Option<Timestamp>,
    /// A part of the name or the userName, without regard to case; empty: all.
    pub text: String,
}

/// Leavers, and how many match in all.
#[derive(Clone, Debug)]
pub struct LeaverPage {
    /// Those whose proof is incomplete first, then the slowest.
    pub rows: Vec<LeaverRow>,
    /// How many match, by how far their proof is, in the order of [`LeaverProof::ALL`].
    pub counts: [u64; 4],
    /// The longest time of a complete proof, in milliseconds.
    pub slowest: Option<u64>,
}

/// What was seen of one leaver after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaverSeen {
    /// The change that ended access.
    pub change_id: i64,
    /// What was seen.
    pub outcome: LeaverOutcome,
    /// When the account was read.
    pub read_back_at: Timestamp,
    /// How many sessions were ended.
    pub sessions: u64,
    /// When no session was open; nothing where one is.
    pub sessions_ended_at: Option<Timestamp>,
}

/// What the database has of a leaver after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBack {
    /// The change that ended access.
    pub change_id: i64,
    /// Who.
    pub person_id: String,
    /// When the change was made.
    pub stored_at: Timestamp,
    /// The account may have access.
    pub is_active: bool,
    /// A later change gave access back.
    pub is_returned: bool,
    /// The person has a remembered sign-in.
    pub is_remembered: bool,
}

const MATCHES: &str = "($1 IS NULL OR connection_id = $1) AND ($2 IS NULL OR person_id = $2)
     AND ($3 IS NULL OR stored_at >= $3) AND ($4 IS NULL OR stored_at < $4)
     AND ($5 = '' OR instr(names_fold, $5) > 0)";
const TOOK: &str = "max(read_back_at, sessions_ended_at) - requested_at";

impl Store {
    /// The leavers that match: those whose proof is incomplete first, then the slowest, then those of before these proofs.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn leavers(
        &self,
        filter: &LeaverFilter,
        proof: Option<LeaverProof>,
        offset: u64,
        limit: u64,
    ) -> Result<LeaverPage, Error> {
        let condition = proof.map_or("1", LeaverProof::condition);
        let page = format!(
            "SELECT l.*, EXISTS (SELECT 1 FROM person p WHERE p.id = l.person_id AND p.deleted_at IS NULL) AS person_exists
             FROM leaver_proof l WHERE {MATCHES} AND {condition}
             ORDER BY CASE WHEN {} THEN 0 WHEN {} THEN 2 ELSE 1 END, {TOOK} DESC, change_id DESC
             LIMIT $6 OFFSET $7",
            LeaverProof::Incomplete.condition(),
            LeaverProof::NotRecorded.condition(),
        );
        let sums = LeaverProof::ALL.map(|proof| format!("count(*) FILTER (WHERE {})", proof.condition()));
        let counts = format!(
            "SELECT {}, max({TOOK}) FILTER (WHERE {}) FROM leaver_proof WHERE {MATCHES}",
            sums.join(", "),
            LeaverProof::Complete.condition()
        );
        // Rows and numbers are of one state.
        let mut reading = self.readers().begin().await?;
        let rows = sqlx::query_as(AssertSqlSafe(page))
            .bind(&filter.connection_id)
            .bind(&filter.person_id)
            .bind(filter.from.map(Timestamp::as_millisecond))
            .bind(filter.until.map(Timestamp::as_millisecond))
            .bind(fold(filter.text.trim()))
            .bind(signed(limit))
            .bind(signed(offset))
            .fetch_all(&mut *reading)
            .await?;
        let (incomplete, complete, returned, unrecorded, slowest): (i64, i64, i64, i64, Option<i64>) =
            sqlx::query_as(AssertSqlSafe(counts))
                .bind(&filter.connection_id)
                .bind(&filter.person_id)
                .bind(filter.from.map(Timestamp::as_millisecond))
                .bind(filter.until.map(Timestamp::as_millisecond))
                .bind(fold(filter.text.trim()))
                .fetch_one(&mut *reading)
                .await?;
        let counts = [incomplete, complete, returned, unrecorded].map(unsigned);
        Ok(LeaverPage { rows, counts, slowest: slowest.map(unsigned) })
    }

    /// The connections whose clients ever ended someone's access: id and newest name, by name.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn leaver_connections(&self) -> Result<Vec<(String, String)>, Error> {
        Ok(sqlx::query_as(
            "SELECT l.connection_id, coalesce(c.name, l.connection_name) AS name
             FROM (SELECT connection_id, connection_name, max(change_id) FROM leaver_proof GROUP BY connection_id) l
             LEFT JOIN connection c ON c.id = l.connection_id AND c.deleting IS NULL
             ORDER BY name COLLATE NOCASE, l.connection_id",
        )
        .fetch_all(self.readers())
        .await?)
    }

    /// The leavers who were not read back yet, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn open_leavers(&self, limit: u64) -> Result<Vec<(i64, String)>, Error> {
        Ok(sqlx::query_as(
            "SELECT change_id, person_id FROM leaver_proof WHERE outcome IS NULL ORDER BY change_id LIMIT $1",
        )
        .bind(signed(limit))
        .fetch_all(self.readers())
        .await?)
    }

    /// Reads what the database has of these leavers now, from what is committed: the account by its column and by the
    /// document that clients read.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn read_leavers_back(&self, change_ids: &[i64]) -> Result<Vec<ReadBack>, Error> {
        let rows = sqlx::query(
            "SELECT l.change_id, l.person_id, l.stored_at,
                 EXISTS (SELECT 1 FROM person p WHERE p.id = l.person_id AND p.deleted_at IS NULL
                     AND (p.active = 1 OR json_extract(p.document, '$.active') IS NOT 0)) AS is_active,
                 EXISTS (SELECT 1 FROM change c WHERE c.resource_id = l.person_id AND c.id > l.change_id
                     AND c.kind IN ('reactivate', 'create')) AS is_returned,
                 EXISTS (SELECT 1 FROM remembered_session r WHERE r.person_id = l.person_id) AS is_remembered
             FROM leaver_proof l WHERE l.change_id IN (SELECT value FROM json_each($1)) ORDER BY l.change_id",
        )
        .bind(json!(change_ids).to_string())
        .fetch_all(self.readers())
        .await?;
        let read = |row: &SqliteRow| {
            Ok::<_, sqlx::Error>(ReadBack {
                change_id: row.try_get("change_id")?,
                person_id: row.try_get("person_id")?,
                stored_at: from_millis(row.try_get("stored_at")?),
                is_active: row.try_get("is_active")?,
                is_returned: row.try_get("is_returned")?,
                is_remembered: row.try_get("is_remembered")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }
}

impl Tx {
    /// Completes the proofs of these leavers. One that has an outcome does not change.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn complete_leavers(&mut self, seen: &[LeaverSeen]) -> Result<(), Error> {
        let seen: Vec<Value> = seen
            .iter()
            .map(|one| {
                json!([
                    one.change_id,
                    one.outcome.as_str(),
                    one.read_back_at.as_millisecond(),
                    one.sessions,
                    one.sessions_ended_at.map(Timestamp::as_millisecond),
                ])
            })
            .collect();
        sqlx::query(
            "UPDATE leaver_proof SET outcome = seen.value ->> 1, read_back_at = seen.value ->> 2,
                 sessions = seen.value ->> 3, sessions_ended_at = seen.value ->> 4
             FROM json_each($1) seen WHERE change_id = seen.value ->> 0 AND outcome IS NULL",
        )
        .bind(json!(seen).to_string())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
