//! What Foundational shows for a person: the name in lists, the userName and the account's e-mail address. They follow from the
//! SCIM resource by the choices of the person's connection; the resource itself remains as it arrived.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::UserNameChoice;

scim::words! {
    /// Which e-mail address is the account's. Where there is none such, it is the primary one, else the first.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum EmailChoice {
        /// The one that is `primary`.
        #[default]
        Primary = "primary",
        /// The one of the type `work`.
        Work = "work",
        /// The first one.
        First = "first",
        /// The userName, where it is an e-mail address.
        UserName = "userName",
    }
}

scim::words! {
    /// Which name is shown where there is no displayName. Each has the userName at its end.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum NameChoice {
        /// `name.formatted`, else given and family name.
        #[default]
        Formatted = "formatted",
        /// Given and family name, else `name.formatted`.
        GivenFamily = "givenFamily",
        /// The userName.
        UserName = "userName",
    }
}

/// The choices of a connection. Local accounts have the default ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct AccountChoices {
    /// The account's e-mail address.
    pub email: EmailChoice,
    /// The name without a displayName.
    pub name: NameChoice,
    /// The userName.
    pub user_name: UserNameChoice,
}

/// What is shown for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountValues {
    /// The name in lists, searches and exports; never empty where there is a userName.
    pub name: String,
    /// The userName, which also signs in; empty where there is none.
    pub user_name: String,
    /// The account's e-mail address; none where the resource has none.
    pub email: Option<String>,
}

impl FromRow<'_, SqliteRow> for AccountChoices {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            email: EmailChoice::from_word(row.try_get("email_choice")?).unwrap_or_default(),
            name: NameChoice::from_word(row.try_get("name_choice")?).unwrap_or_default(),
            user_name: UserNameChoice::from_word(row.try_get("user_name_choice")?).unwrap_or_default(),
        })
    }
}

impl AccountValues {
    /// What is shown for the person of this resource.
    pub fn of(document: &Map<String, Value>, choices: AccountChoices) -> Self {
        Self {
            name: name_of(document, choices.name),
            user_name: choices.user_name.shown(user_name(document)),
            email: email_of(document, choices.email),
        }
    }
}

/// The name in lists. `displayName` always comes first: it is the name "suitable for display to end-users" (RFC 7643 section
/// 4.1.1), and filters by it find people by this column.
pub(crate) fn name_of(document: &Map<String, Value>, choice: NameChoice) -> String {
    let display = text(document.get("displayName")).map(str::to_owned);
    display.or_else(|| fallback(document, choice)).unwrap_or_else(|| user_name(document).to_owned())
}

fn fallback(document: &Map<String, Value>, choice: NameChoice) -> Option<String> {
    let name = document.get("name");
    let part = |key: &str| text(name.and_then(|name| name.get(key)));
    let formatted = || part("formatted").map(str::to_owned);
    let given_family = || match (part("givenName"), part("familyName")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (given, family) => given.or(family).map(str::to_owned),
    };
    match choice {
        NameChoice::Formatted => formatted().or_else(given_family),
        NameChoice::GivenFamily => given_family().or_else(formatted),
        NameChoice::UserName => None,
    }
}

fn email_of(document: &Map<String, Value>, choice: EmailChoice) -> Option<String> {
    let user_name = user_name(document);
    if choice == EmailChoice::UserName && is_address(user_name) {
        return Some(user_name.to_owned());
    }
    let place = email_place(document, choice)?;
    text(emails(document).get(place)?.get("value")).map(str::to_owned)
}

