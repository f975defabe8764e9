//! Lists of SCIM resources: filter, order, page. Here and in `people_list.rs` SQL is put together at run time; every value
//! in it is bound, every name comes from a fixed table.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use scim::{AttributePath, Filter, Registry, ResourceType};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use crate::computed_attribute::{BoundedEntries, ComputedAttribute};
use crate::filter_sql::{Bind, FilterSql};
use crate::list_position::page_of_all;
use crate::page::{Page, PageBuilder, PageStart};
use crate::sql_values::{json_list, signed, unsigned};
use crate::{Error, Reader, Scope, Store, StoredResource};

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
    pub from: PageStart,
    /// How many at most.
    pub limit: u64,
}

/// How many rows are read at once where SQL alone does not decide.
const CHUNK: u64 = 500;
/// How many of them, where what is computed of them is looked at as well.
const CHUNK_COMPUTED: u64 = 20;
/// After how many bytes of documents such a chunk ends.
const CHUNK_BYTES: usize = 1024 * 1024;
/// How many groups of one person or members of one group a filter looks at; a few hundred bytes each.
const MOST_ENTRIES: u64 = 20_000;

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
    ) -> Result<Option<StoredResource>, Error> {
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
}

impl Store {
    /// A page of the resources that match.
    ///
    /// # Errors
    /// [`Error::TooLong`] when a statement takes too long, [`Error::TooMany`] when the filter looks at a list that is
    /// too long.
    pub async fn search(&self, search: &Search<'_>) -> Result<Page, Error> {
        if search.filter.is_some() || search.order.is_some() {
            return self.reader(search.scope).await?.search(search).await;
        }
        let _permit = self.0.read_permits.take(search.scope.connection_id()).await?;
        let mut conn = self.readers().acquire().await?;
        page_of_all(&mut conn, search.scope, search.resource_type, &search.from, search.limit).await
    }
}

impl Reader {
    /// The first of the resources with these ids, in their order: as many as have about so many bytes, and one in any
    /// case. Answers how many ids that were; resources that were deleted since are left out.
    pub async fn resources(
        &mut self,
        scope: &Scope,
        resource_type: ResourceType,
        ids: &[String],
        most_bytes: usize,
    ) -> Result<(Vec<StoredResource>, usize), Error> {
        // CROSS JOIN: the ids are read in their order, and no further than rows are taken.
        let sql = match resource_type {
            ResourceType::User => {
                "SELECT r.*, octet_length(r.document) AS bytes, j.key AS place FROM json_each($1) j
                 CROSS JOIN person r ON r.id = j.value WHERE r.connection_id = $2 AND r.deleted_at IS NULL"
            }
            ResourceType::Group => {
                "SELECT r.*, octet_length(r.document) AS bytes, j.key AS place FROM json_each($1) j
                 CROSS JOIN scim_group r ON r.id = j.value WHERE r.connection_id = $2 AND r.deleted_at IS NULL"
            }
        };
        let listed = json_list(ids);
        let mut found = sqlx::query(sql).bind(listed).bind(scope.connection_id()).fetch(self.statement());
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(row) = found.try_next().await? {
            bytes += usize::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or(0);
            rows.push(StoredResource::from_row(&row)?);
            if bytes >= most_bytes {
                let place = usize::try_from(row.try_get::<i64, _>("place")?).unwrap_or(ids.len());
                return Ok((rows, place + 1));
            }
        }
        Ok((rows, ids.len()))
    }

    async fn search(&mut self, search: &Search<'_>) -> Result<Page, Error> {
        let plan = match search.filter {
            None => FilterSql { exact: true, ..FilterSql::all() },
            Some(filter) => FilterSql::of(filter, search.resource_type),
        };
        let order = match search.order {
            None => Some(format!(
                "id {}",
                if matches!(search.from, PageStart::Before(_)) { "DESC" } else { "ASC" }
            )),
            Some((path, descending)) => column_order(search.resource_type, path, descending),
        };
        match order {
            Some(order) if plan.exact => self.page_in_sql(search, &plan, &order).await,
            _ => self.page_in_memory(search, &plan).await,
        }
    }

    async fn page_in_sql(
        &mut self,
        search: &Search<'_>,
        plan: &FilterSql,
        order: &str,
    ) -> Result<Page, Error> {
        if search.limit == 0 {
            return Ok(Page { rows: Vec::new(), total: self.total(search, plan).await?, more: false });
        }
        let (border, offset) = match &search.from {
            PageStart::Offset(offset) => (None, *offset),
            PageStart::After(id) => (Some(("AND r.id > ?", id)), 0),
            PageStart::Before(id) => (Some(("AND r.id < ?", id)), 0),
        };
        let sql = format!(
            "SELECT id FROM {} r WHERE connection_id = ? AND deleted_at IS NULL AND ({}) {} ORDER BY {order} LIMIT ? OFFSET ?",
            table(search.resource_type),
            plan.sql,
            border.map_or("", |(sql, _)| sql),
        );
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(search.scope.connection_id());
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
        let mut rows: Vec<String> =
            query.bind(one_more).bind(signed(offset)).fetch_all(self.statement()).await?;
        let more = rows.len() as u64 > search.limit;
        rows.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
        if matches!(search.from, PageStart::Before(_)) {
            rows.reverse();
        }
        // The last page of a list by index says how many there are.
        let is_last = border.is_none() && !more && (offset == 0 || !rows.is_empty());
        let total = if is_last { offset + rows.len() as u64 } else { self.total(search, plan).await? };
        Ok(Page { rows, total, more })
    }

