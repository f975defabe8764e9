//! The audit entries: appended in the transaction of their act, never altered, deleted by retention alone.

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use crate::audit_chain::{self, Content};
use crate::audit_entry::{AuditAct, AuditActorKind, AuditEntry, AuditSubject, AuditSubjectKind};
use crate::clock::from_millis;
use crate::sql_values::{signed, unsigned};
use crate::{Error, Store, StoreEvent, Tx};

/// What a page of the entries is chosen by: `$1` kind of actor, `$2` actor, `$3` act, `$4` connection, `$5` the
/// entry that they are older than.
const MATCHES: &str = "($1 IS NULL OR actor_kind = $1) AND ($2 IS NULL OR actor_id = $2)
     AND ($3 IS NULL OR act = $3) AND ($4 IS NULL OR (subject_kind = 'connection' AND subject_id = $4))
     AND ($5 IS NULL OR id < $5)";

/// A stored audit entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Grows from entry to entry.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of actor it was.
    pub actor_kind: AuditActorKind,
    /// The person who did it.
    pub actor_id: Option<String>,
    /// That person's name at the time.
    pub actor_name: String,
    /// Whether that person still exists.
    pub actor_exists: bool,
    /// What was done; `None`: an act of another version.
    pub act: Option<AuditAct>,
    /// What kind of thing it was done on.
    pub subject_kind: Option<AuditSubjectKind>,
    /// Its id.
    pub subject_id: Option<String>,
    /// Its name at the time.
    pub subject_name: String,
    /// Whether it still exists.
    pub subject_exists: bool,
    /// What the sentence names beside the subject.
    pub detail: String,
    /// The text that the hash covers, after the hash of the entry before.
    pub hashed: String,
    /// In 64 hexadecimal digits.
    pub hash: String,
}

/// A kind of actor that an older version does not know is a person: the name is stored.
fn actor_kind(word: &str) -> AuditActorKind {
    AuditActorKind::from_word(word).unwrap_or(AuditActorKind::Person)
}

impl FromRow<'_, SqliteRow> for AuditRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let content = Content::from_row(row)?;
        let hash: Vec<u8> = row.try_get("hash")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: from_millis(content.at),
            actor_kind: actor_kind(&content.actor_kind),
            actor_exists: row.try_get("actor_exists")?,
            act: AuditAct::from_word(&content.act),
            subject_kind: content.subject_kind.as_deref().and_then(AuditSubjectKind::from_word),
            subject_exists: row.try_get("subject_exists")?,
            hashed: content.text(),
            hash: audit_chain::shown(&hash),
            actor_id: content.actor_id,
            actor_name: content.actor_name,
            subject_id: content.subject_id,
            subject_name: content.subject_name,
            detail: content.detail,
        })
    }
}

/// Which audit entries.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Of this kind of actor only.
    pub actor_kind: Option<AuditActorKind>,
    /// Of this person only.
    pub actor_id: Option<String>,
    /// Of this act only.
    pub act: Option<AuditAct>,
    /// On this connection only.
    pub connection_id: Option<String>,
    /// Older than this entry only.
    pub before: Option<i64>,
    /// How many of the newest are skipped.
    pub offset: u64,
    /// How many at most.
    pub limit: u64,
}

/// An actor of some entry, by the newest name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActorRow {
    /// What kind of actor.
    pub kind: AuditActorKind,
    /// The person's id.
    pub id: Option<String>,
    /// The person's name.
    pub name: String,
}

/// What there is to choose entries by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditChoices {
    /// Who ever did something, by name.
    pub actors: Vec<AuditActorRow>,
    /// What was ever done.
    pub acts: Vec<AuditAct>,
    /// The connections on which something was ever done, id and newest name, by name.
    pub connections: Vec<(String, String)>,
}

