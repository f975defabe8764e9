//! Long answers, written piece by piece: a list resource by resource, a large group stretch by stretch of its members.
//!
//! A piece is read when the client has taken the one before, from a database connection that is given back at once: a
//! client that reads slowly holds neither a database connection nor more than a piece of memory. A resource that is
//! deleted while the answer is sent is missing from it; one that is there all the time is in it once.

use std::collections::VecDeque;
use std::io;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use scim::{Projection, ResourceType, list_response, render, render_entries};
use serde_json::{Map, Value};
use store::{BoundedEntries, ComputedAttribute, Entries, PersonKey, StoredResource};

use super::computed::computed;
use super::job::Job;
use super::ready::{self, is_ready_made};
use crate::refusal::Refusal;

/// How many groups or members are read at once of a resource that has many.
pub(super) const STRETCH: u64 = 1_000;
/// How many resources are read at once, at most.
const CHUNK: usize = 100;
/// How many, when their groups or members are read too.
const CHUNK_COMPUTED: usize = 20;
/// After how many bytes of documents a chunk ends.
const CHUNK_BYTES: usize = 256 * 1024;
/// How many bytes a piece has, or somewhat more. What fits into one is sent whole, with its length.
const PIECE: usize = 256 * 1024;
/// How many ids of a list are in the log.
const LOGGED: usize = 10;

/// What is around the resources of a list.
#[derive(Default)]
pub(super) struct Frame {
    pub total: u64,
    pub start_index: Option<u64>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

impl Frame {
    fn around(&self, resources: Vec<Map<String, Value>>) -> Map<String, Value> {
        list_response(self.total, self.start_index, self.next.clone(), self.previous.clone(), resources)
    }

    /// The beginning of the list, up to its first resource. How many there are follows at the end.
    fn head(&self) -> String {
        let mut head = self.around(Vec::new());
        head.shift_remove("itemsPerPage");
        head.shift_remove("Resources");
        format!("{},\"Resources\":[", unclosed(&Value::Object(head)))
    }

    /// The list of these resources, which are text already.
    pub fn whole<'t>(&self, resources: impl Iterator<Item = &'t [u8]>) -> Vec<u8> {
        let mut text = self.head().into_bytes();
        let mut items = 0;
        for resource in resources {
            begin_item(&mut text, &mut items);
            text.extend_from_slice(resource);
        }
        text.extend_from_slice(Self::end(items).as_bytes());
        text
    }

    fn end(items: u64) -> String {
        format!("],\"itemsPerPage\":{items}}}")
    }
}

/// The resources of one type in a list.
pub(super) struct Segment {
    pub resource_type: ResourceType,
    pub projection: Projection,
    pub ids: VecDeque<String>,
}

/// What the log holds of a list: its numbers and the first ids.
pub(super) fn summary(frame: &Frame, segments: &[Segment]) -> Value {
    let ids = segments.iter().flat_map(|segment| &segment.ids);
    let first = ids.take(LOGGED).map(|id| Map::from_iter([("id".to_owned(), Value::from(id.as_str()))]));
    let mut summary = frame.around(first.collect());
    let count: usize = segments.iter().map(|segment| segment.ids.len()).sum();
    summary.insert("itemsPerPage".to_owned(), count.into());
    Value::Object(summary)
}

/// One resource of which the entries are being written.
struct Open {
    resource_type: ResourceType,
    projection: Projection,
    id: String,
    entries: Entries,
    has_written: bool,
}

/// A long answer that is being written.
pub(super) struct Listing {
    job: Job,
    /// Up to how many entries of each resource a list shows to clients that do not ask for them.
    shown: u64,
    is_list: bool,
    segments: VecDeque<Segment>,
    open: Option<Open>,
    /// The last resource had many entries: the next one is read alone.
    is_slow: bool,
    items: u64,
    is_ended: bool,
    /// What is written and not sent.
    text: Vec<u8>,
    /// The name of the first resource, for the sentence in the log.
    first: Option<String>,
}

