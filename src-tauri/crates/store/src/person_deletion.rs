//! Deletion: what ends with a person, whichever way they are deleted, and who returns under the old id.

use scim::fold;
use serde_json::{Map, Value, json};

use crate::error::Constraint as _;
use crate::members::leave_groups_sql;
use crate::people::Columns;
use crate::sql_values::{arguments, json_list, more_arguments};
use crate::tx_connection::{Led, led, with_sweep};
use crate::{ChangeSource, Error, Person, Role, Scope, Tx};

/// Makes tombstones of the people whose ids are in the list `$1`, at `$2`.
macro_rules! end_rights_sql {
    () => {
        "UPDATE person SET deleted_at = $2, modified_at = max(modified_at, $2), active = 0, role = 'member', password_hash = NULL,
         must_choose_password = 0, blocked_at = NULL, blocked_by = NULL
         WHERE id IN (SELECT value FROM json_each($1)) AND deleted_at IS NULL;
         DELETE FROM remembered_session WHERE person_id IN (SELECT value FROM json_each($1));
         DELETE FROM pending_match WHERE person_id IN (SELECT value FROM json_each($1))"
    };
}

const END_RIGHTS: Led = led!(end_rights_sql!());

/// Deletes the person `$3`: their memberships and rights end, and the journal has what there was, with `$7` for the document.
/// The tombstone is removed where that is the rule of the connection `$8`. The request arrived at `$9`.
const DELETE: Led = led!(with_sweep!(concat!(
    leave_groups_sql!(),
    "; INSERT INTO change (at, connection_id, activity_id, actor, resource_type, resource_id, kind, before, after,
         requested_at)
     SELECT $2, $4, $5, $6, 'User', id, 'delete',
         CASE WHEN password_hash IS NULL AND blocked_at IS NULL THEN $7 ELSE json_patch($7, json_object(
             'maySignIn', iif(password_hash IS NOT NULL, json('true'), NULL),
             'blocked', iif(blocked_at IS NOT NULL, json('true'), NULL)
         )) END, '{}', $9
     FROM person WHERE id = $3; ",
    end_rights_sql!(),
    "; DELETE FROM person WHERE id = $3 AND EXISTS (SELECT 1 FROM connection WHERE id = $8 AND on_delete = 'remove')"
)));

impl Tx {
    /// Makes tombstones of these people. Everything that they may do, and everything that was decided about them
    /// here, ends: password and passcode, role, remembered sessions, block, waiting decisions. Identity and profile
    /// remain for the journal and for [`Tx::returning`].
    ///
    /// Every path that deletes people runs [`end_rights_sql`], so that no right outlives its owner. The memberships end by
    /// [`leave_groups_sql`], which journals each.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when no local Admin would be left.
    pub(crate) async fn end_rights(&mut self, ids: &[String]) -> Result<(), Error> {
        let arguments = arguments!(json_list(ids), self.now().as_millisecond())?;
        self.conn.fetch_led(&END_RIGHTS, arguments).await.or_constraint().map(drop)
    }

    /// Deletes one person, of the scope's connection or a local one: ends the rights and the memberships, and journals what
    /// there was.
    pub(crate) async fn delete_person_rows(
        &mut self,
        person: &Person,
        scope: Option<&Scope>,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let mut before = person.document.clone();
        if person.role == Role::Admin {
            before.insert("role".to_owned(), json!(person.role));
        }
        let arguments = more_arguments!(
            self.departure(Some(json_list(std::slice::from_ref(&person.id))), &person.id, origin)?,
            Value::Object(before).to_string(),
            scope.map(Scope::connection_id),
            origin.requested_millis()
        )?;
        let left = self.conn.fetch_and_sweep(&DELETE, arguments).await.or_constraint()?;
        self.notify_left(&left)
    }

