//! Lists of SCIM resources: filter, order, page. Here and in `directory.rs` SQL is put together at run time; every value
//! in it is bound, every name comes from a fixed table.

use std::collections::HashMap;

use jiff::Timestamp;
use scim::{AttributePath, Filter, Meta, Registry, ResourceType};
use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use crate::clock::from_millis;
use crate::people::document_of;
use crate::plan::{Bind, Plan};
use crate::{Error, Group, Person, Scope, Store};

/// A resource as it is kept, with what its answer needs; people and groups alike.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The resource's id.
    pub id: String,
    /// The normalised document.
    pub document: Map<String, Value>,
    /// The ETag's number.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// The name for sentences.
    pub display: String,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            document: document_of(row)?,
            version: row.try_get::<i64, _>("version")?.try_into().unwrap_or(1),
            created_at: from_millis(row.try_get("created_at")?),
            modified_at: from_millis(row.try_get("modified_at")?),
            display: row.try_get("display")?,
        })
    }
}

impl From<Person> for Stored {
    fn from(of: Person) -> Self {
        Self {
            id: of.id,
            document: of.document,
            version: of.version,
            created_at: of.created_at,
            modified_at: of.modified_at,
            display: of.display,
        }
    }
}

impl From<Group> for Stored {
    fn from(of: Group) -> Self {
        Self {
            id: of.id,
            document: of.document,
            version: of.version,
            created_at: of.created_at,
            modified_at: of.modified_at,
            display: of.display,
        }
    }
}

impl Stored {
    /// Its `meta`, with the location under `base`, the connection's endpoint.
    pub fn meta(&self, resource_type: ResourceType, base: &str) -> Meta {
        Meta {
            created: self.created_at,
            last_modified: self.modified_at,
            location: format!("{base}{}/{}", resource_type.endpoint(), self.id),
            version: self.version,
        }
    }
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many matches.
    Offset(u64),
    /// Behind this id, in the order of ids.
    After(String),
    /// The page that ends before this id, in the order of ids.
    Before(String),
}

/// What is looked for.
pub struct Search<'a> {
    /// The schemas by which the filter and the order were read.
    pub registry: &'a Registry,
    /// Whose resources.
    pub scope: &'a Scope,
    /// People or groups.
    pub resource_type: ResourceType,
    /// The endpoint, for `meta.location`.
    pub base: &'a str,
    /// Which of them; `None`: all.
    pub filter: Option<&'a Filter>,
    /// The order and whether it goes down; `None`: by id, which is the order of creation.
    pub order: Option<(&'a AttributePath, bool)>,
    /// Where the page begins. `After` and `Before` go with the order of ids only.
    pub from: Start,
    /// How many at most.
    pub limit: u64,
}

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The page's resources.
    pub rows: Vec<Stored>,
    /// How many resources match in all.
    pub total: u64,
    /// There are matches behind this page's last one.
    pub more: bool,
}

/// How many rows are read at once where SQL alone does not decide.
const CHUNK: u64 = 500;

const fn table(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::User => "person",
        ResourceType::Group => "scim_group",
    }
}

impl Store {
    /// The resource with this id, if it belongs to the scope's connection.
    pub async fn resource(
        &self,
        scope: &Scope,
        resource_type: ResourceType,
        id: &str,
    ) -> Result<Option<Stored>, Error> {
        let sql = match resource_type {
            ResourceType::User => {
                "SELECT * FROM person WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL"
            }
            ResourceType::Group => {
                "SELECT * FROM scim_group WHERE id = $1 AND connection_id = $2 AND deleted_at IS NULL"
            }
        };
        Ok(sqlx::query_as(sql).bind(id).bind(scope.connection_id()).fetch_optional(self.readers()).await?)
    }

