//! What ended since a backup was made ends in the backup too, before it becomes the workspace: people who were
//! deactivated, blocked, deleted or purged, roles, passwords, memberships, tokens, rules of connections, the recovery
//! key. Identity providers send changes only, so that none of them would send the same change again.
//!
//! **Invariant**: this takes rights away and adds none; at least one local Admin can sign in afterwards.

mod sql;

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use super::check::{ACCOUNTS, SIGNING_ADMINS};
use super::refusal::RestoreRefusal;
use crate::Error;
use crate::error::{fault_of_content, is_damage};

/// How many names a list of a preview has at most.
const NAMED: usize = 20;

/// How many there are, and the first 20 of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[ts(export)]
pub struct NameList {
    #[ts(type = "number")]
    pub total: u64,
    pub names: Vec<String>,
}

/// What a restore takes out of a backup, because it ended since the backup was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct CarriedOver {
    /// The state before the restore could not be read, or is that of another workspace.
    pub unread: bool,
    /// People with access in the backup who were deactivated, blocked, deleted or purged since.
    pub people: NameList,
    /// Local Admins of the backup who are Members now.
    pub roles: NameList,
    /// People whose password is another one now, or who may not sign in any more.
    pub passwords: NameList,
    /// "Ada Lovelace – Engineering".
    pub memberships: NameList,
    /// "Okta: Token 1": revoked, expired or deleted since.
    pub tokens: NameList,
    /// People who are deactivated until their identity provider or an Admin says that they are active.
    pub unconfirmed: NameList,
    /// Tokens that are accepted again although it is unknown whether they were revoked since.
    pub revived: NameList,
}

/// How the workspace that is there relates to a backup.
struct Line {
    /// Both are states of one workspace.
    same: bool,
    /// The workspace has changes after a point that the backup does not continue from, as after another restore.
    parted: bool,
    /// The newest change that both have.
    since: i64,
}

/// Carries over from the workspace that is attached as `here`.
pub(super) async fn over(
    conn: &mut SqliteConnection,
    now: i64,
    admin: Option<&str>,
) -> Result<CarriedOver, CarryOverError> {
    let line = line(conn).await?;
    let headless = !has_accounts(conn).await?;
    let signed_in_here: bool = sqlx::query_scalar(sql::ACCOUNTS_HERE).fetch_one(&mut *conn).await?;
    if headless && signed_in_here {
        return Err(RestoreRefusal::NoAdmin.into());
    }
    if !line.same {
        return hold(conn, now, admin).await;
    }
    prepare(conn, sql::verdicts(), now, &line).await?;
    let mut carried = CarriedOver {
        people: named(conn, sql::PEOPLE).await?,
        roles: named(conn, sql::ROLES).await?,
        passwords: named(conn, sql::PASSWORDS).await?,
        tokens: named(conn, &sql::filled(sql::TOKENS, now, line.parted, line.since)).await?,
        unconfirmed: named(conn, sql::UNCONFIRMED).await?,
        ..CarriedOver::default()
    };
    prepare(conn, sql::people(), now, &line).await?;
    carried.memberships = named(conn, &sql::filled(sql::MEMBERSHIPS, now, line.parted, line.since)).await?;
    prepare(conn, sql::rest(), now, &line).await?;
    settle(conn, headless).await?;
    Ok(carried)
}

async fn has_accounts(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(ACCOUNTS).fetch_one(conn).await
}

/// Nothing is known of what ended since: everyone is deactivated until confirmed, except for one local Admin, who is
/// the one of this userName, or the only one.
pub(super) async fn hold(
    conn: &mut SqliteConnection,
    now: i64,
    admin: Option<&str>,
) -> Result<CarriedOver, CarryOverError> {
    let headless = !has_accounts(conn).await?;
    let chosen = if headless { String::new() } else { chosen(conn, admin).await? };
    sqlx::query("CREATE TEMP TABLE verdict AS SELECT id, 1 AS unconfirmed FROM main.person WHERE active = 1 AND deleted_at IS NULL AND id <> $1")
        .bind(&chosen)
        .execute(&mut *conn)
        .await?;
    let carried = CarriedOver {
        unread: true,
        unconfirmed: named(conn, sql::UNCONFIRMED).await?,
        revived: named(conn, &sql::filled(sql::USABLE, now, false, 0)).await?,
        ..CarriedOver::default()
    };
    let line = Line { same: false, parted: false, since: 0 };
    prepare(conn, &[sql::NOTE_INACTIVE, sql::UNCONFIRM], now, &line).await?;
    settle(conn, headless).await?;
    Ok(carried)
}

