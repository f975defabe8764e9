//! The request log in pages, newest first, with filters.

use jiff::Timestamp;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};

use crate::activity_ids::add_id;
use crate::{Activity, ActivityKind, ActivityResult, Error, Store};

/// How many rows one question reads at the most: what no index finds is looked for in the rows, and a log of a million of
/// them must not be read at once.
const MOST_READ: usize = 20_000;
/// How many rows one statement reads.
const STEP: usize = 500;

/// Which exchanges are listed.
#[derive(Clone, Debug, Default)]
pub struct ActivityFilter {
    /// Only this connection's.
    pub connection_id: Option<String>,
    /// Only with this result.
    pub result: Option<ActivityResult>,
    /// Only what is about the user or group with this id.
    pub resource_id: Option<String>,
    /// Only what this token proved.
    pub token_id: Option<String>,
    /// Only what is of this kind.
    pub kind: Option<ActivityKind>,
    /// Only with this status.
    pub status: Option<u16>,
    /// Only what arrived at this time or later.
    pub from: Option<Timestamp>,
    /// Only what arrived before this time.
    pub until: Option<Timestamp>,
    /// Only what has this text in its sentence, its path or its reason. Case is ignored.
    pub text: Option<String>,
}

/// A part of the log, newest first.
#[derive(Debug)]
pub struct ActivityPage {
    /// What matches, without bodies.
    pub rows: Vec<Activity>,
    /// The exchange after which the next page begins; none at the end of the log. A page may have fewer rows than it could,
    /// and a next one: then that many rows were looked through.
    pub next: Option<String>,
    /// When the oldest row that was looked at arrived.
    pub reaches: Option<Timestamp>,
}

impl ActivityFilter {
    /// Whether a statement finds exactly what fits.
    const fn is_exact_in_sql(&self) -> bool {
        self.result.is_none() && self.token_id.is_none() && self.kind.is_none() && self.status.is_none()
    }

    fn fits(&self, row: &Activity, text: Option<&str>) -> bool {
        let has = |field: &str, text: &str| field.to_lowercase().contains(text);
        self.result.is_none_or(|result| row.result == result)
            && self.token_id.as_ref().is_none_or(|wanted| row.token_id.as_ref() == Some(wanted))
            && self.status.is_none_or(|status| row.status == status)
            && self.kind.is_none_or(|kind| row.kind() == Some(kind))
            && text.is_none_or(|text| {
                has(&row.sentence, text)
                    || has(&row.path, text)
                    || row.reason.as_ref().is_some_and(|reason| has(reason, text))
            })
    }
}

impl Store {
    /// The newest exchanges that match and are older than `before`, at most `limit`.
    pub async fn activity_page(
        &self,
        filter: &ActivityFilter,
        before: Option<&str>,
        limit: usize,
    ) -> Result<ActivityPage, Error> {
        let text =
            filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_lowercase);
        let mut page = ActivityPage { rows: Vec::new(), next: before.map(str::to_owned), reaches: None };
        let mut read = 0;
        while read < MOST_READ {
            let step = if text.is_none() && filter.is_exact_in_sql() { limit + 1 } else { STEP };
            let rows = self.activity_step(filter, page.next.as_deref(), step).await?;
            let is_end = rows.len() < step;
            for row in rows {
                if page.rows.len() == limit {
                    return Ok(page);
                }
                read += 1;
                page.next = Some(row.id.clone());
                page.reaches = Some(row.at);
                if filter.fits(&row, text.as_deref()) {
                    page.rows.push(row);
                }
            }
            if is_end {
                page.next = None;
                break;
            }
        }
        Ok(page)
    }

    /// So many rows, newest first, each without bodies.
    async fn activity_step(
        &self,
        filter: &ActivityFilter,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Activity>, Error> {
        let mut arguments = SqliteArguments::default();
        let mut conditions = Vec::new();
        for (condition, id) in [
            ("resource_id = ?", filter.resource_id.as_deref()),
            ("connection_id = ?", filter.connection_id.as_deref()),
            ("(at, seq) < (SELECT at, seq FROM activity WHERE id = ?)", before),
        ] {
            if let Some(id) = id {
                add_id(&mut arguments, id).map_err(sqlx::Error::Encode)?;
                conditions.push(condition);
            }
        }
        for (condition, time) in [("at >= ?", filter.from), ("at < ?", filter.until)] {
            if let Some(time) = time {
                arguments.add(time.as_millisecond()).map_err(sqlx::Error::Encode)?;
                conditions.push(condition);
            }
        }
        let conditions = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
        // One person has few rows; an index that is in the order of time would read those of all others.
        let index = if filter.resource_id.is_some() { "INDEXED BY activity_by_resource" } else { "" };
        let statement = format!(
            "SELECT id, at, connection_id, resource_id, detail, NULL AS bodies FROM activity {index}
             WHERE {conditions} ORDER BY at DESC, seq DESC LIMIT {limit}"
        );
        let rows = sqlx::query_as_with(AssertSqlSafe(statement), arguments)
            .fetch_all(&self.0.activity_readers)
            .await?;
        Ok(rows)
    }
}
