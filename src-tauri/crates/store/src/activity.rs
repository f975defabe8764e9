//! What is observed of requests: exchanges, setup evidence, use of tokens.

use idp::RefusalFacts;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::clock::from_millis;
use crate::{RecordedBodies, RecordedHeaders, RequestHealth, StepTimes};

scim::words! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "lowercase")]
    #[ts(export)]
    pub enum ActivityResult {
        /// Answered as asked.
        Ok = "ok",
        /// A look-up, found or not.
        Lookup = "lookup",
        /// Refused on purpose (4xx, 503 while paused).
        Refused = "refused",
        /// Our fault (5xx).
        Failed = "failed",
    }
}

impl ActivityResult {
    /// What is stored by this word; a word of another version is a failure.
    pub(crate) fn stored(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::Failed)
    }
}

/// One SCIM exchange, redacted; or several that are alike, in one row.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The request's id, also in the answer's `X-Request-Id`.
    pub id: String,
    /// When it arrived; the first of them, where the row stands for several.
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
    /// What is known of why it was refused.
    pub facts: Option<Box<RefusalFacts>>,
    /// What happened, for a person.
    pub sentence: String,
    /// The resource's type, if it is about one: `User` or `Group`.
    pub resource_type: Option<String>,
    /// The resource's id.
    pub resource_id: Option<String>,
    /// From its arrival, when its head was read, until its answer was ready to be sent, in microseconds.
    pub duration_us: u64,
    /// What of it each step took.
    pub steps: StepTimes,
    /// Source.
    pub source_ip: Option<String>,
    /// It arrived over HTTPS.
    pub secure: bool,
    /// The name by which the server was called; it is recorded with the use of the token, and not in the row.
    pub host: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// What the client did against the RFC, and hints.
    pub notes: Vec<ActivityNote>,
    /// What of the bodies was to be recorded.
    pub bodies: RecordedBodies,
    /// How many bytes of its body were received; 0: it has none. None: it was not read, or by an older version.
    pub request_size: Option<u64>,
    /// How many bytes of the answer's body were sent. None: by an older version.
    pub response_size: Option<u64>,
    /// Deleted with the bodies. None then, where no bodies were to be recorded, or by an older version.
    pub headers: Option<RecordedHeaders>,
    /// The request's body, without passwords, cut at 64 kB.
    pub request_body: Option<String>,
    /// The answer's body, cut at 64 kB.
    pub response_body: Option<String>,
    /// What it proves.
    pub evidence: Vec<RequestEvidence>,
    /// The row stands for several requests.
    pub folded: Option<Folded>,
    /// What it shows of the health of its connection; it is counted, and not in the row.
    pub health: Option<RequestHealth>,
}

/// An exchange on its way into the log. It is described by the log's own thread, so that no request waits for that.
pub trait Undescribed: Send + 'static {
    /// About how many bytes its texts have.
    fn bytes(&self) -> usize;
    /// Its row. What a body gives away as a secret is in none of its other texts.
    fn describe(self: Box<Self>) -> Activity;
}

impl Activity {
    /// When the first and the last of the requests of the row arrived, in milliseconds, and how many there are.
    pub(crate) fn times(&self) -> (i64, i64, i64) {
        let at = self.at.as_millisecond();
        self.folded.as_ref().map_or((at, at, 1), |folded| {
            (at, folded.last_at.as_millisecond(), i64::try_from(folded.requests).unwrap_or(i64::MAX))
        })
    }

    /// Only that it was made is recorded.
    pub(crate) fn drop_bodies(&mut self) {
        (self.request_body, self.response_body, self.headers) = (None, None, None);
    }
}

impl Undescribed for Activity {
    fn bytes(&self) -> usize {
        let bodies = [&self.request_body, &self.response_body].into_iter().flatten().map(String::len);
        let notes = self.notes.iter().map(|note| note.text.len());
        let headers = self.headers.iter().map(|each| each.request.bytes() + each.response.bytes());
        self.path.len() + self.sentence.len() + bodies.chain(notes).chain(headers).sum::<usize>()
    }

    fn describe(self: Box<Self>) -> Activity {
        *self
    }
}

#[cfg(test)]
impl Activity {
    /// A look-up without anything special.
    pub(crate) fn example(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            at: Timestamp::UNIX_EPOCH,
            connection_id: "one".to_owned(),
            token_id: None,
            method: "GET".to_owned(),
            path: "/Users".to_owned(),
            status: 200,
            result: ActivityResult::Ok,
            reason: None,
            facts: None,
            sentence: "Listed people".to_owned(),
            resource_type: None,
            resource_id: None,
            duration_us: 1,
            steps: StepTimes::default(),
            source_ip: None,
            secure: false,
            host: None,
            user_agent: None,
            notes: Vec::new(),
            bodies: RecordedBodies::Full,
            request_size: None,
            response_size: None,
            headers: None,
            request_body: None,
            response_body: None,
            evidence: Vec::new(),
            folded: None,
            health: None,
        }
    }
}

/// Several requests in one row, which shows the newest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded {
    /// How many.
    pub requests: u64,
    /// When the last one arrived.
    pub last_at: Timestamp,
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
    /// By which name the server was called: small letters, without a port. None: an older version did not record it.
    pub host: Option<String>,
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