/// The local Admin who signs in first after nothing was known.
async fn chosen(conn: &mut SqliteConnection, admin: Option<&str>) -> Result<String, CarryOverError> {
    let admins: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT id, user_name FROM person WHERE {SIGNING_ADMINS} ORDER BY id"
    )))
    .fetch_all(conn)
    .await?;
    let wanted = admin.map(scim::fold);
    let found = match (&admins[..], &wanted) {
        (all, Some(wanted)) => all.iter().find(|(_, name)| scim::fold(name) == *wanted),
        ([only], None) => Some(only),
        _ => None,
    };
    match found {
        Some((id, _)) => Ok(id.clone()),
        None if admins.is_empty() => Err(RestoreRefusal::NoAdmin.into()),
        None => Err(RestoreRefusal::WhichAdmin(admins.into_iter().map(|(_, name)| name).collect()).into()),
    }
}

async fn line(conn: &mut SqliteConnection) -> Result<Line, sqlx::Error> {
    let (same, parted, since) = sqlx::query_as(sql::LINE).fetch_one(conn).await?;
    Ok(Line { same, parted, since })
}

async fn prepare(
    conn: &mut SqliteConnection,
    statements: &[&str],
    now: i64,
    line: &Line,
) -> Result<(), sqlx::Error> {
    for statement in statements {
        conn.execute(AssertSqlSafe(sql::filled(statement, now, line.parted, line.since))).await?;
    }
    Ok(())
}

/// Counts that groups have, and that an account can sign in unless it is `headless`.
async fn settle(conn: &mut SqliteConnection, headless: bool) -> Result<(), CarryOverError> {
    conn.execute(sql::MEMBER_COUNTS).await?;
    let admins: i64 =
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM person WHERE {SIGNING_ADMINS}")))
            .fetch_one(conn)
            .await?;
    if admins == 0 && !headless { Err(RestoreRefusal::NoAdminLeft.into()) } else { Ok(()) }
}

async fn named(conn: &mut SqliteConnection, select: &str) -> Result<NameList, sqlx::Error> {
    let total: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM ({select})")))
        .fetch_one(&mut *conn)
        .await?;
    let names = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT name FROM ({select}) ORDER BY name COLLATE NOCASE, name LIMIT {NAMED}"
    )))
    .fetch_all(conn)
    .await?;
    Ok(NameList { total: total.try_into().unwrap_or(0), names })
}

/// A refusal, or that SQLite failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CarryOverError {
    #[error(transparent)]
    Refusal(#[from] RestoreRefusal),
    #[error(transparent)]
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for CarryOverError {
    fn from(error: sqlx::Error) -> Self {
        // The trigger that guards the last local Admin guards it here too.
        match Error::of_constraint(&error) {
            Some(Error::LastAdmin) => Self::Refusal(RestoreRefusal::NoAdminLeft),
            _ => Self::Sql(error),
        }
    }
}

impl CarryOverError {
    #[track_caller]
    pub(super) fn of(self, file: &std::path::Path) -> Error {
        match self {
            Self::Refusal(why) => Error::of_refusal(file)(why),
            // What is damaged may be the workspace that is there; it is read too.
            Self::Sql(error) => match fault_of_content(&error).filter(|_| !is_damage(&error)) {
                Some(fault) => Error::of_refusal(file)(RestoreRefusal::Damaged(fault)),
                None => error.into(),
            },
        }
    }
}
