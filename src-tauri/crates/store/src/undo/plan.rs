//! The plan of an undo: the steps as they are at one moment. It writes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use scim::ResourceType;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;

use super::names::{WantedName, find_taken};
use super::net::{self, Later, MemberNet};
use super::resources::{self, Current, Decision};
use super::{UndoAct, UndoObstacle, UndoSelection, UndoStep};
use crate::{Change, ChangeKind, Error, Store};

/// How many resources are examined at once.
const AT_ONCE: usize = 200;
/// How many members a step adds or removes at most.
const MEMBERS: usize = 250;

/// What an undo would do.
#[derive(Clone, Debug, Default)]
pub struct UndoPlan {
    /// The newest change of the journal that it considers.
    pub seen: i64,
    /// The steps in their order; those with an obstacle are at the end.
    pub steps: Vec<UndoStep>,
    /// How many changes were selected.
    pub changes: u64,
    /// How many people and groups are already as they were before.
    pub unchanged: u64,
}

impl Store {
    /// Plans an undo of the selected changes up to the change `seen`, or up to the newest. A resource that changed after it is
    /// in the plan with the reason why nothing is done about it.
    ///
    /// # Errors
    /// [`Error::TooMany`] when more than 250,000 changes are selected; [`Error::TooLong`].
    pub async fn undo_plan(&self, selection: &UndoSelection, seen: Option<i64>) -> Result<UndoPlan, Error> {
        let mut reading = self.readers().begin().await?;
        let newest: i64 =
            sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM change").fetch_one(&mut *reading).await?;
        let seen = seen.map_or(newest, |seen| seen.min(newest));
        let selected = selection.read(&mut reading, seen).await?;
        let mut planning = Planning::default();
        planning.plan.seen = seen;
        planning.plan.changes = selected.len() as u64;
        let mut by_resource: HashMap<String, Vec<Change>> = HashMap::new();
        for change in selected {
            by_resource.entry(change.resource_id.clone()).or_default().push(change);
        }
        let (groups, people): (Vec<_>, Vec<_>) =
            by_resource.into_iter().partition(|(_, changes)| is_group(changes));
        for (all, are_groups) in [(people, false), (groups, true)] {
            for some in all.chunks(AT_ONCE) {
                planning.examine(&mut reading, some, are_groups).await?;
            }
        }
        let Planning { mut plan, wanted, members } = planning;
        find_taken(&mut reading, &mut plan.steps, &wanted).await?;
        plan_members(&mut reading, &mut plan.steps, members).await?;
        if let Some(restore) = self.last_restore().await? {
            let gives_access = |step: &&mut UndoStep| {
                matches!(step.act, UndoAct::Reactivate | UndoAct::Restore | UndoAct::AddMembers)
            };
            // People who left between the backup and the restore were deactivated without a change in this journal.
            for step in plan.steps.iter_mut().filter(gives_access) {
                if step.at.as_millisecond() <= restore.at {
                    step.obstacle.get_or_insert(UndoObstacle::Restored);
                }
            }
        }
        plan.steps.sort_by_cached_key(|step| {
            let newest = step.changes.last().copied().unwrap_or_default();
            (step.obstacle.is_some(), order(step), Reverse(newest), step.resource_id.clone())
        });
        Ok(plan)
    }
}

fn is_group(changes: &[Change]) -> bool {
    changes.first().is_some_and(|change| change.resource_type == ResourceType::Group)
}

const fn order(step: &UndoStep) -> u8 {
    match (step.act, step.is_group) {
        (UndoAct::Delete, false) => 0,
        (UndoAct::Delete, true) => 1,
        (UndoAct::RemoveMembers, _) => 3,
        (UndoAct::AddMembers, _) => 4,
        _ => 2,
    }
}

/// The members of a group that change, and the step that they are.
struct GroupMembers {
    /// As if it added all of them.
    step: UndoStep,
    net: Vec<(String, bool, Vec<i64>, Option<UndoObstacle>)>,
}

#[derive(Default)]
struct Planning {
    plan: UndoPlan,
    wanted: Vec<WantedName>,
    members: Vec<GroupMembers>,
}

