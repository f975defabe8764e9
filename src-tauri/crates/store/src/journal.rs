//! The change journal: one row per altered attribute set of one resource, in the transaction of the change.

use jiff::Timestamp;
use scim::ResourceType;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::{json_list, signed, unsigned};
use crate::{Error, Store, Tx};

/// Who or what caused a change.
#[derive(Clone, Debug, Default)]
pub struct ChangeSource {
    /// The connection whose provider asked for it.
    pub connection_id: Option<String>,
    /// The request that asked for it.
    pub activity_id: Option<String>,
    /// The person here who did it.
    pub actor: Option<String>,
    /// When the request arrived.
    pub requested_at: Option<Timestamp>,
}

impl ChangeSource {
    /// When the request arrived, in milliseconds, for a change that may end access.
    pub(crate) fn requested_millis(&self) -> Option<i64> {
        self.requested_at.map(Timestamp::as_millisecond)
    }
}

scim::words! {
    /// What kind of change it was.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum ChangeKind {
        Create = "create",
        Update = "update",
        Deactivate = "deactivate",
        Reactivate = "reactivate",
        Delete = "delete",
        /// Members of a group were added or removed.
        Members = "members",
        /// Blocked from signing in by an Admin here.
        Block = "block",
        /// No longer blocked.
        Unblock = "unblock",
        /// Made an Admin.
        Promote = "promote",
        /// Made a Member.
        Demote = "demote",
        /// Allowed to sign in with a passcode.
        Allow = "allow",
        /// No longer allowed to sign in.
        Forbid = "forbid",
        /// A password was chosen.
        Password = "password",
        /// A local account was handed to a connection.
        Link = "link",
        /// A person of a connection became a local account.
        Unlink = "unlink",
        /// A person whose sign-in was withheld was let through.
        LetThrough = "letThrough",
    }
}

impl ChangeKind {
    /// Whether a person may lose access by it.
    pub(crate) const fn may_end_access(self) -> bool {
        matches!(self, Self::Deactivate | Self::Delete)
    }

    pub(crate) fn of(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::Update)
    }
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub struct Change {
    /// Grows from change to change.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The provider's connection, if one asked for it.
    pub connection_id: Option<String>,
    /// The request that asked for it.
    pub activity_id: Option<String>,
    /// The person here who did it.
    pub actor: Option<String>,
    /// Of a person or a group.
    pub resource_type: ResourceType,
    /// Of what.
    pub resource_id: String,
    /// What kind.
    pub kind: ChangeKind,
    /// The attributes that differ, as they were; see [`crate::JournalValue`] for the forms of their values.
    pub before: Value,
    /// The attributes that differ, as they became.
    pub after: Value,
}

impl FromRow<'_, SqliteRow> for Change {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let json = |name| -> Result<Value, sqlx::Error> {
            Ok(serde_json::from_str(&row.try_get::<String, _>(name)?).unwrap_or(Value::Null))
        };
        let word: String = row.try_get("kind")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: from_millis(row.try_get("at")?),
            connection_id: row.try_get("connection_id")?,
            activity_id: row.try_get("activity_id")?,
            actor: row.try_get("actor")?,
            resource_type: if row.try_get::<String, _>("resource_type")? == ResourceType::Group.name() {
                ResourceType::Group
            } else {
                ResourceType::User
            },
            resource_id: row.try_get("resource_id")?,
            kind: ChangeKind::of(&word),
            before: json("before")?,
            after: json("after")?,
        })
    }
}

/// Which changes of one resource.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    /// Asked for by this connection's provider; an empty text: made here.
    pub source: Option<String>,
    /// Of this kind only.
    pub kind: Option<ChangeKind>,
    /// Older than this change only.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u64,
}

/// The newest of those changes, and what there is to choose by. Totals count those beyond `before` too.
#[derive(Clone, Debug)]
pub struct History {
    /// Newest first.
    pub changes: Vec<Change>,
    /// How many match in all.
    pub total: u64,
    /// The connections whose providers ever asked for a change of it; an empty text: one was made here.
    pub sources: Vec<String>,
    /// The kinds of change that it ever had.
    pub kinds: Vec<ChangeKind>,
}

