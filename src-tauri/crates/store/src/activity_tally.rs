//! What is recorded of requests beside their rows: the use of tokens, counts by the quarter of an hour, sync cycles, setup
//! evidence, refusals by kind. It is added up in memory and written once for all rows of a batch, in the transaction of the
//! rows.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::sqlite::SqliteConnection;

use crate::request_health_tally::{self, KnownHealth};
use crate::{Activity, ActivityResult, Error, RequestEvidence};

/// A quarter of an hour, in milliseconds.
pub(crate) const QUARTER: i64 = 900_000;
/// How long a connection is quiet before its next request begins another sync cycle, in milliseconds.
const QUIET: i64 = 600_000;
/// How many sync cycles of a connection are stored.
const MOST_CYCLES: i64 = 64;

/// What is known of the stored state, so that most batches read nothing. It is forgotten whenever another than this may have
/// changed the log, or a batch was rolled back.
#[derive(Default)]
pub(crate) struct Known {
    /// The newest sync cycle of each connection.
    cycles: HashMap<String, Option<Cycle>>,
    /// Evidence that nothing replaces any more, by connection and kind.
    proved: HashMap<String, HashSet<String>>,
    health: KnownHealth,
}

#[derive(Clone, Copy)]
struct Cycle {
    started: i64,
    newest: i64,
    /// The newest request that proves that the public URL leads here.
    proof: Option<i64>,
}

struct Used<'a> {
    first_at: i64,
    last_at: i64,
    source_ip: Option<&'a str>,
    host: Option<&'a str>,
}

#[derive(Default)]
struct Counts {
    ok: i64,
    refused: i64,
    failed: i64,
}

struct Seen<'a> {
    at: i64,
    activity_id: &'a str,
    evidence: &'a RequestEvidence,
}

impl Seen<'_> {
    /// The first success replaces a refusal, and a proof replaces inconclusive evidence.
    fn is_replaced_by(&self, later: &RequestEvidence) -> bool {
        self.evidence.refused || (self.evidence.inconclusive && is_proof(later))
    }
}

const fn is_proof(evidence: &RequestEvidence) -> bool {
    !evidence.refused && !evidence.inconclusive
}

/// Writes what the rows of a batch add up to.
pub(crate) async fn add(
    conn: &mut SqliteConnection,
    known: &mut Known,
    rows: &[Activity],
) -> Result<(), Error> {
    add_uses(conn, rows).await?;
    add_counts(conn, rows).await?;
    add_cycles(conn, known, rows).await?;
    add_evidence(conn, known, rows).await?;
    request_health_tally::add(conn, &mut known.health, rows).await
}

