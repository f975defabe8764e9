//! The preview of an undo.

use std::collections::HashMap;

use scim::fold;
use store::{AuditSubject, UndoAct, UndoObstacle, UndoPlan, UndoRemark, UndoSelection, UndoStep};

use crate::access::actor::Actor;
use crate::connections::find::{ConnectionsById, connections_by_id, find_connection};
use crate::context::Room as _;
use crate::data::retention::history_since;
use crate::error::Error;
use crate::history::History;
use crate::history::undo_views::{UndoActCount, UndoConnection, UndoOf, UndoPreview, UndoQuery, UndoRow};
use crate::history::undo_words::{act_name, actor_of, name_of, reason, remark, sentence, title};
use crate::limits::checked_page;
use crate::words::counted;

/// What is to be undone, found.
pub(super) struct Found {
    pub selection: UndoSelection,
    /// What the changes are of: the name of a connection, a person or a group.
    pub subject: String,
    pub audit_subject: Option<AuditSubject>,
    /// The connection whose client made the changes.
    pub connection_id: Option<String>,
}

impl History {
    /// What an undo would do, and what it would not, and why. It changes nothing.
    pub(crate) async fn undo_preview(&self, _: Actor, args: UndoQuery) -> Result<UndoPreview, Error> {
        let limit = checked_page(args.limit)?;
        let found = self.find_undo(&args.of).await?;
        let plan = self.store().undo_plan(&found.selection, args.seen).await?;
        let connections = connections_by_id(self.store()).await?;
        let needle = fold(args.search.as_deref().unwrap_or_default().trim());
        let matches = |step: &&UndoStep| {
            args.act.is_none_or(|act| act == step.act)
                && (needle.is_empty() || fold(&step.display).contains(&needle))
        };
        let (skipped, taken): (Vec<&UndoStep>, Vec<&UndoStep>) =
            plan.steps.iter().partition(|step| step.obstacle.is_some());
        let matching: Vec<&UndoStep> = skipped.iter().chain(&taken).copied().filter(matches).collect();
        let page: Vec<&UndoStep> = matching
            .iter()
            .copied()
            .skip(usize::try_from(args.offset).unwrap_or(usize::MAX))
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect();
        let actors = self.actors(page.iter().filter_map(|step| step.obstacle.as_ref())).await?;
        let row = |step: &&UndoStep| UndoRow {
            remarks: step.remarks.iter().copied().map(remark).collect(),
            ..row(
                (step.act, step.is_group, &step.resource_id, &step.display),
                step.members.len() as u64,
                step.obstacle.as_ref(),
                &actors,
                &connections,
            )
        };
        let connection = found.connection_id.as_ref().and_then(|id| connections.get(id));
        Ok(UndoPreview {
            seen: plan.seen,
            title: title(&found.selection, &found.subject),
            connection: connection.map(|connection| UndoConnection {
                id: connection.id.clone(),
                name: connection.name.clone(),
                paused: connection.pause.is_some(),
            }),
            changes: plan.changes,
            steps: taken.len() as u64,
            skipped: skipped.len() as u64,
            unchanged: plan.unchanged,
            admins: admins(&plan),
            acts: acts(&plan),
            total: matching.len() as u64,
            rows: page.iter().map(row).collect(),
            notes: self.notes(&found.selection, &plan),
        })
    }

    /// What is to be undone.
    pub(super) async fn find_undo(&self, of: &UndoOf) -> Result<Found, Error> {
        let selection = match of {
            UndoOf::Change { id } => {
                let change = self.store().change(*id).await?;
                let change = change.ok_or_else(|| Error::not_found("change", &id.to_string()))?;
                UndoSelection::Change { id: change.id }
            }
            UndoOf::Undo { id } => {
                let job = self.store().undo(Some(id)).await?;
                let job = job.ok_or_else(|| Error::not_found("undo", id))?;
                UndoSelection::Undo { undo_id: job.id }
            }
            UndoOf::Connection { id, since } => {
                let connection = find_connection(self.store(), id).await?;
                UndoSelection::Connection { connection_id: connection.id, since: *since }
            }
            UndoOf::Request { id } => {
                let request = self.store().activity(id).await?;
                let request = request.ok_or_else(|| Error::not_found("request", id))?;
                UndoSelection::Request { activity_id: request.id, since: request.at }
            }
        };
        self.describe_undo(selection).await
    }

