//! Reading: one resource, a list, a search.

use std::sync::Arc;

use idp::guide::EvidenceKind;
use scim::{Error, Filter, ListQuery, Projection, ResourceType, ScimType};
use store::{ComputedAttribute, Entries, Page, PageStart, PersonKey, ReadyPerson, Search, StoredResource};

use super::job::{Job, Operation, body_of, not_found};
use super::list_frame::{Frame, Segment, summary};
use super::listing::{Listing, STRETCH};
use super::member_text::{MemberText, member_value};
use super::ready::{self, Found, is_ready_made, user_name_in};
use super::resource_response::{large_group_response, resource_response};
use crate::answer::{ActivitySummary, Answer, ReadFrom, ReadyText};
use crate::looked_up;
use crate::refusal::Refusal;
use crate::sentences;

pub(super) async fn get(
    job: &Job,
    resource_type: ResourceType,
    id: String,
    operation: &Operation,
) -> Result<Answer, Refusal> {
    let query = ListQuery::from_query(&job.registry, resource_type, &operation.query)?;
    if is_ready_made(resource_type, &query.projection) {
        match ready::find(job, PersonKey::Id(&id)).await? {
            Found::None => return Err(not_found(resource_type, &id)),
            Found::One(person, from) => return Ok(ready_answer(job, person, from, operation)),
            Found::Other => {}
        }
    }
    if resource_type == ResourceType::Group {
        return get_group(job, &id, operation, query.projection).await;
    }
    let stored = job.store().resource(&job.scope, resource_type, &id).await?;
    let stored = stored.ok_or_else(|| not_found(resource_type, &id))?;
    let summary = match read(resource_type, &stored, operation) {
        Ok(summary) => summary,
        Err(unchanged) => return Ok(*unchanged),
    };
    let entries = if query.projection.wants(resource_type.computed()) {
        let of = ComputedAttribute { scope: &job.scope, resource_type, base: &job.base };
        job.store().reader(&job.scope).await?.entries(&of, &stored.id, "", STRETCH).await?
    } else {
        Entries::default()
    };
    Ok(resource_response(job, (resource_type, 200), stored, entries, query.projection, summary))
}

/// What the activity says of a resource that was read, or the answer to a client that has it as it is.
fn read(
    resource_type: ResourceType,
    stored: &StoredResource,
    operation: &Operation,
) -> Result<ActivitySummary, Box<Answer>> {
    let summary =
        ActivitySummary::lookup(format!("Read {}", stored.display)).about(resource_type, &*stored.id);
    if scim::version::if_none_match(operation.if_none_match.as_deref(), stored.version) {
        return Err(Box::new(Answer { version: Some(stored.version), ..Answer::empty(304, summary) }));
    }
    Ok(summary)
}

/// A group, and its members at the same moment where the client wants them.
async fn get_group(
    job: &Job,
    id: &str,
    operation: &Operation,
    projection: Projection,
) -> Result<Answer, Refusal> {
    let resource_type = ResourceType::Group;
    let absent = || not_found(resource_type, id);
    let shown = MemberText::of(&job.registry, &projection, &job.base);
    if !projection.wants(resource_type.computed()) || !shown.shows_any() {
        let stored = job.store().resource(&job.scope, resource_type, id).await?.ok_or_else(absent)?;
        return Ok(match read(resource_type, &stored, operation) {
            Err(unchanged) => *unchanged,
            Ok(summary) => {
                resource_response(job, (resource_type, 200), stored, Entries::default(), projection, summary)
            }
        });
    }
    let found = job.store().group_with_members(&job.scope, id, shown.has_names()).await?;
    let (group, mut members) = found.ok_or_else(absent)?;
    let count = group.members;
    let stored = StoredResource::from(group);
    let summary = match read(resource_type, &stored, operation) {
        Ok(summary) => summary,
        Err(unchanged) => return Ok(*unchanged),
    };
    if count > job.server.0.limits.members_shown {
        return large_group_response(job, stored, members, projection, summary).await;
    }
    let mut entries = Entries::default();
    while !members.is_ended() {
        for member in members.next().await?.members() {
            entries.list.push(member_value(&job.base, &member?));
        }
    }
    Ok(resource_response(job, (resource_type, 200), stored, entries, projection, summary))
}