impl Store {
    /// The changes that brought what a resource has: for each attribute that one ever gave a value the newest such
    /// change, newest first.
    pub async fn latest_changes_by_attribute(&self, resource_id: &str) -> Result<Vec<Change>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM change WHERE id IN (
                 SELECT max(c.id) FROM change c, json_each(c.after) k WHERE c.resource_id = $1 GROUP BY k.key)
             ORDER BY id DESC",
        )
        .bind(resource_id)
        .fetch_all(self.readers())
        .await?)
    }

    /// The newest changes of one resource that match, newest first, with what there is to choose by; with those of
    /// the person's previous accounts, where an Admin attached them.
    pub async fn history(&self, resource_id: &str, query: &HistoryQuery) -> Result<History, Error> {
        let kind = query.kind.map(ChangeKind::as_str);
        let changes = sqlx::query_as(
            "SELECT * FROM change
             WHERE resource_id IN (SELECT $1 UNION ALL SELECT deleted_person_id FROM attached_history WHERE person_id = $1)
             AND ($2 IS NULL OR coalesce(connection_id, '') = $2)
             AND ($3 IS NULL OR kind = $3) AND id < $4 ORDER BY id DESC LIMIT $5",
        )
        .bind(resource_id)
        .bind(&query.source)
        .bind(kind)
        .bind(query.before.unwrap_or(i64::MAX))
        .bind(signed(query.limit))
        .fetch_all(self.readers())
        .await?;
        let counted: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT coalesce(connection_id, ''), kind, count(*) FROM change
             WHERE resource_id IN (SELECT $1 UNION ALL SELECT deleted_person_id FROM attached_history WHERE person_id = $1)
             GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind(resource_id)
        .fetch_all(self.readers())
        .await?;
        let matches = |source: &String, word: &String| {
            query.source.as_ref().is_none_or(|wanted| wanted == source)
                && kind.is_none_or(|wanted| wanted == word)
        };
        let total = counted.iter().filter(|(source, word, _)| matches(source, word)).map(|(.., n)| n).sum();
        let mut sources: Vec<String> = counted.iter().map(|(source, ..)| source.clone()).collect();
        sources.dedup();
        let kinds = ChangeKind::ALL
            .into_iter()
            .filter(|kind| counted.iter().any(|(_, word, _)| word == kind.as_str()))
            .collect();
        Ok(History { changes, total: unsigned(total), sources, kinds })
    }

    /// One change.
    pub async fn change(&self, id: i64) -> Result<Option<Change>, Error> {
        Ok(sqlx::query_as("SELECT * FROM change WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// The name of a person or group, also of a tombstone.
    pub async fn resource_name(&self, id: &str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar(
            "SELECT display FROM person WHERE id = $1 UNION ALL SELECT display FROM scim_group WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.readers())
        .await?)
    }

    /// When the oldest change happened that is stored of a resource.
    pub async fn first_change(&self, resource_id: &str) -> Result<Option<Timestamp>, Error> {
        let at: Option<i64> =
            sqlx::query_scalar("SELECT at FROM change WHERE resource_id = $1 ORDER BY id LIMIT 1")
                .bind(resource_id)
                .fetch_optional(self.readers())
                .await?;
        Ok(at.map(from_millis))
    }

    /// The newest change of one kind.
    pub async fn last_change_of_kind(
        &self,
        resource_id: &str,
        kind: ChangeKind,
    ) -> Result<Option<Change>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM change WHERE resource_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1",
        )
        .bind(resource_id)
        .bind(kind.as_str())
        .fetch_optional(self.readers())
        .await?)
    }

    /// The changes that one request made, in order.
    pub async fn changes_of_request(
        &self,
        activity_id: &str,
        resource_id: &str,
    ) -> Result<Vec<Change>, Error> {
        Ok(sqlx::query_as("SELECT * FROM change WHERE resource_id = $1 AND activity_id = $2 ORDER BY id")
            .bind(resource_id)
            .bind(activity_id)
            .fetch_all(self.readers())
            .await?)
    }
}

/// A change with the name of what changed.
#[derive(Clone, Debug)]
pub struct RecentChange {
    /// The change.
    pub change: Change,
    /// `User` or `Group`.
    pub resource_type: String,
    /// The resource's id.
    pub resource_id: String,
    /// Its name, also of one that is deleted.
    pub display: String,
}

impl FromRow<'_, SqliteRow> for RecentChange {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            change: Change::from_row(row)?,
            resource_type: row.try_get("resource_type")?,
            resource_id: row.try_get("resource_id")?,
            display: row
                .try_get::<Option<String>, _>("display")?
                .unwrap_or_else(|| "A deleted user".to_owned()),
        })
    }
}

impl Store {
    /// The newest changes of all people and groups, newest first.
    pub async fn recent_changes(&self, limit: u32) -> Result<Vec<RecentChange>, Error> {
        Ok(sqlx::query_as(
            "SELECT c.*, coalesce(p.display, g.display) AS display FROM change c
             LEFT JOIN person p ON p.id = c.resource_id LEFT JOIN scim_group g ON g.id = c.resource_id
             ORDER BY c.id DESC LIMIT $1",
        )
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }
}

impl Tx {
    /// Journals the same change of many resources.
    pub(crate) async fn journal_many(
        &mut self,
        origin: &ChangeSource,
        resource_type: ResourceType,
        resource_ids: &[String],
        kind: ChangeKind,
        before: &Value,
        after: &Value,
    ) -> Result<(), Error> {
        if resource_ids.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after,
                 requested_at)
             SELECT $1, $2, $3, $4, $5, value, $7, $8, $9, $10 FROM json_each($6)",
        )
        .bind(self.now().as_millisecond())
        .bind(&origin.connection_id)
        .bind(&origin.activity_id)
        .bind(&origin.actor)
        .bind(resource_type.name())
        .bind(json_list(resource_ids))
        .bind(kind.as_str())
        .bind(before.to_string())
        .bind(after.to_string())
        .bind(origin.requested_millis().filter(|_| kind.may_end_access()))
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    pub(crate) async fn journal(
        &mut self,
        origin: &ChangeSource,
        resource_type: ResourceType,
        resource_id: &str,
        kind: ChangeKind,
        before: &Value,
        after: &Value,
    ) -> Result<(), Error> {
        self.journal_many(origin, resource_type, &[resource_id.to_owned()], kind, before, after).await
    }
}
