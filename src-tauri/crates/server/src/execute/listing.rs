//! Long answers, written piece by piece: a list resource by resource, a large group stretch by stretch of its members.
//!
//! A piece is read when the client has taken the one before. A list's is read from a database connection that is given back
//! at once; a resource that is deleted while the list is sent is missing from it, and one that is there all the time is in it
//! once. A group is sent as it is at one moment, which is held for a limited time (`store::GroupMembers`): for a slower client,
//! the rest is of the same version, or the answer breaks off. A client that reads slowly holds no more than a piece of memory.

use std::collections::VecDeque;
use std::io;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use scim::{Projection, ResourceType, render, render_entries};
use serde_json::Value;
use store::{BoundedEntries, ComputedAttribute, Entries, GroupMembers, StoredResource};

use super::computed::computed;
use super::job::Job;
use super::list_frame::{Frame, Segment, begin_item, unclosed};
use super::member_text::MemberText;
use super::people::next_people;
use super::ready::is_ready_made;
use crate::refusal::Refusal;

/// How many groups or members are read at once of a resource that has many.
pub(super) const STRETCH: u64 = 1_000;
/// How many resources are read at once, at most.
const CHUNK: usize = 100;
/// How many, when their groups or members are read too.
const CHUNK_COMPUTED: usize = 20;
/// After how many bytes of documents a chunk ends.
const CHUNK_BYTES: usize = 256 * 1024;
/// How many bytes a piece has, or what is read at once beyond that. What fits into one is sent whole, with its length.
const PIECE: usize = 256 * 1024;

/// What one resource has too many of to be read at once.
enum Entered {
    /// The groups of a person, of which these come first.
    Groups { id: String, entries: Entries },
    /// The members of a group.
    Members(Box<GroupMembers>),
    /// The members of a group that was written, in this version. Nothing of them is read before the answer has begun.
    Written { id: String, version: u64 },
}

/// One resource of which the entries are being written.
struct Open {
    projection: Projection,
    entered: Entered,
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

    /// A person, rendered without its groups, which begin with these.
    pub fn of_person(
        job: &Job,
        projection: Projection,
        id: String,
        rendered: &Value,
        entries: Entries,
    ) -> Self {
        Self::of_one(job, ResourceType::User, projection, rendered, Entered::Groups { id, entries })
    }

    /// A group, rendered without its members.
    pub fn of_group(job: &Job, projection: Projection, rendered: &Value, members: GroupMembers) -> Self {
        Self::of_one(job, ResourceType::Group, projection, rendered, Entered::Members(Box::new(members)))
    }

    /// A group that was written, in this version.
    pub fn of_written_group(
        job: &Job,
        projection: Projection,
        id: String,
        version: u64,
        rendered: &Value,
    ) -> Self {
        Self::of_one(job, ResourceType::Group, projection, rendered, Entered::Written { id, version })
    }

    fn of_one(
        job: &Job,
        resource_type: ResourceType,
        projection: Projection,
        rendered: &Value,
        entered: Entered,
    ) -> Self {
        let text = format!("{},\"{}\":[", unclosed(rendered), resource_type.computed());
        let open = Open { projection, entered, has_written: false };
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
        let rest = self.body().into_data_stream();
        Ok((Body::from_stream(stream::iter([Ok(Bytes::from(text))]).chain(rest)), first))
    }

    /// The answer, of which nothing is read before it has begun: a fault breaks it off.
    pub fn body(self) -> Body {
        Body::from_stream(stream::try_unfold(self, |mut listing| async move {
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
        }))
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
        open.entered = match open.entered {
            Entered::Written { id, version } => {
                let with_names = self.member_text(&open.projection).has_names();
                let found = self.job.store().group_with_members(&self.job.scope, &id, with_names).await?;
                let members = found.map(|(_, members)| members).filter(|found| found.version() == version);
                Entered::Members(Box::new(members.ok_or(store::Error::Changed)?))
            }
            other => other,
        };
        let is_ended = match &mut open.entered {
            Entered::Groups { id, entries } => {
                let some = std::mem::take(entries);
                self.write_groups(some.list, &open.projection, &mut open.has_written);
                if let Some(last) = &some.next {
                    let of = self.computed_of(ResourceType::User);
                    *entries = self
                        .job
                        .store()
                        .reader(&self.job.scope)
                        .await?
                        .entries(&of, id, last, STRETCH)
                        .await?;
                }
                some.next.is_none()
            }
            Entered::Members(members) => {
                let shown = self.member_text(&open.projection);
                let mut text = String::new();
                while !members.is_ended() && self.text.len() + text.len() < PIECE {
                    let some = members.next().await?;
                    let count = usize::try_from(some.count()).unwrap_or_default();
                    text.reserve(count.saturating_mul(shown.bytes_of_one()));
                    for member in some.members() {
                        if std::mem::replace(&mut open.has_written, true) {
                            text.push(',');
                        }
                        shown.write(&member?, &mut text);
                    }
                }
                if self.text.is_empty() {
                    self.text = text.into_bytes();
                } else {
                    self.text.extend_from_slice(text.as_bytes());
                }
                members.is_ended()
            }
            Entered::Written { .. } => false,
        };
        if is_ended {
            self.text.extend_from_slice(b"]}");
        } else {
            self.open = Some(open);
        }
        Ok(())
    }

