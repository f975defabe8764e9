//! One exchange: what is known of a request and of how it ended. It is the one owner of both, from the first byte of the
//! head to the row in the activity. What arrived is stored as it is, and only read once the row is written; of a long
//! body, only what is recorded.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use idp::Provider;
use jiff::Timestamp;
use scim::json;
use serde_json::Value;
use store::{ActivityNote, KnownConnection, RecordedBodies, RecordedHeaders, StepTimes};

use crate::answer::{ActivitySummary, ReadyText};
use crate::authenticate::Authenticated;
use crate::client_origin::ClientOrigin;
use crate::intent::{Intent, name_in};
use crate::notes::normalised;
use crate::recorded_request::{MOST_OF_BODY, RecordedRequest};
use crate::refusal::Refusal;

/// What is known of an exchange.
pub(crate) struct Exchange {
    pub id: String,
    pub at: Timestamp,
    /// None while no connection is known.
    pub endpoint: Option<Endpoint>,
    pub origin: Option<ClientOrigin>,
    /// The name by which the server was called.
    pub host: Option<String>,
    /// It was called by a name that shows nothing against the public URL.
    pub may_use_public_url: bool,
    pub token_id: Option<String>,
    pub notes: Vec<ActivityNote>,
    /// It is a request of the check of the public address.
    pub is_check: bool,
    /// What it asked for, if it was refused.
    pub intent: Option<Intent>,
    /// None until it has ended.
    pub ending: Option<Ending>,
    pub method: Method,
    pub uri: Uri,
    pub user_agent: Option<HeaderValue>,
    /// What of its bodies is recorded.
    pub bodies: RecordedBodies,
    /// Its body, as it arrived; None where it has none, that was not read, or it is long and recorded.
    pub body: Option<Bytes>,
    /// It as it is recorded, where the body is long.
    pub recorded: Option<RecordedRequest>,
    /// How many bytes its body has; None: not all of it was received.
    pub request_size: Option<u64>,
    /// How many bytes the body of its answer has, as far as it was sent.
    pub response_size: Option<u64>,
    /// The headers of both, with the secrets in their values; None where no bodies are recorded.
    pub headers: Option<RecordedHeaders>,
    /// What its steps took so far.
    pub steps: StepTimes,
    /// How long it took; zero until it has ended.
    pub took: Duration,
    started: Instant,
    step_began: Instant,
}

/// What it is for.
pub(crate) struct Endpoint {
    pub connection_id: String,
    pub provider: Provider,
    /// The path below the endpoint, as the client sent it.
    pub path: String,
    /// The address is that of the connection. Others belong to it by their token, or because their address is nearly right.
    pub is_routed: bool,
}

/// How an exchange ended.
pub(crate) struct Ending {
    pub status: u16,
    pub outcome: Result<ActivitySummary, Refusal>,
    /// What was answered; where that is text or streamed, its summary.
    pub body: Option<Value>,
    /// The body as it was sent; None where `body` is its summary.
    pub text: Option<ReadyText>,
}

impl Exchange {
    /// Begins an exchange. Nothing of the request is read here, so that nothing can fail before there is a record of it.
    pub(crate) fn begin(id: String, at: Timestamp, started: Instant, parts: &Parts) -> Self {
        Self {
            id,
            at,
            endpoint: None,
            origin: None,
            host: None,
            may_use_public_url: false,
            token_id: None,
            notes: Vec::new(),
            is_check: false,
            intent: None,
            ending: None,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            bodies: RecordedBodies::Full,
            body: None,
            recorded: None,
            request_size: None,
            response_size: None,
            headers: None,
            steps: StepTimes::default(),
            took: Duration::ZERO,
            started,
            step_began: started,
        }
    }

    /// It is for this connection; `path` is the part of the address that is below the endpoint.
    pub(crate) fn set_endpoint(&mut self, connection: &KnownConnection, path: String, is_routed: bool) {
        self.endpoint = Some(Endpoint {
            connection_id: connection.id.clone(),
            provider: Provider::of(&connection.provider),
            path,
            is_routed,
        });
    }

    pub(crate) fn set_authenticated(&mut self, authenticated: Authenticated) {
        self.token_id = Some(authenticated.token.id.clone());
        self.notes.extend(authenticated.notes.into_iter().map(normalised));
    }

    /// Whether a token showed that the client may act for the connection.
    pub(crate) const fn is_authenticated(&self) -> bool {
        self.token_id.is_some()
    }

