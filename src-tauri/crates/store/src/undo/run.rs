//! The job of an undo: writing its steps, deciding it, and taking its steps in batches until none is left.

use std::time::Instant;

use jiff::Timestamp;
use serde_json::json;
use sqlx::sqlite::SqliteConnection;

use super::step::OpenStep;
use super::{STEP, UndoJob, UndoObstacle, UndoPlan, UndoSelection, UndoStep};
use crate::sql_values::signed;
use crate::{Error, Store, Tx};

/// How many steps are written by one transaction.
const WRITTEN: usize = 1_000;
/// How many steps a batch takes at most: their pages are what its commit writes.
const BATCH: usize = 256;

impl Store {
    /// Writes the steps of a plan, in several transactions. Nothing is undone until [`Tx::begin_undo`]; without that, the steps
    /// are deleted by [`Store::discard_planned_undos`]. Answers the id.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn save_undo(
        &self,
        selection: &UndoSelection,
        plan: UndoPlan,
        admins: bool,
        actor: (Option<String>, String),
    ) -> Result<String, Error> {
        let (id, selection) = (self.new_id(), json!(selection).to_string());
        let (of, seen) = (id.clone(), plan.seen);
        let begun: Result<(), Error> = self
            .write(async move |tx| {
                sqlx::query(
                    "INSERT INTO undo (id, at, actor, actor_name, selection, seen, admins, state)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned')",
                )
                .bind(of)
                .bind(tx.now().as_millisecond())
                .bind(actor.0)
                .bind(actor.1)
                .bind(selection)
                .bind(seen)
                .bind(admins)
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
            .await;
        begun?;
        for (place, some) in plan.steps.chunks(WRITTEN).enumerate() {
            let (of, some, first) = (id.clone(), some.to_vec(), place * WRITTEN);
            let written: Result<(), Error> =
                self.write(async move |tx| tx.write_steps(&of, first, &some).await).await;
            written?;
        }
        Ok(id)
    }

    /// Deletes what was written of undos that were not decided.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn discard_planned_undos(&self) -> Result<(), Error> {
        let planned: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM undo WHERE state = 'planned')")
            .fetch_one(self.readers())
            .await?;
        if !planned {
            return Ok(());
        }
        self.write(async move |tx| {
            sqlx::query("DELETE FROM undo WHERE state = 'planned'").execute(&mut tx.conn).await?;
            Ok(())
        })
        .await
    }

    /// A batch of steps of an undo that was decided. `false`: none is left.
    ///
    /// # Errors
    /// The database's; the batch is undone and can be tried again.
    pub async fn continue_undo(&self, job: &UndoJob) -> Result<bool, Error> {
        let job = job.clone();
        self.write(async move |tx| tx.take_steps(&job).await).await
    }
}

impl Tx {
    async fn write_steps(&mut self, id: &str, first: usize, steps: &[UndoStep]) -> Result<(), Error> {
        let rows: Vec<_> = steps
            .iter()
            .enumerate()
            .map(|(place, step)| {
                json!([
                    first + place,
                    step.act.as_str(),
                    if step.is_group { "Group" } else { "User" },
                    step.resource_id,
                    step.display,
                    json!(step.changes).to_string(),
                    json!(step.members).to_string(),
                    step.obstacle.as_ref().map(|why| json!(why).to_string()),
                ])
            })
            .collect();
        sqlx::query(
            "INSERT INTO undo_step (undo_id, number, act, resource_type, resource_id, display, changes, members, outcome)
             SELECT $1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
                 json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
                 json_extract(value, '$[6]'), json_extract(value, '$[7]')
             FROM json_each($2)",
        )
        .bind(id)
        .bind(json!(rows).to_string())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Decides that the steps which [`Store::save_undo`] wrote are taken. [`Store::continue_undo`] takes them.
    ///
    /// # Errors
    /// [`Error::Changed`] when its steps no longer exist; SQLite's.
    pub async fn begin_undo(&mut self, id: &str) -> Result<(), Error> {
        let begun =
            sqlx::query("UPDATE undo SET state = 'running', at = $2 WHERE id = $1 AND state = 'planned'")
                .bind(id)
                .bind(self.now().as_millisecond())
                .execute(&mut self.conn)
                .await?;
        if begun.rows_affected() == 0 { Err(Error::Changed) } else { Ok(()) }
    }

    /// As many steps as a batch has time for.
    async fn take_steps(&mut self, job: &UndoJob) -> Result<bool, Error> {
        let begun = Instant::now();
        let open: Vec<OpenStep> = sqlx::query_as(
            "SELECT number, act, resource_type, resource_id, changes, members, deferred FROM undo_step
             WHERE undo_id = $1 AND outcome IS NULL ORDER BY number LIMIT $2 + 0",
        )
        .bind(&job.id)
        .bind(signed(BATCH as u64))
        .fetch_all(&mut self.conn)
        .await?;
        if open.is_empty() {
            sqlx::query("UPDATE undo SET state = 'done', ended_at = $2 WHERE id = $1 AND state = 'running'")
                .bind(&job.id)
                .bind(self.now().as_millisecond())
                .execute(&mut self.conn)
                .await?;
            return Ok(false);
        }
        let mut newest: i64 =
            sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM change").fetch_one(&mut self.conn).await?;
        for step in &open {
            if begun.elapsed() >= STEP {
                break;
            }
            newest = self.take_step(job, step, newest).await?;
        }
        Ok(true)
    }

    /// Deletes some of the undos that ended before `limit`. Answers how many; 0: none is left.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn delete_undos(&mut self, limit: Timestamp) -> Result<u64, Error> {
        let done =
            sqlx::query("DELETE FROM undo WHERE id IN (SELECT id FROM undo WHERE ended_at < $1 LIMIT 1)")
                .bind(limit.as_millisecond())
                .execute(&mut self.conn)
                .await?;
        Ok(done.rows_affected())
    }
}

/// Ends the undos of a copy of the workspace that have steps left, without taking them, and `why` is their outcome.
pub(crate) async fn end_unfinished(
    conn: &mut SqliteConnection,
    at: i64,
    why: &UndoObstacle,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE undo_step SET outcome = $2 WHERE outcome IS NULL;
         UPDATE undo SET state = 'done', ended_at = $1 WHERE state = 'running'",
    )
    .bind(at)
    .bind(json!(why).to_string())
    .execute(conn)
    .await?;
    Ok(())
}
