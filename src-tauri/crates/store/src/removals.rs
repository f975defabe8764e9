//! Who lost access or a membership by a client and does not have it again: what shows a mistake of an identity provider.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::sql_values::unsigned;
use crate::{Connection, Error, Store};

/// How many milliseconds are counted together.
const TOGETHER: i64 = 60_000;
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

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

/// The newest removal of each person since `$2`. What an Admin has let through is not among them.
macro_rules! of_people {
    ($which:expr) => {
        concat!(
            "(SELECT max(r.at) AS at FROM removal r
              LEFT JOIN person p ON p.id = r.person_id AND p.deleted_at IS NULL
              WHERE r.connection_id = $1 AND r.at >= $2
              AND NOT EXISTS (SELECT 1 FROM held_removal h WHERE h.connection_id = r.connection_id
                  AND h.person_id IN (r.person_id, '') AND h.group_id = r.group_id AND r.at <= h.arrived_at)
              AND ",
            $which,
            " GROUP BY r.person_id)"
        )
    };
}

/// How many within each minute.
macro_rules! counts {
    ($which:expr) => {
        concat!("SELECT min(at), max(at), count(*) FROM ", of_people!($which), " GROUP BY at / $3 ORDER BY 1")
    };
}

/// How many since `$3`, and in all.
macro_rules! sums {
    ($which:expr) => {
        concat!("SELECT coalesce(sum(at >= $3), 0), count(*) FROM ", of_people!($which))
    };
}

macro_rules! accounts {
    () => {
        "r.group_id = '' AND coalesce(p.active, 0) = 0"
    };
}

macro_rules! members {
    () => {
        "r.group_id <> '' AND ($4 IS NULL OR r.group_id = $4) AND p.active = 1
         AND NOT EXISTS (SELECT 1 FROM member m WHERE m.group_id = r.group_id AND m.member_id = r.person_id)"
    };
}

const ACCOUNTS: &str = counts!(accounts!());
const MEMBERS: &str = counts!(members!());
const ACCOUNTS_LOST: &str = sums!(accounts!());
const MEMBERS_LOST: &str = sums!(members!());

/// How many people of a connection have access now.
const ACTIVE: &str = "SELECT people - (SELECT count(*) FROM person WHERE connection_id = $1 AND deleted_at IS NULL AND active = 0)
     FROM connection WHERE id = $1";

/// How many people lost something within the last hour and within the last day, as of a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost {
    /// Those who are deactivated or deleted.
    pub accounts: (u64, u64),
    /// Those who have access and were taken out of a group.
    pub members: (u64, u64),
    /// Those who have access and are taken out of the group whose members are Admins at this moment.
    pub admins: u64,
    /// How many people have access.
    pub active: u64,
}

/// What people lost in the day before `now`, which is not before the time from which the connection's removals are counted.
///
/// # Errors
/// SQLite's.
pub(crate) async fn lost(
    conn: &mut SqliteConnection,
    connection: &Connection,
    now: Timestamp,
) -> Result<Lost, Error> {
    let since = |length: Duration| counted_since(connection, now - length).as_millisecond();
    let (day, hour, present) = (since(DAY), since(HOUR), since(Duration::ZERO));
    let sums = |sql: &'static str, day: i64| {
        sqlx::query_as::<_, (i64, i64)>(sql).bind(&connection.id).bind(day).bind(hour)
    };
    let pair = |(hour, day): (i64, i64)| (unsigned(hour), unsigned(day));
    let accounts = sums(ACCOUNTS_LOST, day).fetch_one(&mut *conn).await?;
    let members = sums(MEMBERS_LOST, day).bind(None::<&str>).fetch_one(&mut *conn).await?;
    let admins = match &connection.rules.admin_group_id {
        Some(group) => sums(MEMBERS_LOST, present).bind(group).fetch_one(&mut *conn).await?,
        None => (0, 0),
    };
    let active: Option<i64> = sqlx::query_scalar(ACTIVE).bind(&connection.id).fetch_optional(conn).await?;
    let (accounts, members) = (pair(accounts), pair(members));
    Ok(Lost { accounts, members, admins: unsigned(admins.1), active: unsigned(active.unwrap_or_default()) })
}

/// The later one of a time and the moment after which the connection's removals are counted.
fn counted_since(connection: &Connection, since: Timestamp) -> Timestamp {
    let from = connection.brake.counted_from.map(|from| from + Duration::from_millis(1));
    from.map_or(since, |from| from.max(since))
}

impl Store {
    /// What people of a connection lost since a time, eight days ago at most, and do not have again. What an Admin has
    /// decided about is not counted.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn removals(&self, connection: &Connection, since: Timestamp) -> Result<Removals, Error> {
        let since = counted_since(connection, since);
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
        let active: Option<i64> =
            sqlx::query_scalar(ACTIVE).bind(&connection.id).fetch_optional(&mut *reading).await?;
        Ok(Removals { accounts, members, admins, active: unsigned(active.unwrap_or_default()) })
    }
}
