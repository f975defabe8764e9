//! Doing here what was let through and has not arrived again: decided by an Admin, done in steps that let others write in
//! between, and continued at the next start.

use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::FromRow;
use sqlx::sqlite::SqliteConnection;

use super::held::is_due;
use crate::sql_values::{json_list, signed};
use crate::{ChangeSource, Error, MemberChange, Scope, Store, StoreEvent, Tx};

/// How long a batch writes, about.
const STEP: Duration = Duration::from_millis(100);
/// How many removals a batch reads at most, and how many members one step takes out of a group.
const BATCH: u64 = 250;

/// A removal that is to be done here.
#[derive(FromRow)]
struct Open {
    connection_id: String,
    person_id: String,
    group_id: String,
    deletes: bool,
    applied_by: Option<String>,
}

impl Open {
    fn is_of_member(&self) -> bool {
        !self.person_id.is_empty() && !self.group_id.is_empty()
    }
}

impl Store {
    /// Whether a removal is to be done here that is not done yet.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn has_unapplied_removals(&self) -> Result<bool, Error> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM held_removal WHERE applying)")
            .fetch_one(self.readers())
            .await?)
    }

    /// Does some of them. `false`: none is left.
    ///
    /// # Errors
    /// The database's; the batch is undone and can be tried again.
    pub async fn apply_held_removals(&self) -> Result<bool, Error> {
        self.write(async move |tx| tx.apply_some().await).await
    }
}

impl Tx {
    /// Decides that everything which was let through and is still to be done is done here, as the act of this person.
    /// [`Store::apply_held_removals`] does it. Answers how many.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn begin_applying(&mut self, connection_id: &str, origin: &ChangeSource) -> Result<u64, Error> {
        let marked = sqlx::query(concat!(
            "UPDATE held_removal AS h SET applying = 1, applied_by = $2
             WHERE h.connection_id = $1 AND h.let_through_at IS NOT NULL AND h.applying = 0 AND ",
            is_due!()
        ))
        .bind(connection_id)
        .bind(&origin.actor)
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(marked.rows_affected())
    }

    async fn apply_some(&mut self) -> Result<bool, Error> {
        let begun = Instant::now();
        let open: Vec<Open> = sqlx::query_as(
            "SELECT connection_id, person_id, group_id, deletes, applied_by FROM held_removal WHERE applying
             ORDER BY connection_id, group_id, person_id LIMIT $1",
        )
        .bind(signed(BATCH))
        .fetch_all(&mut self.conn)
        .await?;
        let mut rest = open.as_slice();
        while let Some(first) = rest.first().filter(|_| begun.elapsed() < STEP) {
            // Members of one group are one change of it.
            let is_alike = |one: &&Open| {
                (&one.connection_id, &one.group_id) == (&first.connection_id, &first.group_id)
                    && one.is_of_member()
            };
            let count = if first.is_of_member() { rest.iter().take_while(is_alike).count() } else { 1 };
            let (step, others) = rest.split_at(count);
            rest = others;
            self.apply_step(first, step).await?;
        }
        Ok(!open.is_empty())
    }

    /// Does a step in a savepoint of its own. One that fails for a reason of its own is not tried again, and remains held.
    async fn apply_step(&mut self, first: &Open, step: &[Open]) -> Result<(), Error> {
        sqlx::query("SAVEPOINT step").execute(&mut self.conn).await?;
        let done = match self.apply(first, step).await {
            Ok(()) => true,
            Err(error) if error.is_disk_full() => return Err(error),
            Err(Error::LastAdmin | Error::TooLarge { .. } | Error::Unreadable { .. } | Error::Sql(_)) => {
                false
            }
            Err(other) => return Err(other),
        };
        if !done {
            sqlx::query("ROLLBACK TO step").execute(&mut self.conn).await?;
        }
        let people: Vec<String> = step.iter().map(|one| one.person_id.clone()).collect();
        sqlx::query(
            "UPDATE held_removal SET applying = 0, arrived_at = iif($5, $4, arrived_at)
             WHERE connection_id = $1 AND group_id = $2 AND person_id IN (SELECT value FROM json_each($3))",
        )
        .bind(&first.connection_id)
        .bind(&first.group_id)
        .bind(json_list(&people))
        .bind(self.now().as_millisecond())
        .bind(done)
        .execute(&mut self.conn)
        .await?;
        sqlx::query("RELEASE step").execute(&mut self.conn).await?;
        self.notify(StoreEvent::Connection(first.connection_id.clone()));
        Ok(())
    }

    async fn apply(&mut self, first: &Open, step: &[Open]) -> Result<(), Error> {
        let scope = Scope::of(first.connection_id.clone());
        let origin = ChangeSource { actor: first.applied_by.clone(), ..ChangeSource::default() };
        if !self.is_here(scope.connection_id()) {
            return Ok(());
        }
        if first.group_id.is_empty() {
            let Some(person) = self.person(&scope, &first.person_id).await? else { return Ok(()) };
            if first.deletes {
                return self.delete_person(&scope, person, &origin).await;
            }
            let mut document = person.document.clone();
            document.insert("active".to_owned(), Value::Bool(false));
            return self.update_person(person, document, &origin).await.map(drop);
        }
        let Some(group) = self.group(&scope, &first.group_id).await? else { return Ok(()) };
        if !first.is_of_member() {
            return self.delete_group(&scope, group, &origin).await;
        }
        let members = step.iter().map(|one| one.person_id.clone()).collect();
        let document = group.document.clone();
        let change = MemberChange::Remove(members);
        self.update_group(&scope, group, document, &[change], &origin).await.map(drop)
    }
}

/// What was being done when a copy of the workspace was made is not continued in the copy.
pub(crate) async fn end_applying(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE held_removal SET applying = 0 WHERE applying").execute(conn).await?;
    Ok(())
}
