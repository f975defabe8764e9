//! The audit entries as they are listed and exported.

use store::{AuditAct, AuditActorKind, AuditActorRow, AuditRow};

use super::History;
use super::audit_views::{
    AuditActChoice, AuditActorView, AuditChoice, AuditEntryView, AuditFilter, AuditPage, AuditQuery,
    AuditSubjectView,
};
use super::audit_words::{act_name, actor_name, sentence};
use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::limits::{ROWS, checked_page};
use crate::shapes::ExportFile;
use crate::spreadsheet::{begin, push_line};
use crate::words::counted;

/// The last two are what the chain is checked by elsewhere (`docs/database.md`).
const COLUMNS: [&str; 10] =
    ["at", "actor", "actorId", "act", "what", "subjectKind", "subject", "subjectId", "hashed", "hash"];

impl History {
    pub(crate) async fn audit_list(&self, _: Actor, args: AuditQuery) -> Result<AuditPage, Error> {
        let limit = checked_page(args.limit)?;
        let query = store::AuditQuery { offset: args.offset, limit, ..parse(args.filter) };
        let (rows, total) = self.store().audit_entries(&query).await?;
        let choices = self.store().audit_choices().await?;
        let act = |act: AuditAct| AuditActChoice { value: act, name: act_name(act).to_owned() };
        Ok(AuditPage {
            rows: rows.into_iter().map(to_view).collect(),
            total,
            actors: choices.actors.into_iter().map(actor_choice).collect(),
            acts: choices.acts.into_iter().map(act).collect(),
            connections: choices
                .connections
                .into_iter()
                .map(|(value, name)| AuditChoice { value, name })
                .collect(),
        })
    }

    /// All entries that match, newest first. What is written while they are read is not among them.
    pub(crate) async fn audit_export(&self, actor: Actor, args: AuditFilter) -> Result<ExportFile, Error> {
        let (mut text, mut count) = (String::new(), 0);
        begin(&mut text, COLUMNS);
        let mut query = store::AuditQuery { limit: ROWS as u64, ..parse(args) };
        loop {
            let (rows, _) = self.store().audit_entries(&query).await?;
            let Some(last) = rows.last() else { break };
            query.before = Some(last.id);
            for row in rows {
                count += 1;
                push_line(&mut text, cells(row).each_ref().map(String::as_str));
            }
        }
        let entry = actor.audit(AuditAct::AuditExport);
        self.record_act(entry.with(counted(count, "audit entry", "audit entries"))).await?;
        Ok(ExportFile { name: format!("audit-{}.csv", self.now().strftime("%Y-%m-%d")), text, count })
    }
}

fn parse(filter: AuditFilter) -> store::AuditQuery {
    let kind = filter.actor.as_deref().and_then(AuditActorKind::from_word);
    store::AuditQuery {
        actor_kind: kind,
        actor_id: filter.actor.filter(|_| kind.is_none()),
        act: filter.act,
        connection_id: filter.connection_id,
        ..store::AuditQuery::default()
    }
}

fn actor_choice(actor: AuditActorRow) -> AuditChoice {
    let name = if actor.name.is_empty() { actor_name(actor.kind).to_owned() } else { actor.name };
    AuditChoice { value: actor.id.unwrap_or_else(|| actor.kind.as_str().to_owned()), name }
}

fn to_view(row: AuditRow) -> AuditEntryView {
    let name = if row.actor_name.is_empty() { actor_name(row.actor_kind).to_owned() } else { row.actor_name };
    let sentence = sentence(row.act, &row.subject_name, &row.detail);
    AuditEntryView {
        id: row.id,
        at: row.at,
        actor: AuditActorView { kind: row.actor_kind, id: row.actor_id, name, exists: row.actor_exists },
        act: row.act,
        sentence,
        subject: row.subject_kind.zip(row.subject_id).map(|(kind, id)| AuditSubjectView {
            kind,
            id,
            name: row.subject_name,
            exists: row.subject_exists,
        }),
    }
}

fn cells(mut row: AuditRow) -> [String; COLUMNS.len()] {
    let (hashed, hash) = (std::mem::take(&mut row.hashed), std::mem::take(&mut row.hash));
    let view = to_view(row);
    let (kind, subject, subject_id) = view.subject.map_or_else(Default::default, |subject| {
        (subject.kind.as_str().to_owned(), subject.name, subject.id)
    });
    [
        view.at.to_string(),
        view.actor.name,
        view.actor.id.unwrap_or_default(),
        view.act.map_or("", AuditAct::as_str).to_owned(),
        view.sentence,
        kind,
        subject,
        subject_id,
        hashed,
        hash,
    ]
}
