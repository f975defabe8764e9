//! Deleting a connection. One short transaction decides it: from then on the connection no longer exists for its
//! provider, for every screen and for signing in, and its people are what was chosen for them (`pending_deletions.rs`).
//! Their rows follow in steps, each a separate transaction that lets others in between. What is left to do is read from the
//! rows themselves, so that after a process ended in the middle the next one continues.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use scim::ResourceType;
use serde_json::json;

use crate::clock::from_millis;
use crate::sql_values::json_list;
use crate::{ChangeKind, ChangeSource, Error, NameChoice, Store, StoreEvent, Tx};

/// How long a step may take on a slow disk. A batch of the writer waits for one step at most.
const STEP: Duration = Duration::from_millis(100);
/// How many rows are changed between two looks at the time.
const ROWS: i64 = 64;
/// How many times a step changes so many rows at most: their pages are what its commit writes.
const CHUNKS: u32 = 8;

scim::words! {
    /// What happens to a deleted connection's people. Nothing is preselected.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum PeopleAfterDelete {
        /// They become local accounts that cannot sign in.
        KeepDeactivated = "deactivate",
        /// They become local accounts as they are.
        KeepActive = "keep",
        /// They are deleted.
        Delete = "delete",
    }
}

impl PeopleAfterDelete {
    /// What the journal says of each of them.
    pub(crate) const fn change(self) -> ChangeKind {
        match self {
            Self::KeepDeactivated => ChangeKind::Deactivate,
            Self::KeepActive => ChangeKind::Unlink,
            Self::Delete => ChangeKind::Delete,
        }
    }

    /// A word of another version takes access away; it gives none.
    pub(crate) fn of(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::KeepDeactivated)
    }
}

/// A connection whose rows are still to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionDeletion {
    /// The connection's id.
    pub id: String,
    /// The name that it had.
    pub name: String,
    /// What happens to its people.
    pub people: PeopleAfterDelete,
    /// When it was decided.
    pub at: Timestamp,
    /// The person here who decided it.
    pub actor: Option<String>,
}

impl Store {
    /// The connections that are being deleted, the oldest decision first.
    pub async fn connection_deletions(&self) -> Result<Vec<ConnectionDeletion>, Error> {
        let rows: Vec<(String, String, String, i64, Option<String>)> = sqlx::query_as(
            "SELECT id, name, deleting, deleting_at, deleting_by FROM connection WHERE deleting IS NOT NULL ORDER BY deleting_at, id",
        )
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, name, word, at, actor)| ConnectionDeletion {
                id,
                name,
                people: PeopleAfterDelete::of(&word),
                at: from_millis(at),
                actor,
            })
            .collect())
    }

    /// One step of the deletion of a connection. `false`: nothing is left of it, or its deletion was not decided.
    ///
    /// # Errors
    /// The database's; the step is undone and can be tried again.
    pub async fn continue_deletion(&self, id: &str) -> Result<bool, Error> {
        if !self.connection_deletions().await?.iter().any(|one| one.id == id) {
            return Ok(false);
        }
        let of = id.to_owned();
        if self.write(async move |tx| tx.delete_rows(&of).await).await? {
            return Ok(true);
        }
        // The tokens go last: their use is found by them.
        let tokens: Vec<String> = sqlx::query_scalar("SELECT id FROM token WHERE connection_id = $1")
            .bind(id)
            .fetch_all(self.readers())
            .await?;
        if self.delete_activity(id, tokens).await? {
            return Ok(true);
        }
        let of = id.to_owned();
        self.write(async move |tx| tx.end_deletion(&of).await).await?;
        Ok(false)
    }
}

