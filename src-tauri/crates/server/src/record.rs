//! The record of an exchange: what arrived, what was answered and why, without any secret.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use axum::http::header;
use axum::http::request::Parts;
use idp::Request;
use idp::guide::ProofKind;
use idp::reasons::fact;
use idp::recognise::{KnownEvent, Recognition, near_miss, recognise};
use jiff::Timestamp;
use serde_json::Value;
use store::{Activity, ActivityDeviation, ActivityResult, Connection, RequestEvidence};

use crate::answer::{Answer, ResponseHead};
use crate::authenticate::Proven;
use crate::client_origin::{Source, Way};
use crate::execute::{kept, noted};
use crate::intent::{Intent, name_in};
use crate::pipeline::Found;
use crate::redact::Redaction;
use crate::refusal::Refusal;
use crate::{Server, sentences};

/// The note that says what is wrong with an address that is nearly right.
pub(crate) const NEAR_MISS: &str = "path.near_miss";
/// How much of a body is kept, in bytes.
const KEPT: usize = 64 * 1024;

/// What is known of an exchange while it goes on.
pub(crate) struct Exchange {
    pub id: String,
    pub connection: Connection,
    /// The path below the endpoint.
    pub path: String,
    pub notes: Vec<ActivityDeviation>,
    /// The name in its body.
    pub name: Option<String>,
    /// What it wanted, if it was refused.
    pub intent: Option<Intent>,
    /// Who probably called and what it was.
    pub recognised: Recognition,
    at: Timestamp,
    started: Instant,
    /// How long it took, once it has ended.
    took: Option<Duration>,
    method: String,
    shown_path: String,
    user_agent: Option<String>,
    client: Option<String>,
    source: Source,
    secure: bool,
    token_id: Option<String>,
    request_body: Option<String>,
    redaction: Redaction,
}

impl Exchange {
    pub(crate) fn begin(
        server: &Server,
        head: &ResponseHead,
        parts: &Parts,
        found: Found,
        started: Instant,
    ) -> Self {
        let mut redaction = Redaction::default();
        let shown_path = redaction.address(&found.path, parts.uri.query());
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Self {
            id: head.request_id.clone(),
            at: server.0.store.clock().now(),
            started,
            took: None,
            connection: found.connection,
            path: found.path,
            method: redaction.text(parts.method.as_str().to_owned()),
            shown_path: cut(shown_path, 2048),
            user_agent: user_agent.map(|text| cut(redaction.text(text.to_owned()), 200)),
            redaction,
            client: None,
            source: Source::Unknown,
            secure: false,
            token_id: None,
            notes: Vec::new(),
            name: None,
            intent: None,
            recognised: Recognition::default(),
            request_body: None,
        }
    }

    pub(crate) fn came(&mut self, way: &Way) {
        self.client = way.client.map(|ip| ip.to_string());
        self.source = way.source();
        self.secure = way.secure;
    }

    pub(crate) fn proven(&mut self, proven: Proven) {
        self.token_id = Some(proven.token.id);
        self.notes.extend(proven.notes.into_iter().map(kept));
    }

    /// The HTTP method.
    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// Whether a token proved whose it is.
    pub(crate) fn is_proven(&self) -> bool {
        self.token_id.is_some()
    }

    /// Notes how long it took. Without it, it ends when it is recorded.
    pub(crate) fn has_ended(&mut self) {
        self.took = Some(self.started.elapsed());
    }

    /// The row of an exchange of which nothing is said but how it ended.
    fn outline(&self, status: u16) -> Activity {
        let result = if status < 400 { ActivityResult::Ok } else { ActivityResult::Failed };
        Activity {
            id: self.id.clone(),
            at: self.at,
            connection_id: self.connection.id.clone(),
            token_id: self.token_id.clone(),
            method: self.method.clone(),
            path: self.shown_path.clone(),
            status,
            result,
            reason: (status >= 400).then(|| "defect".to_owned()),
            sentence: format!("Answered with {status}. An internal error prevented a description"),
            resource_type: None,
            resource_id: None,
            duration_us: self.duration_us(),
            source_ip: self.client.clone(),
            secure: self.secure,
            user_agent: self.user_agent.clone(),
            notes: Vec::new(),
            request_body: None,
            response_body: None,
            sightings: Vec::new(),
        }
    }