/// The answer with a person as in memory.
fn ready_answer(job: &Job, person: Arc<ReadyPerson>, from: ReadFrom, operation: &Operation) -> Answer {
    let summary = ActivitySummary::lookup(format!("Read {}", person.display))
        .about(ResourceType::User, &*person.id)
        .read_from(from);
    if scim::version::if_none_match(operation.if_none_match.as_deref(), person.version) {
        return Answer { version: Some(person.version), ..Answer::empty(304, summary) };
    }
    Answer {
        version: Some(person.version),
        location: Some(format!("{}/Users/{}", job.base, person.id)),
        text: Some(ReadyText { bytes: person.text.clone(), person: Some(person) }),
        ..Answer::empty(200, summary)
    }
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
    let now = job.store().clock().now();
    if let Some(answer) = named_person(job, resource_type, query, limit).await? {
        return Ok(answer);
    }
    let bound = fingerprint(job, resource_type, query);
    let start = match query.cursor.as_deref() {
        None => PageStart::Offset(query.start_index - 1),
        Some("") if query.sort_by.is_none() => PageStart::After(String::new()),
        Some("") => PageStart::Offset(0),
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
    let found = found(job, &search).await?;
    let (next, previous) = match query.cursor {
        None => (None, None),
        Some(_) => neighbours(&start, &found, limit),
    };
    let expires = now + limits.cursor_life;
    let sign =
        |start: Option<PageStart>| start.map(|start| job.server.0.cursors.sign(&bound, &start, expires));
    let start_index = query.cursor.is_none().then_some(query.start_index);
    let (total, count) = (found.total, found.rows.len());
    let frame = Frame { total, start_index, next: sign(next), previous: sign(previous) };
    let segment = Segment { resource_type, projection: query.projection.clone(), ids: found.rows.into() };
    let filter = query.filter.as_ref();
    listed(job, &frame, vec![segment], |first| {
        summary_of(resource_type, filter, total, count, first.as_deref())
    })
    .await
}

/// The list of the one person with the userName that is looked for; `None` for every other query.
async fn named_person(
    job: &Job,
    resource_type: ResourceType,
    query: &ListQuery,
    limit: u64,
) -> Result<Option<Answer>, Refusal> {
    let is_simple = query.sort_by.is_none() && query.cursor.is_none() && query.start_index == 1 && limit > 0;
    if !is_simple || !is_ready_made(resource_type, &query.projection) {
        return Ok(None);
    }
    let Some(filter) = &query.filter else { return Ok(None) };
    let Some(name) = user_name_in(filter) else { return Ok(None) };
    let (person, read_from) = match ready::find(job, PersonKey::UserName(&name)).await? {
        Found::Other => return Ok(None),
        Found::None => (None, None),
        Found::One(person, from) => (Some(person), Some(from)),
    };
    let count = person.iter().len();
    let frame = Frame { total: count as u64, start_index: Some(1), ..Frame::default() };
    let ids = person.iter().map(|person| person.id.clone()).collect();
    let logged = summary(&frame, &[Segment { resource_type, projection: Projection::default(), ids }]);
    let text = frame.whole(person.iter().map(|person| &*person.text));
    let display = person.map(|person| person.display.clone());
    let summary = summary_of(resource_type, Some(filter), count as u64, count, display.as_deref());
    let summary = ActivitySummary { read_from, ..summary };
    let text = ReadyText { bytes: text.into(), person: None };
    Ok(Some(Answer { text: Some(text), ..Answer::ok(logged, summary) }))
}

/// The page of a search. One that costs too much is refused with what can be done about it.
async fn found(job: &Job, search: &Search<'_>) -> Result<Page, Refusal> {
    Ok(job.store().search(search).await?)
}

/// The answer with a list. Its sentence may name the first resource.
async fn listed(
    job: &Job,
    frame: &Frame,
    segments: Vec<Segment>,
    describe: impl FnOnce(Option<String>) -> ActivitySummary,
) -> Result<Answer, Refusal> {
    let logged = summary(frame, &segments);
    let (body, first) = Listing::of(job, frame, segments).begin().await?;
    Ok(Answer { streamed: Some(body), ..Answer::ok(logged, describe(first)) })
}

/// Where the pages around this one begin.
fn neighbours(start: &PageStart, page: &Page, limit: u64) -> (Option<PageStart>, Option<PageStart>) {
    let (first, last) = (page.rows.first().cloned(), page.rows.last().cloned());
    match start {
        PageStart::Offset(offset) => (
            page.more.then(|| PageStart::Offset(offset + limit)),
            (*offset > 0).then(|| PageStart::Offset(offset.saturating_sub(limit))),
        ),
        PageStart::After(id) => (
            last.filter(|_| page.more).map(PageStart::After),
            (!id.is_empty()).then(|| first.map_or_else(|| PageStart::Before(id.clone()), PageStart::Before)),
        ),
        PageStart::Before(_) => {
            (last.map(PageStart::After), first.filter(|_| page.more).map(PageStart::Before))
        }
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
    let (mut total, mut count, mut segments) = (0, 0, Vec::new());
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
            from: PageStart::Offset((query.start_index - 1).saturating_sub(total)),
            limit: limit.saturating_sub(count),
        };
        let found = found(job, &search).await?;
        total += found.total;
        count += found.rows.len() as u64;
        let (resource_type, projection) = (*resource_type, query.projection.clone());
        segments.push(Segment { resource_type, projection, ids: found.rows.into() });
    }
    let frame = Frame { total, start_index: Some(start_index), ..Frame::default() };
    let sentence = format!("Searched people and groups: {total} found");
    listed(job, &frame, segments, |_| ActivitySummary::lookup(sentence)).await
}

fn summary_of(
    resource_type: ResourceType,
    filter: Option<&Filter>,
    total: u64,
    count: usize,
    first: Option<&str>,
) -> ActivitySummary {
    let Some(filter) = filter else {
        let plural = sentences::plural(resource_type);
        return ActivitySummary::lookup(format!("Listed {count} {plural} of {total}"));
    };
    let sentence = looked_up::searched(filter, total, first);
    let summary = ActivitySummary::lookup(sentence.clone());
    // A look-up of a group shows nothing of how people are looked up.
    if resource_type == ResourceType::User && sentences::is_lookup(filter) {
        summary.with_evidence(EvidenceKind::Lookup, sentence)
    } else {
        summary
    }
}