    fn write_groups(&mut self, groups: Vec<Value>, projection: &Projection, has_written: &mut bool) {
        for entry in render_entries(&self.job.registry, ResourceType::User, groups, projection) {
            if std::mem::replace(has_written, true) {
                self.text.push(b',');
            }
            self.text.extend_from_slice(entry.to_string().as_bytes());
        }
    }

    fn member_text(&self, projection: &Projection) -> MemberText {
        MemberText::of(&self.job.registry, projection, &self.job.base)
    }

    fn computed_of(&self, resource_type: ResourceType) -> ComputedAttribute<'_> {
        ComputedAttribute { scope: &self.job.scope, resource_type, base: &self.job.base }
    }

    /// Writes the next people of a segment, as they are sent to everyone.
    async fn write_people(&mut self, mut segment: Segment) -> Result<(), Refusal> {
        let (text, items, first) = (&mut self.text, &mut self.items, &mut self.first);
        next_people(&self.job, &mut segment.ids, self.shown, PIECE, |display, person| {
            first.get_or_insert_with(|| display.to_owned());
            begin_item(text, items);
            text.extend_from_slice(person);
        })
        .await?;
        if !segment.ids.is_empty() {
            self.segments.push_front(segment);
        }
        Ok(())
    }

    /// Writes the next resources of a segment and puts back the others.
    async fn write_resources(&mut self, mut segment: Segment) -> Result<(), Refusal> {
        if is_ready_made(segment.resource_type, &segment.projection) {
            return self.write_people(segment).await;
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
        let of = self.computed_of(segment.resource_type);
        let mut reading = self.job.store().reader(&self.job.scope).await?;
        let (rows, used) =
            reading.resources(&self.job.scope, segment.resource_type, &ids, CHUNK_BYTES).await?;
        let mut few = if is_wanted {
            let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
            reading.bounded_entries(&of, &ids, self.shown).await?
        } else {
            std::collections::HashMap::new()
        };
        drop(reading);
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
            if self.is_slow {
                let Some((row, entered)) = self.enter(row, &segment).await? else { continue };
                self.first.get_or_insert_with(|| row.display.clone());
                begin_item(&mut self.text, &mut self.items);
                let rendered = self.rendered(&segment, &row, Vec::new());
                let begins = format!("{},\"{name}\":[", unclosed(&rendered));
                self.text.extend_from_slice(begins.as_bytes());
                let projection = segment.projection.clone();
                self.open = Some(Open { projection, entered, has_written: false });
                break;
            }
            self.first.get_or_insert_with(|| row.display.clone());
            begin_item(&mut self.text, &mut self.items);
            let rendered = self.rendered(&segment, &row, entries);
            self.text.extend_from_slice(rendered.to_string().as_bytes());
        }
        if self.open.is_none() {
            segment.ids.clear();
        }
        segment.ids.append(&mut left);
        self.segments.push_front(segment);
        Ok(())
    }

    /// Begins with a resource of a list that has many entries; a group is read again, at the moment of its members. `None`: it
    /// was deleted since.
    async fn enter(
        &self,
        row: StoredResource,
        segment: &Segment,
    ) -> Result<Option<(StoredResource, Entered)>, Refusal> {
        let (store, scope) = (self.job.store(), &self.job.scope);
        if segment.resource_type == ResourceType::Group {
            let with_names = self.member_text(&segment.projection).has_names();
            let found = store.group_with_members(scope, &row.id, with_names).await?;
            return Ok(found.map(|(group, members)| (group.into(), Entered::Members(Box::new(members)))));
        }
        let of = self.computed_of(segment.resource_type);
        let entries = store.reader(scope).await?.entries(&of, &row.id, "", STRETCH).await?;
        let entered = Entered::Groups { id: row.id.clone(), entries };
        Ok(Some((row, entered)))
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
