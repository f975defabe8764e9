//! Local accounts: people without a connection who sign in here with a password.

use scim::fold;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::account_values::email_place;
use crate::error::Constraint as _;
use crate::sql_values::{json_list, signed};
use crate::{
    AccountChoices, AccountValues, ChangeKind, ChangeSource, EmailChoice, Error, PeopleAfterDelete, Person,
    Role, Store, StoreEvent, Tx,
};

/// What signing in needs to know of a person.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column, and they are independent")]
pub struct Account {
    /// The person's id.
    pub id: String,
    /// The name in greetings.
    pub name: String,
    /// The userName, as it is shown; an e-mail address for local accounts.
    pub user_name: String,
    /// Where the person comes from; `None` for local accounts.
    pub connection_id: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether the account is active.
    pub active: bool,
    /// Barred from signing in by an Admin here.
    pub blocked: bool,
    /// The connection is being observed, or was when the account became active, and no Admin has let the person through.
    pub withheld: bool,
    /// Signed in with a passcode so far: a password must be chosen.
    pub must_choose_password: bool,
    /// The Argon2id hash in PHC form; `None` for people who cannot sign in here.
    pub password_hash: Option<String>,
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let (role, leaving): (String, Option<String>) = (row.try_get("role")?, row.try_get("leaving")?);
        let leaving = leaving.as_deref().map(PeopleAfterDelete::of);
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("display")?,
            user_name: row.try_get("user_name")?,
            connection_id: row.try_get::<Option<String>, _>("connection_id")?.filter(|_| leaving.is_none()),
            role: if leaving.is_none() { Role::from_word(&role) } else { Role::Member },
            active: row.try_get::<bool, _>("active")? && leaving != Some(PeopleAfterDelete::KeepDeactivated),
            blocked: row.try_get::<Option<i64>, _>("blocked_at")?.is_some(),
            withheld: row.try_get::<Option<i64>, _>("withheld_at")?.is_some(),
            must_choose_password: row.try_get("must_choose_password")?,
            password_hash: row.try_get("password_hash")?,
        })
    }
}

impl Account {
    /// Whether a session of this person may begin and continue. `may_sign_in_sql` is the same for a row.
    pub const fn may_sign_in(&self) -> bool {
        self.active && !self.blocked && !self.withheld
    }
}

/// Whether the person of a row may sign in, as `Account::may_sign_in` says it.
macro_rules! may_sign_in_sql {
    () => {
        "active = 1 AND blocked_at IS NULL AND withheld_at IS NULL AND deleted_at IS NULL"
    };
}
pub(crate) use may_sign_in_sql;

/// What a local account is called: as lists show it, as it signs in, and where a message reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountNames {
    /// displayName.
    pub name: String,
    /// Unique in the workspace, whatever its case.
    pub user_name: String,
    /// The account's e-mail address; empty when there is none.
    pub email: String,
}

impl AccountNames {
    /// What the person is called now.
    pub fn of(person: &Person) -> Self {
        let user_name = person.document.get("userName").and_then(Value::as_str).unwrap_or_default();
        let values = AccountValues::of(&person.document, AccountChoices::default());
        Self {
            name: person.display.clone(),
            user_name: user_name.to_owned(),
            email: values.email.unwrap_or_default(),
        }
    }
}

/// What an account is read from: the person, and what the deletion of their connection makes of them, if it was decided.
macro_rules! account {
    () => {
        "SELECT person.*, (SELECT deleting FROM connection WHERE id = person.connection_id) AS leaving
         FROM person WHERE deleted_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM connection c WHERE c.id = person.connection_id AND c.deleting = 'delete')"
    };
}

/// Those with a password who match the text of the first bind.
macro_rules! has_password {
    () => {
        " AND password_hash IS NOT NULL
         AND ($1 = '' OR instr(display_fold, $1) > 0 OR instr(user_name_fold, $1) > 0)"
    };
}

