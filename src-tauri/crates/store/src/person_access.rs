//! What an Admin here decides about a person, whatever a provider says: block, role, access, sign-in.

use scim::ResourceType;
use serde_json::{Value, json};

use crate::accounts::may_sign_in_sql;
use crate::error::Constraint as _;
use crate::sql_values::json_list;
use crate::{ChangeKind, ChangeSource, Error, Person, Role, Store, StoreEvent, Tx};

impl Tx {
    /// Bars a person from signing in, or lifts it. It survives every sync. `false` when there is no such person.
    pub async fn block_person(
        &mut self,
        id: &str,
        blocked: bool,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        self.apply_pending_deletion(id).await?;
        let is_here: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM person WHERE id = $1 AND deleted_at IS NULL)")
                .bind(id)
                .fetch_one(&mut self.conn)
                .await?;
        if is_here {
            self.block_people(&[id.to_owned()], blocked, origin).await?;
        }
        Ok(is_here)
    }

    /// Bars these people from signing in, or lifts it, all or none of them. Answers for how many that was a change.
    pub async fn block_people(
        &mut self,
        ids: &[String],
        blocked: bool,
        origin: &ChangeSource,
    ) -> Result<u64, Error> {
        let others: Vec<(String, Option<String>)> = sqlx::query_as(
            "UPDATE person SET blocked_at = CASE WHEN $2 THEN $3 END, blocked_by = CASE WHEN $2 THEN $4 END
             WHERE id IN (SELECT value FROM json_each($1)) AND deleted_at IS NULL
             AND (blocked_at IS NOT NULL) <> $2 RETURNING id, connection_id",
        )
        .bind(json_list(ids))
        .bind(blocked)
        .bind(self.now().as_millisecond())
        .bind(&origin.actor)
        .fetch_all(&mut self.conn)
        .await
        .or_constraint()?;
        let changed: Vec<String> = others.iter().map(|(id, _)| id.clone()).collect();
        let (before, after) = (json!({ "blocked": !blocked }), json!({ "blocked": blocked }));
        let kind = if blocked { ChangeKind::Block } else { ChangeKind::Unblock };
        self.journal_many(origin, ResourceType::User, &changed, kind, &before, &after).await?;
        for (id, connection_id) in others {
            self.notify(if blocked {
                StoreEvent::PersonGone { connection_id, id }
            } else {
                StoreEvent::Person { connection_id, id }
            });
        }
        Ok(changed.len() as u64)
    }

    /// Gives a local account another role. An Admin can sign in: who becomes one is let through by it. `false` when there is no
    /// such local account.
    pub async fn set_role(&mut self, id: &str, role: Role, origin: &ChangeSource) -> Result<bool, Error> {
        self.apply_pending_deletion(id).await?;
        let before: Option<String> = sqlx::query_scalar(
            "SELECT role FROM person WHERE id = $1 AND connection_id IS NULL AND deleted_at IS NULL",
        )
        .bind(id)
        .fetch_optional(&mut self.conn)
        .await?;
        let Some(before) = before else { return Ok(false) };
        if before == role.as_str() {
            return Ok(true);
        }
        sqlx::query(
            "UPDATE person SET role = $2, withheld_at = iif($2 = 'admin', NULL, withheld_at) WHERE id = $1",
        )
        .bind(id)
        .bind(role.as_str())
        .execute(&mut self.conn)
        .await
        .or_constraint()?;
        let kind = if role == Role::Admin { ChangeKind::Promote } else { ChangeKind::Demote };
        self.record_change(id, kind, &json!({ "role": before }), &json!({ "role": role.as_str() }), origin)
            .await?;
        Ok(true)
    }

    /// A local account by id, for changes that providers make on their own people.
    pub async fn local_person(&mut self, id: &str) -> Result<Option<Person>, Error> {
        self.apply_pending_deletion(id).await?;
        Ok(sqlx::query_as(
            "SELECT * FROM person WHERE id = $1 AND connection_id IS NULL AND deleted_at IS NULL",
        )
        .bind(id)
        .fetch_optional(&mut self.conn)
        .await?)
    }

    /// Deletes a local account: all rights end; a tombstone remains for the journal.
    pub async fn delete_local_person(&mut self, person: Person, origin: &ChangeSource) -> Result<(), Error> {
        self.delete_person_rows(&person, None, origin).await?;
        self.notify(StoreEvent::PersonGone { connection_id: None, id: person.id });
        Ok(())
    }

    /// Lets a person sign in with a passcode that must be changed at first use, or with `None` no longer lets them.
    /// `false` when there is no such person.
    pub async fn allow_sign_in(
        &mut self,
        id: &str,
        passcode_hash: Option<&str>,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        self.apply_pending_deletion(id).await?;
        let done = sqlx::query(
            "UPDATE person SET password_hash = $2, must_choose_password = 1 WHERE id = $1 AND deleted_at IS NULL",
        )
        .bind(id)
        .bind(passcode_hash)
        .execute(&mut self.conn)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let allowed = passcode_hash.is_some();
        let kind = if allowed { ChangeKind::Allow } else { ChangeKind::Forbid };
        self.record_change(
            id,
            kind,
            &json!({ "maySignIn": !allowed }),
            &json!({ "maySignIn": allowed }),
            origin,
        )
        .await?;
        Ok(true)
    }

    pub(crate) async fn record_change(
        &mut self,
        id: &str,
        kind: ChangeKind,
        before: &Value,
        after: &Value,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        self.journal(origin, ResourceType::User, id, kind, before, after).await?;
        let connection_id: Option<String> =
            sqlx::query_scalar("SELECT connection_id FROM person WHERE id = $1")
                .bind(id)
                .fetch_one(&mut self.conn)
                .await?;
        let id = id.to_owned();
        self.notify(if kind == ChangeKind::Forbid {
            StoreEvent::PersonGone { connection_id, id }
        } else {
            StoreEvent::Person { connection_id, id }
        });
        Ok(())
    }
}

impl Store {
    /// Who blocked a person who is blocked: the Admin's id, or an empty text for the command line.
    pub async fn blocked_by(&self, id: &str) -> Result<Option<String>, Error> {
        let found: Option<(Option<i64>, Option<String>)> =
            sqlx::query_as("SELECT blocked_at, blocked_by FROM person WHERE id = $1")
                .bind(id)
                .fetch_optional(self.readers())
                .await?;
        Ok(found.and_then(|(at, by)| at.map(|_| by.unwrap_or_default())))
    }

    /// The ids of those of these people who may sign in, as [`crate::Account::may_sign_in`] says it.
    pub async fn who_may_sign_in(&self, ids: &[String]) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(concat!(
            "SELECT id FROM person WHERE id IN (SELECT value FROM json_each($1)) AND ",
            may_sign_in_sql!()
        ))
        .bind(json_list(ids))
        .fetch_all(self.readers())
        .await?)
    }
}