    /// The computed attribute of each resource: `groups` of people, `members` of groups. Resources without any have
    /// no entry.
    pub async fn computed(
        &self,
        scope: &Scope,
        resource_type: ResourceType,
        base: &str,
        ids: &[String],
    ) -> Result<HashMap<String, Map<String, Value>>, Error> {
        let mut lists: HashMap<String, Vec<Value>> = HashMap::new();
        let name = match resource_type {
            ResourceType::User => {
                for group in self.groups_of(scope, ids).await? {
                    lists.entry(group.member_id).or_default().push(json!({
                        "value": group.id,
                        "$ref": format!("{base}/Groups/{}", group.id),
                        "display": group.display,
                        "type": if group.direct { "direct" } else { "indirect" },
                    }));
                }
                "groups"
            }
            ResourceType::Group => {
                for member in self.members(scope, ids).await? {
                    let of = member.resource_type();
                    lists.entry(member.group_id).or_default().push(json!({
                        "value": member.id,
                        "$ref": format!("{base}{}/{}", of.endpoint(), member.id),
                        "display": member.display,
                        "type": of.name(),
                    }));
                }
                "members"
            }
        };
        Ok(lists
            .into_iter()
            .map(|(id, list)| (id, Map::from_iter([(name.to_owned(), Value::Array(list))])))
            .collect())
    }

    /// A page of the resources that match.
    pub async fn search(&self, search: &Search<'_>) -> Result<Page, Error> {
        let plan = match search.filter {
            None => Plan { exact: true, ..Plan::all() },
            Some(filter) => Plan::of(filter, search.resource_type),
        };
        let order = match search.order {
            None => {
                Some(format!("id {}", if matches!(search.from, Start::Before(_)) { "DESC" } else { "ASC" }))
            }
            Some((path, descending)) => column_order(search.resource_type, path, descending),
        };
        match order {
            Some(order) if plan.exact => self.page_in_sql(search, &plan, &order).await,
            _ => self.page_in_memory(search, &plan).await,
        }
    }

    async fn page_in_sql(&self, search: &Search<'_>, plan: &Plan, order: &str) -> Result<Page, Error> {
        let total = if search.filter.is_none() {
            self.kept_count(search).await?
        } else {
            let sql = format!(
                "SELECT count(*) FROM {} r WHERE connection_id = ? AND deleted_at IS NULL AND ({})",
                table(search.resource_type),
                plan.sql
            );
            let mut query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(search.scope.connection_id());
            for bind in &plan.binds {
                query = match bind {
                    Bind::Text(text) => query.bind(text),
                    Bind::Integer(number) => query.bind(number),
                };
            }
            query.fetch_one(self.readers()).await?
        };
        if search.limit == 0 || total == 0 {
            return Ok(Page { rows: Vec::new(), total: unsigned(total), more: false });
        }
        let (border, offset) = match &search.from {
            Start::Offset(offset) => (None, *offset),
            Start::After(id) => (Some(("AND r.id > ?", id)), 0),
            Start::Before(id) => (Some(("AND r.id < ?", id)), 0),
        };
        let sql = format!(
            "SELECT * FROM {} r WHERE connection_id = ? AND deleted_at IS NULL AND ({}) {} ORDER BY {order} LIMIT ? OFFSET ?",
            table(search.resource_type),
            plan.sql,
            border.map_or("", |(sql, _)| sql),
        );
        let mut query = sqlx::query_as::<_, Stored>(AssertSqlSafe(sql)).bind(search.scope.connection_id());
        for bind in &plan.binds {
            query = match bind {
                Bind::Text(text) => query.bind(text),
                Bind::Integer(number) => query.bind(number),
            };
        }
        if let Some((_, id)) = border {
            query = query.bind(id);
        }
        let one_more = signed(search.limit.saturating_add(1));
        let mut rows = query.bind(one_more).bind(signed(offset)).fetch_all(self.readers()).await?;
        let more = rows.len() as u64 > search.limit;
        rows.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
        if matches!(search.from, Start::Before(_)) {
            rows.reverse();
        }
        Ok(Page { rows, total: unsigned(total), more })
    }

    async fn kept_count(&self, search: &Search<'_>) -> Result<i64, Error> {
        let sql = match search.resource_type {
            ResourceType::User => "SELECT people FROM connection WHERE id = $1",
            ResourceType::Group => "SELECT groups FROM connection WHERE id = $1",
        };
        Ok(sqlx::query_scalar(sql)
            .bind(search.scope.connection_id())
            .fetch_optional(self.readers())
            .await?
            .unwrap_or(0))
    }

