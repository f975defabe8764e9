//! Groups as SCIM resources. Their members are rows of their own, see `members.rs`.

use jiff::Timestamp;
use scim::{ResourceType, fold};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::document::{document_of, text_of};
use crate::error::Constraint as _;
use crate::journal_value::difference;
use crate::member_count::MemberCount;
use crate::sql_values::arguments;
use crate::tx_connection::{Led, led, with_sweep};
use crate::{ChangeKind, ChangeSource, Error, MemberChange, Scope, Store, StoreEvent, Tx};

/// A group with its document, without members.
#[derive(Clone, Debug)]
pub struct Group {
    /// Ours, never a client's.
    pub id: String,
    /// The connection it belongs to.
    pub connection_id: String,
    /// The displayName.
    pub display: String,
    /// How many member rows it has.
    pub members: u64,
    /// The normalised SCIM document without id, meta and members.
    pub document: Map<String, Value>,
    /// Grows by one with each change; the ETag.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it or its membership last changed.
    pub modified_at: Timestamp,
}

/// A group as a line of a list.
#[derive(Clone, Debug)]
pub struct GroupRow {
    /// The group's id.
    pub id: String,
    /// The connection it belongs to.
    pub connection_id: String,
    /// The displayName.
    pub display: String,
    /// How many members it has, unresolved ones included.
    pub members: u64,
    /// How many of them were sent before the person existed.
    pub unresolved: u64,
    /// When it or its membership last changed.
    pub modified_at: Timestamp,
    /// What the newest change was.
    pub last_change: Option<ChangeKind>,
}

/// A group with everything that an export tells.
#[derive(Clone, Debug)]
pub struct GroupExport {
    /// The group.
    pub group: Group,
    /// How many of its members were sent before the person existed.
    pub unresolved: u64,
}

impl FromRow<'_, SqliteRow> for GroupExport {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self { group: Group::from_row(row)?, unresolved: unsigned(row, "unresolved")? })
    }
}

fn unsigned(row: &SqliteRow, name: &str) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<i64, _>(name)?.try_into().unwrap_or(0))
}

impl FromRow<'_, SqliteRow> for Group {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            display: row.try_get("display")?,
            members: unsigned(row, "members")?,
            document: document_of(row)?,
            version: unsigned(row, "version")?,
            created_at: from_millis(row.try_get("created_at")?),
            modified_at: from_millis(row.try_get("modified_at")?),
        })
    }
}

impl FromRow<'_, SqliteRow> for GroupRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection_id: row.try_get("connection_id")?,
            display: row.try_get("display")?,
            members: unsigned(row, "members")?,
            unresolved: unsigned(row, "unresolved")?,
            modified_at: from_millis(row.try_get("modified_at")?),
            last_change: row.try_get::<Option<String>, _>("last_change")?.as_deref().map(ChangeKind::of),
        })
    }
}

/// How many groups of an export are read at once.
const CHUNK: i64 = 500;

/// Which groups there are: none that was deleted, and none of a connection whose deletion was decided.
macro_rules! here {
    () => {
        "g.deleted_at IS NULL AND g.connection_id NOT IN (SELECT id FROM connection WHERE deleting IS NOT NULL)"
    };
}

/// What a line tells beside the group's own row.
macro_rules! line {
    () => {
        "g.*, (SELECT count(*) FROM member m WHERE m.group_id = g.id AND m.resolved = 0) AS unresolved,
         (SELECT c.kind FROM change c WHERE c.resource_id = g.id ORDER BY c.id DESC LIMIT 1) AS last_change"
    };
}

fn display_of(document: &Map<String, Value>) -> String {
    document.get("displayName").and_then(Value::as_str).unwrap_or_default().to_owned()
}

const GROUP: Led =
    led!("SELECT * FROM scim_group WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL");

