//! The row of the activity for an exchange: what arrived, what was answered and why, without any secret.

use idp::RefusalFacts;
use idp::reason_code::ReasonCode;
use idp::recognise::{KnownEvent, near_miss};
use scim::{ResourceType, Target, is_id};
use serde_json::Value;
use store::{
    Activity, ActivityNote, ActivityResult, RecordedBodies, RequestEvidence, RequestHealth, WriteOutcome,
    WriteRefusal,
};

use crate::answer::ReadyText;
use crate::evidence::{evidence, is_unknown_path};
use crate::exchange::{Ending, Exchange};
use crate::health::health;
use crate::notes::{NEAR_MISS, note};
use crate::recorded_request::{MOST_OF_BODY, RecordedRequest, cut, recorded_body};
use crate::redact::Redaction;
use crate::{sent_headers, sentences};

/// How much of a path with its query is recorded, in bytes.
const MOST_OF_PATH: usize = 2048;
/// How much of a client's name for itself is recorded, in bytes.
const MOST_OF_USER_AGENT: usize = 200;
/// How long a sentence is at most, in bytes.
const MOST_OF_SENTENCE: usize = 300;

/// The row of an exchange with nothing else in it than how it ended. None when no connection is known.
pub(crate) fn outline(exchange: &Exchange) -> Option<Activity> {
    let endpoint = exchange.endpoint.as_ref()?;
    let status = exchange.ending.as_ref().map_or(500, |ending| ending.status);
    let result = if status < 400 { ActivityResult::Ok } else { ActivityResult::Failed };
    Some(Activity {
        id: exchange.id.clone(),
        at: exchange.at,
        connection_id: endpoint.connection_id.clone(),
        token_id: exchange.token_id.clone(),
        method: String::new(),
        path: String::new(),
        status,
        result,
        reason: (status >= 400).then(|| ReasonCode::Defect.as_str().to_owned()),
        facts: None,
        sentence: format!("Answered with {status}. An internal error prevented a description"),
        resource_type: None,
        resource_id: None,
        duration_us: u64::try_from(exchange.took.as_micros()).unwrap_or(u64::MAX),
        steps: exchange.steps,
        source_ip: exchange.origin.as_ref().and_then(|origin| origin.client).map(|ip| ip.to_string()),
        secure: exchange.origin.as_ref().is_some_and(|origin| origin.secure),
        host: None,
        user_agent: None,
        notes: Vec::new(),
        bodies: exchange.bodies,
        request_size: exchange.request_size,
        response_size: exchange.response_size,
        headers: None,
        request_body: None,
        response_body: None,
        evidence: Vec::new(),
        folded: None,
        health: None,
    })
}

/// Describes an exchange that has ended, on top of its outline.
pub(crate) fn describe(mut exchange: Exchange, outline: Activity) -> Activity {
    let (Some(endpoint), Some(ending)) = (exchange.endpoint.take(), exchange.ending.take()) else {
        return outline;
    };
    let request = exchange.take_recorded(&endpoint);
    let health = health(&exchange, &endpoint.path, &request, &ending.outcome);
    let RecordedRequest {
        method, path, user_agent, body: request_body, mut recognised, mut redaction, ..
    } = request;
    if recognised.event == Some(KnownEvent::AzureTestConnection) && finds_any(ending.body.as_ref()) {
        // Clients that match people by an id ask for that, too; what was made up is never found.
        recognised.event = None;
    }
    let known = recognised.sentence(ending.status);
    if let Some(hint) = recognised.mismatch(endpoint.provider) {
        exchange.notes.push(note("client.other", hint));
    }
    if is_unknown_path(&ending.outcome)
        && !exchange.notes.iter().any(|note| note.code == NEAR_MISS)
        && let Some(hint) = near_miss(&endpoint.path)
    {
        exchange.notes.push(note(NEAR_MISS, hint));
    }
    let evidence = evidence(&exchange, recognised, known.as_deref(), &ending.outcome)
        .into_iter()
        .map(|seen| RequestEvidence { sentence: redaction.text(seen.sentence), ..seen })
        .collect();
    let health = without_secrets(health, &mut redaction);
    let Ending { outcome, body, text, .. } = ending;
    let mut named = named_in(&endpoint.path, exchange.is_authenticated());
    let (result, refused, sentence, notes) = match outcome {
        Ok(summary) => {
            named = summary.about.map_or(named, |(resource_type, id)| (Some(resource_type), Some(id)));
            (summary.result, None, summary.sentence, summary.notes)
        }
        Err(refusal) => {
            let result = match refusal.reason {
                ReasonCode::NotFound => ActivityResult::Lookup,
                _ if refusal.error.status == 500 => ActivityResult::Failed,
                _ => ActivityResult::Refused,
            };
            let sentence = sentences::refused(&refusal, result, exchange.intent.as_ref());
            (result, Some((refusal.reason, refusal.facts)), sentence, Vec::new())
        }
    };
    // The client's own name for a request says more than its letters; a lookup says which user it found.
    let sentence = match recognised.event {
        Some(
            KnownEvent::AzureTestConnection
            | KnownEvent::OktaTest
            | KnownEvent::OktaImport
            | KnownEvent::Probe,
        ) => known.unwrap_or(sentence),
        _ => sentence,
    };
    let (reason, facts) = refused.unzip();
    let facts = facts.filter(|facts| **facts != RefusalFacts::default());
    Activity {
        method,
        // What the body gave away may be in the address as well.
        path: cut(redaction.text(path), MOST_OF_PATH),
        host: exchange.host,
        user_agent: user_agent.map(|text| cut(redaction.text(text), MOST_OF_USER_AGENT)),
        result,
        reason: reason.map(|reason| reason.as_str().to_owned()),
        facts: facts.map(|facts| Box::new(facts.map(|text| redaction.text(text)))),
        sentence: cut(redaction.text(sentence), MOST_OF_SENTENCE),
        resource_type: named.0.map(|resource_type| resource_type.name().to_owned()),
        resource_id: named.1,
        notes: exchange
            .notes
            .into_iter()
            .chain(notes)
            .map(|note| ActivityNote { text: redaction.text(note.text), ..note })
            .collect(),
        headers: exchange.headers.map(|headers| sent_headers::without_secrets(headers, &mut redaction)),
        request_body,
        response_body: shown(body, text.as_ref(), &mut redaction, outline.bodies),
        evidence,
        health: Some(health),
        ..outline
    }
}

