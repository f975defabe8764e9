//! The chain of the audit entries: the hash of each covers the hash before it and what the entry says. One that is altered,
//! added, moved or removed afterwards does not fit. `docs/database.md` says how an export is checked elsewhere.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use crate::clock::from_millis;
use crate::log_size::STEP;
use crate::{Error, Store};

/// How many entries are read at once.
const STRETCH: i64 = 1_000;

/// What an entry says, as it is stored.
#[derive(sqlx::FromRow)]
pub(crate) struct Content {
    pub at: i64,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub act: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<String>,
    pub subject_name: String,
    pub detail: String,
}

impl Content {
    /// What is hashed: the columns in their order as a JSON array without spaces. What is null is an empty text.
    pub(crate) fn text(&self) -> String {
        let columns = (
            self.at,
            &self.actor_kind,
            self.actor_id.as_deref().unwrap_or_default(),
            &self.actor_name,
            &self.act,
            self.subject_kind.as_deref().unwrap_or_default(),
            self.subject_id.as_deref().unwrap_or_default(),
            &self.subject_name,
            &self.detail,
        );
        serde_json::to_string(&columns).unwrap_or_default()
    }

    /// The hash of an entry that follows the one with the hash `before`.
    fn hash_after(&self, before: &[u8]) -> Vec<u8> {
        let mut digest = Sha256::new();
        digest.update(before);
        digest.update(self.text().as_bytes());
        let hash: [u8; 32] = digest.finalize().into();
        hash.to_vec()
    }
}

/// A hash as it is shown: 64 hexadecimal digits.
pub(crate) fn shown(hash: &[u8]) -> String {
    HEXLOWER.encode(hash)
}

/// What a check of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// How many entries there are.
    pub entries: u64,
    /// When the first of them was written.
    pub since: Option<Timestamp>,
    /// The hash of the newest entry, in 64 hexadecimal digits; of a workspace without entries, the one before the first.
    pub newest_hash: String,
    /// What does not fit first.
    pub fault: Option<AuditFault>,
}

/// What does not fit in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// This entry does not follow from the one before it.
    Entry {
        /// Its number.
        id: i64,
        /// When it was written, as it says.
        at: Timestamp,
    },
    /// The newest entries are missing.
    End,
}

#[derive(sqlx::FromRow)]
struct Link {
    id: i64,
    #[sqlx(flatten)]
    content: Content,
    hash: Option<Vec<u8>>,
}

/// The entries behind this one, in their order: [`STRETCH`] at most.
async fn behind(conn: &mut SqliteConnection, id: i64) -> Result<Vec<Link>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM audit WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(id)
        .bind(STRETCH)
        .fetch_all(conn)
        .await
}

impl Store {
    /// Reads every audit entry and compares its hash with what it says and with the entry before it.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn check_audit(&self) -> Result<AuditCheck, Error> {
        // All of one state.
        let mut reading = self.readers().begin().await?;
        let (mut before, head): (Vec<u8>, Vec<u8>) =
            sqlx::query_as("SELECT beginning, head FROM audit_chain").fetch_one(&mut *reading).await?;
        let mut check = AuditCheck { entries: 0, since: None, newest_hash: shown(&head), fault: None };
        let mut last = i64::MIN;
        loop {
            let links = behind(&mut reading, last).await?;
            if links.is_empty() {
                break;
            }
            for Link { id, content, hash } in links {
                let (at, hash) = (from_millis(content.at), hash.unwrap_or_default());
                if check.fault.is_none() && content.hash_after(&before) != hash {
                    check.fault = Some(AuditFault::Entry { id, at });
                }
                check.entries += 1;
                check.since.get_or_insert(at);
                (before, last) = (hash, id);
            }
        }
        if check.fault.is_none() && before != head {
            check.fault = Some(AuditFault::End);
        }
        Ok(check)
    }
}

/// Appends an entry to the chain, in the transaction of this connection.
pub(crate) async fn append(conn: &mut SqliteConnection, content: &Content) -> Result<(), sqlx::Error> {
    let head: Vec<u8> = sqlx::query_scalar("SELECT head FROM main.audit_chain").fetch_one(&mut *conn).await?;
    insert(conn, content, &content.hash_after(&head)).await
}