const UPDATE: Led = led!(with_sweep!(
    "UPDATE scim_group SET display = $2, display_fold = $3, external_id = $4, document = $5, version = version + 1,
     modified_at = max(modified_at, $6) WHERE id = $1 RETURNING *"
));

fn external_of(document: &Map<String, Value>) -> Option<String> {
    document.get("externalId").and_then(Value::as_str).map(str::to_owned)
}

impl Store {
    /// A window of all groups by name, with the count of all matches.
    pub async fn groups_by_name(
        &self,
        search: &str,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<GroupRow>, u64), Error> {
        let needle = fold(search.trim());
        let total: i64 = sqlx::query_scalar(concat!(
            "SELECT count(*) FROM scim_group g WHERE ",
            here!(),
            " AND ($1 = '' OR instr(display_fold, $1) > 0)",
        ))
        .bind(&needle)
        .fetch_one(self.readers())
        .await?;
        let rows = sqlx::query_as(concat!(
            "SELECT ",
            line!(),
            " FROM scim_group g WHERE ",
            here!(),
            " AND ($1 = '' OR instr(display_fold, $1) > 0)
             ORDER BY display_fold, id LIMIT $2 OFFSET $3",
        ))
        .bind(&needle)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(i64::try_from(offset).unwrap_or(i64::MAX))
        .fetch_all(self.readers())
        .await?;
        Ok((rows, total.try_into().unwrap_or(0)))
    }

    /// Hands over the groups that match, by name and a few hundred at a time, as they all stood at one moment.
    pub async fn export_groups(
        &self,
        search: &str,
        mut take: impl FnMut(Vec<GroupExport>) + Send,
    ) -> Result<(), Error> {
        let mut moment = self.readers().begin().await?;
        let (mut name, mut id) = (String::new(), String::new());
        loop {
            let rows: Vec<GroupExport> = sqlx::query_as(concat!(
                "SELECT ",
                line!(),
                " FROM scim_group g WHERE ",
                here!(),
                " AND ($1 = '' OR instr(display_fold, $1) > 0)
                 AND (display_fold, id) > ($2, $3) ORDER BY display_fold, id LIMIT $4",
            ))
            .bind(fold(search.trim()))
            .bind(&name)
            .bind(&id)
            .bind(CHUNK)
            .fetch_all(&mut *moment)
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            (name, id) = (fold(&last.group.display), last.group.id.clone());
            take(rows);
        }
    }

    /// The first group at or after these letters by name, among those that match, with its place; the last one when
    /// none comes after. `None` when none matches.
    pub async fn group_position(
        &self,
        search: &str,
        letters: &str,
    ) -> Result<Option<(u64, GroupRow)>, Error> {
        let index: i64 = sqlx::query_scalar(concat!(
            "SELECT count(*) FROM scim_group g WHERE ",
            here!(),
            " AND ($1 = '' OR instr(display_fold, $1) > 0) AND display_fold < $2",
        ))
        .bind(fold(search.trim()))
        .bind(fold(letters.trim()))
        .fetch_one(self.readers())
        .await?;
        let index = index.try_into().unwrap_or(0);
        let (mut rows, total) = self.groups_by_name(search, index, 1).await?;
        if let Some(row) = rows.pop() {
            return Ok(Some((index, row)));
        }
        let Some(last) = total.checked_sub(1) else { return Ok(None) };
        Ok(self.groups_by_name(search, last, 1).await?.0.pop().map(|row| (last, row)))
    }