impl Store {
    /// The entries that match, newest first, and how many match in all.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn audit_entries(&self, query: &AuditQuery) -> Result<(Vec<AuditRow>, u64), Error> {
        let (kind, act) = (query.actor_kind.map(AuditActorKind::as_str), query.act.map(AuditAct::as_str));
        // Rows and total are of one state.
        let mut reading = self.readers().begin().await?;
        let rows = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT a.*,
                 EXISTS (SELECT 1 FROM person WHERE id = a.actor_id AND deleted_at IS NULL) AS actor_exists,
                 CASE a.subject_kind
                     WHEN 'connection' THEN EXISTS (
                         SELECT 1 FROM connection WHERE id = a.subject_id AND deleting IS NULL)
                     WHEN 'person' THEN EXISTS (
                         SELECT 1 FROM person WHERE id = a.subject_id AND deleted_at IS NULL)
                     ELSE EXISTS (SELECT 1 FROM scim_group WHERE id = a.subject_id AND deleted_at IS NULL)
                 END AS subject_exists
             FROM audit a WHERE {MATCHES} ORDER BY a.id DESC LIMIT $6 OFFSET $7"
        )))
        .bind(kind)
        .bind(&query.actor_id)
        .bind(act)
        .bind(&query.connection_id)
        .bind(query.before)
        .bind(signed(query.limit))
        .bind(signed(query.offset))
        .fetch_all(&mut *reading)
        .await?;
        let total: i64 =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM audit WHERE {MATCHES}")))
                .bind(kind)
                .bind(&query.actor_id)
                .bind(act)
                .bind(&query.connection_id)
                .bind(query.before)
                .fetch_one(&mut *reading)
                .await?;
        Ok((rows, unsigned(total)))
    }

    /// What there is to choose entries by.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn audit_choices(&self) -> Result<AuditChoices, Error> {
        let actors: Vec<(String, Option<String>, String)> = sqlx::query_as(
            "SELECT actor_kind, actor_id, actor_name FROM audit
             WHERE id IN (SELECT max(id) FROM audit GROUP BY actor_kind, actor_id)
             ORDER BY actor_name COLLATE NOCASE, id",
        )
        .fetch_all(self.readers())
        .await?;
        let actor = |(kind, id, name): (String, _, _)| AuditActorRow { kind: actor_kind(&kind), id, name };
        let acts: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT act FROM audit").fetch_all(self.readers()).await?;
        let connections = sqlx::query_as(
            "SELECT subject_id, subject_name FROM audit
             WHERE id IN (SELECT max(id) FROM audit WHERE subject_kind = 'connection' GROUP BY subject_id)
             ORDER BY subject_name COLLATE NOCASE, id",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(AuditChoices {
            actors: actors.into_iter().map(actor).collect(),
            acts: AuditAct::ALL
                .into_iter()
                .filter(|act| acts.iter().any(|word| word == act.as_str()))
                .collect(),
            connections,
        })
    }
}

impl Tx {
    /// Appends the entry of what this transaction did. To be called once it is certain that it was done: the entry and
    /// the act are committed together or not at all.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn audit(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        let now = self.now();
        append(self.conn.begun().await?, now, entry).await?;
        self.notify(StoreEvent::Audit);
        Ok(())
    }

    /// Deletes some of the entries older than `limit`, up to the first one that is not: one with a later time, as of a clock that
    /// ran ahead, retains those behind it. Answers how many; 0: none is left.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn delete_audit_entries(&mut self, limit: Timestamp) -> Result<u64, Error> {
        Ok(audit_chain::cut(self.conn.begun().await?, limit).await?)
    }
}

/// Appends an entry in the transaction of this connection.
pub(crate) async fn append(
    conn: &mut SqliteConnection,
    at: Timestamp,
    entry: &AuditEntry,
) -> Result<(), sqlx::Error> {
    let subject = entry.subject.as_ref();
    let name = match subject {
        Some(subject) => name_of(conn, subject).await?,
        None => String::new(),
    };
    let content = Content {
        at: at.as_millisecond(),
        actor_kind: entry.actor.kind.as_str().to_owned(),
        actor_id: entry.actor.id.clone(),
        actor_name: entry.actor.name.clone(),
        act: entry.act.as_str().to_owned(),
        subject_kind: subject.map(|subject| subject.kind.as_str().to_owned()),
        subject_id: subject.map(|subject| subject.id.clone()),
        subject_name: name,
        detail: entry.detail.clone(),
    };
    audit_chain::append(conn, &content).await
}

/// What the subject is called at this moment, if the act did not name it.
async fn name_of(conn: &mut SqliteConnection, subject: &AuditSubject) -> Result<String, sqlx::Error> {
    if let Some(name) = &subject.name {
        return Ok(name.clone());
    }
    let sql = match subject.kind {
        AuditSubjectKind::Connection => "SELECT name FROM connection WHERE id = $1",
        AuditSubjectKind::Person => "SELECT display FROM person WHERE id = $1",
        AuditSubjectKind::Group => "SELECT display FROM scim_group WHERE id = $1",
    };
    let found: Option<String> = sqlx::query_scalar(sql).bind(&subject.id).fetch_optional(conn).await?;
    Ok(found.unwrap_or_default())
}