    /// Reads what SQL selects in chunks, keeps what the filter accepts, and sorts where no column does.
    async fn page_in_memory(&self, search: &Search<'_>, plan: &Plan) -> Result<Page, Error> {
        let mut matching: Vec<Stored> = Vec::new();
        let mut last = String::new();
        let sql = format!(
            "SELECT * FROM {} r WHERE connection_id = ? AND deleted_at IS NULL AND ({}) AND r.id > ? ORDER BY r.id LIMIT ?",
            table(search.resource_type),
            plan.sql
        );
        loop {
            let mut query =
                sqlx::query_as::<_, Stored>(AssertSqlSafe(sql.clone())).bind(search.scope.connection_id());
            for bind in &plan.binds {
                query = match bind {
                    Bind::Text(text) => query.bind(text),
                    Bind::Integer(number) => query.bind(number),
                };
            }
            let rows = query.bind(&last).bind(signed(CHUNK)).fetch_all(self.readers()).await?;
            let Some(newest) = rows.last() else { break };
            last.clone_from(&newest.id);
            let full = rows.len() as u64 == CHUNK;
            matching.extend(self.matching(search, rows).await?);
            if !full {
                break;
            }
        }
        if let Some((path, descending)) = search.order {
            self.sort(search, &mut matching, path, descending).await?;
        }
        let total = matching.len();
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        let start = match &search.from {
            Start::Offset(offset) => usize::try_from(*offset).unwrap_or(usize::MAX),
            Start::After(id) => matching.partition_point(|row| row.id <= *id),
            Start::Before(id) => matching.partition_point(|row| row.id < *id).saturating_sub(limit),
        };
        let more = match &search.from {
            Start::Before(_) => start > 0,
            _ => total > start.saturating_add(limit),
        };
        let rows = matching.into_iter().skip(start).take(limit).collect();
        Ok(Page { rows, total: total as u64, more })
    }

    async fn matching(&self, search: &Search<'_>, rows: Vec<Stored>) -> Result<Vec<Stored>, Error> {
        let Some(filter) = search.filter else { return Ok(rows) };
        let resources =
            self.assembled(search, &rows, filter.mentions(computed_name(search.resource_type))).await?;
        Ok(rows
            .into_iter()
            .zip(resources)
            .filter(|(_, resource)| filter.matches(search.registry, resource))
            .map(|(row, _)| row)
            .collect())
    }

    async fn sort(
        &self,
        search: &Search<'_>,
        rows: &mut Vec<Stored>,
        path: &AttributePath,
        descending: bool,
    ) -> Result<(), Error> {
        let resources =
            self.assembled(search, rows, path.attribute == computed_name(search.resource_type)).await?;
        let mut pairs: Vec<_> = rows.drain(..).zip(resources).collect();
        pairs.sort_by(|(a, left), (b, right)| {
            let order = scim::list::compare(search.registry, search.resource_type, path, left, right);
            (if descending { order.reverse() } else { order }).then_with(|| a.id.cmp(&b.id))
        });
        rows.extend(pairs.into_iter().map(|(row, _)| row));
        Ok(())
    }

    async fn assembled(
        &self,
        search: &Search<'_>,
        rows: &[Stored],
        with_computed: bool,
    ) -> Result<Vec<Map<String, Value>>, Error> {
        let mut computed = if with_computed {
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            self.computed(search.scope, search.resource_type, search.base, &ids).await?
        } else {
            HashMap::new()
        };
        Ok(rows
            .iter()
            .map(|row| {
                let meta = row.meta(search.resource_type, search.base);
                let more = computed.remove(&row.id).unwrap_or_default();
                scim::assemble(search.registry, search.resource_type, &row.id, &row.document, &meta, more)
            })
            .collect())
    }
}

const fn computed_name(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::User => "groups",
        ResourceType::Group => "members",
    }
}

/// An order that a column has; the id makes it stable. Resources without a value come last going up, first going
/// down (RFC 7644 section 3.4.2.3).
fn column_order(resource_type: ResourceType, path: &AttributePath, descending: bool) -> Option<String> {
    let column = match (resource_type, path.to_string().as_str()) {
        (_, "id") => "id",
        (ResourceType::User, "userName") => "user_name_fold",
        (ResourceType::Group, "displayName") => "display_fold",
        (_, "meta.created") => "created_at",
        (_, "meta.lastModified") => "modified_at",
        _ => return None,
    };
    Some(format!("{column} {}, id", if descending { "DESC" } else { "ASC" }))
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or(0)
}