/// The type of resource that an address names, and the id: that of a client without a valid token is not looked for.
fn named_in(path: &str, is_authenticated: bool) -> (Option<ResourceType>, Option<String>) {
    match Target::parse(path) {
        Some(Target::Resources(resource_type) | Target::Search(Some(resource_type))) => {
            (Some(resource_type), None)
        }
        Some(Target::Resource(resource_type, id)) => {
            (Some(resource_type), Some(id).filter(|id| is_authenticated && is_id(id)))
        }
        _ => (None, None),
    }
}

/// Without what the request gives away as a secret.
fn without_secrets(health: RequestHealth, redaction: &mut Redaction) -> RequestHealth {
    let mut text = |text: String| redaction.text(text);
    let writes = health.writes.into_iter().map(|write| WriteOutcome {
        id: write.id.map(&mut text),
        user_name: write.user_name.map(&mut text),
        refusal: write.refusal.map(|refusal| WriteRefusal {
            name: text(refusal.name),
            sentence: text(refusal.sentence),
            ..refusal
        }),
        ..write
    });
    RequestHealth { writes: writes.collect(), ..health }
}

/// An answer's body as it is recorded: without the secrets in it. Where there are none, that is the text that was sent.
fn shown(
    body: Option<Value>,
    sent: Option<&ReadyText>,
    redaction: &mut Redaction,
    bodies: RecordedBodies,
) -> Option<String> {
    if bodies == RecordedBodies::None {
        return None;
    }
    let as_sent = |sent: &[u8]| {
        cut(String::from_utf8_lossy(&sent[..sent.len().min(MOST_OF_BODY + 4)]).into_owned(), MOST_OF_BODY)
    };
    // Whether a person has any is the same each time that it is sent.
    let person = sent.and_then(|sent| sent.person.as_ref()).filter(|_| redaction.is_empty());
    let is_full = bodies == RecordedBodies::Full;
    let is_plain = is_full && person.is_some_and(|person| person.is_plain.get() == Some(&true));
    let mut body = match (body, sent) {
        (Some(body), _) => body,
        (None, Some(sent)) if is_plain => return Some(as_sent(&sent.bytes)),
        (None, Some(sent)) => serde_json::from_slice(&sent.bytes).unwrap_or_default(),
        (None, None) => return None,
    };
    let is_changed = redaction.body(&mut body);
    if let Some(person) = person {
        person.is_plain.get_or_init(|| !is_changed);
    }
    match sent.filter(|_| is_full && !is_changed) {
        Some(sent) => Some(as_sent(&sent.bytes)),
        None => recorded_body(body, bodies),
    }
}

/// Whether an answer holds any of the resources that the client asked for.
fn finds_any(body: Option<&Value>) -> bool {
    body.and_then(|body| body.get("totalResults")).and_then(Value::as_u64).is_some_and(|total| total > 0)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::http::Request;
    use idp::Provider;
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::answer::ActivitySummary;
    use crate::exchange::Endpoint;

    fn described(query: &str, user_agent: &str) -> Activity {
        let request = Request::post(format!("/Users?{query}")).header("user-agent", user_agent);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let mut exchange = Exchange::begin(String::new(), Timestamp::UNIX_EPOCH, Instant::now(), &parts);
        exchange.endpoint = Some(Endpoint {
            connection_id: String::new(),
            provider: Provider::Custom,
            path: "/Users".to_owned(),
            is_routed: true,
        });
        exchange.body = Some(json!({"userName": "ada", "password": "s3cret-one"}).to_string().into());
        exchange.end(Ending {
            status: 200,
            outcome: Ok(ActivitySummary::lookup("Read it")),
            body: None,
            text: None,
        });
        let outline = outline(&exchange).unwrap();
        describe(exchange, outline)
    }

    #[test]
    fn a_secret_of_the_body_leaves_no_beginning_where_the_address_or_the_client_s_name_is_cut() {
        for known in ["s3", "s3cret", "s3cret-one"] {
            let query =
                format!("x={}%20s3cret-one", "a".repeat(MOST_OF_PATH - "/Users?x=%20".len() - known.len()));
            let agent = format!("{} s3cret-one", "a".repeat(MOST_OF_USER_AGENT - 1 - known.len()));
            let row = described(&query, &agent);
            for (text, most) in [(row.path, MOST_OF_PATH), (row.user_agent.unwrap(), MOST_OF_USER_AGENT)] {
                assert!(!text.contains("s3") && text.ends_with('…'), "{text}");
                assert!(text.len() <= most + '…'.len_utf8(), "{text}");
            }
        }
    }
}
