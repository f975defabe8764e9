//! Who lost access or a membership by a client and does not have it again: what shows a mistake of an identity provider.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::unsigned;
use crate::{Connection, Error, Store};

/// How many milliseconds are counted together.
const TOGETHER: i64 = 60_000;

/// How many people lost something within a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovalCount {
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
    /// How many people.
    pub people: u64,
}

impl FromRow<'_, SqliteRow> for RemovalCount {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            first: from_millis(row.try_get(0)?),
            last: from_millis(row.try_get(1)?),
            people: unsigned(row.try_get(2)?),
        })
    }
}

/// What people of a connection lost by its client and do not have again. Each person is counted once, at the newest time.
#[derive(Clone, Debug, Default)]
pub struct Removals {
    /// Those who are deactivated or deleted, ascending by time.
    pub accounts: Vec<RemovalCount>,
    /// Those who have access and were taken out of a group, ascending by time.
    pub members: Vec<RemovalCount>,
    /// Those who have access and were taken out of the group whose members are Admins, ascending by time.
    pub admins: Vec<RemovalCount>,
    /// How many people of the connection have access now.
    pub active: u64,
}

macro_rules! counts {
    ($which:literal) => {
        concat!(
            "SELECT min(at), max(at), count(*) FROM (
                 SELECT max(r.at) AS at FROM removal r LEFT JOIN person p ON p.id = r.person_id AND p.deleted_at IS NULL
                 WHERE r.connection_id = $1 AND r.at >= $2 AND ",
            $which,
            " GROUP BY r.person_id
             ) GROUP BY at / $3 ORDER BY 1"
        )
    };
}

const ACCOUNTS: &str = counts!("r.group_id = '' AND coalesce(p.active, 0) = 0");
const MEMBERS: &str = counts!(
    "r.group_id <> '' AND ($4 IS NULL OR r.group_id = $4) AND p.active = 1
     AND NOT EXISTS (SELECT 1 FROM member m WHERE m.group_id = r.group_id AND m.member_id = r.person_id)"
);

impl Store {
    /// What people of a connection lost since a time, eight days ago at most, and do not have again.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn removals(&self, connection: &Connection, since: Timestamp) -> Result<Removals, Error> {
        let mut reading = self.readers().begin().await?;
        let any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM removal WHERE connection_id = $1 AND at >= $2)")
                .bind(&connection.id)
                .bind(since.as_millisecond())
                .fetch_one(&mut *reading)
                .await?;
        if !any {
            return Ok(Removals::default());
        }
        let counts = |sql: &'static str| {
            let query = sqlx::query_as::<_, RemovalCount>(sql).bind(&connection.id);
            query.bind(since.as_millisecond()).bind(TOGETHER)
        };
        let accounts = counts(ACCOUNTS).fetch_all(&mut *reading).await?;
        let members = counts(MEMBERS).bind(None::<&str>).fetch_all(&mut *reading).await?;
        let admins = match &connection.rules.admin_group_id {
            Some(group) => counts(MEMBERS).bind(group).fetch_all(&mut *reading).await?,
            None => Vec::new(),
        };
        let active: i64 = sqlx::query_scalar(
            "SELECT people - (SELECT count(*) FROM person WHERE connection_id = $1 AND deleted_at IS NULL AND active = 0)
             FROM connection WHERE id = $1",
        )
        .bind(&connection.id)
        .fetch_optional(&mut *reading)
        .await?
        .unwrap_or_default();
        Ok(Removals { accounts, members, admins, active: unsigned(active) })
    }
}