    fn duration_us(&self) -> u64 {
        let took = self.took.unwrap_or_else(|| self.started.elapsed());
        u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
    }

    /// What is wrong with its address, if it is nearly right.
    fn near_miss(&self) -> Option<&str> {
        self.notes.iter().find(|note| note.code == NEAR_MISS).map(|note| note.text.as_str())
    }

    /// Looks at the request as it came, before anything straightens it; keeps its body without the secrets in it.
    pub(crate) fn arrived(&mut self, request: &Request) {
        self.recognised = recognise(request, self.user_agent.as_deref());
        self.name = request.body.as_ref().and_then(name_in);
        let Self { request_body, redaction, .. } = self;
        *request_body = request.body.as_ref().map(|body| {
            let mut body = Value::Object(body.clone());
            redaction.body(&mut body);
            cut(body.to_string(), KEPT)
        });
    }
}

fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let mut end = limit;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Writes the record. What cannot be described for a defect of ours is recorded without a description.
pub(crate) async fn record(
    server: &Server,
    exchange: Exchange,
    answered: (u16, Option<Value>),
    outcome: Result<&Answer, &Refusal>,
) {
    let outline = exchange.outline(answered.0);
    let described = catch_unwind(AssertUnwindSafe(|| described(exchange, answered, outcome)));
    server
        .0
        .store
        .record(described.unwrap_or_else(|_panic| {
            tracing::error!(request = outline.id, "an exchange could not be described");
            outline
        }))
        .await;
}

fn described(
    mut exchange: Exchange,
    (status, body): (u16, Option<Value>),
    outcome: Result<&Answer, &Refusal>,
) -> Activity {
    let mut redaction = std::mem::take(&mut exchange.redaction);
    if exchange.recognised.event == Some(KnownEvent::AzureTestConnection) && finds_somebody(body.as_ref()) {
        // Whoever matches people by an id asks for that, too; what was made up is never found.
        exchange.recognised.event = None;
    }
    let known = exchange.recognised.sentence(status);
    if let Some(hint) = exchange.recognised.mismatch(exchange.connection.provider) {
        exchange.notes.push(noted("client.other", hint));
    }
    if misses(outcome)
        && exchange.near_miss().is_none()
        && let Some(hint) = near_miss(&exchange.path)
    {
        exchange.notes.push(noted(NEAR_MISS, hint));
    }
    let sightings = sightings(&exchange, known.as_deref(), outcome)
        .into_iter()
        .map(|seen| RequestEvidence { sentence: redaction.text(seen.sentence), ..seen })
        .collect();
    let (result, reason, sentence, about, notes) = match outcome {
        Ok(answer) => {
            let story = &answer.story;
            (story.result, None, story.sentence.clone(), story.about.clone(), story.notes.clone())
        }
        Err(refusal) => {
            let failed = refusal.error.status == 500;
            let result = match refusal.reason {
                "notfound" => ActivityResult::Lookup,
                _ if failed => ActivityResult::Failed,
                _ => ActivityResult::Refused,
            };
            (
                result,
                Some(refusal.reason.to_owned()),
                sentences::refused(refusal, result, exchange.intent.as_ref()),
                None,
                refusal.facts.iter().map(|(name, value)| noted(&fact(name), value)).collect(),
            )
        }
    };
    // The client's own name for a request says more than its letters; a lookup says which user it found.
    let sentence = match exchange.recognised.event {
        Some(
            KnownEvent::AzureTestConnection
            | KnownEvent::OktaTest
            | KnownEvent::OktaImport
            | KnownEvent::Probe,
        ) => known.unwrap_or(sentence),
        _ => sentence,
    };
    Activity {
        duration_us: exchange.duration_us(),
        id: exchange.id,
        at: exchange.at,
        connection_id: exchange.connection.id,
        token_id: exchange.token_id,
        method: exchange.method,
        // What the body gave away may stand in the address as well.
        path: redaction.text(exchange.shown_path),
        status,
        result,
        reason,
        sentence: cut(redaction.text(sentence), 300),
        resource_type: about.as_ref().map(|(resource_type, _)| resource_type.name().to_owned()),
        resource_id: about.map(|(_, id)| id),
        source_ip: exchange.client,
        secure: exchange.secure,
        user_agent: exchange.user_agent,
        notes: exchange
            .notes
            .into_iter()
            .chain(notes)
            .map(|note| ActivityDeviation { text: redaction.text(note.text), ..note })
            .collect(),
        request_body: exchange.request_body,
        response_body: body.map(|mut body| {
            redaction.body(&mut body);
            cut(body.to_string(), KEPT)
        }),
        sightings,
    }
}