/// At which place of `emails` the account's e-mail address is.
pub(crate) fn email_place(document: &Map<String, Value>, choice: EmailChoice) -> Option<usize> {
    let emails = emails(document);
    let first = |is_meant: fn(&Value) -> bool| {
        emails.iter().position(|email| text(email.get("value")).is_some() && is_meant(email))
    };
    let chosen = match choice {
        EmailChoice::Work => first(|email| {
            email.get("type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
        }),
        EmailChoice::First => first(|_| true),
        EmailChoice::Primary | EmailChoice::UserName => None,
    };
    let is_primary = |email: &Value| email.get("primary").and_then(Value::as_bool) == Some(true);
    chosen.or_else(|| first(is_primary)).or_else(|| first(|_| true))
}

fn emails(document: &Map<String, Value>) -> &[Value] {
    document.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn user_name(document: &Map<String, Value>) -> &str {
    document.get("userName").and_then(Value::as_str).unwrap_or_default()
}

/// A text that shows something.
fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// Whether a userName is an e-mail address: one `@` with something on both sides, and no blank.
pub fn is_address(user_name: &str) -> bool {
    let parts = user_name.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !user_name.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(document: &Value, email: EmailChoice, name: NameChoice) -> (String, Option<String>) {
        let choices = AccountChoices { email, name, ..AccountChoices::default() };
        let found = AccountValues::of(document.as_object().unwrap(), choices);
        (found.name, found.email)
    }

    #[test]
    fn each_choice_of_a_name_has_its_order() {
        let name = |document: &Value| {
            [NameChoice::Formatted, NameChoice::GivenFamily, NameChoice::UserName]
                .map(|choice| values(document, EmailChoice::Primary, choice).0)
        };
        let mut ada = json!({"userName": "ada", "displayName": "Countess",
            "name": {"formatted": "Byron, Ada", "givenName": "Ada", "familyName": "Byron"}});
        assert_eq!(name(&ada), ["Countess"; 3], "displayName is always first");
        ada["displayName"] = json!(" ");
        assert_eq!(name(&ada), ["Byron, Ada", "Ada Byron", "ada"], "a blank shows nothing");
        ada["name"] = json!({"familyName": "Byron"});
        assert_eq!(name(&ada), ["Byron", "Byron", "ada"]);
        ada["name"] = json!({"formatted": "Byron, Ada", "givenName": ""});
        assert_eq!(name(&ada), ["Byron, Ada", "Byron, Ada", "ada"]);
        assert_eq!(name(&json!({"userName": "ada"})), ["ada"; 3]);
    }

    #[test]
    fn each_choice_of_an_address_has_its_order() {
        let email = |document: &Value| {
            [EmailChoice::Primary, EmailChoice::Work, EmailChoice::First, EmailChoice::UserName]
                .map(|choice| values(document, choice, NameChoice::Formatted).1.unwrap_or_default())
        };
        let mut ada = json!({"userName": "ada@sign.in", "emails": [{"type": "home"}, {"value": "first@x", "type": "home"},
            {"value": "work@x", "type": "Work"}, {"value": "main@x", "primary": true}]});
        assert_eq!(email(&ada), ["main@x", "work@x", "first@x", "ada@sign.in"]);
        for user_name in ["ada", "@x", "ada@", "a@b@c", "ada @x"] {
            ada["userName"] = json!(user_name);
            assert_eq!(email(&ada)[3], "main@x", "{user_name} is no address");
        }
        ada["emails"] = json!([{"value": "first@x", "type": "home"}]);
        assert_eq!(email(&ada), ["first@x"; 4]);
        ada["emails"] = json!([{"type": "work", "primary": true}]);
        assert_eq!(email(&ada), [""; 4]);
    }

    #[test]
    fn the_choice_of_a_user_name_changes_the_user_name_alone() {
        let ada = json!({"userName": "Ada@SIGN.in", "emails": [{"value": "Ada@Work.example"}]});
        let values = |email, name, user_name| {
            AccountValues::of(ada.as_object().unwrap(), AccountChoices { email, name, user_name })
        };
        for (email, name) in
            [(EmailChoice::Primary, NameChoice::Formatted), (EmailChoice::UserName, NameChoice::UserName)]
        {
            let sent = values(email, name, UserNameChoice::AsSent);
            assert_eq!(sent.user_name, "Ada@SIGN.in");
            let lower = values(email, name, UserNameChoice::LowerCase);
            assert_eq!(lower, AccountValues { user_name: "ada@sign.in".to_owned(), ..sent });
        }
    }

    #[test]
    fn a_choice_is_read_as_it_was_stored() {
        for choice in EmailChoice::ALL {
            assert_eq!(EmailChoice::from_word(choice.as_str()), Some(choice));
        }
        for choice in NameChoice::ALL {
            assert_eq!(NameChoice::from_word(choice.as_str()), Some(choice));
        }
    }
}
