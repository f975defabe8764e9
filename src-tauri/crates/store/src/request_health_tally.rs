//! Counts runs of refusals and refused writes for the rows of a batch, in the order of recording.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;

use crate::request_health::{RefusalRun, RequestKind, Verdict, WriteAct, WriteOutcome, WriteRefusal};
use crate::{Activity, Error};

/// How many refused writes are stored for one connection; the oldest go first, and deactivations last.
const MOST_REFUSED: i64 = 1_000;

/// What is stored of each connection, so that a batch without refusals reads and writes nothing.
#[derive(Default)]
pub(crate) struct KnownHealth(HashMap<String, Stored>);

#[derive(Default)]
struct Stored {
    runs: BTreeMap<RequestKind, RefusalRun>,
    /// When the newest success arrived: refusals that are recorded together may be older.
    successes: BTreeMap<RequestKind, Timestamp>,
    refused: HashSet<(String, WriteAct)>,
}

/// Writes what the rows of a batch show.
pub(crate) async fn add(
    conn: &mut SqliteConnection,
    known: &mut KnownHealth,
    rows: &[Activity],
) -> Result<(), Error> {
    let mut changed: BTreeMap<&str, HashSet<RequestKind>> = BTreeMap::new();
    for row in rows {
        let Some(health) = &row.health else { continue };
        let id = row.connection_id.as_str();
        if !known.0.contains_key(id) {
            let stored = read(conn, id).await?;
            known.0.insert(id.to_owned(), stored);
        }
        let Some(stored) = known.0.get_mut(id) else { continue };
        let changed = changed.entry(id).or_default();
        let newest_at = row.folded.map_or(row.at, |folded| folded.last_at);
        let of_token = health.is_authenticated.then_some(RequestKind::Authentication);
        let of_kind = (health.verdict == Verdict::Success).then_some(health.kind);
        for kind in of_token.into_iter().chain(of_kind) {
            let run = stored.runs.get(&kind).map(|run| run.newest_at);
            let newest = run.max(stored.successes.get(&kind).copied());
            // What is recorded together may be older than what is recorded already.
            if row.folded.is_some() && newest.is_some_and(|newest| newest > newest_at) {
                continue;
            }
            stored.successes.insert(kind, newest_at);
            if stored.runs.remove(&kind).is_some() {
                changed.insert(kind);
            }
        }
        let is_newer = stored.successes.get(&health.kind).is_none_or(|success| newest_at >= *success);
        if health.verdict == Verdict::Refusal && is_newer {
            lengthen(&mut stored.runs, row, health.kind, newest_at);
            changed.insert(health.kind);
        }
        for write in &health.writes {
            match &write.refusal {
                None => settle(conn, stored, id, write).await?,
                Some(refusal) => add_refused(conn, stored, row, write, refusal).await?,
            }
        }
    }
    for (connection_id, kinds) in changed {
        for kind in kinds {
            let run = known.0.get(connection_id).and_then(|stored| stored.runs.get(&kind));
            write_run(conn, connection_id, kind, run).await?;
        }
    }
    Ok(())
}

async fn read(conn: &mut SqliteConnection, connection_id: &str) -> Result<Stored, sqlx::Error> {
    let runs: Vec<RefusalRun> = sqlx::query_as("SELECT * FROM refusal_run WHERE connection_id = ?")
        .bind(connection_id)
        .fetch_all(&mut *conn)
        .await?;
    let refused: Vec<(String, String)> =
        sqlx::query_as("SELECT subject, act FROM refused_write WHERE connection_id = ?")
            .bind(connection_id)
            .fetch_all(conn)
            .await?;
    let refused =
        refused.into_iter().filter_map(|(subject, act)| Some((subject, WriteAct::from_word(&act)?)));
    Ok(Stored {
        runs: runs.into_iter().map(|run| (run.kind, run)).collect(),
        successes: BTreeMap::new(),
        refused: refused.collect(),
    })
}

