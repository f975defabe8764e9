//! The steps of a request, top to bottom: framing, origin, connection, token, body, operation, answer, record.

use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, Version, header};
use idp::IncomingRequest;
use idp::reason_code::ReasonCode;
use scim::{Error, json};
use store::{ActivityResult, ChangeSource, KnownConnection, RecordedBodies, Scope};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::answer::Answer;
use crate::authenticate::authenticate;
use crate::body::{IncomingBody, close};
use crate::client_origin::ClientOrigin;
use crate::discovery_access::needs_no_token;
use crate::exchange::Exchange;
use crate::execute::execute;
use crate::execute::job::Job;
use crate::explain::explain;
use crate::notes::{GONE, note, wrong_secret};
use crate::pool::Share;
use crate::record::record;
use crate::refusal::Refusal;
use crate::response::ResponseHead;
use crate::route::route;
use crate::server::Server;
use crate::streamed_answer::{StreamedAnswer, is_streamed};
use crate::to_the_end::{Client, ToTheEnd};
use crate::{arrival, exposed_token, framing, sent_headers, sentences};

impl Server {
    /// The HTTP service, for a listener or a test without sockets.
    pub fn router(&self) -> Router {
        Router::new().fallback(respond).with_state(self.clone())
    }
}

/// Answers a request. What was begun is finished and recorded, although the client may disconnect before.
async fn respond(State(server): State<Server>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let server = server.responsible_for(parts.uri.path());
    let head = ResponseHead::of(server.0.store.new_id(), &parts);
    let version = parts.version;
    let span = tracing::info_span!(
        "exchange",
        request = head.request_id,
        connection = Empty,
        status = Empty,
        outcome = Empty
    );
    let client = Client::default();
    let work = answer(server, head.clone(), parts, body, started, client.clone()).instrument(span);
    let done = ToTheEnd::of(work, client).await;
    done.unwrap_or_else(|_panic| {
        tracing::error!(request = head.request_id, "a request ended through a defect");
        let (mut response, ..) = head.refuse(&Refusal::defect());
        if version < Version::HTTP_2 {
            close(&mut response);
        }
        response
    })
}

/// Attempts, records and answers. However the attempt ends, its exchange is recorded here.
async fn answer(
    server: Server,
    head: ResponseHead,
    parts: Parts,
    body: Body,
    started: Instant,
    client: Client,
) -> Response<Body> {
    // The semaphore is never closed.
    let unfinished = server.0.unfinished.clone().acquire_owned().await.ok();
    let now = server.0.store.clock().now();
    let mut exchange = Exchange::begin(head.request_id.clone(), now, started, &parts);
    exchange.bodies = server.0.bodies.get();
    let mut body = IncomingBody::of(&parts, body);
    let deadline = started + server.0.limits.request_time;
    let attempted = guarded(deadline, Box::pin(attempt(&server, &mut exchange, &parts, &mut body))).await;
    exchange.end_step();
    if client.is_gone() {
        exchange.notes.push(note(GONE, sentences::GONE));
    }
    let may_wait = exchange.is_authenticated() && !attempted.as_ref().is_err_and(Refusal::is_urgent);
    let (outcome, permit) = match attempted {
        Ok((answer, permit)) => (Ok(answer), permit),
        Err(mut refusal) => {
            // Without an explanation the sentence has ids for names.
            drop(store::catch_panic("an explanation", explain(&server, &mut exchange, &mut refusal)).await);
            (Err(refusal), None)
        }
    };
    let (mut response, ending) = head.respond(outcome);
    if exchange.is_check {
        arrival::set_date(&mut response);
    }
    let span = Span::current();
    span.record("status", ending.status);
    span.record("outcome", ending.outcome.as_ref().map_or_else(|refusal| refusal.reason.as_str(), |_| "ok"));
    tracing::debug!("answered");
    exchange.end(ending);
    exchange.shorten();
    exchange.request_size = body.size();
    // To a HEAD only the headers are sent (RFC 9110 section 9.3.2).
    exchange.response_size =
        if parts.method == Method::HEAD { Some(0) } else { response.body().size_hint().exact() };
    if exchange.bodies != RecordedBodies::None {
        exchange.headers = Some(sent_headers::of_exchange(&parts.headers, response.headers()));
    }
    let is_streamed = is_streamed(&response) && parts.method != Method::HEAD;
    let streamed = if is_streamed {
        Some(StreamedAnswer::of(server.clone(), exchange, unfinished, permit))
    } else {
        record(&server, exchange).await;
        None
    };
    // A defect in what is left of the body must not replace the answer that is recorded.
    if store::catch_panic("the rest of a body", body.leave(may_wait, &mut response)).await.is_err()
        && parts.version < Version::HTTP_2
    {
        close(&mut response);
    }
    match streamed {
        Some(streamed) => streamed.follow(response),
        None => response,
    }
}

