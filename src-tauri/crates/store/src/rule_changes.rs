//! Setting the rules of a connection, and what follows from them: who is an Admin, and who is linked.

use crate::error::Constraint as _;
use crate::people::text_in;
use crate::sql_values::json_list;
use crate::{Account, AccountValues, ChangeKind, ChangeSource, Error, Person, Rules, Scope, StoreEvent, Tx};
use scim::{ResourceType, fold};
use serde_json::{Map, Value, json};

/// In a change of role: the name of the group that decides who is an Admin.
pub const THROUGH_GROUP: &str = "throughGroup";

impl Tx {
    /// Sets a connection's rules; who is an Admin by its group changes with them. `false`: no such connection.
    pub async fn set_rules(
        &mut self,
        connection_id: &str,
        rules: &Rules,
        origin: &ChangeSource,
    ) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE connection SET matching = $2, on_delete = $3, admin_group_id = $4, allowed_addresses = $5
             WHERE id = $1",
        )
        .bind(connection_id)
        .bind(rules.matching.as_str())
        .bind(if rules.remove_on_delete { "remove" } else { "keep" })
        .bind(&rules.admin_group_id)
        .bind(json!(rules.allowed_addresses).to_string())
        .execute(&mut self.conn)
        .await?;
        self.sync_roles(connection_id, None, origin).await?;
        self.notify(StoreEvent::Connection(connection_id.to_owned()));
        Ok(done.rows_affected() > 0)
    }

    /// A connection's rules, inside the transaction.
    pub async fn rules(&mut self, connection_id: &str) -> Result<Rules, Error> {
        let found = sqlx::query_as("SELECT * FROM connection WHERE id = $1")
            .bind(connection_id)
            .fetch_optional(&mut self.conn)
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// Makes the direct members of the connection's Admin group Admins and everybody else of it Members: `only`
    /// this person, or all. The role has this one gate, whatever request added or removed a member. While the connection is
    /// being observed, roles end and none is given.
    pub(crate) async fn sync_roles(
        &mut self,
        connection_id: &str,
        only: Option<&str>,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        self.move_roles(connection_id, only, None, origin).await?;
        Ok(())
    }

    /// Makes those of these people Admins who are in the connection's Admin group, also while the connection is being observed.
    /// Answers who became one.
    pub(crate) async fn give_roles(
        &mut self,
        connection_id: &str,
        ids: &[String],
        origin: &ChangeSource,
    ) -> Result<Vec<String>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.move_roles(connection_id, None, Some(ids), origin).await
    }

    /// `let_through`: of these people alone, whether the connection is being observed or not. Answers who became an Admin.
    async fn move_roles(
        &mut self,
        connection_id: &str,
        only: Option<&str>,
        let_through: Option<&[String]>,
        origin: &ChangeSource,
    ) -> Result<Vec<String>, Error> {
        let moved: Vec<(String, String)> = sqlx::query_as(
            "UPDATE person SET role = CASE role WHEN 'admin' THEN 'member' ELSE 'admin' END
             WHERE connection_id = $1 AND deleted_at IS NULL AND ($2 IS NULL OR id = $2)
             AND (role = 'admin') <> EXISTS (
                 SELECT 1 FROM connection c
                 JOIN scim_group g ON g.id = c.admin_group_id AND g.connection_id = c.id AND g.deleted_at IS NULL
                 JOIN member m ON m.group_id = g.id
                 WHERE c.id = $1 AND m.member_id = person.id
             )
             AND ($3 IS NULL OR id IN (SELECT value FROM json_each($3)))
             AND (role = 'admin' OR $3 IS NOT NULL
                 OR NOT EXISTS (SELECT 1 FROM connection WHERE id = $1 AND observing_since IS NOT NULL))
             RETURNING id, role",
        )
        .bind(connection_id)
        .bind(only)
        .bind(let_through.map(json_list))
        .fetch_all(&mut self.conn)
        .await?;
        let through: Option<String> = sqlx::query_scalar(
            "SELECT g.display FROM connection c JOIN scim_group g ON g.id = c.admin_group_id WHERE c.id = $1",
        )
        .bind(connection_id)
        .fetch_optional(&mut self.conn)
        .await?;
        for (before, role, kind) in
            [("admin", "member", ChangeKind::Demote), ("member", "admin", ChangeKind::Promote)]
        {
            let ids: Vec<String> =
                moved.iter().filter(|(_, now)| now == role).map(|(id, _)| id.clone()).collect();
            let (before, mut after) = (json!({ "role": before }), json!({ "role": role }));
            if let Some(group) = &through {
                after[THROUGH_GROUP] = group.as_str().into();
            }
            self.journal_many(origin, ResourceType::User, &ids, kind, &before, &after).await?;
        }
        let mut promoted = Vec::new();
        for (id, role) in moved {
            self.notify(StoreEvent::Person { connection_id: Some(connection_id.to_owned()), id: id.clone() });
            if role == "admin" {
                promoted.push(id);
            }
        }
        Ok(promoted)
    }

    /// The local account of this userName, without regard to case.
    pub async fn local_account(&mut self, user_name: &str) -> Result<Option<Account>, Error> {
        self.apply_pending_deletion_by_name(&fold(user_name)).await?;
        Ok(sqlx::query_as(
            "SELECT *, NULL AS leaving FROM person
             WHERE user_name_fold = $1 AND connection_id IS NULL AND deleted_at IS NULL ORDER BY twin",
        )
        .bind(fold(user_name))
        .fetch_optional(&mut self.conn)
        .await?)
    }

    /// Hands a local account to a connection: from now on the provider manages it. With a document, that one is
    /// its document. `None` when the account is gone, belongs to a connection already, or is an Admin's, and when the connection is gone.
    pub async fn link_account(
        &mut self,
        scope: &Scope,
        person_id: &str,
        document: Option<Map<String, Value>>,
        origin: &ChangeSource,
    ) -> Result<Option<Person>, Error> {
        let linked: Option<Person> = sqlx::query_as(
            "UPDATE person SET connection_id = $2, version = version + 1, modified_at = max(modified_at, $3)
             WHERE id = $1 AND connection_id IS NULL AND role <> 'admin' AND deleted_at IS NULL
             AND EXISTS (SELECT 1 FROM connection WHERE id = $2 AND deleting IS NULL) RETURNING *",
        )
        .bind(person_id)
        .bind(scope.connection_id())
        .bind(self.now().as_millisecond())
        .fetch_optional(&mut self.conn)
        .await
        .or_constraint()?;
        let Some(linked) = linked else { return Ok(None) };
        sqlx::query("DELETE FROM pending_match WHERE person_id = $1")
            .bind(person_id)
            .execute(&mut self.conn)
            .await?;
        self.journal(
            origin,
            ResourceType::User,
            person_id,
            ChangeKind::Link,
            &json!({ "source": "local" }),
            &json!({ "source": scope.connection_id() }),
        )
        .await?;
        let connection_id = scope.connection_id().to_owned();
        self.notify(StoreEvent::Person {
            connection_id: Some(connection_id.clone()),
            id: person_id.to_owned(),
        });
        self.notify(StoreEvent::Connection(connection_id));
        let linked = match document {
            Some(document) => self.update_person(linked, document, origin).await?,
            None => linked,
        };
        let choices = self.account_choices(Some(scope.connection_id()));
        let shown = AccountValues::of(&linked.document, choices);
        let display = shown.name.clone();
        if display != linked.display
            || Some(shown.user_name.as_str()) != text_in(&linked.document, "userName")
        {
            self.set_names(scope.connection_id(), &[(linked.id.clone(), shown)]).await?;
        }
        Ok(Some(Person { display, ..linked }))
    }
}