fn lengthen(
    runs: &mut BTreeMap<RequestKind, RefusalRun>,
    row: &Activity,
    kind: RequestKind,
    newest_at: Timestamp,
) {
    let requests = row.folded.map_or(1, |folded| folded.requests);
    let run = runs.entry(kind).or_insert_with(|| RefusalRun {
        kind,
        refusals: 0,
        since: row.at,
        newest_at,
        newest_id: String::new(),
        reason: String::new(),
    });
    run.refusals = run.refusals.saturating_add(requests);
    run.newest_at = newest_at;
    run.newest_id.clone_from(&row.id);
    // A Bulk request is answered; why an operation of it was refused is the reason.
    let of_writes =
        || row.health.iter().flat_map(|health| &health.writes).find_map(|write| write.refusal.as_ref());
    run.reason = row.reason.clone().or_else(|| Some(of_writes()?.reason.clone())).unwrap_or_default();
}

async fn write_run(
    conn: &mut SqliteConnection,
    connection_id: &str,
    kind: RequestKind,
    run: Option<&RefusalRun>,
) -> Result<(), sqlx::Error> {
    let Some(run) = run else {
        sqlx::query("DELETE FROM refusal_run WHERE connection_id = ? AND kind = ?")
            .bind(connection_id)
            .bind(kind.as_str())
            .execute(conn)
            .await?;
        return Ok(());
    };
    sqlx::query(
        "INSERT OR REPLACE INTO refusal_run (connection_id, kind, refusals, since, newest_at, newest_id, reason)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(connection_id)
    .bind(kind.as_str())
    .bind(i64::try_from(run.refusals).unwrap_or(i64::MAX))
    .bind(run.since.as_millisecond())
    .bind(run.newest_at.as_millisecond())
    .bind(&run.newest_id)
    .bind(&run.reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes what is over once this write has succeeded.
async fn settle(
    conn: &mut SqliteConnection,
    stored: &mut Stored,
    connection_id: &str,
    write: &WriteOutcome,
) -> Result<(), sqlx::Error> {
    if stored.refused.is_empty() {
        return Ok(());
    }
    for subject in write.subjects() {
        for act in write.act.settles() {
            let place = (subject.clone(), *act);
            if stored.refused.remove(&place) {
                sqlx::query("DELETE FROM refused_write WHERE connection_id = ? AND subject = ? AND act = ?")
                    .bind(connection_id)
                    .bind(place.0)
                    .bind(act.as_str())
                    .execute(&mut *conn)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn add_refused(
    conn: &mut SqliteConnection,
    stored: &mut Stored,
    row: &Activity,
    write: &WriteOutcome,
    refusal: &WriteRefusal,
) -> Result<(), sqlx::Error> {
    let subject = write.subject();
    let (first_at, newest_at, _) = row.times();
    sqlx::query(
        "INSERT INTO refused_write (connection_id, subject, act, name, user_name, reason, sentence, refusals, first_at,
             newest_at, newest_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)
         ON CONFLICT (connection_id, subject, act) DO UPDATE
         SET name = excluded.name, user_name = excluded.user_name, reason = excluded.reason,
             set_aside = set_aside AND sentence = excluded.sentence, sentence = excluded.sentence,
             refusals = CASE reason WHEN excluded.reason THEN refusals + 1 ELSE 1 END, newest_at = excluded.newest_at, newest_id = excluded.newest_id",
    )
    .bind(&row.connection_id)
    .bind(&subject)
    .bind(write.act.as_str())
    .bind(&refusal.name)
    .bind(&write.user_name)
    .bind(&refusal.reason)
    .bind(&refusal.sentence)
    .bind(first_at)
    .bind(newest_at)
    .bind(&row.id)
    .execute(&mut *conn)
    .await?;
    stored.refused.insert((subject, write.act));
    if i64::try_from(stored.refused.len()).unwrap_or(i64::MAX) > MOST_REFUSED {
        let gone: Vec<(String, String)> = sqlx::query_as(
            "DELETE FROM refused_write WHERE connection_id = $1 AND (subject, act) IN (
                 SELECT subject, act FROM refused_write WHERE connection_id = $1
                 ORDER BY act = $2, newest_at LIMIT 1)
             RETURNING subject, act",
        )
        .bind(&row.connection_id)
        .bind(WriteAct::Deactivate.as_str())
        .fetch_all(conn)
        .await?;
        for (subject, act) in gone {
            stored.refused.retain(|(known, of)| *known != subject || of.as_str() != act);
        }
    }
    Ok(())
}
