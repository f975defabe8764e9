//! Taking one step: in a savepoint of its own, if its row is as the preview saw it.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::net::{self, Later};
use super::resources::{self, Current, Decision};
use super::{UndoAct, UndoJob, UndoObstacle};
use crate::sql_values::json_list;
use crate::{Change, ChangeKind, ChangeSource, Error, Group, MemberChange, Person, Scope, Tx};

/// How often a step that may succeed later is put behind the others: its name is in use, or SQLite failed.
const DEFERRED: i64 = 3;

/// A step that is to be taken.
#[derive(Debug)]
pub(super) struct OpenStep {
    number: i64,
    act: UndoAct,
    is_group: bool,
    resource_id: String,
    /// As JSON.
    changes: String,
    members: Vec<String>,
    deferred: i64,
}

impl FromRow<'_, SqliteRow> for OpenStep {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let members: String = row.try_get("members")?;
        Ok(Self {
            number: row.try_get("number")?,
            act: UndoAct::of(&row.try_get::<String, _>("act")?),
            is_group: row.try_get::<String, _>("resource_type")? == "Group",
            resource_id: row.try_get("resource_id")?,
            changes: row.try_get("changes")?,
            members: serde_json::from_str(&members).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            deferred: row.try_get("deferred")?,
        })
    }
}

/// How a step ended.
enum Outcome {
    Done,
    Skipped(UndoObstacle),
    /// Done for the others; these members are left as they are.
    DoneExcept(Vec<String>, UndoObstacle),
}

impl Tx {
    /// Takes a step and writes its outcome. `newest` is the newest change before it; answers the newest one after it.
    pub(super) async fn take_step(
        &mut self,
        job: &UndoJob,
        step: &OpenStep,
        newest: i64,
    ) -> Result<i64, Error> {
        sqlx::query("SAVEPOINT step").execute(&mut self.conn).await?;
        let taken = match self.attempt(job, step).await {
            Ok(taken) => taken,
            Err(error) => {
                let Some(obstacle) = obstacle_of(&error) else { return Err(error) };
                // What the statements before the failed one wrote is not part of the outcome.
                sqlx::query("ROLLBACK TO step").execute(&mut self.conn).await?;
                let may_succeed = matches!(obstacle, UndoObstacle::NameTaken { .. } | UndoObstacle::Failed);
                if may_succeed && step.deferred < DEFERRED {
                    self.defer(job, step).await?;
                    sqlx::query("RELEASE step").execute(&mut self.conn).await?;
                    return Ok(newest);
                }
                Outcome::Skipped(obstacle)
            }
        };
        let outcome = match taken {
            Outcome::Done => "done".to_owned(),
            Outcome::Skipped(obstacle) => text(&obstacle),
            Outcome::DoneExcept(members, obstacle) => {
                self.set_apart(job, step, &members, &text(&obstacle)).await?;
                "done".to_owned()
            }
        };
        sqlx::query("UPDATE undo_step SET outcome = $3 WHERE undo_id = $1 AND number = $2")
            .bind(&job.id)
            .bind(step.number)
            .bind(outcome)
            .execute(&mut self.conn)
            .await?;
        let undone: Vec<i64> = serde_json::from_str(&step.changes).unwrap_or_default();
        let made: Vec<i64> = sqlx::query_scalar(
            "INSERT INTO undo_change (change_id, undo_id, undoes) SELECT id, $2, $3 FROM change WHERE id > $1
             RETURNING change_id",
        )
        .bind(newest)
        .bind(&job.id)
        .bind(undone.last().copied().unwrap_or_default())
        .fetch_all(&mut self.conn)
        .await?;
        sqlx::query("RELEASE step").execute(&mut self.conn).await?;
        Ok(made.into_iter().max().unwrap_or(newest))
    }

