//! The rows that record an exchange: itself, its setup evidence, the use of its token, counts and sync cycles. All are
//! written together, so that reading counts costs the same on the first day and after a million requests.

use sqlx::sqlite::SqliteConnection;

use crate::{Activity, ActivityResult, Error};

/// A quarter of an hour, in milliseconds.
pub(crate) const QUARTER: i64 = 900_000;
/// How long a connection is quiet before its next request begins another sync cycle, in milliseconds.
const QUIET: i64 = 600_000;
/// How many sync cycles of a connection are stored.
const MOST_CYCLES: i64 = 64;

/// Writes what is recorded of an exchange.
pub(crate) async fn insert(conn: &mut SqliteConnection, activity: &Activity) -> Result<(), Error> {
    insert_exchange(conn, activity).await?;
    insert_evidence(conn, activity).await?;
    count(conn, activity).await?;
    Ok(())
}

async fn insert_exchange(conn: &mut SqliteConnection, activity: &Activity) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO activity (id, at, connection_id, token_id, method, path, status, result, reason, sentence,
         resource_type, resource_id, duration_us, source_ip, secure, user_agent, notes, request_body, response_body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(&activity.id)
    .bind(activity.at.as_millisecond())
    .bind(&activity.connection_id)
    .bind(&activity.token_id)
    .bind(&activity.method)
    .bind(&activity.path)
    .bind(activity.status)
    .bind(activity.result.as_str())
    .bind(&activity.reason)
    .bind(&activity.sentence)
    .bind(&activity.resource_type)
    .bind(&activity.resource_id)
    .bind(i64::try_from(activity.duration_us).unwrap_or(i64::MAX))
    .bind(&activity.source_ip)
    .bind(activity.secure)
    .bind(&activity.user_agent)
    .bind(serde_json::json!(activity.notes).to_string())
    .bind(&activity.request_body)
    .bind(&activity.response_body)
    .execute(&mut *conn)
    .await?;
    if let Some(token_id) = &activity.token_id {
        sqlx::query(
            "INSERT INTO token_use (token_id, at, source_ip, first_at) VALUES ($1, $2, $3, $2)
             ON CONFLICT (token_id) DO UPDATE SET at = $2, source_ip = $3 WHERE at <= $2",
        )
        .bind(token_id)
        .bind(activity.at.as_millisecond())
        .bind(&activity.source_ip)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Stores the first evidence of each kind; the first success replaces a refusal, and a proof replaces inconclusive evidence.
async fn insert_evidence(conn: &mut SqliteConnection, activity: &Activity) -> Result<(), sqlx::Error> {
    for seen in &activity.evidence {
        sqlx::query(
            "INSERT INTO setup_evidence (connection_id, kind, seen_at, activity_id, sentence, refused, inconclusive)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (connection_id, kind) DO UPDATE
             SET seen_at = $3, activity_id = $4, sentence = $5, refused = $6, inconclusive = $7
             WHERE refused = 1 OR (inconclusive = 1 AND $6 = 0 AND $7 = 0)",
        )
        .bind(&activity.connection_id)
        .bind(&seen.kind)
        .bind(activity.at.as_millisecond())
        .bind(&activity.id)
        .bind(&seen.sentence)
        .bind(seen.refused)
        .bind(seen.inconclusive)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Counts an exchange whose row is being written.
async fn count(conn: &mut SqliteConnection, activity: &Activity) -> Result<(), sqlx::Error> {
    let at = activity.at.as_millisecond();
    let is = |result| i64::from(activity.result == result);
    sqlx::query(
        "INSERT INTO activity_quarter (connection_id, quarter, ok, refused, failed) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (connection_id, quarter) DO UPDATE SET ok = ok + $3, refused = refused + $4, failed = failed + $5",
    )
    .bind(&activity.connection_id)
    .bind(at.div_euclid(QUARTER))
    .bind(is(ActivityResult::Ok) + is(ActivityResult::Lookup))
    .bind(is(ActivityResult::Refused))
    .bind(is(ActivityResult::Failed))
    .execute(&mut *conn)
    .await?;
    let https_at = activity.evidence.iter().any(|seen| seen.reaches_public_url).then_some(at);
    let continued = sqlx::query(
        "UPDATE sync_cycle SET last_at = max(last_at, $2), https_at = coalesce(max(https_at, $3), $3, https_at)
         WHERE connection_id = $1 AND last_at > $2 - $4
            AND started_at = (SELECT max(started_at) FROM sync_cycle WHERE connection_id = $1)",
    )
    .bind(&activity.connection_id)
    .bind(at)
    .bind(https_at)
    .bind(QUIET)
    .execute(&mut *conn)
    .await?;
    if continued.rows_affected() == 0 {
        begin_cycle(conn, &activity.connection_id, at, https_at).await?;
    }
    Ok(())
}

async fn begin_cycle(
    conn: &mut SqliteConnection,
    connection_id: &str,
    at: i64,
    https_at: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sync_cycle (connection_id, started_at, last_at, https_at) VALUES ($1, $2, $2, $3)",
    )
    .bind(connection_id)
    .bind(at)
    .bind(https_at)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM sync_cycle WHERE connection_id = $1 AND started_at <= (
            SELECT started_at FROM sync_cycle WHERE connection_id = $1 ORDER BY started_at DESC LIMIT 1 OFFSET $2)",
    )
    .bind(connection_id)
    .bind(MOST_CYCLES)
    .execute(&mut *conn)
    .await?;
    Ok(())
}
