//! What is stored under a name: accounts, tombstones, pending matches, refused writes, and requests.

use std::collections::HashSet;

use jiff::Timestamp;
use scim::fold;
use store::{Activity, ActivityFilter, Change, ChangeKind, PersonTrace, WriteAct};

use super::subjects::Subjects;
use super::verdict::{Account, Done, Refusal};
use crate::connections::find::{ConnectionsById, connections_by_id};
use crate::context::Room as _;
use crate::diagnosis::Diagnosis;
use crate::diagnosis::why_views::WhyRequest;
use crate::error::Error;
use crate::limits::ROWS;

/// How many accounts and tombstones are looked at.
const TRACES: u64 = 40;
/// By how many userNames, beside the text itself, the log is searched.
const NAMES: usize = 2;
/// How many parts of the log are searched for one name; a part is 20,000 requests at the most.
const PARTS: usize = 5;
/// How many people are looked at whose name of today or tombstone does not have the text, but whose requests do.
const EARLIER: usize = 5;

impl Diagnosis {
    /// Adds what is known. Answers how far back the log was searched.
    pub(super) async fn find_traces(
        &self,
        subjects: &mut Subjects,
        text: &str,
        connection_ids: &[&str],
    ) -> Result<Option<Timestamp>, Error> {
        let connections = connections_by_id(self.store()).await?;
        for trace in self.store().person_traces(text, TRACES).await? {
            self.add_trace(subjects, &trace, &connections).await?;
        }
        self.add_matches(subjects).await?;
        for id in connection_ids {
            self.add_refusals(subjects, id).await?;
        }
        self.add_requests(subjects, &connections).await
    }

    async fn add_trace(
        &self,
        subjects: &mut Subjects,
        trace: &PersonTrace,
        connections: &ConnectionsById,
    ) -> Result<(), Error> {
        let person = &trace.person;
        let last = async |kind| {
            let change = self.store().last_change_of_kind(&person.id, kind).await?;
            self.done(change, connections).await
        };
        let Some(deleted_at) = trace.deleted_at else {
            let created = last(ChangeKind::Create).await?;
            let deactivated = if person.active { None } else { last(ChangeKind::Deactivate).await? };
            let blocked = if trace.is_blocked { last(ChangeKind::Block).await? } else { None };
            let since = |at| Done { by: "an Admin".to_owned(), at, request: None };
            let blocked = blocked.or_else(|| trace.is_blocked.then(|| since(person.modified_at)));
            let subject = subjects.add_person(person, true, NAMES);
            let (active, withheld) = (person.active, trace.is_withheld);
            subject.facts.account = Some(Account { active, created, deactivated, blocked, withheld });
            return Ok(());
        };
        let done = last(ChangeKind::Delete).await?;
        let deleted =
            done.unwrap_or_else(|| Done { by: "Foundational".to_owned(), at: deleted_at, request: None });
        subjects.add_person(person, false, NAMES).add_deletion(deleted);
        Ok(())
    }

    async fn done(
        &self,
        change: Option<Change>,
        connections: &ConnectionsById,
    ) -> Result<Option<Done>, Error> {
        let Some(change) = change else { return Ok(None) };
        let by = self.history.cause(&change, connections).await?;
        Ok(Some(Done { by, at: change.at, request: change.activity_id }))
    }

    async fn add_matches(&self, subjects: &mut Subjects) -> Result<(), Error> {
        for pending in self.store().pending_matches(None).await? {
            let local = self.store().account(&pending.person_id).await?;
            let user_name = local.map(|account| account.user_name).unwrap_or_default();
            if let Some(subject) =
                subjects.named(&pending.connection_id, &[&user_name, &pending.incoming_name])
            {
                subject.add_match(pending.at);
            }
        }
        Ok(())
    }