async fn add_uses(conn: &mut SqliteConnection, rows: &[Activity]) -> Result<(), sqlx::Error> {
    let mut tokens: BTreeMap<&str, Used<'_>> = BTreeMap::new();
    for row in rows {
        let Some(token_id) = &row.token_id else { continue };
        let (first_at, last_at, _) = row.times();
        let (source_ip, host) = (row.source_ip.as_deref(), row.host.as_deref());
        let used = tokens.entry(token_id).or_insert(Used { first_at, last_at, source_ip, host });
        used.first_at = used.first_at.min(first_at);
        if used.last_at <= last_at {
            (used.last_at, used.source_ip, used.host) = (last_at, source_ip, host.or(used.host));
        }
    }
    for (token_id, used) in tokens {
        sqlx::query(
            "INSERT INTO token_use (token_id, at, source_ip, first_at, host) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (token_id) DO UPDATE
             SET at = excluded.at, source_ip = excluded.source_ip, host = coalesce(excluded.host, host)
             WHERE at <= excluded.at",
        )
        .bind(token_id)
        .bind(used.last_at)
        .bind(used.source_ip)
        .bind(used.first_at)
        .bind(used.host)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn add_counts(conn: &mut SqliteConnection, rows: &[Activity]) -> Result<(), sqlx::Error> {
    let mut quarters: BTreeMap<(&str, i64), Counts> = BTreeMap::new();
    for row in rows {
        let (at, _, requests) = row.times();
        let counts = quarters.entry((&row.connection_id, at.div_euclid(QUARTER))).or_default();
        let count = match row.result {
            ActivityResult::Ok | ActivityResult::Lookup => &mut counts.ok,
            ActivityResult::Refused => &mut counts.refused,
            ActivityResult::Failed => &mut counts.failed,
        };
        *count = count.saturating_add(requests);
    }
    for ((connection_id, quarter), counts) in quarters {
        sqlx::query(
            "INSERT INTO activity_quarter (connection_id, quarter, ok, refused, failed) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (connection_id, quarter) DO UPDATE
             SET ok = ok + excluded.ok, refused = refused + excluded.refused, failed = failed + excluded.failed",
        )
        .bind(connection_id)
        .bind(quarter)
        .bind(counts.ok)
        .bind(counts.refused)
        .bind(counts.failed)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn add_cycles(
    conn: &mut SqliteConnection,
    known: &mut Known,
    rows: &[Activity],
) -> Result<(), sqlx::Error> {
    let mut changed: BTreeMap<&str, (Vec<Cycle>, bool)> = BTreeMap::new();
    for row in rows {
        let (first_at, last_at, _) = row.times();
        let proof = row.evidence.iter().any(|seen| seen.reaches_public_url).then_some(last_at);
        let (cycles, is_begun) = match changed.entry(&row.connection_id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let newest = newest_cycle(conn, known, &row.connection_id).await?;
                entry.insert((newest.into_iter().collect(), false))
            }
        };
        match cycles.last_mut() {
            Some(cycle) if cycle.newest > first_at.saturating_sub(QUIET) => {
                cycle.newest = cycle.newest.max(last_at);
                cycle.proof = cycle.proof.max(proof);
            }
            _ => {
                cycles.push(Cycle { started: first_at, newest: last_at, proof });
                *is_begun = true;
            }
        }
    }
    for (connection_id, (cycles, is_begun)) in changed {
        for cycle in &cycles {
            sqlx::query(
                "INSERT INTO sync_cycle (connection_id, started_at, last_at, https_at) VALUES (?, ?, ?, ?)
                 ON CONFLICT (connection_id, started_at) DO UPDATE
                 SET last_at = excluded.last_at, https_at = excluded.https_at",
            )
            .bind(connection_id)
            .bind(cycle.started)
            .bind(cycle.newest)
            .bind(cycle.proof)
            .execute(&mut *conn)
            .await?;
        }
        if is_begun {
            sqlx::query(
                "DELETE FROM sync_cycle WHERE connection_id = $1 AND started_at <= (
                    SELECT started_at FROM sync_cycle WHERE connection_id = $1 ORDER BY started_at DESC LIMIT 1 OFFSET $2)",
            )
            .bind(connection_id)
            .bind(MOST_CYCLES)
            .execute(&mut *conn)
            .await?;
        }
        known.cycles.insert(connection_id.to_owned(), cycles.last().copied());
    }
    Ok(())
}

async fn newest_cycle(
    conn: &mut SqliteConnection,
    known: &Known,
    connection_id: &str,
) -> Result<Option<Cycle>, sqlx::Error> {
    if let Some(cycle) = known.cycles.get(connection_id) {
        return Ok(*cycle);
    }
    let stored: Option<(i64, i64, Option<i64>)> = sqlx::query_as(
        "SELECT started_at, last_at, https_at FROM sync_cycle WHERE connection_id = ? ORDER BY started_at DESC LIMIT 1",
    )
    .bind(connection_id)
    .fetch_optional(conn)
    .await?;
    Ok(stored.map(|(started, newest, proof)| Cycle { started, newest, proof }))
}

/// Stores the first evidence of each kind; see [`Seen::is_replaced_by`].
async fn add_evidence(
    conn: &mut SqliteConnection,
    known: &mut Known,
    rows: &[Activity],
) -> Result<(), Error> {
    let mut first: BTreeMap<(&str, &str), Seen<'_>> = BTreeMap::new();
    for row in rows {
        let proved = known.proved.get(&row.connection_id);
        for evidence in &row.evidence {
            if proved.is_some_and(|proved| proved.contains(&evidence.kind)) {
                continue;
            }
            let seen = Seen { at: row.at.as_millisecond(), activity_id: &row.id, evidence };
            let place = (row.connection_id.as_str(), evidence.kind.as_str());
            if first.get(&place).is_none_or(|earlier| earlier.is_replaced_by(evidence)) {
                first.insert(place, seen);
            }
        }
    }
    for ((connection_id, kind), seen) in first {
        sqlx::query(
            "INSERT INTO setup_evidence (connection_id, kind, seen_at, activity_id, sentence, refused, inconclusive)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (connection_id, kind) DO UPDATE
             SET seen_at = excluded.seen_at, activity_id = excluded.activity_id, sentence = excluded.sentence,
                 refused = excluded.refused, inconclusive = excluded.inconclusive
             WHERE refused = 1 OR (inconclusive = 1 AND excluded.refused = 0 AND excluded.inconclusive = 0)",
        )
        .bind(connection_id)
        .bind(kind)
        .bind(seen.at)
        .bind(seen.activity_id)
        .bind(&seen.evidence.sentence)
        .bind(seen.evidence.refused)
        .bind(seen.evidence.inconclusive)
        .execute(&mut *conn)
        .await?;
        if is_proof(seen.evidence) {
            known.proved.entry(connection_id.to_owned()).or_default().insert(kind.to_owned());
        }
    }
    Ok(())
}
