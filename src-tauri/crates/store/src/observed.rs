//! What was observed of several connections, read with one statement for all of them.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::FromRow;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::sql_values::json_list;
use crate::{Error, RefusalRun, RefusedWrite, SetupEvidence, Store, SyncCycle, Token};

/// What was observed of a connection.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The newest sync cycles, newest first.
    pub cycles: Vec<SyncCycle>,
    /// The first sight of each thing that the wizard ticks by.
    pub evidence: Vec<SetupEvidence>,
    /// The runs of refusals that last until now, one for each kind at most.
    pub runs: Vec<RefusalRun>,
    /// The writes that were refused, have not succeeded since and were not set aside, newest first.
    pub refused: Vec<RefusedWrite>,
}

/// A row with the connection that it is of.
struct OfConnection<T>(String, T);

impl<'r, T: FromRow<'r, SqliteRow>> FromRow<'r, SqliteRow> for OfConnection<T> {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self(row.try_get("connection_id")?, T::from_row(row)?))
    }
}

const CYCLES: &str = "SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY connection_id ORDER BY started_at DESC) AS place
        FROM sync_cycle WHERE connection_id IN (SELECT value FROM json_each($1))
    ) WHERE place <= $2 ORDER BY connection_id, started_at DESC";
const EVIDENCE: &str =
    "SELECT * FROM setup_evidence WHERE connection_id IN (SELECT value FROM json_each($1))";
const RUNS: &str =
    "SELECT * FROM refusal_run WHERE connection_id IN (SELECT value FROM json_each($1)) ORDER BY kind";
const REFUSED: &str = "SELECT * FROM refused_write
    WHERE connection_id IN (SELECT value FROM json_each($1)) AND set_aside = 0 ORDER BY newest_at DESC, subject, act";

impl Store {
    /// What was observed of these connections, with so many sync cycles of each at most. The cycles are read first: what a
    /// request shows is there with its cycle.
    pub async fn observed(&self, ids: &[String], cycles: u32) -> Result<HashMap<String, Observed>, Error> {
        let (readers, list) = (self.activity_readers(), json_list(ids));
        let mut observed: HashMap<String, Observed> = HashMap::new();
        let rows: Vec<OfConnection<SyncCycle>> =
            sqlx::query_as(CYCLES).bind(&list).bind(cycles).fetch_all(readers).await?;
        for OfConnection(id, cycle) in rows {
            observed.entry(id).or_default().cycles.push(cycle);
        }
        let rows: Vec<OfConnection<SetupEvidence>> =
            sqlx::query_as(EVIDENCE).bind(&list).fetch_all(readers).await?;
        for OfConnection(id, evidence) in rows {
            observed.entry(id).or_default().evidence.push(evidence);
        }
        let rows: Vec<OfConnection<RefusalRun>> = sqlx::query_as(RUNS).bind(&list).fetch_all(readers).await?;
        for OfConnection(id, run) in rows {
            observed.entry(id).or_default().runs.push(run);
        }
        let rows: Vec<OfConnection<RefusedWrite>> =
            sqlx::query_as(REFUSED).bind(&list).fetch_all(readers).await?;
        for OfConnection(id, refused) in rows {
            observed.entry(id).or_default().refused.push(refused);
        }
        Ok(observed)
    }

    /// The tokens of these connections, those of each newest first.
    pub async fn tokens_of(&self, ids: &[String]) -> Result<Vec<Token>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM token WHERE connection_id IN (SELECT value FROM json_each($1)) ORDER BY created_at DESC, id",
        )
        .bind(json_list(ids))
        .fetch_all(self.readers())
        .await?)
    }

    /// How many people of these connections are deactivated; a connection without any is missing.
    pub async fn deactivated(&self, ids: &[String]) -> Result<HashMap<String, u64>, Error> {
        let counts: Vec<(String, i64)> = sqlx::query_as(
            "SELECT connection_id, count(*) FROM person
             WHERE connection_id IN (SELECT value FROM json_each($1)) AND deleted_at IS NULL AND active = 0
             GROUP BY connection_id",
        )
        .bind(json_list(ids))
        .fetch_all(self.readers())
        .await?;
        Ok(counts.into_iter().map(|(id, count)| (id, count.try_into().unwrap_or(0))).collect())
    }

    /// The connections of which people have lost something since, whether they have it again or not.
    pub async fn with_removals(&self, since: Timestamp) -> Result<BTreeSet<String>, Error> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connection c
             WHERE EXISTS (SELECT 1 FROM removal r WHERE r.connection_id = c.id AND r.at >= $1)",
        )
        .bind(since.as_millisecond())
        .fetch_all(self.readers())
        .await?;
        Ok(ids.into_iter().collect())
    }
}