    /// The subject of a selection. What retention deleted since has no name.
    pub(super) async fn describe_undo(&self, selection: UndoSelection) -> Result<Found, Error> {
        let mut innermost = selection.clone();
        while let UndoSelection::Undo { undo_id } = &innermost {
            let Some(job) = self.store().undo(Some(undo_id)).await? else { break };
            innermost = job.selection;
        }
        let is_undo = innermost != selection;
        let found = |subject: String, audit_subject, connection_id: Option<String>| Found {
            selection: selection.clone(),
            subject,
            audit_subject,
            // The client did not make the changes of an undo, and does not make them again.
            connection_id: connection_id.filter(|_| !is_undo),
        };
        let connection_id = match innermost {
            UndoSelection::Change { id } => {
                let deleted = || "a deleted user or group".to_owned();
                let Some(change) = self.store().change(id).await? else {
                    return Ok(found(deleted(), None, None));
                };
                let id = change.resource_id.clone();
                let name = self.store().resource_name(&id).await?.unwrap_or_else(deleted);
                let subject = if change.resource_type == scim::ResourceType::Group {
                    AuditSubject::group(id)
                } else {
                    AuditSubject::person(id)
                };
                return Ok(found(name, Some(subject), change.connection_id));
            }
            UndoSelection::Connection { connection_id, .. } => Some(connection_id),
            UndoSelection::Request { activity_id, .. } => {
                self.store().activity(&activity_id).await?.map(|request| request.connection_id)
            }
            UndoSelection::Undo { .. } => None,
        };
        let Some(id) = connection_id else { return Ok(found("a connection".to_owned(), None, None)) };
        let name = self.store().connection(&id).await?.map(|connection| connection.name);
        let subject = AuditSubject::connection_id(id.clone());
        Ok(found(name.unwrap_or_else(|| "a deleted connection".to_owned()), Some(subject), Some(id)))
    }

    /// The names of the people whose changes are in the way.
    pub(super) async fn actors(
        &self,
        obstacles: impl Iterator<Item = &UndoObstacle>,
    ) -> Result<HashMap<String, String>, Error> {
        let mut names = HashMap::new();
        for id in obstacles.filter_map(actor_of) {
            if !names.contains_key(id) {
                names.insert(id.to_owned(), name_of(self.store().account(id).await?));
            }
        }
        Ok(names)
    }

    fn notes(&self, selection: &UndoSelection, plan: &UndoPlan) -> Vec<String> {
        let whole = history_since(self.now());
        let gives_access = |step: &&UndoStep| {
            step.obstacle.is_none()
                && !step.is_group
                && matches!(step.act, UndoAct::Reactivate | UndoAct::Restore)
        };
        let mut notes = Vec::new();
        match plan.steps.iter().filter(gives_access).count() as u64 {
            0 => {}
            count => notes.push(format!(
                "{} access again. Look through the list: people who really left would be among them.",
                counted(count, "user has", "users have")
            )),
        }
        match selection {
            UndoSelection::Connection { since, .. } if *since < whole => {
                notes.push(format!(
                    "History is complete only since {}: of what happened before, not everything can be undone.",
                    whole.strftime("%Y-%m-%d")
                ));
            }
            _ => {}
        }
        notes
    }
}

/// A step as a line: what it does to which person or group.
pub(super) fn row(
    (act, is_group, id, name): (UndoAct, bool, &str, &str),
    members: u64,
    obstacle: Option<&UndoObstacle>,
    actors: &HashMap<String, String>,
    connections: &ConnectionsById,
) -> UndoRow {
    let actor = |why: &UndoObstacle| {
        actor_of(why).and_then(|id| actors.get(id)).map(String::as_str).map(str::to_owned)
    };
    UndoRow {
        act,
        is_group,
        id: id.to_owned(),
        name: name.to_owned(),
        sentence: sentence(act, members),
        reason: obstacle.map(|why| reason(why, actor(why).as_deref(), connections)),
        remarks: Vec::new(),
    }
}

/// How many memberships would make a person an Admin.
fn admins(plan: &UndoPlan) -> u64 {
    let gives = |step: &&UndoStep| step.obstacle.is_none() && step.remarks.contains(&UndoRemark::GivesAdmin);
    plan.steps.iter().filter(gives).map(|step| step.members.len() as u64).sum()
}

fn acts(plan: &UndoPlan) -> Vec<UndoActCount> {
    let count = |act: UndoAct| plan.steps.iter().filter(|step| step.act == act).count() as u64;
    UndoAct::ALL
        .into_iter()
        .map(|act| UndoActCount { act, name: act_name(act).to_owned(), count: count(act) })
        .filter(|one| one.count > 0)
        .collect()
}
