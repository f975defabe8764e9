//! Deletion: what ends with a person, whichever way they are deleted, and who returns under the old id.

use scim::{ResourceType, fold};
use serde_json::{Map, Value, json};

use crate::error::Constraint as _;
use crate::people::Columns;
use crate::sql_values::json_list;
use crate::{ChangeKind, ChangeSource, Error, Person, Scope, Tx};

impl Tx {
    /// Makes tombstones of these people. Everything that they may do, and everything that was decided about them
    /// here, ends: password and passcode, role, remembered sessions, block, waiting decisions. Identity and profile
    /// remain for the journal and for [`Tx::returning`].
    ///
    /// Every path that deletes a person goes through this function, so that no right outlives its owner. The
    /// memberships end by [`Tx::leave_all_groups`], which journals each.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when no local Admin would be left.
    pub(crate) async fn end_rights(&mut self, ids: &[String]) -> Result<(), Error> {
        let ids = json_list(ids);
        sqlx::query(
            "UPDATE person SET deleted_at = $2, modified_at = $2, active = 0, role = 'member', password_hash = NULL,
             must_choose_password = 0, blocked_at = NULL, blocked_by = NULL
             WHERE id IN (SELECT value FROM json_each($1)) AND deleted_at IS NULL",
        )
        .bind(&ids)
        .bind(self.now().as_millisecond())
        .execute(&mut self.conn)
        .await
        .or_constraint()?;
        for sql in [
            "DELETE FROM remembered_session WHERE person_id IN (SELECT value FROM json_each($1))",
            "DELETE FROM pending_match WHERE person_id IN (SELECT value FROM json_each($1))",
        ] {
            sqlx::query(sql).bind(&ids).execute(&mut self.conn).await?;
        }
        Ok(())
    }

    /// Deletes one person: ends the rights and the memberships, and journals what there was.
    pub(crate) async fn delete_person_rows(
        &mut self,
        person: &Person,
        origin: &ChangeSource,
    ) -> Result<(), Error> {
        let (may_sign_in, blocked): (bool, bool) = sqlx::query_as(
            "SELECT password_hash IS NOT NULL, blocked_at IS NOT NULL FROM person WHERE id = $1",
        )
        .bind(&person.id)
        .fetch_one(&mut self.conn)
        .await?;
        self.end_rights(std::slice::from_ref(&person.id)).await?;
        self.leave_all_groups(&person.id, origin).await?;
        let mut before = person.document.clone();
        let ended = [
            ("role", person.role == crate::Role::Admin, json!(person.role)),
            ("maySignIn", may_sign_in, json!(true)),
            ("blocked", blocked, json!(true)),
        ];
        before.extend(
            ended.into_iter().filter(|(_, had, _)| *had).map(|(name, _, was)| (name.to_owned(), was)),
        );
        let (before, after) = (Value::Object(before), Value::Object(Map::new()));
        self.journal(origin, ResourceType::User, &person.id, ChangeKind::Delete, &before, &after).await
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