impl Listing {
    fn new(job: &Job, text: Vec<u8>) -> Self {
        Self {
            job: job.clone(),
            shown: job.server.0.limits.members_shown,
            is_list: true,
            segments: VecDeque::new(),
            open: None,
            is_slow: false,
            items: 0,
            is_ended: false,
            text,
            first: None,
        }
    }

    /// A list.
    pub fn of(job: &Job, frame: &Frame, segments: Vec<Segment>) -> Self {
        Self { segments: segments.into(), ..Self::new(job, frame.head().into_bytes()) }
    }

    /// One resource, rendered without its entries, which begin with these.
    pub fn of_one(
        job: &Job,
        resource_type: ResourceType,
        projection: Projection,
        id: String,
        rendered: &Value,
        entries: Entries,
    ) -> Self {
        let text = format!("{},\"{}\":[", unclosed(rendered), resource_type.computed());
        let open = Open { resource_type, projection, id, entries, has_written: false };
        Self { is_list: false, open: Some(open), ..Self::new(job, text.into_bytes()) }
    }

    /// Writes the first piece, so that a fault while it is read is still answered as one. Returns the name of the
    /// first resource too.
    pub async fn begin(mut self) -> Result<(Body, Option<String>), Refusal> {
        self.fill().await?;
        let (text, first) = (std::mem::take(&mut self.text), self.first.take());
        if self.is_ended {
            return Ok((Body::from(text), first));
        }
        let rest = stream::try_unfold(self, |mut listing| async move {
            if listing.is_ended {
                return Ok(None);
            }
            if let Err(refusal) = listing.fill().await {
                // The head is sent: the client can only see that the body is not whole.
                tracing::error!(error = refusal.error.detail, "an answer broke off");
                return Err(io::Error::other("the rest of the answer could not be read"));
            }
            let text = std::mem::take(&mut listing.text);
            Ok(Some((Bytes::from(text), listing)))
        });
        Ok((Body::from_stream(stream::iter([Ok(Bytes::from(text))]).chain(rest)), first))
    }

    /// Writes until there is a piece, or no more.
    async fn fill(&mut self) -> Result<(), Refusal> {
        while !self.is_ended && self.text.len() < PIECE {
            if let Some(open) = self.open.take() {
                self.write_entries(open).await?;
            } else if let Some(segment) = self.segments.pop_front() {
                self.write_resources(segment).await?;
            } else {
                self.is_ended = true;
                if self.is_list {
                    self.text.extend_from_slice(Frame::end(self.items).as_bytes());
                }
            }
        }
        Ok(())
    }

    async fn write_entries(&mut self, mut open: Open) -> Result<(), Refusal> {
        let entries = std::mem::take(&mut open.entries);
        for entry in render_entries(&self.job.registry, open.resource_type, entries.list, &open.projection) {
            if open.has_written {
                self.text.push(b',');
            }
            self.text.extend_from_slice(entry.to_string().as_bytes());
            open.has_written = true;
        }
        let Some(last) = entries.next else {
            self.text.extend_from_slice(b"]}");
            return Ok(());
        };
        let of = ComputedAttribute {
            scope: &self.job.scope,
            resource_type: open.resource_type,
            base: &self.job.base,
        };
        let mut reading = self.job.store().reader(&self.job.scope).await?;
        open.entries = reading.entries(&of, &open.id, &last, STRETCH).await?;
        self.open = Some(open);
        Ok(())
    }

    /// Writes the next people of a segment that are in memory.
    fn write_ready(&mut self, segment: &mut Segment) {
        let store = self.job.store();
        while self.text.len() < PIECE
            && let Some(id) = segment.ids.front()
            && let Some(person) =
                store.ready_person(PersonKey::Id(id), self.job.scope.connection_id(), self.job.view)
        {
            segment.ids.pop_front();
            self.first.get_or_insert_with(|| person.display.clone());
            begin_item(&mut self.text, &mut self.items);
            self.text.extend_from_slice(&person.text);
        }
    }