    async fn total(&mut self, search: &Search<'_>, plan: &FilterSql) -> Result<u64, Error> {
        if search.filter.is_none() {
            let start = PageStart::Offset(0);
            let (scope, resource_type) = (search.scope, search.resource_type);
            return Ok(page_of_all(self.statement(), scope, resource_type, &start, 0).await?.total);
        }
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
        Ok(unsigned(query.fetch_one(self.statement()).await?))
    }

    /// Reads what SQL selects in chunks, looks at one after the other, and holds of them ids and sort keys only.
    async fn page_in_memory(&mut self, search: &Search<'_>, plan: &FilterSql) -> Result<Page, Error> {
        let mut window =
            PageBuilder::new(search.order.map(|(_, descending)| descending), &search.from, search.limit);
        let mut last = String::new();
        loop {
            let (rows, is_end) = self.chunk(search, plan, &last).await?;
            let Some(newest) = rows.last() else { break };
            last.clone_from(&newest.id);
            self.judge(search, plan, rows, &mut window).await?;
            if is_end {
                break;
            }
        }
        Ok(window.page())
    }

    /// The next rows behind an id, and whether there are no more.
    async fn chunk(
        &mut self,
        search: &Search<'_>,
        plan: &FilterSql,
        last: &str,
    ) -> Result<(Vec<StoredResource>, bool), Error> {
        let most = if looks_at_computed(search) { CHUNK_COMPUTED } else { CHUNK };
        let sql = format!(
            "SELECT *, octet_length(document) AS bytes FROM {} r
             WHERE connection_id = ? AND deleted_at IS NULL AND ({}) AND r.id > ? ORDER BY r.id LIMIT ?",
            table(search.resource_type),
            plan.sql
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(search.scope.connection_id());
        for bind in &plan.binds {
            query = match bind {
                Bind::Text(text) => query.bind(text),
                Bind::Integer(number) => query.bind(number),
            };
        }
        let mut found = query.bind(last).bind(signed(most)).fetch(self.statement());
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(row) = found.try_next().await? {
            bytes += usize::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or(0);
            rows.push(StoredResource::from_row(&row)?);
            if bytes >= CHUNK_BYTES {
                return Ok((rows, false));
            }
        }
        let is_end = (rows.len() as u64) < most;
        Ok((rows, is_end))
    }

    async fn judge(
        &mut self,
        search: &Search<'_>,
        plan: &FilterSql,
        rows: Vec<StoredResource>,
        window: &mut PageBuilder<'_>,
    ) -> Result<(), Error> {
        let mut entries =
            if looks_at_computed(search) { self.all_entries(search, &rows).await? } else { HashMap::new() };
        for row in rows {
            let meta = row.meta(search.resource_type, search.base);
            let computed =
                entries.remove(&row.id).map(|list| (search.resource_type.computed().to_owned(), list.into()));
            let whole = scim::assemble(
                search.registry,
                search.resource_type,
                &row.id,
                &row.document,
                &meta,
                Map::from_iter(computed),
            );
            if search.filter.is_none_or(|filter| plan.exact || filter.matches(&whole)) {
                let key = search.order.and_then(|(path, _)| {
                    scim::list::sort_key(search.registry, search.resource_type, path, &whole)
                });
                window.add(key, row.id);
            }
        }
        Ok(())
    }

    /// All entries of each resource.
    async fn all_entries(
        &mut self,
        search: &Search<'_>,
        rows: &[StoredResource],
    ) -> Result<HashMap<String, Vec<Value>>, Error> {
        let of =
            ComputedAttribute { scope: search.scope, resource_type: search.resource_type, base: search.base };
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut all = HashMap::new();
        for (id, few) in self.bounded_entries(&of, &ids, MOST_ENTRIES / CHUNK_COMPUTED).await? {
            let list = match few {
                BoundedEntries::All(list) => list,
                BoundedEntries::TooMany => {
                    let entries = self.entries(&of, &id, "", MOST_ENTRIES).await?;
                    if entries.next.is_some() {
                        return Err(Error::TooMany(search.resource_type.computed()));
                    }
                    entries.list
                }
            };
            all.insert(id, list);
        }
        Ok(all)
    }
}

/// Whether the filter or the order looks at what is computed.
fn looks_at_computed(search: &Search<'_>) -> bool {
    let name = search.resource_type.computed();
    search.filter.is_some_and(|filter| filter.mentions(name))
        || search.order.is_some_and(|(path, _)| path.attribute == name)
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
