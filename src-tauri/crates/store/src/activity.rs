//! What is observed of requests: exchanges, setup evidence, use of tokens.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ActivityResult {
    /// Answered as asked.
    Ok,
    /// A look-up, found or not.
    Lookup,
    /// Refused on purpose (4xx, 503 while paused).
    Refused,
    /// Our fault (5xx).
    Failed,
}

impl ActivityResult {
    const ALL: [Self; 4] = [Self::Ok, Self::Lookup, Self::Refused, Self::Failed];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Lookup => "lookup",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|result| result.as_str() == word).unwrap_or(Self::Failed)
    }
}

/// One SCIM exchange, redacted.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The request's id, also in the answer's `X-Request-Id`.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// The connection whose address was called.
    pub connection_id: String,
    /// The token that proved it, if one did.
    pub token_id: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path below the endpoint with its query, without any secret.
    pub path: String,
    /// The answer's status.
    pub status: u16,
    /// How it ended.
    pub result: ActivityResult,
    /// Why it was refused, as a code: `auth.unknown`.
    pub reason: Option<String>,
    /// What happened, for a person.
    pub sentence: String,
    /// The resource's type, if it is about one: `User` or `Group`.
    pub resource_type: Option<String>,
    /// The resource's id.
    pub resource_id: Option<String>,
    /// From the first byte understood to the answer, in microseconds.
    pub duration_us: u64,
    /// Source.
    pub source_ip: Option<String>,
    /// It arrived over HTTPS.
    pub secure: bool,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// What the client did against the RFC, and hints.
    pub notes: Vec<ActivityNote>,
    /// The request's body, without passwords, cut at 64 kB.
    pub request_body: Option<String>,
    /// The answer's body, cut at 64 kB.
    pub response_body: Option<String>,
    /// What it proves.
    pub evidence: Vec<RequestEvidence>,
}

/// The exchanges of one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct HourCount {
    /// Hours since 1970-01-01T00:00:00Z.
    pub hour: i64,
    /// Answered as asked.
    pub ok: i64,
    /// Refused on purpose.
    pub refused: i64,
    /// Our fault.
    pub failed: i64,
}

/// What a client did against the RFC, or a hint.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ActivityNote {
    /// The deviation's code, for counting.
    pub code: String,
    /// The sentence for a person.
    pub text: String,
}

/// Something that a request shows; the first one is recorded. The first success replaces a refusal, and the
/// first proof replaces inconclusive evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestEvidence {
    /// What was seen.
    pub kind: String,
    /// The sentence for a person.
    pub sentence: String,
    /// It was tried and refused.
    pub refused: bool,
    /// It was seen, but this request does not prove it: it carried no valid token, or began on this computer.
    pub inconclusive: bool,
    /// It proves that the public URL leads here: over HTTPS, from another computer, with a valid token.
    pub reaches_public_url: bool,
}

/// The first sight of something that a wizard proves.
#[derive(Clone, Debug)]
pub struct SetupEvidence {
    /// What was seen.
    pub kind: String,
    /// When.
    pub seen_at: Timestamp,
    /// The request that shows it.
    pub activity_id: String,
    /// What was seen, for a person.
    pub sentence: String,
    /// Only refusals were seen so far.
    pub refused: bool,
    /// Seen, but by no request that proves it.
    pub inconclusive: bool,
}

/// The newest use of a token.
#[derive(Clone, Debug)]
pub struct TokenUse {
    /// When.
    pub at: Timestamp,
    /// When it was used for the first time.
    pub first_at: Timestamp,
    /// From where.
    pub source_ip: Option<String>,
}

impl FromRow<'_, SqliteRow> for Activity {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let notes: String = row.try_get("notes")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: from_millis(row.try_get("at")?),
            connection_id: row.try_get("connection_id")?,
            token_id: row.try_get("token_id")?,
            method: row.try_get("method")?,
            path: row.try_get("path")?,
            status: row.try_get("status")?,
            result: ActivityResult::from_word(&row.try_get::<String, _>("result")?),
            reason: row.try_get("reason")?,
            sentence: row.try_get("sentence")?,
            resource_type: row.try_get("resource_type")?,
            resource_id: row.try_get("resource_id")?,
            duration_us: row.try_get::<i64, _>("duration_us")?.try_into().unwrap_or(0),
            source_ip: row.try_get("source_ip")?,
            secure: row.try_get("secure")?,
            user_agent: row.try_get("user_agent")?,
            notes: serde_json::from_str(&notes).unwrap_or_default(),
            request_body: row.try_get("request_body")?,
            response_body: row.try_get("response_body")?,
            evidence: Vec::new(),
        })
    }
}

impl FromRow<'_, SqliteRow> for SetupEvidence {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            kind: row.try_get("kind")?,
            seen_at: from_millis(row.try_get("seen_at")?),
            activity_id: row.try_get("activity_id")?,
            sentence: row.try_get("sentence")?,
            refused: row.try_get("refused")?,
            inconclusive: row.try_get("inconclusive")?,
        })
    }
}