    /// The tombstone whose owner this document brings back under the old id: userName and externalId are both present
    /// and equal, and the externalId is independent of the name, so that it can't pass to another person with it. One whose history was attached to another person does not return.
    pub(crate) async fn returning(
        &mut self,
        scope: &Scope,
        columns: &Columns,
        document: &Map<String, Value>,
    ) -> Result<Option<String>, Error> {
        let Some(external_id) = columns.external_id.as_deref().filter(|id| is_independent(id, document))
        else {
            return Ok(None);
        };
        let found: Option<(String, String)> = sqlx::query_as(
            "SELECT id, document FROM person WHERE connection_id = $1 AND user_name_fold = $2 AND external_id = $3
             AND deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attached_history WHERE deleted_person_id = person.id)
             ORDER BY deleted_at DESC, id DESC LIMIT 1",
        )
        .bind(scope.connection_id())
        .bind(fold(&columns.user_name))
        .bind(external_id)
        .fetch_optional(&mut self.conn)
        .await?;
        let Some((id, text)) = found else { return Ok(None) };
        let before: Map<String, Value> =
            serde_json::from_str(&text).map_err(|error| Error::unreadable("person", &error))?;
        Ok(is_independent(external_id, &before).then_some(id))
    }
}

/// Whether an externalId says more than the person's name does. Entra's default source, `mailNickname`, is the name
/// once more and passes to the next person of that name (Microsoft, "Customize user provisioning attribute-mappings").
/// Letters and digits alone are compared, folded, with userName, e-mail addresses, their local parts, displayName,
/// nickName and the usual short forms of given and family name.
fn is_independent(external_id: &str, document: &Map<String, Value>) -> bool {
    let names = names_of(document);
    [squash(external_id), squash(local_part(external_id))]
        .iter()
        .all(|text| !text.is_empty() && !names.contains(text))
}

fn names_of(document: &Map<String, Value>) -> Vec<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = |part: &str| squash(&text(document.get("name").and_then(|name| name.get(part))));
    let emails = document.get("emails").and_then(Value::as_array).into_iter().flatten();
    let mut names = Vec::new();
    for address in emails.map(|email| text(email.get("value"))).chain([text(document.get("userName"))]) {
        names.extend([squash(&address), squash(local_part(&address))]);
    }
    names.extend(["displayName", "nickName"].map(|attribute| squash(&text(document.get(attribute)))));
    let (given, family) = (name("givenName"), name("familyName"));
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    names.extend([
        format!("{given}{family}"),
        format!("{family}{given}"),
        format!("{}{family}", first(&given)),
        format!("{family}{}", first(&given)),
        format!("{given}{}", first(&family)),
        given,
        family,
    ]);
    names
}

/// The part before the `@`, without the domain of `DOMAIN\name`.
fn local_part(text: &str) -> &str {
    let name = text.rsplit('\\').next().unwrap_or(text);
    name.split('@').next().unwrap_or(name)
}

fn squash(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_that_repeats_the_name_says_nothing_about_who_it_is() {
        let ada = json!({
            "userName": "Ada.King@contoso.com", "displayName": "Ada King-Noel", "nickName": "Countess",
            "name": {"givenName": "Ada", "familyName": "King"},
            "emails": [{"value": "ada@contoso.com"}, {"value": "lovelace@old.example"}],
        });
        let ada = ada.as_object().unwrap();
        for same in [
            "ada.king@contoso.com",
            "ADA.KING",
            "adaking",
            "ada",
            "Lovelace",
            "lovelace@other.example",
            "aking",
            "kinga",
            "CONTOSO\\ada.king",
            "Ada King-Noel",
            "countess",
            "king",
            "--",
            "",
        ] {
            assert!(!is_independent(same, ada), "{same} passes to the next person of this name");
        }
        for own in ["5f0d7f0e-1111-4c1c-9d1e-2a2b2c2d2e2f", "00u1abcdEFGH2ijkl3m4", "4711", "x-ada", "ada-2"]
        {
            assert!(is_independent(own, ada), "{own} was given to this person");
        }
    }
}