impl Tx {
    /// Decides that a connection is deleted, and what happens to its people. Its name is free at once. `false` when there
    /// is none, or its deletion was decided before. [`Store::continue_deletion`] does the rest.
    pub async fn delete_connection(
        &mut self,
        id: &str,
        people: PeopleAfterDelete,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        // No name has a control character in it, so no other has this one.
        let decided = sqlx::query(
            "UPDATE connection SET deleting = $2, deleting_at = $3, deleting_by = $4, name_fold = char(1) || id
             WHERE id = $1 AND deleting IS NULL",
        )
        .bind(id)
        .bind(people.as_str())
        .bind(self.now().as_millisecond())
        .bind(&origin.actor)
        .execute(&mut self.conn)
        .await?;
        if decided.rows_affected() == 0 {
            return Ok(false);
        }
        if people != PeopleAfterDelete::KeepActive {
            sqlx::query(
                "DELETE FROM remembered_session WHERE person_id IN (
                     SELECT s.person_id FROM remembered_session s JOIN person p ON p.id = s.person_id WHERE p.connection_id = $1)",
            )
            .bind(id)
            .execute(&mut self.conn)
            .await?;
        }
        sqlx::query("DELETE FROM pending_match WHERE connection_id = $1")
            .bind(id)
            .execute(&mut self.conn)
            .await?;
        self.leaving.push(id.to_owned());
        self.notify(StoreEvent::ConnectionGone(id.to_owned()));
        Ok(true)
    }

    /// Whether a provider may still write to its connection: asked inside the transaction of its request.
    pub(crate) fn is_here(&self, connection_id: &str) -> bool {
        !self.leaving.iter().any(|id| id == connection_id)
            && self.memory.clients.connection(connection_id).is_some()
    }

    /// Makes a person what their connection's deletion makes of them, before its steps get there, so that whatever else
    /// this transaction does finds them as they are shown. Nothing happens to anybody else.
    pub(crate) async fn apply_pending_deletion(&mut self, person_id: &str) -> Result<(), Error> {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT c.id FROM person p JOIN connection c ON c.id = p.connection_id
             WHERE p.id = $1 AND p.deleted_at IS NULL AND c.deleting IS NOT NULL",
        )
        .bind(person_id)
        .fetch_optional(&mut self.conn)
        .await?;
        match found {
            Some(connection_id) => self.leave(&connection_id, &[person_id.to_owned()]).await,
            None => Ok(()),
        }
    }

    /// The same for the person of this folded userName.
    pub(crate) async fn apply_pending_deletion_by_name(&mut self, user_name_fold: &str) -> Result<(), Error> {
        let found: Option<String> =
            sqlx::query_scalar("SELECT id FROM person WHERE user_name_fold = $1 AND deleted_at IS NULL")
                .bind(user_name_fold)
                .fetch_optional(&mut self.conn)
                .await?;
        match found {
            Some(id) => self.apply_pending_deletion(&id).await,
            None => Ok(()),
        }
    }

    /// As many people, tombstones, members and groups as a step has time for. `false`: none is left.
    async fn delete_rows(&mut self, id: &str) -> Result<bool, Error> {
        let begun = Instant::now();
        for _ in 0..CHUNKS {
            if begun.elapsed() >= STEP {
                break;
            }
            let people: Vec<String> = sqlx::query_scalar(
                "SELECT id FROM person WHERE connection_id = $1 AND deleted_at IS NULL LIMIT $2",
            )
            .bind(id)
            .bind(ROWS)
            .fetch_all(&mut self.conn)
            .await?;
            if !people.is_empty() {
                self.leave(id, &people).await?;
                continue;
            }
            if !self.part_tombstones(id).await? && !self.delete_group_rows(id).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes these people of a connection what its deletion makes of them.
    async fn leave(&mut self, connection_id: &str, ids: &[String]) -> Result<(), Error> {
        let decided: Option<(String, Option<String>, bool)> = sqlx::query_as(
            "SELECT deleting, deleting_by, name_choice = $2 AND names_after IS NULL
             FROM connection WHERE id = $1 AND deleting IS NOT NULL",
        )
        .bind(connection_id)
        .bind(NameChoice::default().as_str())
        .fetch_optional(&mut self.conn)
        .await?;
        let Some((word, actor, has_usual_names)) = decided else { return Ok(()) };
        let people = PeopleAfterDelete::of(&word);
        if people == PeopleAfterDelete::Delete {
            self.end_rights(ids).await?;
        }
        // A local account is shown as its resource is; what the connection's choices made of userName and name ends with it.
        let (sql, after) = match people {
            PeopleAfterDelete::KeepActive | PeopleAfterDelete::Delete => (
                "UPDATE person SET connection_id = NULL, role = 'member', external_id = NULL,
                     user_name = coalesce(document ->> 'userName', user_name), version = version + 1
                 WHERE id IN (SELECT value FROM json_each($1))",
                if people == PeopleAfterDelete::Delete { json!({}) } else { json!({"source": "local"}) },
            ),
            PeopleAfterDelete::KeepDeactivated => (
                "UPDATE person SET connection_id = NULL, role = 'member', external_id = NULL, active = 0,
                     document = json_set(document, '$.active', json('false')),
                     user_name = coalesce(document ->> 'userName', user_name), version = version + 1
                 WHERE id IN (SELECT value FROM json_each($1))",
                json!({"source": "local", "active": false}),
            ),
        };
        sqlx::query(sql).bind(json_list(ids)).execute(&mut self.conn).await?;
        if !has_usual_names && people != PeopleAfterDelete::Delete {
            self.set_usual_names(connection_id, ids).await?;
        }
        let origin = ChangeSource { actor, ..ChangeSource::default() };
        let before = json!({"source": connection_id});
        self.journal_many(&origin, ResourceType::User, ids, people.change(), &before, &after).await
    }

    /// Parts those who were deleted before from the connection. `false`: none is left.
    async fn part_tombstones(&mut self, id: &str) -> Result<bool, Error> {
        let parted = sqlx::query(
            "UPDATE person SET connection_id = NULL, role = 'member', external_id = NULL
             WHERE id IN (SELECT id FROM person WHERE connection_id = $1 LIMIT $2)",
        )
        .bind(id)
        .bind(ROWS)
        .execute(&mut self.conn)
        .await?;
        Ok(parted.rows_affected() > 0)
    }

    /// Deletes some members of one of its groups, or that group when it has none. `false`: no group is left.
    async fn delete_group_rows(&mut self, id: &str) -> Result<bool, Error> {
        let group: Option<String> =
            sqlx::query_scalar("SELECT id FROM scim_group WHERE connection_id = $1 LIMIT 1")
                .bind(id)
                .fetch_optional(&mut self.conn)
                .await?;
        let Some(group) = group else { return Ok(false) };
        let members = sqlx::query(
            "DELETE FROM member WHERE group_id = $1
             AND member_id IN (SELECT member_id FROM member WHERE group_id = $1 LIMIT $2)",
        )
        .bind(&group)
        .bind(ROWS)
        .execute(&mut self.conn)
        .await?;
        if members.rows_affected() < ROWS.unsigned_abs() {
            sqlx::query("DELETE FROM scim_group WHERE id = $1").bind(&group).execute(&mut self.conn).await?;
        }
        Ok(true)
    }

    /// Deletes the connection's own row, now that nothing points at it, and its tokens with it.
    async fn end_deletion(&mut self, id: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM connection WHERE id = $1 AND deleting IS NOT NULL")
            .bind(id)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Connection(id.to_owned()));
        Ok(())
    }
}