    /// Puts a step behind all others.
    async fn defer(&mut self, job: &UndoJob, step: &OpenStep) -> Result<(), Error> {
        sqlx::query(
            "UPDATE undo_step SET deferred = deferred + 1, number = (SELECT max(number) + 1 FROM undo_step WHERE undo_id = $1)
             WHERE undo_id = $1 AND number = $2",
        )
        .bind(&job.id)
        .bind(step.number)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Moves the members that remain as they are to a step of their own.
    async fn set_apart(
        &mut self,
        job: &UndoJob,
        step: &OpenStep,
        members: &[String],
        why: &str,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO undo_step (undo_id, number, act, resource_type, resource_id, display, changes, members, outcome)
             SELECT undo_id, (SELECT max(number) + 1 FROM undo_step WHERE undo_id = $1), act, resource_type, resource_id,
                 display, changes, $3, $4
             FROM undo_step WHERE undo_id = $1 AND number = $2;
             UPDATE undo_step SET members = (SELECT json_group_array(value) FROM json_each(members)
                 WHERE value NOT IN (SELECT value FROM json_each($3)))
             WHERE undo_id = $1 AND number = $2",
        )
        .bind(&job.id)
        .bind(step.number)
        .bind(json_list(members))
        .bind(why)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn attempt(&mut self, job: &UndoJob, step: &OpenStep) -> Result<Outcome, Error> {
        let id = std::slice::from_ref(&step.resource_id);
        let current =
            resources::current(self.conn.begun().await?, id, step.is_group).await?.remove(&step.resource_id);
        let later: Vec<Later> = sqlx::query_as(
            "SELECT c.*, EXISTS (SELECT 1 FROM undo_change WHERE change_id = c.id) AS by_undo FROM change c
             WHERE c.resource_id = $1 AND c.id > $2
             AND NOT EXISTS (SELECT 1 FROM undo_change WHERE change_id = c.id AND undo_id = $3) ORDER BY c.id",
        )
        .bind(&step.resource_id)
        .bind(job.seen)
        .bind(&job.id)
        .fetch_all(&mut self.conn)
        .await?;
        let origin = ChangeSource { actor: job.actor.clone(), ..ChangeSource::default() };
        if step.act.is_about_members() {
            return self.change_group_members(job, step, current.as_ref(), &later, &origin).await;
        }
        // The members of a group are rows beside it; a group that is deleted takes them along.
        let is_in_the_way = |one: &&Later| {
            one.change.kind != ChangeKind::Members || !step.is_group || step.act == UndoAct::Delete
        };
        if let Some(other) = later.iter().rfind(is_in_the_way) {
            return Ok(Outcome::Skipped(other.obstacle()));
        }
        let own: Vec<Change> =
            sqlx::query_as("SELECT c.* FROM json_each($1) r JOIN change c ON c.id = r.value ORDER BY c.id")
                .bind(&step.changes)
                .fetch_all(&mut self.conn)
                .await?;
        let own = resources::of_itself(&own);
        if own.is_empty() {
            return Ok(Outcome::Skipped(UndoObstacle::Gone));
        }
        match resources::decide(current.as_ref(), &own, &[]) {
            Decision::Nothing => Ok(Outcome::Done),
            Decision::Refused(obstacle) => Ok(Outcome::Skipped(obstacle)),
            decision if step.is_group => self.undo_group(step, decision, &origin).await,
            decision => {
                let connection_id = current.and_then(|current| current.connection_id);
                self.undo_person((step, connection_id.as_deref()), decision, &own, &origin).await
            }
        }
    }

    async fn undo_person(
        &mut self,
        (step, connection_id): (&OpenStep, Option<&str>),
        decision: Decision,
        own: &[Change],
        origin: &ChangeSource,
    ) -> Result<Outcome, Error> {
        let id = &step.resource_id;
        let document = match decision {
            Decision::Restore(document) => {
                self.return_person(id, connection_id, document, origin).await?;
                if resources::was_blocked(own) {
                    self.block_people(std::slice::from_ref(id), true, origin).await?;
                }
                return Ok(Outcome::Done);
            }
            Decision::Change(_, document) => Some(document),
            _ => None,
        };
        let person: Option<Person> =
            sqlx::query_as("SELECT * FROM person WHERE id = $1 AND deleted_at IS NULL")
                .bind(id)
                .fetch_optional(&mut self.conn)
                .await?;
        let Some(person) = person else { return Ok(Outcome::Skipped(UndoObstacle::Gone)) };
        match (document, person.connection_id.clone()) {
            (Some(document), _) => drop(self.update_person(person, document, origin).await?),
            (None, Some(connection)) => self.delete_person(&Scope::of(connection), person, origin).await?,
            (None, None) => self.delete_local_person(person, origin).await?,
        }
        Ok(Outcome::Done)
    }

    async fn undo_group(
        &mut self,
        step: &OpenStep,
        decision: Decision,
        origin: &ChangeSource,
    ) -> Result<Outcome, Error> {
        let document = match decision {
            Decision::Restore(document) => {
                self.return_group(&step.resource_id, document, origin).await?;
                return Ok(Outcome::Done);
            }
            Decision::Change(_, document) => Some(document),
            _ => None,
        };
        let Some((scope, group)) = self.group_here(&step.resource_id).await? else {
            return Ok(Outcome::Skipped(UndoObstacle::Gone));
        };
        match document {
            Some(document) => drop(self.update_group(&scope, group, document, &[], origin).await?),
            None => self.delete_group(&scope, group, origin).await?,
        }
        Ok(Outcome::Done)
    }

    async fn group_here(&mut self, id: &str) -> Result<Option<(Scope, Group)>, Error> {
        let group: Option<Group> =
            sqlx::query_as("SELECT * FROM scim_group WHERE id = $1 AND deleted_at IS NULL")
                .bind(id)
                .fetch_optional(&mut self.conn)
                .await?;
        Ok(group.map(|group| (Scope::of(group.connection_id.clone()), group)))
    }

    async fn change_group_members(
        &mut self,
        job: &UndoJob,
        step: &OpenStep,
        current: Option<&Current>,
        later: &[Later],
        origin: &ChangeSource,
    ) -> Result<Outcome, Error> {
        let is_added = step.act == UndoAct::AddMembers;
        let refused = match current {
            None => Some(UndoObstacle::Gone),
            Some(current) if current.is_deleted => {
                Some(later.last().map_or(UndoObstacle::Gone, Later::obstacle))
            }
            Some(current) if current.is_leaving => Some(UndoObstacle::ConnectionGone),
            Some(current) if is_added && current.is_admin_group && !job.admins => {
                Some(UndoObstacle::GivesAdmin)
            }
            Some(_) => None,
        };
        if let Some(obstacle) = refused {
            return Ok(Outcome::Skipped(obstacle));
        }
        let gone = if is_added {
            resources::gone(self.conn.begun().await?, &step.members).await?
        } else {
            std::collections::HashSet::new()
        };
        let (mut change, mut left, mut why) = (Vec::new(), Vec::new(), None);
        for id in &step.members {
            let other = later.iter().rfind(|one| net::is_about_member(&one.change, id));
            let obstacle = other.map(Later::obstacle);
            match obstacle.or_else(|| gone.contains(id).then_some(UndoObstacle::MembersGone)) {
                None => change.push(id.clone()),
                Some(obstacle) => {
                    left.push(id.clone());
                    why.get_or_insert(obstacle);
                }
            }
        }
        if !change.is_empty() {
            let Some((scope, group)) = self.group_here(&step.resource_id).await? else {
                return Ok(Outcome::Skipped(UndoObstacle::Gone));
            };
            let members = if is_added {
                MemberChange::Add(change.clone())
            } else {
                MemberChange::Remove(change.clone())
            };
            let document = group.document.clone();
            self.update_group(&scope, group, document, &[members], origin).await?;
        }
        Ok(match why {
            None => Outcome::Done,
            Some(obstacle) if change.is_empty() => Outcome::Skipped(obstacle),
            Some(obstacle) => Outcome::DoneExcept(left, obstacle),
        })
    }
}

fn text(obstacle: &UndoObstacle) -> String {
    serde_json::json!(obstacle).to_string()
}

/// The obstacle that an error of a step stands for. An error that concerns the whole store has none, and ends the batch.
fn obstacle_of(error: &Error) -> Option<UndoObstacle> {
    match error {
        Error::Duplicate(_) => Some(UndoObstacle::NameTaken { name: String::new() }),
        Error::LastAdmin => Some(UndoObstacle::LastAdmin),
        Error::TooLarge { .. } => Some(UndoObstacle::TooLarge),
        Error::Unreadable { .. } => Some(UndoObstacle::Unreadable),
        // One step that always fails must not hold up all others, and every later undo.
        Error::Sql(_) if !error.is_disk_full() => Some(UndoObstacle::Failed),
        _ => None,
    }
}