    /// Writes the next resources of a segment and puts back the others.
    async fn write_resources(&mut self, mut segment: Segment) -> Result<(), Refusal> {
        let is_ready_made = is_ready_made(segment.resource_type, &segment.projection);
        if is_ready_made {
            self.write_ready(&mut segment);
            if self.text.len() >= PIECE {
                self.segments.push_front(segment);
                return Ok(());
            }
        }
        let name = segment.resource_type.computed();
        let (is_wanted, is_asked) = (segment.projection.wants(name), segment.projection.asked_for(name));
        let most = match (is_wanted, self.is_slow) {
            (false, _) => CHUNK,
            (true, false) => CHUNK_COMPUTED,
            (true, true) => 1,
        };
        let ids: Vec<String> = segment.ids.iter().take(most).cloned().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let of = ComputedAttribute {
            scope: &self.job.scope,
            resource_type: segment.resource_type,
            base: &self.job.base,
        };
        let ticket = self.job.store().read_ticket();
        let mut reading = self.job.store().reader(&self.job.scope).await?;
        let (rows, used) =
            reading.resources(&self.job.scope, segment.resource_type, &ids, CHUNK_BYTES).await?;
        let mut few = if is_wanted {
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            reading.bounded_entries(&of, &ids, self.shown).await?
        } else {
            std::collections::HashMap::new()
        };
        let mut left = segment.ids.split_off(used);
        for row in rows {
            let place = segment.ids.iter().position(|id| *id == row.id).unwrap_or(0);
            segment.ids.drain(..=place);
            let (entries, is_long) = match few.remove(&row.id) {
                Some(BoundedEntries::All(list)) => (list, false),
                Some(BoundedEntries::TooMany) => (Vec::new(), true),
                None => (Vec::new(), false),
            };
            self.is_slow = is_long && is_asked;
            self.first.get_or_insert_with(|| row.display.clone());
            begin_item(&mut self.text, &mut self.items);
            if is_ready_made && !is_long {
                let entries = Entries { list: entries, next: None };
                let person = ready::put(&self.job, ticket, row, entries, None);
                self.text.extend_from_slice(&person.text);
                continue;
            }
            let id = row.id.clone();
            let rendered = self.rendered(&segment, &row, entries);
            if self.is_slow {
                let entries = reading.entries(&of, &id, "", STRETCH).await?;
                let begins = format!("{},\"{name}\":[", unclosed(&rendered));
                self.text.extend_from_slice(begins.as_bytes());
                let projection = segment.projection.clone();
                let resource_type = segment.resource_type;
                self.open = Some(Open { resource_type, projection, id, entries, has_written: false });
                break;
            }
            self.text.extend_from_slice(rendered.to_string().as_bytes());
        }
        if self.open.is_none() {
            segment.ids.clear();
        }
        segment.ids.append(&mut left);
        self.segments.push_front(segment);
        Ok(())
    }

    fn rendered(&self, segment: &Segment, row: &StoredResource, entries: Vec<Value>) -> Value {
        let meta = row.meta(segment.resource_type, &self.job.base);
        let entries = computed(segment.resource_type, Entries { list: entries, next: None });
        let shown = render(
            &self.job.registry,
            segment.resource_type,
            &row.id,
            &row.document,
            &meta,
            entries,
            &segment.projection,
        );
        Value::Object(shown)
    }
}

/// Begins the next resource of a list.
fn begin_item(text: &mut Vec<u8>, items: &mut u64) {
    if *items > 0 {
        text.push(b',');
    }
    *items += 1;
}

/// An object as text, without its last brace.
fn unclosed(object: &Value) -> String {
    let mut text = object.to_string();
    text.pop();
    text
}