/// Whether there is nothing at the address that was called.
fn misses(outcome: Result<&Answer, &Refusal>) -> bool {
    outcome.is_err_and(|refusal| refusal.reason == "path.unknown" && refusal.error.status == 404)
}

/// Whether an answer holds anything that was asked for.
fn finds_somebody(body: Option<&Value>) -> bool {
    body.and_then(|body| body.get("totalResults")).and_then(Value::as_u64).is_some_and(|total| total > 0)
}

/// What this exchange lets the wizard tick.
fn sightings(
    exchange: &Exchange,
    known: Option<&str>,
    outcome: Result<&Answer, &Refusal>,
) -> Vec<RequestEvidence> {
    let mut seen = Vec::new();
    // The header of a proxy can be written by anybody on this computer: the way to here is proved by who has a valid token
    // and called from elsewhere. The address check proves it too.
    let doubt = match (&exchange.token_id, exchange.source) {
        (None, _) => Some("It carried no valid token, so it proves nothing."),
        (Some(_), Source::ThisComputer) => {
            Some("It began on this computer, so it does not prove that others get here.")
        }
        (Some(_), Source::Unknown) => Some("The proxy does not say where it began (X-Forwarded-For)."),
        (Some(_), Source::Elsewhere) => None,
    };
    let mut add = |kind: ProofKind, sentence: String, refused: bool| {
        let doubt =
            doubt.filter(|_| matches!(kind, ProofKind::AddressReached | ProofKind::Https) && !refused);
        let sentence = doubt.map_or(sentence.clone(), |doubt| format!("{sentence} {doubt}"));
        let unproved = doubt.is_some();
        seen.push(RequestEvidence { kind: kind.as_str().to_owned(), sentence, refused, unproved });
    };
    if misses(outcome) {
        // Whoever calls the wrong address has not connected, whatever came along.
        let why = exchange.near_miss().unwrap_or("A request arrived at an address that is not the endpoint.");
        add(ProofKind::AddressReached, why.to_owned(), true);
        return seen;
    }
    add(ProofKind::AddressReached, "A request reached this address.".to_owned(), false);
    if exchange.secure {
        add(ProofKind::Https, "It arrived over HTTPS.".to_owned(), false);
    }
    match (&exchange.token_id, outcome) {
        (Some(_), _) => {
            let known = known.map(|known| format!(" {known}")).unwrap_or_default();
            add(ProofKind::Credentials, format!("Credentials work.{known}"), false);
        }
        (None, Err(refusal)) => add(ProofKind::Credentials, refusal.error.detail.clone(), true),
        (None, Ok(_)) => {}
    }
    if let Ok(answer) = outcome {
        // Asking for somebody made up shows nothing of how real people are looked up.
        let made_up = exchange.recognised.event == Some(KnownEvent::AzureTestConnection);
        for (kind, sentence) in &answer.story.proofs {
            if !(made_up && *kind == ProofKind::Lookup) {
                add(*kind, sentence.clone(), false);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("ééé".to_owned(), 3), "é…", "never inside a character");
        assert_eq!(cut("short".to_owned(), 64), "short", "short ones stay");
    }
}