/// Does a part of a request. The end of its time, and a panic in it, become refusals like any other.
async fn guarded<T>(deadline: Instant, part: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    match tokio::time::timeout_at(deadline.into(), store::catch_panic("a request", part)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_panic)) => Err(Refusal::defect()),
        Err(_elapsed) => Err(Refusal::timed_out()),
    }
}

/// Does what the request asks for. The permit to be in flight comes with the answer, which may still be streamed when
/// this ends.
async fn attempt(
    server: &Server,
    exchange: &mut Exchange,
    parts: &Parts,
    body: &mut IncomingBody,
) -> Result<(Answer, Option<Share>), Refusal> {
    let host = framing::check(parts);
    if let Ok(host) = &host
        && server.0.reachability.is_met_by(parts)
    {
        exchange.is_check = true;
        return Ok((arrival::arrive(server, parts, host, body).await, None));
    }
    let origin = ClientOrigin::of(parts, &server.0.own_request_key, &server.0.proxies);
    exchange.origin = origin.as_ref().ok().cloned();
    if let Ok(origin) = &origin {
        exposed_token::note_https(server, origin);
        exposed_token::mark(server, origin, &parts.headers).await;
    }
    let connection = route(server, exchange, parts, &host)?;
    exchange.end_step();
    Span::current().record("connection", &*connection.id);
    let path = exchange.endpoint.as_ref().map(|endpoint| endpoint.path.clone()).unwrap_or_default();
    let mut request = IncomingRequest {
        method: parts.method.as_str().to_owned(),
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: None,
    };
    let (origin, host) = (origin?, host?);
    admit(server, exchange, &connection, parts, &origin, &host, &request.path).await?;
    exchange.end_step();
    exchange.may_use_public_url = server.address().may_be_used_by(&host, origin.is_over_own_tls());
    exchange.host = Some(host);
    if let Some(pause) = &connection.pause {
        return Err(Refusal::paused(pause.by.clone()));
    }
    // An authenticated client has permits of its connection; clients of open discovery share those of no connection.
    let owner = if exchange.is_authenticated() { connection.id.as_str() } else { "" };
    let mut permit = server.0.in_flight.share(owner);
    if !permit.take(1) {
        return Err(Refusal::overloaded());
    }
    let has_body = matches!(parts.method.as_str(), "POST" | "PUT" | "PATCH");
    // Its bytes are taken until the operation has ended.
    let mut room = has_body.then(|| server.0.body_bytes.share(owner));
    if let Some(room) = &mut room {
        let bytes = read_body(server, &request.path, &parts.headers, body, room).await?;
        request.body = bytes.as_deref().map(json::parse).transpose()?;
        exchange.body = bytes;
    }
    exchange.end_step();
    // Before the schemas and the address are read: what is written with newer ones has at least this number.
    let view = server.view(connection.way_in);
    let job = Job {
        server: server.clone(),
        view,
        registry: server.registry(),
        scope: Scope::of(connection.id.clone()),
        base: server.address().endpoint(&connection.id, connection.way_in),
        origin: ChangeSource {
            connection_id: Some(connection.id.clone()),
            activity_id: Some(exchange.id.clone()),
            actor: None,
            requested_at: Some(exchange.at),
        },
        connection_name: connection.name.clone(),
        provider: idp::Provider::of(&connection.provider),
    };
    let condition = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let done = execute(&job, request, condition(header::IF_MATCH), condition(header::IF_NONE_MATCH)).await;
    let done = done.map_err(|(refusal, notes)| {
        exchange.notes.extend(notes);
        refusal
    });
    Ok((of_existing_connection(server, &connection.id, done)?, Some(permit)))
}

