//! Reading: one resource, a list, a search.

use std::collections::HashMap;

use idp::guide::ProofKind;
use scim::{Error, Filter, ListQuery, ResourceType, ScimType, list_response, render};
use serde_json::{Map, Value};
use store::{Page, Search, Start, Stored};

use super::{Job, Operation, body_of, not_found};
use crate::answer::{Answer, Story};
use crate::refusal::Refusal;
use crate::sentences;

const fn computed_name(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::User => "groups",
        ResourceType::Group => "members",
    }
}

pub(super) async fn get(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    operation: &Operation,
) -> Result<Answer, Refusal> {
    let query = ListQuery::from_query(&job.registry, resource_type, &operation.query)?;
    let stored = job.server.0.store.resource(&job.scope, resource_type, &id).await?;
    let stored = stored.ok_or_else(|| not_found(resource_type, &id))?;
    let story = Story::lookup(format!("Read {}", stored.display)).about(resource_type, &*stored.id);
    if scim::version::if_none_match(operation.if_none_match.as_deref(), stored.version) {
        return Ok(Answer { version: Some(stored.version), ..Answer::empty(304, story) });
    }
    let version = stored.version;
    let location = stored.meta(resource_type, &job.base).location;
    let resource =
        rendered(job, resource_type, vec![stored], &query.projection).await?.pop().unwrap_or_default();
    Ok(Answer::resource(200, resource, version, location, story))
}

pub(super) async fn list(
    job: &Job,
    resource_type: ResourceType,
    operation: &Operation,
) -> Result<Answer, Refusal> {
    let query = ListQuery::from_query(&job.registry, resource_type, &operation.query)?;
    page(job, resource_type, &query).await
}

/// POST to `/.search`: at a type's endpoint that type, at the root all of them.
pub(super) async fn search(
    job: &Job,
    resource_type: Option<ResourceType>,
    mut operation: Operation,
) -> Result<Answer, Refusal> {
    let body = body_of(&mut operation)?;
    match resource_type {
        Some(resource_type) => {
            let query = ListQuery::from_search_request(&job.registry, resource_type, &body)?;
            page(job, resource_type, &query).await
        }
        None => across(job, &ListQuery::across_from_search_request(&job.registry, &body)?).await,
    }
}

async fn page(job: &Job, resource_type: ResourceType, query: &ListQuery) -> Result<Answer, Refusal> {
    let limits = &job.server.0.limits;
    if let (Some(_), Some(count)) = (&query.cursor, query.count)
        && count > limits.max_page
    {
        let detail =
            format!("count: {count} is more than a page may have; ask for at most {}", limits.max_page);
        return Err(Error::bad_request(ScimType::InvalidCount, detail).into());
    }
    let limit = query.count.unwrap_or(limits.default_page).min(limits.max_page);
    let now = job.server.0.store.clock().now();
    let bound = fingerprint(job, resource_type, query);
    let start = match query.cursor.as_deref() {
        None => Start::Offset(query.start_index - 1),
        Some("") if query.sort_by.is_none() => Start::After(String::new()),
        Some("") => Start::Offset(0),
        Some(cursor) => job.server.0.cursors.read(&bound, cursor, now)?,
    };
    let search = Search {
        registry: &job.registry,
        scope: &job.scope,
        resource_type,
        base: &job.base,
        filter: query.filter.as_ref(),
        order: query.sort_by.as_ref().map(|path| (path, query.descending)),
        from: start.clone(),
        limit,
    };
    let found = job.server.0.store.search(&search).await?;
    let story = told(resource_type, query.filter.as_ref(), &found);
    let (next, previous) = match query.cursor {
        None => (None, None),
        Some(_) => neighbours(&start, &found, limit),
    };
    let expires = now + limits.cursor_life;
    let sign = |start: Option<Start>| start.map(|start| job.server.0.cursors.sign(&bound, &start, expires));
    let start_index = query.cursor.is_none().then_some(query.start_index);
    let resources = rendered(job, resource_type, found.rows, &query.projection).await?;
    let body = list_response(found.total, start_index, sign(next), sign(previous), resources);
    Ok(Answer::ok(Value::Object(body), story))
}

