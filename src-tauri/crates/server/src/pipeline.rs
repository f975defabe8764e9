//! The way of a request, top to bottom: address, way, token, body, operation, answer, record.

use std::convert::Infallible;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, Version, header};
use idp::Request as Arrived;
use scim::{Error, ScimType, json};
use serde_json::{Map, Value};
use store::{ActivityResult, Connection, Origin, Scope};
use tokio::sync::oneshot::error::TryRecvError;

use crate::answer::{Answer, ResponseHead, Story};
use crate::authenticate::authenticate;
use crate::body::{Incoming, close, holding};
use crate::client_origin::Way;
use crate::execute::{Job, execute, noted};
use crate::flood::refused;
use crate::intent::explain;
use crate::pool::Share;
use crate::record::{Exchange, record};
use crate::refusal::Refusal;
use crate::{Server, framing, host_names, sentences, unrouted};

pub(crate) fn router(server: Server) -> Router {
    let divert = axum::middleware::from_fn_with_state(server.clone(), crate::sandbox::divert);
    Router::new().fallback(respond).with_state(server).layer(divert)
}

/// Answers a request in a task of its own: what was begun is finished and recorded, although the client may go away
/// meanwhile, which ends this future.
pub(crate) async fn respond(State(server): State<Server>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let head = ResponseHead::of(&server.0.store.new_id(), &parts);
    let version = parts.version;
    let (listening, client) = tokio::sync::oneshot::channel::<Infallible>();
    let work = tokio::spawn(answer(server, head.clone(), parts, body, started, client));
    let done = work.await;
    drop(listening);
    done.unwrap_or_else(|error| {
        tracing::error!(request = head.request_id, %error, "a request ended through a defect and is not recorded");
        let mut response = Refusal::defect().to_response(&head);
        if version < Version::HTTP_2 {
            close(&mut response);
        }
        response
    })
}

/// Decides, records and answers: whatever becomes of a request, it comes past here.
async fn answer(
    server: Server,
    head: ResponseHead,
    parts: Parts,
    body: Body,
    started: Instant,
    mut client: tokio::sync::oneshot::Receiver<Infallible>,
) -> Response<Body> {
    let _under_way = server.0.under_way.acquire().await;
    let mut body = Incoming::of(&parts, body);
    let framed = framing::check(&parts);
    let (mut response, may_wait) = if framed.is_ok() && server.is_check(parts.uri.path()) {
        (Answer::empty(204, Story::lookup("Checked the public address")).into_response(&head), true)
    } else {
        let deadline = started + server.0.limits.request_time;
        match guarded(deadline, Box::pin(find(&server, &head, &parts, &framed, started))).await {
            Err(refusal) => (refusal.to_response(&head), false),
            Ok(found) => {
                let mut exchange = Exchange::begin(&server, &head, &parts, found, started);
                let outcome =
                    guarded(deadline, attempt(&server, &mut exchange, framed, &parts, &mut body)).await;
                if client.try_recv() == Err(TryRecvError::Closed) {
                    exchange.notes.push(noted("client.gone", sentences::GONE));
                }
                let may_wait = exchange.is_proven() && !outcome.as_ref().is_err_and(Refusal::is_urgent);
                let (outcome, place) = outcome
                    .map_or_else(|refusal| (Err(refusal), None), |(answer, place)| (Ok(answer), Some(place)));
                (holding(conclude(&server, &head, exchange, outcome).await, place), may_wait)
            }
        }
    };
    body.leave(may_wait, &mut response).await;
    response
}

/// Does a part of a request. The end of its time, and a panic in it, become refusals like any other.
async fn guarded<T>(deadline: Instant, part: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    match tokio::time::timeout_at(deadline.into(), store::catch_panic("a request", part)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_panic)) => Err(Refusal::defect()),
        Err(_elapsed) => Err(Refusal::late()),
    }
}

/// Records an exchange and admissions its outcome into bytes.
async fn conclude(
    server: &Server,
    head: &ResponseHead,
    mut exchange: Exchange,
    outcome: Result<Answer, Refusal>,
) -> Response<Body> {
    match outcome {
        Ok(answer) => {
            record(server, exchange, (answer.status, answer.body.clone()), Ok(&answer)).await;
            answer.into_response(head)
        }
        Err(refusal) => {
            let refusal = explain(server, &mut exchange, refusal).await;
            refused(server, exchange, &refusal).await;
            refusal.to_response(head)
        }
    }
}

/// The connection that an address names, and the path below it.
pub(crate) struct Found {
    pub connection: Connection,
    pub path: String,
}

/// Finds the connection. A request that misses every one is recorded where it was meant for, if that can be said.
async fn find(
    server: &Server,
    head: &ResponseHead,
    parts: &Parts,
    framed: &Result<String, Refusal>,
    started: Instant,
) -> Result<Found, Refusal> {
    let _turn = server.admission().await?;
    match (named(server, parts).await, framed) {
        (Ok(found), _) => Ok(found),
        (Err(_), Err(unread)) => Err(unread.clone()),
        (Err(_), Ok(host)) if !server.goes_by(host) => Err(host_names::misdirected(host)),
        (Err(refusal), Ok(_)) => Err(unrouted::record_unrouted(server, head, parts, refusal, started).await),
    }
}

