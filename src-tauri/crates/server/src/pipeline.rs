//! The way of a request, top to bottom: address, way, token, body, operation, answer, record.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, header};
use http_body_util::{BodyExt as _, Limited};
use idp::Request as Arrived;
use scim::{Error, ScimType, json};
use serde_json::{Map, Value};
use store::{Connection, Origin, Scope};
use tower_http::catch_panic::CatchPanicLayer;

use crate::answer::{Answer, ResponseHead, Story};
use crate::authenticate::{Way, authenticate};
use crate::execute::{Job, execute};
use crate::record::{Exchange, record};
use crate::refusal::{DEFECT, Refusal};
use crate::{Server, framing, sentences, stray};

pub(crate) fn router(server: Server) -> Router {
    let divert = axum::middleware::from_fn_with_state(server.clone(), crate::sandbox::divert);
    Router::new().fallback(respond).with_state(server).layer(divert).layer(CatchPanicLayer::custom(panicked))
}

pub(crate) async fn respond(State(server): State<Server>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let head = ResponseHead::of(&server.0.store.new_id(), &parts);
    let Ok(_place) = server.0.places.try_acquire() else {
        return Refusal::unavailable(
            "busy",
            5,
            "Foundational is working on as many requests as it can. Try again.",
        )
        .to_response(&head);
    };
    let limit = server.0.limits.request_time;
    match tokio::time::timeout(limit, answer(&server, &head, parts, body, started)).await {
        Ok(response) => response,
        Err(_elapsed) => {
            tracing::warn!(request = head.request_id, "a request took too long");
            Refusal::unavailable(
                "busy",
                10,
                "The request took too long. It may still have been done; try again.",
            )
            .to_response(&head)
        }
    }
}