    /// The name in its body.
    pub(crate) fn name(&self) -> Option<String> {
        match &self.recorded {
            Some(recorded) => recorded.sent.name.clone(),
            None => name_in(&json::parse(self.body.as_ref()?).ok()?),
        }
    }

    /// The request as it is recorded, with the secrets that it gives away.
    pub(crate) fn take_recorded(&mut self, endpoint: &Endpoint) -> RecordedRequest {
        self.recorded.take().unwrap_or_else(|| self.record(endpoint))
    }

    fn record(&self, endpoint: &Endpoint) -> RecordedRequest {
        let Endpoint { path, is_routed, .. } = endpoint;
        RecordedRequest::of(
            &self.method,
            &self.uri,
            self.user_agent.as_ref(),
            self.body.as_deref(),
            path,
            *is_routed,
            self.bodies,
        )
    }

    /// Of a long body, only what is recorded is held from here on: its answer may be sent for a long time, and its row may
    /// wait.
    pub(crate) fn shorten(&mut self) {
        let Some(endpoint) = &self.endpoint else { return };
        if self.body.as_ref().is_some_and(|body| body.len() > MOST_OF_BODY) {
            // A defect leaves a row without the body.
            let recorded = catch_unwind(AssertUnwindSafe(|| self.record(endpoint)));
            self.recorded = recorded.ok();
            self.body = None;
        }
    }

    /// Whether what was answered is longer than what is recorded of it.
    pub(crate) fn has_long_answer(&self) -> bool {
        self.answered().is_some_and(|text| text.bytes.len() > MOST_OF_BODY)
    }

    fn answered(&self) -> Option<&ReadyText> {
        self.ending.as_ref()?.text.as_ref()
    }

    /// About how many bytes its bodies, its headers and its address have.
    pub(crate) fn bytes(&self) -> usize {
        let request = self.body.as_ref().map_or(0, Bytes::len);
        let recorded =
            self.recorded.as_ref().and_then(|recorded| recorded.body.as_ref()).map_or(0, String::len);
        let answer = self.answered().map_or(0, |text| text.bytes.len());
        let outcome = self.ending.as_ref().and_then(|ending| ending.outcome.as_ref().ok());
        let sentence = outcome.map_or(0, |summary| summary.sentence.len());
        let headers = self.headers.as_ref();
        let headers = headers.map_or(0, |headers| headers.request.bytes() + headers.response.bytes());
        request
            + recorded
            + headers
            + answer
            + sentence
            + self.uri.path().len()
            + self.uri.query().map_or(0, str::len)
    }

    /// Why it was refused, if it was.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.ending.as_ref().and_then(|ending| ending.outcome.as_ref().err())
    }

    /// Its present step ends here, or it ends in that step. Its answer is not measured: it takes what is left.
    pub(crate) fn end_step(&mut self) {
        let now = Instant::now();
        self.steps.push(now.duration_since(self.step_began));
        self.step_began = now;
    }

    /// It has ended: its answer is ready to be sent.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.took = self.started.elapsed();
        self.ending = Some(ending);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_long_body_only_what_is_recorded_is_held() {
        let (parts, ()) = axum::http::Request::post("/Users").body(()).unwrap().into_parts();
        let begin = |title: &str| {
            let mut exchange = Exchange::begin(String::new(), Timestamp::UNIX_EPOCH, Instant::now(), &parts);
            exchange.endpoint = Some(Endpoint {
                connection_id: String::new(),
                provider: Provider::Custom,
                path: "/Users".to_owned(),
                is_routed: true,
            });
            let body = json!({"userName": "ada", "password": "s3cret-one", "title": title});
            exchange.body = Some(body.to_string().into());
            exchange.shorten();
            exchange
        };
        for (title, is_held) in [("Countess", true), (&*"x".repeat(4 * MOST_OF_BODY), false)] {
            let mut exchange = begin(title);
            assert_eq!(exchange.body.is_some(), is_held);
            assert!(exchange.bytes() < MOST_OF_BODY + 100, "{}", exchange.bytes());
            assert_eq!(exchange.name().as_deref(), Some("ada"), "the name in it is known");
            let endpoint = exchange.endpoint.take().unwrap();
            let mut recorded = exchange.take_recorded(&endpoint);
            assert!(
                recorded.body.unwrap().starts_with("{\"userName\":\"ada\",\"password\":\"(not stored)\"")
            );
            let sentence = recorded.redaction.text("It repeats s3cret-one".to_owned());
            assert_eq!(sentence, "It repeats …", "what it gives away is hidden elsewhere too");
        }
    }
}