    async fn add_refusals(&self, subjects: &mut Subjects, connection_id: &str) -> Result<(), Error> {
        for refused in self.store().refused_users(connection_id).await? {
            let user_name = refused.user_name.as_deref().unwrap_or_default();
            let subject = match refused.resource_id() {
                Some(id) => subjects.by_id(id),
                None => subjects.named(connection_id, &[user_name, &refused.name]),
            };
            let Some(subject) = subject else { continue };
            let request = self.store().activity(&refused.newest_id).await?;
            subject.requests.extend(request.as_ref().map(to_view));
            subject.facts.refusals.push(Refusal {
                act: refused.act,
                status: request.map(|request| request.status),
                cause: refused.sentence,
                at: refused.newest_at,
                request: refused.newest_id,
            });
        }
        Ok(())
    }

    /// Adds what the log says. Answers how far back it was searched.
    async fn add_requests(
        &self,
        subjects: &mut Subjects,
        connections: &ConnectionsById,
    ) -> Result<Option<Timestamp>, Error> {
        let (mut oldest, mut earlier) = (Vec::new(), HashSet::new());
        for term in subjects.terms().to_vec() {
            let filter = ActivityFilter { text: Some(term.clone()), ..ActivityFilter::default() };
            let (mut before, mut reaches) = (None, None);
            for _ in 0..PARTS {
                let page = self.store().activity_page(&filter, before.as_deref(), ROWS).await?;
                for row in page.rows.iter().filter(|row| fold(&row.sentence).contains(&term)) {
                    add_request(subjects, row, &term);
                    let is_user = row.resource_type.as_deref() == Some("User");
                    let id = row.resource_id.as_ref().filter(|id| is_user && subjects.by_id(id).is_none());
                    if let Some(id) = id.filter(|_| earlier.len() < EARLIER)
                        && earlier.insert(id.clone())
                    {
                        self.add_earlier(subjects, id, row, connections).await?;
                    }
                }
                reaches = page.reaches.or(reaches);
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            oldest.push(reaches);
        }
        // No search claims more than the shortest of them.
        Ok(oldest.into_iter().flatten().max())
    }

    /// A person that a request names, who has another name now or no tombstone any more.
    async fn add_earlier(
        &self,
        subjects: &mut Subjects,
        id: &str,
        row: &Activity,
        connections: &ConnectionsById,
    ) -> Result<(), Error> {
        // "Changed Ada Byron".
        let name = row.sentence.split_once(' ').map_or(row.sentence.as_str(), |(_, name)| name);
        if let Some(person) = self.store().any_person(id).await? {
            let is_blocked = self.store().blocked_by(id).await?.is_some();
            let is_withheld = self.store().account(id).await?.is_some_and(|account| account.withheld);
            let trace = PersonTrace { person, is_blocked, is_withheld, deleted_at: None };
            self.add_trace(subjects, &trace, connections).await?;
        } else {
            let deleted = self.store().last_change_of_kind(id, ChangeKind::Delete).await?;
            let deleted = self.done(deleted, connections).await?;
            if let Some((deleted, subject)) = deleted.zip(subjects.named(&row.connection_id, &[name])) {
                subject.add_deletion(deleted);
                subject.id.get_or_insert_with(|| id.to_owned());
            }
        }
        if let Some(subject) = subjects.by_id(id) {
            subject.also_called(name);
        }
        Ok(())
    }
}

/// What one request says of a person who is not here.
fn add_request(subjects: &mut Subjects, row: &Activity, term: &str) {
    if row.path.to_lowercase().starts_with("/groups") {
        return;
    }
    let values = server::looked_up_and_not_found(&row.sentence);
    if let Some(subject) = subjects.named(&row.connection_id, &values) {
        subject.add_lookup(to_view(row));
    }
    // Refusals that are not counted: those of an older version, and the oldest of very many.
    let Some((name, cause)) = server::refused_creation(&row.sentence, term) else { return };
    if let Some(subject) = subjects.named(&row.connection_id, &[name]) {
        subject.requests.push(to_view(row));
        if subject.facts.refusals.iter().all(|known| known.act != WriteAct::Create) {
            subject.facts.refusals.push(Refusal {
                act: WriteAct::Create,
                status: Some(row.status),
                cause: cause.to_owned(),
                at: row.at,
                request: row.id.clone(),
            });
        }
    }
}

pub(super) fn to_view(activity: &Activity) -> WhyRequest {
    WhyRequest { id: activity.id.clone(), at: activity.at, sentence: activity.sentence.clone() }
}