/// Lets a request in that names this server and has the connection's token, or needs none.
async fn admit(
    server: &Server,
    exchange: &mut Exchange,
    connection: &KnownConnection,
    parts: &Parts,
    origin: &ClientOrigin,
    host: &str,
    path: &str,
) -> Result<(), Refusal> {
    let is_foreign = !server.is_own_name(host);
    if is_foreign && server.learns_hosts_until().is_none() {
        return Err(Refusal::misdirected(host));
    }
    if is_foreign || !(server.is_discovery_open() && needs_no_token(parts, path)) {
        let (store, address) = (&server.0.store, server.address());
        let authenticated = authenticate(store, connection, &address, origin, &parts.headers).await;
        if authenticated.as_ref().is_err_and(|refusal| refusal.names_known_key) {
            exchange.notes.push(wrong_secret());
        }
        exchange.set_authenticated(authenticated.map_err(|refusal| {
            if is_foreign {
                Refusal { names_known_key: refusal.names_known_key, ..Refusal::misdirected(host) }
            } else {
                throttled(server, origin, refusal)
            }
        })?);
    }
    if is_foreign {
        if !server.0.hosts.learn(host).await? {
            return Err(Refusal::misdirected(host));
        }
        let learnt = format!("The request named the host {host}, which is on the list of allowed names now.");
        exchange.notes.push(note("host.learnt", learnt));
    }
    Ok(())
}

/// A connection whose deletion was decided while its request was read has no people to list, and nothing of ours failed:
/// it no longer exists. A write checks inside its own transaction, and what it then did is valid.
fn of_existing_connection(
    server: &Server,
    connection_id: &str,
    done: Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let may_be_partial = match &done {
        Ok(answer) => answer.summary.result == ActivityResult::Lookup,
        Err(refusal) => refusal.error.status == 500,
    };
    if may_be_partial && server.0.store.known_connection(connection_id).is_none() {
        return Err(Refusal::no_endpoint());
    }
    done
}

/// Turns a failed authentication into "too many" when its address has failed too often. Only what could be guessing
/// counts: a client whose token is expired, revoked or another connection's always gets that answer.
fn throttled(server: &Server, origin: &ClientOrigin, refusal: Refusal) -> Refusal {
    let could_be_guessing = matches!(
        refusal.reason,
        ReasonCode::AuthMissing | ReasonCode::AuthScheme | ReasonCode::AuthEntraJwt | ReasonCode::AuthUnknown
    );
    let now = server.0.store.clock().now();
    let client = origin.counted().filter(|_| could_be_guessing);
    let names_known_key = refusal.names_known_key;
    client
        .and_then(|client| server.0.throttle.failed(client, now))
        .map_or(refusal, |seconds| Refusal { names_known_key, ..Refusal::throttled(seconds) })
}

/// Reads a body within its bounds of size and time; an empty one is none.
async fn read_body(
    server: &Server,
    path: &str,
    headers: &HeaderMap,
    body: &mut IncomingBody,
    room: &mut Share,
) -> Result<Option<Bytes>, Refusal> {
    let limits = &server.0.limits;
    let limit = match path.split('/').nth(1) {
        Some("Groups") => limits.group_body,
        Some("Bulk") => limits.bulk_body,
        _ => limits.user_body,
    };
    framing::check_coding(headers)?;
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
            return Err(Refusal::new(ReasonCode::Invalid, Error::new(415, detail)));
        }
    }
    let bytes = body.read(limit, limits.body_time, room).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(Some(Bytes::from(bytes)))
}