async fn named(server: &Server, parts: &Parts) -> Result<Found, Refusal> {
    let raw = parts.uri.path();
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
    let rest = path.strip_prefix("/scim/v2/").ok_or_else(Refusal::no_endpoint)?;
    let (id, below) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let plausible = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !plausible {
        return Err(Refusal::no_endpoint());
    }
    let connection =
        server.0.store.connection(&id.to_ascii_lowercase()).await?.ok_or_else(Refusal::no_endpoint)?;
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

/// Does what is asked. The place in flight comes with the answer, which may still be in the making when it goes out.
async fn attempt(
    server: &Server,
    exchange: &mut Exchange,
    framed: Result<String, Refusal>,
    parts: &Parts,
    body: &mut Incoming,
) -> Result<(Answer, Share), Refusal> {
    let mut request = Arrived {
        method: parts.method.as_str().to_owned(),
        path: exchange.path.clone(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: None,
    };
    exchange.arrived(&request);
    let way = server.way(parts)?;
    exchange.came(&way);
    let host = framed?;
    let is_foreign = !server.goes_by(&host);
    if is_foreign && server.learns_hosts_until().is_none() {
        return Err(host_names::misdirected(&host));
    }
    let address = server.address();
    if is_foreign || !server.asks_for_open_discovery(parts, &exchange.path) {
        let _turn = server.admission().await?;
        let proven = authenticate(&server.0.store, &exchange.connection, &address, &way, &parts.headers)
            .await
            .map_err(|refusal| {
                if is_foreign {
                    return host_names::misdirected(&host);
                }
                throttled(server, &way, refusal)
            })?;
        exchange.proven(proven);
    }
    if is_foreign {
        if !server.learn_host(&host).await? {
            return Err(host_names::misdirected(&host));
        }
        let said = format!("The request named the host {host}, which is on the list of allowed names now.");
        exchange.notes.push(noted("host.learnt", said));
    }
    if let Some(pause) = &exchange.connection.pause {
        return Err(
            Refusal::unavailable("conn.paused", 300, sentences::PAUSED).knowing("who", pause.by.clone())
        );
    }
    // Only who has proved itself holds a place of its connection; the open discovery shares those of nobody's.
    let owner = if exchange.is_proven() { exchange.connection.id.as_str() } else { "" };
    let mut place = server.0.in_flight.share(owner);
    if !place.take(1) {
        return Err(Refusal::busy());
    }
    let mut room = server.0.body_bytes.share(owner);
    if matches!(parts.method.as_str(), "POST" | "PUT" | "PATCH") {
        request.body = read_body(server, &exchange.path, &parts.headers, body, &mut room).await?;
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
    let done = execute(&job, request, condition(header::IF_MATCH), condition(header::IF_NONE_MATCH)).await;
    let done = done.map_err(|(refusal, notes)| {
        exchange.notes.extend(notes);
        refusal
    });
    Ok((of_one_that_is_here(server, &exchange.connection.id, done).await?, place))
}

/// A connection whose deletion was decided while its request was read has no people to list, and nothing of ours failed:
/// it is gone. A write asks inside its own transaction, and what it then did stands.
async fn of_one_that_is_here(
    server: &Server,
    connection_id: &str,
    done: Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let may_be_partial = match &done {
        Ok(answer) => answer.story.result == ActivityResult::Lookup,
        Err(refusal) => refusal.error.status == 500,
    };
    if may_be_partial && !server.0.store.has_connection(connection_id).await? {
        return Err(Refusal::no_endpoint());
    }
    done
}

/// Turns a failed proof into "too many" when its address has failed too often. Only what could be guessing counts: who
/// holds a real token that is expired, revoked or another connection's keeps being told so.
fn throttled(server: &Server, way: &Way, refusal: Refusal) -> Refusal {
    let could_be_guessing =
        matches!(refusal.reason, "auth.missing" | "auth.scheme" | "auth.entra_jwt" | "auth.unknown");
    let now = server.0.store.clock().now();
    match way.counted().filter(|_| could_be_guessing).and_then(|client| server.0.throttle.failed(client, now))
    {
        Some(seconds) => Refusal::throttled(seconds),
        None => refusal,
    }
}

/// Reads a body within its bounds of size and time; an empty one is none.
async fn read_body(
    server: &Server,
    path: &str,
    headers: &HeaderMap,
    body: &mut Incoming,
    room: &mut Share,
) -> Result<Option<Map<String, Value>>, Refusal> {
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
            return Err(Refusal::new("data.invalid", Error::new(415, detail)));
        }
    }
    let bytes = body.read(limit, limits.body_time, room).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(Some(json::parse(&bytes)?))
}