/// Where the pages around this one begin.
fn neighbours(start: &Start, page: &Page, limit: u64) -> (Option<Start>, Option<Start>) {
    let first = page.rows.first().map(|row| row.id.clone());
    let last = page.rows.last().map(|row| row.id.clone());
    match start {
        Start::Offset(offset) => (
            page.more.then(|| Start::Offset(offset + limit)),
            (*offset > 0).then(|| Start::Offset(offset.saturating_sub(limit))),
        ),
        Start::After(id) => (
            last.filter(|_| page.more).map(Start::After),
            (!id.is_empty()).then(|| first.map_or_else(|| Start::Before(id.clone()), Start::Before)),
        ),
        Start::Before(_) => (last.map(Start::After), first.filter(|_| page.more).map(Start::Before)),
    }
}

/// What a cursor is bound to: the connection and all that decides which resources come in which order.
fn fingerprint(job: &Job, resource_type: ResourceType, query: &ListQuery) -> String {
    format!(
        "{}\n{}\n{}\n{}\n{}",
        job.scope.connection_id(),
        resource_type.name(),
        query.filter.as_ref().map(Filter::to_string).unwrap_or_default(),
        query.sort_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        query.descending,
    )
}

/// People first, then groups, as one list by index.
async fn across(job: &Job, queries: &[(ResourceType, ListQuery)]) -> Result<Answer, Refusal> {
    let limits = &job.server.0.limits;
    let (mut total, mut resources) = (0, Vec::new());
    let mut start_index = 1;
    for (resource_type, query) in queries {
        if query.cursor.is_some() {
            return Err(Error::bad_request(
                ScimType::InvalidCursor,
                "cursor: a search over all resource types is paged by startIndex and count",
            )
            .into());
        }
        start_index = query.start_index;
        let limit = query.count.unwrap_or(limits.default_page).min(limits.max_page);
        let search = Search {
            registry: &job.registry,
            scope: &job.scope,
            resource_type: *resource_type,
            base: &job.base,
            filter: query.filter.as_ref(),
            order: query.sort_by.as_ref().map(|path| (path, query.descending)),
            from: Start::Offset((query.start_index - 1).saturating_sub(total)),
            limit: limit.saturating_sub(resources.len() as u64),
        };
        let found = job.server.0.store.search(&search).await?;
        total += found.total;
        resources.extend(rendered(job, *resource_type, found.rows, &query.projection).await?);
    }
    let story = Story::lookup(format!("Searched people and groups: {total} found"));
    Ok(Answer::ok(Value::Object(list_response(total, Some(start_index), None, None, resources)), story))
}

fn told(resource_type: ResourceType, filter: Option<&Filter>, page: &Page) -> Story {
    let Some(filter) = filter else {
        return Story::lookup(format!(
            "Listed {} {} of {}",
            page.rows.len(),
            sentences::plural(resource_type),
            page.total
        ));
    };
    let asked = sentences::asked_for(filter)
        .map_or_else(|| format!("Looked up {filter}"), |value| format!("Asked whether {value} exists"));
    let sentence = match (page.total, page.rows.first()) {
        (0, _) => format!("{asked}: no"),
        (1, Some(row)) => format!("{asked}: {}", row.display),
        (total, _) => format!("{asked}: {total} found"),
    };
    let story = Story::lookup(sentence.clone());
    // A group that is looked up says nothing about people.
    if resource_type == ResourceType::User && sentences::is_lookup(filter) {
        story.proving(ProofKind::Lookup, sentence)
    } else {
        story
    }
}

/// The resources as they leave. What is computed is read only where the answer shows it.
pub(super) async fn rendered(
    job: &Job,
    resource_type: ResourceType,
    rows: Vec<Stored>,
    projection: &scim::Projection,
) -> Result<Vec<Map<String, Value>>, Refusal> {
    let mut computed = if projection.wants(computed_name(resource_type)) && !rows.is_empty() {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        job.server.0.store.computed(&job.scope, resource_type, &job.base, &ids).await?
    } else {
        HashMap::new()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let meta = row.meta(resource_type, &job.base);
            let more = computed.remove(&row.id).unwrap_or_default();
            render(&job.registry, resource_type, &row.id, &row.document, &meta, more, projection)
        })
        .collect())
}