impl Planning {
    async fn examine(
        &mut self,
        conn: &mut SqliteConnection,
        some: &[(String, Vec<Change>)],
        are_groups: bool,
    ) -> Result<(), Error> {
        let ids: Vec<String> = some.iter().map(|(id, _)| id.clone()).collect();
        let current = resources::current(conn, &ids, are_groups).await?;
        let later = later(conn, some).await?;
        for (id, selected) in some {
            let none = Vec::new();
            let later = later.get(id).unwrap_or(&none);
            self.add(id, selected, later, current.get(id));
        }
        Ok(())
    }

    fn add(&mut self, id: &str, selected: &[Change], later: &[Later], current: Option<&Current>) {
        let own = resources::of_itself(selected);
        let step = |act: UndoAct, changes: &[Change]| UndoStep {
            act,
            is_group: is_group(selected),
            resource_id: id.to_owned(),
            display: current.map_or_else(|| name_in(selected), |current| current.display.clone()),
            changes: changes.iter().map(|change| change.id).collect(),
            at: changes.first().map_or(jiff::Timestamp::UNIX_EPOCH, |change| change.at),
            members: Vec::new(),
            obstacle: None,
            remarks: current.map(|current| resources::remarks(act, current, &own)).unwrap_or_default(),
        };
        if let Some(other) = selected.iter().find(|change| is_other_command(change, &own)) {
            let obstacle = Some(UndoObstacle::OtherCommand { change: other.kind });
            self.plan.steps.push(UndoStep { obstacle, ..step(UndoAct::Update, selected) });
            return;
        }
        let decision = resources::decide(current, &own, later);
        let (is_left, is_deleted) =
            (matches!(decision, Decision::Nothing), matches!(decision, Decision::Delete));
        let is_away = current.is_none_or(|current| current.is_deleted || current.is_leaving)
            && !matches!(decision, Decision::Restore(_));
        let mut refused = None;
        match decision {
            Decision::Nothing => {}
            Decision::Refused(obstacle) => {
                let act = refused_act(&own);
                self.plan.steps.push(UndoStep { obstacle: Some(obstacle.clone()), ..step(act, &own) });
                refused = Some(obstacle);
            }
            Decision::Delete => self.plan.steps.push(step(UndoAct::Delete, &own)),
            Decision::Restore(document) => {
                self.wanted.extend(WantedName::of(self.plan.steps.len(), current, &document));
                self.plan.steps.push(step(UndoAct::Restore, &own));
            }
            Decision::Change(act, document) => {
                self.wanted.extend(WantedName::of(self.plan.steps.len(), current, &document));
                self.plan.steps.push(step(act, &own));
            }
        }
        let net = net::members(selected, later);
        // The members of a group that is deleted leave with it.
        if is_deleted || net.is_empty() {
            let is_about_more =
                selected.iter().any(|change| change.kind == ChangeKind::Members || !own.is_empty());
            self.plan.unchanged += u64::from(is_left && is_about_more);
            return;
        }
        let is_refused = refused.is_some();
        let why = refused.or_else(|| later.last().map(Later::obstacle)).unwrap_or(UndoObstacle::Gone);
        // A group whose creation is not undone still has the members of its creation.
        let remains = is_refused && own.first().is_some_and(|change| change.kind == ChangeKind::Create);
        let whole = (is_away || remains).then_some(why);
        let net = net
            .into_iter()
            .map(|MemberNet { id, was, changes, changed }| {
                (id, was, changes, whole.clone().or_else(|| changed.map(Later::obstacle)))
            })
            .collect();
        let about: Vec<Change> =
            selected.iter().filter(|change| change.kind == ChangeKind::Members).cloned().collect();
        self.members.push(GroupMembers { step: step(UndoAct::AddMembers, &about), net });
    }
}

/// It has a command of its own, and no change of the same resource is selected that decides about it.
fn is_other_command(change: &Change, own: &[Change]) -> bool {
    net::moves(change)
        || (own.is_empty()
            && change.kind != ChangeKind::Members
            && !change.is_undone_by_itself()
            && !net::follows(change))
}

/// What a step would have done that is refused: by its first change.
fn refused_act(own: &[Change]) -> UndoAct {
    if own.first().is_some_and(|change| change.kind == ChangeKind::Create) {
        return UndoAct::Delete;
    }
    match own.last().map(|change| change.kind) {
        Some(ChangeKind::Delete) => UndoAct::Restore,
        Some(ChangeKind::Deactivate) => UndoAct::Reactivate,
        Some(ChangeKind::Reactivate) => UndoAct::Deactivate,
        _ => UndoAct::Update,
    }
}