    /// The first groups, of one connection or of all, that have `search` in their name, with the count of all of them: the
    /// one of that very name first, then those whose name begins with it, each by name.
    pub async fn find_groups(
        &self,
        connection_id: Option<&str>,
        search: &str,
        limit: u64,
    ) -> Result<(Vec<GroupRow>, u64), Error> {
        let needle = fold(search.trim());
        let total: i64 = sqlx::query_scalar(concat!(
            "SELECT count(*) FROM scim_group g WHERE ",
            here!(),
            " AND ($1 IS NULL OR connection_id = $1) AND ($2 = '' OR instr(display_fold, $2) > 0)",
        ))
        .bind(connection_id)
        .bind(&needle)
        .fetch_one(self.readers())
        .await?;
        let rows = sqlx::query_as(concat!(
            "SELECT ",
            line!(),
            " FROM scim_group g WHERE ",
            here!(),
            " AND ($1 IS NULL OR connection_id = $1) AND ($2 = '' OR instr(display_fold, $2) > 0)
             ORDER BY display_fold <> $2, instr(display_fold, $2) <> 1, display_fold, id LIMIT $3",
        ))
        .bind(connection_id)
        .bind(&needle)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.readers())
        .await?;
        Ok((rows, total.try_into().unwrap_or(0)))
    }

    /// One group as a line of a list.
    pub async fn group_row(&self, id: &str) -> Result<Option<GroupRow>, Error> {
        Ok(sqlx::query_as(concat!("SELECT ", line!(), " FROM scim_group g WHERE g.id = $1 AND ", here!()))
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// The groups that are themselves members of this one, by name.
    pub async fn groups_in(&self, id: &str) -> Result<Vec<GroupRow>, Error> {
        Ok(sqlx::query_as(concat!(
            "SELECT ",
            line!(),
            " FROM member of JOIN scim_group g ON g.id = of.member_id AND g.deleted_at IS NULL
             WHERE of.group_id = $1 ORDER BY g.display_fold, g.id"
        ))
        .bind(id)
        .fetch_all(self.readers())
        .await?)
    }
}

impl Tx {
    /// The group with this id, if it belongs to the scope's connection.
    pub async fn group(&mut self, scope: &Scope, id: &str) -> Result<Option<Group>, Error> {
        let rows = self.conn.fetch_led(&GROUP, arguments!(id, scope.connection_id())?).await?;
        Ok(rows.first().map(Group::from_row).transpose()?)
    }

    /// Creates a group with its first members.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `displayName` when the connection has a group of that name; [`Error::TooLarge`].
    pub async fn create_group(
        &mut self,
        scope: &Scope,
        document: Map<String, Value>,
        members: Vec<String>,
        origin: &ChangeSource,
    ) -> Result<Group, Error> {
        let text = text_of(&document, None)?;
        let display = display_of(&document);
        let id = self.new_id();
        let group: Group = sqlx::query_as(
            "INSERT INTO scim_group (id, connection_id, display, display_fold, external_id, document, version,
             created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7) RETURNING *",
        )
        .bind(&id)
        .bind(scope.connection_id())
        .bind(&display)
        .bind(fold(&display))
        .bind(external_of(&document))
        .bind(text)
        .bind(self.now().as_millisecond())
        .fetch_one(&mut self.conn)
        .await
        .or_constraint()?;
        self.journal(
            origin,
            ResourceType::Group,
            &id,
            ChangeKind::Create,
            &Value::Object(Map::new()),
            &Value::Object(document),
        )
        .await?;
        let delta = self.change_members(scope, &id, &[MemberChange::Add(members)], origin).await?;
        self.count_members(scope, &id, &delta, origin).await?;
        self.notify(StoreEvent::Group { connection_id: scope.connection_id().to_owned(), id });
        Ok(Group { members: delta.added.len() as u64, ..group })
    }

    /// Gives a group a new document and changes its membership, both at once. What changes nothing moves neither
    /// version nor time.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `displayName` when the connection has another group of that name; [`Error::TooLarge`].
    pub async fn update_group(
        &mut self,
        scope: &Scope,
        group: Group,
        document: Map<String, Value>,
        members: &[MemberChange],
        origin: &ChangeSource,
    ) -> Result<Group, Error> {
        let is_rewritten = group.document != document;
        let one = if let [change] = members { change.of_one() } else { None };
        if let Some(one) = one.filter(|_| !is_rewritten) {
            let counted = self.change_one_member(scope, &group.id, one, origin).await?;
            return Ok(self.recounted(group, counted));
        }
        let delta = self.change_members(scope, &group.id, members, origin).await?;
        if !is_rewritten {
            if delta.is_empty() {
                return Ok(group);
            }
            let counted = self.count_members_alone(scope, &group.id, &delta, origin).await?;
            return Ok(self.recounted(group, Some(counted)));
        }
        self.count_members(scope, &group.id, &delta, origin).await?;
        let updated = self.write_document(&group.id, &document, Some(&group.document)).await?;
        let (before, after) = difference(&group.document, &document);
        self.journal(origin, ResourceType::Group, &group.id, ChangeKind::Update, &before, &after).await?;
        self.notify(StoreEvent::Group { connection_id: group.connection_id, id: group.id });
        Ok(updated)
    }

    /// The group after a change of its members alone; `None`: there was none.
    fn recounted(&mut self, group: Group, counted: Option<MemberCount>) -> Group {
        let Some(MemberCount { members, version, modified_at }) = counted else { return group };
        let (connection_id, id) = (group.connection_id.clone(), group.id.clone());
        self.notify(StoreEvent::Group { connection_id, id });
        Group { members, version, modified_at, ..group }
    }

    /// Writes a group's document and the columns that follow from it.
    async fn write_document(
        &mut self,
        id: &str,
        document: &Map<String, Value>,
        previous: Option<&Map<String, Value>>,
    ) -> Result<Group, Error> {
        let text = text_of(document, previous)?;
        let display = display_of(document);
        let (fold, external_id) = (fold(&display), external_of(document));
        let arguments = arguments!(id, display, fold, external_id, text, self.now().as_millisecond())?;
        let rows = self.conn.fetch_and_sweep(&UPDATE, arguments).await.or_constraint()?;
        Ok(Group::from_row(rows.first().ok_or(sqlx::Error::RowNotFound)?)?)
    }

    /// Lets a deleted group return, without members.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `displayName` when the connection has another group of that name; [`Error::TooLarge`].
    pub(crate) async fn return_group(
        &mut self,
        id: &str,
        document: Map<String, Value>,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let connection_id = self.write_document(id, &document, None).await?.connection_id;
        sqlx::query("UPDATE scim_group SET deleted_at = NULL WHERE id = $1")
            .bind(id)
            .execute(&mut self.conn)
            .await
            .or_constraint()?;
        let (before, after) = (Value::Object(Map::new()), Value::Object(document));
        self.journal(origin, ResourceType::Group, id, ChangeKind::Create, &before, &after).await?;
        self.notify(StoreEvent::Group { connection_id, id: id.to_owned() });
        Ok(())
    }

    /// Deletes a group: a tombstone remains, its membership ends.
    pub async fn delete_group(
        &mut self,
        scope: &Scope,
        group: Group,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let delta = self.change_members(scope, &group.id, &[MemberChange::RemoveAll], origin).await?;
        self.count_members(scope, &group.id, &delta, origin).await?;
        self.note_group_removal(origin, &group.id);
        self.leave_all_groups(&group.id, origin).await?;
        sqlx::query(
            "UPDATE scim_group SET deleted_at = $2, modified_at = max(modified_at, $2) WHERE id = $1",
        )
        .bind(&group.id)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await?;
        if self.rules(scope.connection_id()).await?.admin_group_id.as_deref() == Some(&*group.id) {
            self.sync_roles(scope.connection_id(), None, origin).await?;
        }
        self.journal(
            origin,
            ResourceType::Group,
            &group.id,
            ChangeKind::Delete,
            &Value::Object(group.document),
            &Value::Object(Map::new()),
        )
        .await?;
        self.notify(StoreEvent::Group { connection_id: group.connection_id, id: group.id });
        Ok(())
    }
}