impl Store {
    /// Whether anybody can sign in yet.
    pub async fn has_accounts(&self) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE password_hash IS NOT NULL AND deleted_at IS NULL)",
        )
        .fetch_one(self.readers())
        .await?)
    }

    /// Whether there is any person or connection.
    pub async fn has_content(&self) -> Result<bool, Error> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM person) OR EXISTS (SELECT 1 FROM connection)")
            .fetch_one(self.readers())
            .await?)
    }

    /// The account that signs in under this name, without regard to case.
    pub async fn account_named(&self, user_name: &str) -> Result<Option<Account>, Error> {
        Ok(sqlx::query_as(concat!(account!(), " AND user_name_fold = $1 ORDER BY twin"))
            .bind(fold(user_name))
            .fetch_optional(self.readers())
            .await?)
    }

    /// The accounts that sign in under one of these names, which are folded.
    pub async fn accounts_named(&self, folded: &[String]) -> Result<Vec<Account>, Error> {
        Ok(sqlx::query_as(concat!(account!(), " AND user_name_fold IN (SELECT value FROM json_each($1))"))
            .bind(json_list(folded))
            .fetch_all(self.readers())
            .await?)
    }

    /// The account with this id.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, Error> {
        Ok(sqlx::query_as(concat!(account!(), " AND id = $1"))
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// Who has a password here, whether it lets them in at the moment or not, by name: those with `search` in their
    /// name or userName who stand behind this name and id.
    pub async fn accounts(
        &self,
        search: &str,
        after: (&str, &str),
        limit: u64,
    ) -> Result<Vec<Account>, Error> {
        Ok(sqlx::query_as(concat!(
            account!(),
            has_password!(),
            " AND (display_fold, id) > ($2, $3) ORDER BY display_fold, id LIMIT $4",
        ))
        .bind(fold(search.trim()))
        .bind(fold(after.0))
        .bind(after.1)
        .bind(signed(limit))
        .fetch_all(self.readers())
        .await?)
    }

    /// How many have a password here and `search` in their name or userName.
    pub async fn account_count(&self, search: &str) -> Result<u64, Error> {
        let count: i64 =
            sqlx::query_scalar(concat!("SELECT count(*) FROM (", account!(), has_password!(), ")"))
                .bind(fold(search.trim()))
                .fetch_one(self.readers())
                .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Those who may sign in at this moment, by name, at most `limit`.
    pub async fn accounts_that_may_sign_in(&self, limit: u32) -> Result<Vec<Account>, Error> {
        Ok(sqlx::query_as(concat!(
            account!(),
            " AND password_hash IS NOT NULL AND leaving IS NOT 'deactivate' AND ",
            may_sign_in_sql!(),
            " ORDER BY display_fold, id LIMIT $1",
        ))
        .bind(limit)
        .fetch_all(self.readers())
        .await?)
    }

    /// The oldest local Admin who is active and not blocked: the recovery key leads to this account.
    pub async fn first_admin(&self) -> Result<Option<Account>, Error> {
        Ok(sqlx::query_as(concat!(
            account!(),
            " AND connection_id IS NULL AND role = 'admin' AND ",
            may_sign_in_sql!(),
            " ORDER BY id LIMIT 1",
        ))
        .fetch_optional(self.readers())
        .await?)
    }
}

impl Tx {
    /// Whether anybody can sign in yet, asked inside the transaction so that two first runs cannot both win.
    pub async fn has_accounts(&mut self) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM person WHERE password_hash IS NOT NULL AND deleted_at IS NULL)",
        )
        .fetch_one(&mut self.conn)
        .await?)
    }

    /// Makes a local account. [`Error::Duplicate`] when the userName is taken.
    pub async fn create_account(
        &mut self,
        name: &str,
        email: &str,
        role: Role,
        password_hash: &str,
        origin: &ChangeSource,
    ) -> Result<Account, Error> {
        let mut document = Map::new();
        document.insert("userName".into(), email.into());
        document.insert("displayName".into(), name.into());
        document.insert("emails".into(), serde_json::json!([{ "value": email, "primary": true }]));
        document.insert("active".into(), true.into());
        self.apply_pending_deletion_by_name(&fold(email)).await?;
        let id = self.new_id();
        let now = self.now().as_millisecond();
        let account = sqlx::query_as(
            "INSERT INTO person (id, user_name, user_name_fold, display, display_fold, active, role, password_hash,
             document, version, created_at, modified_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, 1, $9, $9)
             RETURNING *, NULL AS leaving",
        )
        .bind(&id)
        .bind(email)
        .bind(fold(email))
        .bind(name)
        .bind(fold(name))
        .bind(role.as_str())
        .bind(password_hash)
        .bind(Value::Object(document.clone()).to_string())
        .bind(now)
        .fetch_one(&mut self.conn)
        .await
        .or_constraint()?;
        self.index_emails(&id, &document).await?;
        self.journal(
            origin,
            scim::ResourceType::User,
            &id,
            ChangeKind::Create,
            &Value::Object(Map::new()),
            &Value::Object(document),
        )
        .await?;
        self.notify(StoreEvent::Person { connection_id: None, id });
        Ok(account)
    }

    /// Gives a local account another name, userName and primary e-mail address; everything else of it is left. `None`
    /// when there is no such local account.
    ///
    /// # Errors
    /// [`Error::Duplicate`] `userName` when another person in the workspace has it, whatever its case.
    pub async fn edit_account(
        &mut self,
        id: &str,
        wanted: &AccountNames,
        origin: &ChangeSource,
    ) -> Result<Option<Person>, Error> {
        let Some(person) = self.local_person(id).await? else { return Ok(None) };
        self.apply_pending_deletion_by_name(&fold(&wanted.user_name)).await?;
        let mut document = person.document.clone();
        let before = AccountNames::of(&person);
        if wanted.name != before.name {
            document.insert("displayName".into(), wanted.name.clone().into());
        }
        if wanted.user_name != before.user_name {
            document.insert("userName".into(), wanted.user_name.clone().into());
        }
        if wanted.email != before.email {
            let mut emails = document.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
            let place = email_place(&document, EmailChoice::default()).unwrap_or(emails.len());
            let fresh = serde_json::json!({ "value": wanted.email, "primary": true });
            match emails.get_mut(place).and_then(Value::as_object_mut) {
                Some(email) => drop(email.insert("value".into(), wanted.email.clone().into())),
                None => emails.push(fresh),
            }
            document.insert("emails".into(), emails.into());
        }
        Ok(Some(self.update_person(person, document, origin).await?))
    }

    /// Replaces a hash of a person's password by another one of the same password: the session that is remembered does not end.
    /// `false`, and nothing is written, when the person has had another one since.
    pub async fn replace_hash(&mut self, person_id: &str, before: &str, after: &str) -> Result<bool, Error> {
        let remembered: Option<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT hash, expires_at FROM remembered_session WHERE person_id = $1")
                .bind(person_id)
                .fetch_optional(&mut self.conn)
                .await?;
        let done = sqlx::query("UPDATE person SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
            .bind(person_id)
            .bind(before)
            .bind(after)
            .execute(&mut self.conn)
            .await?;
        let is_done = done.rows_affected() > 0;
        if let Some((hash, expires_at)) = remembered.filter(|_| is_done) {
            // A trigger ends it with the hash.
            sqlx::query("INSERT INTO remembered_session (person_id, hash, expires_at) VALUES ($1, $2, $3)")
                .bind(person_id)
                .bind(hash)
                .bind(expires_at)
                .execute(&mut self.conn)
                .await?;
        }
        Ok(is_done)
    }

    /// Replaces the password that `account` was read with. `false`, and nothing is written, when that account has
    /// had another one or lost access since.
    pub async fn replace_password(&mut self, account: &Account, password_hash: &str) -> Result<bool, Error> {
        let done = sqlx::query(concat!(
            "UPDATE person SET password_hash = $2, must_choose_password = 0 WHERE id = $1 AND password_hash IS $3 AND ",
            may_sign_in_sql!()
        ))
        .bind(&account.id)
        .bind(password_hash)
        .bind(&account.password_hash)
        .execute(&mut self.conn)
        .await?;
        let is_done = done.rows_affected() > 0;
        if is_done {
            let origin = ChangeSource { actor: Some(account.id.clone()), ..ChangeSource::default() };
            let nothing = Value::Object(Map::new());
            let user = scim::ResourceType::User;
            self.journal(&origin, user, &account.id, ChangeKind::Password, &nothing, &nothing).await?;
        }
        Ok(is_done)
    }
}