/// A trigger makes the hash the head of the chain.
async fn insert(conn: &mut SqliteConnection, content: &Content, hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO main.audit (at, actor_kind, actor_id, actor_name, act, subject_kind, subject_id, subject_name,
             detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(content.at)
    .bind(&content.actor_kind)
    .bind(&content.actor_id)
    .bind(&content.actor_name)
    .bind(&content.act)
    .bind(&content.subject_kind)
    .bind(&content.subject_id)
    .bind(&content.subject_name)
    .bind(&content.detail)
    .bind(hash)
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the entries of an older version their hashes: all of them in one transaction, so that the first one tells whether it
/// was done.
pub(crate) async fn chain_older(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let is_older: Option<bool> = sqlx::query_scalar("SELECT hash IS NULL FROM audit ORDER BY id LIMIT 1")
        .fetch_optional(&mut *conn)
        .await?;
    if is_older != Some(true) {
        return Ok(());
    }
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    let mut head: Vec<u8> =
        sqlx::query_scalar("SELECT beginning FROM audit_chain").fetch_one(&mut *tx).await?;
    let mut last = i64::MIN;
    loop {
        let links = behind(&mut tx, last).await?;
        if links.is_empty() {
            break;
        }
        for Link { id, content, .. } in links {
            head = content.hash_after(&head);
            last = id;
            sqlx::query("UPDATE audit SET hash = $2 WHERE id = $1")
                .bind(id)
                .bind(&head)
                .execute(&mut *tx)
                .await?;
        }
    }
    sqlx::query("UPDATE audit_chain SET head = $1").bind(&head).execute(&mut *tx).await?;
    tx.commit().await
}

/// Deletes some of the oldest entries, up to the first one that is not older than `limit`: the chain has no gap. Answers
/// how many; 0: none is left.
pub(crate) async fn cut(conn: &mut SqliteConnection, limit: Timestamp) -> Result<u64, sqlx::Error> {
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "WITH oldest AS (SELECT id, at, hash FROM audit ORDER BY id LIMIT $2)
         SELECT id, hash FROM oldest
         WHERE id < coalesce((SELECT min(id) FROM oldest WHERE at >= $1), 9223372036854775807)
         ORDER BY id DESC LIMIT 1",
    )
    .bind(limit.as_millisecond())
    .bind(STEP)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((id, hash)) = last else { return Ok(0) };
    sqlx::query("UPDATE audit_chain SET beginning = $1").bind(hash).execute(&mut *conn).await?;
    let done = sqlx::query("DELETE FROM audit WHERE id <= $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected())
}

/// The entries of the workspace that is attached as `here` which this one does not have, each with the hash before it. Those
/// that both have are equal from id to detail; one that was altered in `here` is another one. Hashes are not compared: where an older
/// version made the backup, its chain can begin elsewhere.
const CARRIED: &str = "
    SELECT * FROM (
        SELECT l.*, coalesce(lag(l.hash) OVER (ORDER BY l.id), (SELECT beginning FROM here.audit_chain)) AS previous
        FROM here.audit l) l
    WHERE NOT EXISTS (SELECT 1 FROM main.audit b WHERE b.id = l.id
        AND b.at = l.at AND b.actor_kind = l.actor_kind AND b.actor_id IS l.actor_id AND b.actor_name = l.actor_name
        AND b.act = l.act AND b.subject_kind IS l.subject_kind AND b.subject_id IS l.subject_id
        AND b.subject_name = l.subject_name AND b.detail = l.detail)
    ORDER BY l.id";

/// The head of `here` where its newest entries are missing: what is appended then does not fit in this workspace either.
const CARRIED_END: &str = "
    UPDATE main.audit_chain SET head = (SELECT head FROM here.audit_chain)
    WHERE (SELECT head FROM here.audit_chain) IS NOT coalesce(
        (SELECT hash FROM here.audit ORDER BY id DESC LIMIT 1), (SELECT beginning FROM here.audit_chain))";

#[derive(sqlx::FromRow)]
struct Carried {
    #[sqlx(flatten)]
    content: Content,
    hash: Vec<u8>,
    previous: Vec<u8>,
}

/// Adds the entries of the workspace that is attached as `here`, also of another workspace, in their order: a restore loses
/// none, and conceals none that does not fit.
pub(crate) async fn carry(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let rows: Vec<Carried> = sqlx::query_as(CARRIED).fetch_all(&mut *conn).await?;
    for Carried { content, hash, previous } in rows {
        if content.hash_after(&previous) == hash {
            append(conn, &content).await?;
        } else {
            insert(conn, &content, &hash).await?;
        }
    }
    sqlx::query(CARRIED_END).execute(conn).await?;
    Ok(())
}