async fn answer(
    server: &Server,
    head: &ResponseHead,
    parts: Parts,
    body: Body,
    started: Instant,
) -> Response<Body> {
    if server.is_check(parts.uri.path()) {
        return Answer::empty(204, Story::lookup("Checked the public address")).into_response(head);
    }
    let found = match find(server, &parts).await {
        Ok(found) => found,
        Err(refusal) => return stray::keep(server, head, &parts, refusal, started).await.to_response(head),
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let mut exchange = Exchange::begin(server, head, &parts, found, started);
    let outcome = attempt(server, &mut exchange, peer, &parts, body).await;
    let status_and_body = match &outcome {
        Ok(answer) => (answer.status, answer.body.clone()),
        Err(refusal) => (refusal.error.status, Some(refusal.error.to_json())),
    };
    let response = match &outcome {
        Ok(_) => None,
        Err(refusal) => Some(refusal.to_response(head)),
    };
    if !outcome.as_ref().is_err_and(|refusal| refusal.is_repetition) {
        record(server, exchange, status_and_body, outcome.as_ref()).await;
    }
    match (response, outcome) {
        (Some(response), _) => response,
        (None, Ok(answer)) => answer.into_response(head),
        (None, Err(refusal)) => refusal.to_response(head),
    }
}

/// The connection that an address names, and the path below it.
pub(crate) struct Found {
    pub connection: Connection,
    pub path: String,
}

async fn find(server: &Server, parts: &Parts) -> Result<Found, Refusal> {
    let raw = parts.uri.path();
    let elsewhere = || {
        Refusal::new(
            "path.unknown",
            Error::not_found(
                "There is no SCIM endpoint here. Copy the connection's endpoint from Foundational, whole.",
            ),
        )
    };
    // Encoded separators could be read one way here and another way behind us.
    let lower = raw.to_ascii_lowercase();
    if let Some(odd) = ["%2f", "%5c", "%2e", "%25", "%00", ";"].into_iter().find(|odd| lower.contains(odd)) {
        return Err(Error::bad_request(
            ScimType::InvalidPath,
            format!("The address contains {odd}, which no address here needs."),
        )
        .into());
    }
    let path = collapse(raw);
    let rest = path.strip_prefix("/scim/v2/").ok_or_else(elsewhere)?;
    let (id, below) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let plausible = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !plausible {
        return Err(elsewhere());
    }
    let connection = server.0.store.connection(&id.to_ascii_lowercase()).await?.ok_or_else(elsewhere)?;
    Ok(Found { connection, path: below.to_owned() })
}

/// Doubled slashes become one and a last one goes, once, before anything reads the path.
pub(crate) fn collapse(raw: &str) -> String {
    let mut path = String::with_capacity(raw.len());
    for character in raw.chars() {
        if character != '/' || !path.ends_with('/') {
            path.push(character);
        }
    }
    if path.len() > 1 && path.ends_with('/') {
        path.pop();
    }
    path
}

async fn attempt(
    server: &Server,
    exchange: &mut Exchange,
    peer: Option<IpAddr>,
    parts: &Parts,
    body: Body,
) -> Result<Answer, Refusal> {
    let mut request = Arrived {
        method: parts.method.as_str().to_owned(),
        path: exchange.path.clone(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: None,
    };
    exchange.arrived(&request);
    let way = Way::of(peer, &parts.headers)?;
    exchange.came(&way);
    framing::check(parts)?;
    let address = server.address();
    if !server.asks_for_open_discovery(parts, &exchange.path) {
        let proven = authenticate(&server.0.store, &exchange.connection, &address, &way, &parts.headers)
            .await
            .map_err(|refusal| throttled(server, &way, refusal))?;
        exchange.proven(proven);
    }
    if let Some(pause) = &exchange.connection.pause {
        return Err(
            Refusal::unavailable("conn.paused", 300, sentences::PAUSED).knowing("who", pause.by.clone())
        );
    }
    if matches!(parts.method.as_str(), "POST" | "PUT" | "PATCH") {
        request.body = read_body(server, &exchange.path, &parts.headers, body).await?;
        exchange.arrived(&request);
    }
    let job = Job {
        server: server.clone(),
        registry: server.registry(),
        scope: Scope::of(exchange.connection.id.clone()),
        connection_name: exchange.connection.name.clone(),
        provider: exchange.connection.provider,
        base: address.endpoint(&exchange.connection.id),
        origin: Origin {
            connection_id: Some(exchange.connection.id.clone()),
            activity_id: Some(exchange.id.clone()),
            actor: None,
        },
    };
    let condition = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    execute(&job, request, condition(header::IF_MATCH), condition(header::IF_NONE_MATCH)).await.map_err(
        |(refusal, notes)| {
            exchange.notes.extend(notes);
            refusal
        },
    )
}

/// Turns a failed proof into "too many" when its address has failed too often. Only what could be guessing counts: who
/// holds a real token that is expired, revoked or another connection's keeps being told so.
fn throttled(server: &Server, way: &Way, refusal: Refusal) -> Refusal {
    let could_be_guessing =
        matches!(refusal.reason, "auth.missing" | "auth.scheme" | "auth.entra_jwt" | "auth.unknown");
    let now = server.0.store.clock().now();
    match way.client.filter(|_| could_be_guessing).and_then(|client| server.0.throttle.failed(client, now)) {
        Some(wait) => Refusal::throttled(wait),
        None => refusal,
    }
}

/// Reads a body within its bounds of size and time; an empty one is none.
async fn read_body(
    server: &Server,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Option<Map<String, Value>>, Refusal> {
    let limits = &server.0.limits;
    let limit = match path.split('/').nth(1) {
        Some("Groups") => limits.group_body,
        Some("Bulk") => limits.bulk_body,
        _ => limits.user_body,
    };
    let too_large = || {
        Refusal::from(Error::payload_too_large(format!(
            "The body is larger than {limit} bytes, which is the most that this address takes."
        )))
    };
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        let essence = kind
            .to_str()
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if !matches!(essence.as_str(), "application/scim+json" | "application/json" | "") {
            let detail = format!("Content-Type {essence}: send application/scim+json or application/json.");
            return Err(Refusal::new("data.invalid", Error::new(415, detail)));
        }
    }
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let collected = match tokio::time::timeout(limits.body_time, Limited::new(body, limit).collect()).await {
        Err(_elapsed) => {
            return Err(Refusal::new("data.invalid", Error::new(408, "The body did not arrive in time.")));
        }
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => return Err(too_large()),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a body broke off");
            return Err(Refusal::new("data.invalid", Error::new(400, "The body broke off before its end.")));
        }
        Ok(Ok(collected)) => collected.to_bytes(),
    };
    understood(&collected)
}

fn understood(bytes: &Bytes) -> Result<Option<Map<String, Value>>, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(Some(json::parse(bytes)?))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let said =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("?"), "a request failed through a defect");
    let head = ResponseHead { request_id: String::new(), plain_json: false, is_last: false };
    Refusal::new("error", Error::internal(DEFECT)).to_response(&head)
}
