//! A local account that was handed to a connection becomes a local account again.

use jiff::Timestamp;
use scim::{ResourceType, fold};
use serde_json::{Map, Value, json};

use crate::error::Constraint as _;
use crate::journal_value::{difference, take_back};
use crate::people::Columns;
use crate::previous_people::HISTORY_OF;
use crate::rule_changes::THROUGH_GROUP;
use crate::{AccountChoices, Change, ChangeSource, Error, Person, Scope, Store, StoreEvent, Tx};

/// The outcome of [`Tx::undo_link`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlinkOutcome {
    /// It is a local account again.
    Done,
    /// It was never linked, or is no connection's any more.
    NotLinked,
    /// It was linked too long ago.
    TooLate,
}

/// What the journal tells of a person besides the document.
pub(crate) const BESIDE: [&str; 7] =
    ["source", "role", "blocked", "maySignIn", "withheld", HISTORY_OF, THROUGH_GROUP];

/// What a change takes away that hands a local account to a connection.
pub(crate) const LINK: &str = r#"{"source":"local"}"#;

/// The newest link of a person. Deletion ends it: a person who returns under the id is not the local account of before.
const NEWEST_LINK: &str = "SELECT * FROM change WHERE resource_id = $1 AND before = $2
     AND id > coalesce((SELECT max(id) FROM change WHERE resource_id = $1 AND kind = 'delete'), 0)
     ORDER BY id DESC LIMIT 1";

impl Store {
    /// The change that handed a local account to the connection which has it now.
    pub async fn link_of(&self, person: &Person) -> Result<Option<Change>, Error> {
        let found: Option<Change> =
            sqlx::query_as(NEWEST_LINK).bind(&person.id).bind(LINK).fetch_optional(self.readers()).await?;
        Ok(found.filter(|change| is_of(&change.after, person)))
    }
}

/// The account is with the connection that it was handed to.
fn is_of(after: &Value, person: &Person) -> bool {
    person.connection_id.is_some()
        && after.get("source").and_then(Value::as_str) == person.connection_id.as_deref()
}

impl Tx {
    /// Undoes a link that was made at `since` or later: the account has the values again that it had here, its role
    /// of then, which is Member's, and none of the connection's groups. Whether it is active does not change: no one
    /// regains access by this. The next time the provider sends this userName, an Admin decides again.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `userName` when another person has the account's old userName by now.
    pub async fn undo_link(
        &mut self,
        person_id: &str,
        since: Timestamp,
        origin: &ChangeSource,
    ) -> Result<UnlinkOutcome, Error> {
        self.apply_pending_deletion(person_id).await?;
        let person: Option<Person> =
            sqlx::query_as("SELECT * FROM person WHERE id = $1 AND deleted_at IS NULL")
                .bind(person_id)
                .fetch_optional(&mut self.conn)
                .await?;
        let link: Option<Change> =
            sqlx::query_as(NEWEST_LINK).bind(person_id).bind(LINK).fetch_optional(&mut self.conn).await?;
        let (Some(person), Some(link)) = (person, link) else { return Ok(UnlinkOutcome::NotLinked) };
        let Some(scope) = person.connection_id.clone().map(Scope::of).filter(|_| is_of(&link.after, &person))
        else {
            return Ok(UnlinkOutcome::NotLinked);
        };
        if link.at < since {
            return Ok(UnlinkOutcome::TooLate);
        }
        let document = self.document_before(&person, link.id).await?;
        self.leave_all_groups(person_id, origin).await?;
        let columns = Columns::of(&document, person.active, AccountChoices::default());
        let now = self.now().as_millisecond();
        sqlx::query(
            "UPDATE person SET connection_id = NULL, role = 'member', user_name = $2, user_name_fold = $3,
             external_id = $4, display = $5, display_fold = $6, document = $7, version = version + 1,
             modified_at = max(modified_at, $8) WHERE id = $1",
        )
        .bind(person_id)
        .bind(&columns.user_name)
        .bind(fold(&columns.user_name))
        .bind(&columns.external_id)
        .bind(&columns.display)
        .bind(fold(&columns.display))
        .bind(Value::Object(document.clone()).to_string())
        .bind(now)
        .execute(&mut self.conn)
        .await
        .or_constraint()?;
        self.index_emails(person_id, &document).await?;
        let (mut before, mut now_is) = difference(&person.document, &document);
        before["source"] = scope.connection_id().into();
        now_is["source"] = "local".into();
        self.journal(origin, ResourceType::User, person_id, crate::ChangeKind::Unlink, &before, &now_is)
            .await?;
        self.save_match(&scope, person_id, &person.display).await?;
        self.notify(StoreEvent::Person {
            connection_id: Some(scope.connection_id().to_owned()),
            id: person_id.to_owned(),
        });
        Ok(UnlinkOutcome::Done)
    }

    /// The document as it was before that change, by taking back what the journal tells of since.
    async fn document_before(&mut self, person: &Person, change: i64) -> Result<Map<String, Value>, Error> {
        let since: Vec<(String, String)> = sqlx::query_as(
            "SELECT before, after FROM change WHERE resource_id = $1 AND id > $2 ORDER BY id DESC",
        )
        .bind(&person.id)
        .bind(change)
        .fetch_all(&mut self.conn)
        .await?;
        let mut document = person.document.clone();
        for (before, after) in since {
            let side = |text: &str| -> Result<Map<String, Value>, Error> {
                serde_json::from_str(text).map_err(|error| Error::unreadable("change", &error))
            };
            take_back(&mut document, &side(&before)?, &side(&after)?);
        }
        document.retain(|name, _| !BESIDE.contains(&name.as_str()));
        document.insert("active".to_owned(), json!(person.active));
        Ok(document)
    }
}