/// The name of a resource of which no row remains, as the changes have it.
fn name_in(selected: &[Change]) -> String {
    let sides = selected.iter().rev().flat_map(|change| [&change.before, &change.after]);
    let mut names = sides.filter_map(|side| {
        ["displayName", "userName"].into_iter().find_map(|name| side.get(name).and_then(Value::as_str))
    });
    names.next().unwrap_or_default().to_owned()
}

/// The changes of these resources that are not selected and follow the first one that is, by resource, ascending.
async fn later(
    conn: &mut SqliteConnection,
    some: &[(String, Vec<Change>)],
) -> Result<HashMap<String, Vec<Later>>, Error> {
    let first = |changes: &[Change]| changes.first().map_or(0, |change| change.id);
    let from: Vec<Value> = some.iter().map(|(id, changes)| json!([id, first(changes)])).collect();
    let selected: HashSet<i64> =
        some.iter().flat_map(|(_, changes)| changes).map(|change| change.id).collect();
    let rows: Vec<Later> = sqlx::query_as(
        "SELECT c.*, EXISTS (SELECT 1 FROM undo_change WHERE change_id = c.id) AS by_undo
         FROM json_each($1) r JOIN change c
             ON c.resource_id = json_extract(r.value, '$[0]') AND c.id > json_extract(r.value, '$[1]')
         ORDER BY c.id",
    )
    .bind(json!(from).to_string())
    .fetch_all(conn)
    .await?;
    let mut later: HashMap<String, Vec<Later>> = HashMap::new();
    for row in rows.into_iter().filter(|row| !selected.contains(&row.change.id)) {
        later.entry(row.change.resource_id.clone()).or_default().push(row);
    }
    Ok(later)
}

/// Members of a group with which the same is done, or not for the same reason.
struct Part {
    act: UndoAct,
    obstacle: Option<UndoObstacle>,
    /// Each with the changes that are about it.
    members: Vec<(String, Vec<i64>)>,
}

/// Adds the steps about members, now that it is certain who is here after the others.
async fn plan_members(
    conn: &mut SqliteConnection,
    steps: &mut Vec<UndoStep>,
    groups: Vec<GroupMembers>,
) -> Result<(), Error> {
    let taken = |act: UndoAct| {
        let of = steps.iter().filter(|step| step.act == act && step.obstacle.is_none());
        of.map(|step| step.resource_id.clone()).collect::<HashSet<_>>()
    };
    let (restored, deleted) = (taken(UndoAct::Restore), taken(UndoAct::Delete));
    for GroupMembers { step, net } in groups {
        let missing: Vec<String> =
            net.iter().filter(|(_, was, ..)| *was).map(|(id, ..)| id.clone()).collect();
        let gone = resources::gone(conn, &missing).await?;
        let mut parts: Vec<Part> = Vec::new();
        for (id, was, changes, obstacle) in net {
            // Who is deleted leaves every group with that.
            if deleted.contains(&id) {
                continue;
            }
            let act = if was { UndoAct::AddMembers } else { UndoAct::RemoveMembers };
            let is_gone = was && gone.contains(&id) && !restored.contains(&id);
            let obstacle = obstacle.or(is_gone.then_some(UndoObstacle::MembersGone));
            match parts.iter_mut().find(|part| part.act == act && part.obstacle == obstacle) {
                Some(part) => part.members.push((id, changes)),
                None => parts.push(Part { act, obstacle, members: vec![(id, changes)] }),
            }
        }
        for Part { act, obstacle, members } in parts {
            for some in members.chunks(MEMBERS) {
                let changes: BTreeSet<i64> = some.iter().flat_map(|(_, changes)| changes).copied().collect();
                steps.push(UndoStep {
                    act,
                    changes: changes.into_iter().collect(),
                    members: some.iter().map(|(id, _)| id.clone()).collect(),
                    obstacle: obstacle.clone(),
                    remarks: if act == UndoAct::AddMembers { step.remarks.clone() } else { Vec::new() },
                    ..step.clone()
                });
            }
        }
    }
    Ok(())
}
