//! Whether a write of a client is refused because of what it takes away. It is decided after the write has run and before it
//! is committed, so that exactly what it removed is counted.

use std::sync::Arc;

use serde_json::json;

use super::{BrakeMode, Hold, Removal, UNANSWERED};
use crate::{ChangeSource, Connection, Error, KnownConnection, Scope, StoreEvent, Tx};

/// The removals that this statement is about: `$2` is a JSON array of them.
macro_rules! among {
    () => {
        "connection_id = $1 AND (person_id, group_id) IN (
             SELECT json_extract(value, '$.person_id'), json_extract(value, '$.group_id') FROM json_each($2))"
    };
}

impl Tx {
    /// Notes what a client's write takes away, if its connection holds removals or has held some, or if the disk has space for
    /// nothing else.
    pub(crate) fn note_removals(
        &mut self,
        origin: &ChangeSource,
        removals: impl IntoIterator<Item = Removal>,
    ) {
        if self.is_for_removals || self.is_braked(origin) {
            let of = |one| Removal { activity_id: origin.activity_id.clone(), ..one };
            self.removals.extend(removals.into_iter().map(of));
        }
    }

    /// The same for a group that is deleted: what was noted of its members belongs to it.
    pub(crate) fn note_group_removal(&mut self, origin: &ChangeSource, group_id: &str) {
        if self.is_for_removals || self.is_braked(origin) {
            self.removals.retain(|one| one.group_id != group_id);
            self.note_removals(origin, [Removal::of_group(group_id)]);
        }
    }

    /// Forgets what was held and a client wants to remain now: access, where `group_id` is empty, or membership.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn withdraw_removals(
        &mut self,
        origin: &ChangeSource,
        ids: &[String],
        group_id: &str,
    ) -> Result<(), Error> {
        // A hold may have begun earlier in this transaction, which is not in memory yet.
        let Some(known) = self.client(origin).filter(|_| self.is_braked(origin)) else { return Ok(()) };
        let wanted: Vec<Removal> = ids.iter().map(|id| Removal::of_member(id, group_id)).collect();
        self.forget_removals(&known.id, &wanted).await?;
        self.withdrawn.extend(wanted);
        Ok(())
    }

    async fn forget_removals(&mut self, connection_id: &str, these: &[Removal]) -> Result<(), Error> {
        sqlx::query(concat!("DELETE FROM held_removal WHERE ", among!()))
            .bind(connection_id)
            .bind(json!(these).to_string())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Whether this is a client whose connection holds removals or has held some. No statement is needed to know.
    pub(crate) fn is_braked(&self, origin: &ChangeSource) -> bool {
        self.client(origin).is_some_and(|known| known.brake_mode == BrakeMode::Hold || known.has_hold)
    }

    /// The connection, if this is its client.
    fn client(&self, origin: &ChangeSource) -> Option<Arc<KnownConnection>> {
        let id = origin.connection_id.as_deref().filter(|_| origin.actor.is_none())?;
        self.memory.clients.connection(id)
    }

    /// Whether the write that has run up to here is refused because of what it removes. Then all that it wrote since its begin,
    /// with the notices from `notices` on, is undone, and what it wanted to remove is stored.
    ///
    /// # Errors
    /// SQLite's.
    pub(crate) async fn holds_back(&mut self, scope: &Scope, notices: usize) -> Result<bool, Error> {
        if self.removals.is_empty() {
            return Ok(false);
        }
        let wanted = json!(std::mem::take(&mut self.removals)).to_string();
        let connection: Option<Connection> =
            sqlx::query_as("SELECT * FROM connection WHERE id = $1 AND deleting IS NULL")
                .bind(scope.connection_id())
                .fetch_optional(&mut self.conn)
                .await?;
        let Some(connection) = connection else { return Ok(false) };
        let is_refusing = connection.hold.as_ref().is_some_and(Hold::is_refusing);
        if !is_refusing {
            if connection.hold.is_some() {
                self.note_arrivals(&connection.id, &wanted).await?;
            }
            if connection.brake.mode != BrakeMode::Hold || !self.passes_thresholds(&connection).await? {
                return Ok(false);
            }
        }
        self.conn.undo_write().await?;
        self.keep_notices(notices);
        // What the client wants to remain is not held any more, although the rest of its write is refused.
        let withdrawn = std::mem::take(&mut self.withdrawn);
        if !withdrawn.is_empty() {
            self.forget_removals(&connection.id, &withdrawn).await?;
        }
        if !is_refusing {
            self.begin_hold(&connection.id).await?;
        }
        sqlx::query(
            "INSERT INTO held_removal (connection_id, person_id, group_id, deletes, at, activity_id)
             SELECT $1, json_extract(value, '$.person_id'), json_extract(value, '$.group_id'),
                 json_extract(value, '$.deletes'), $3, json_extract(value, '$.activity_id') FROM json_each($2) WHERE true
             ON CONFLICT DO UPDATE SET deletes = excluded.deletes, at = excluded.at, activity_id = excluded.activity_id,
                 arrived_at = NULL",
        )
        .bind(&connection.id)
        .bind(wanted)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Connection(connection.id));
        Ok(true)
    }

    /// Marks those of the removals that were let through as arrived.
    async fn note_arrivals(&mut self, connection_id: &str, removals: &str) -> Result<(), Error> {
        sqlx::query(concat!(
            "UPDATE held_removal SET arrived_at = $3 WHERE ",
            among!(),
            " AND let_through_at IS NOT NULL AND arrived_at IS NULL"
        ))
        .bind(connection_id)
        .bind(removals)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Whether the removals up to now, this write's included, are a mass change.
    async fn passes_thresholds(&mut self, connection: &Connection) -> Result<bool, Error> {
        let (now, thresholds) = (self.now(), &connection.brake.thresholds);
        let lost = crate::removals::lost(self.conn.begun().await?, connection, now).await?;
        let is_mass = |hour: u64, day: u64, had_access: bool| {
            let before = |people| lost.active + if had_access { people } else { 0 };
            thresholds.is_mass_in_an_hour(hour, before(hour)) || thresholds.is_mass_in_a_day(day, before(day))
        };
        Ok(lost.admins > 0
            || is_mass(lost.accounts.0, lost.accounts.1, true)
            || is_mass(lost.members.0, lost.members.1, false))
    }

    /// From now on removals are refused. What was held before and is not to be done any more is forgotten.
    async fn begin_hold(&mut self, connection_id: &str) -> Result<(), Error> {
        let now = self.now();
        sqlx::query(
            "UPDATE connection SET hold_since = $2, hold_pauses_at = $3, hold_answer = NULL, hold_answered_at = NULL,
             hold_answered_by = NULL WHERE id = $1",
        )
        .bind(connection_id)
        .bind(now.as_millisecond())
        .bind((now + UNANSWERED).as_millisecond())
        .execute(&mut self.conn)
        .await?;
        // What was let through before and has not arrived is held with the others.
        sqlx::query(
            "UPDATE held_removal SET let_through_at = NULL WHERE connection_id = $1 AND arrived_at IS NULL AND applying = 0",
        )
        .bind(connection_id)
        .execute(&mut self.conn)
        .await?;
        self.forget_ended_removals(connection_id).await
    }
}
