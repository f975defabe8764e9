//! A request of the check of the public address that has arrived: what is left of it is noted, and it is answered.

use axum::http::header::{AUTHORIZATION, DATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};

use crate::answer::{ActivitySummary, Answer};
use crate::body::IncomingBody;
use crate::client_origin::ClientOrigin;
use crate::exposed_token;
use crate::reachability::{Arrival, REACHABILITY_DATE, text};
use crate::server::Server;

/// Notes what arrived of a request of a check. `host` is the name by which the server was called.
pub(crate) async fn arrive(server: &Server, parts: &Parts, host: &str, body: &mut IncomingBody) -> Answer {
    let limits = &server.0.limits;
    let mut room = server.0.body_bytes.share("");
    let read = body.read(limits.user_body, limits.body_time, &mut room).await;
    let origin = ClientOrigin::of(parts, &server.0.own_request_key, &server.0.proxies).ok();
    if let Some(origin) = &origin {
        exposed_token::note_https(server, origin);
    }
    server.0.reachability.add(Arrival {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        authorization: text(&parts.headers, AUTHORIZATION.as_str()).map(str::to_owned),
        host: host.to_owned(),
        is_host_allowed: server.is_own_name(host) || server.learns_hosts_until().is_some(),
        is_secure: origin.as_ref().is_some_and(|origin| origin.secure),
        is_over_own_tls: origin.is_some_and(|origin| origin.is_over_own_tls()),
        scheme: text(&parts.headers, "x-forwarded-proto").map(str::to_owned),
        body: read.map_or(0, |bytes| bytes.len()),
    });
    Answer::empty(204, ActivitySummary::lookup("Checked the public address"))
}

/// Gives the answer to a request of a check its time.
pub(crate) fn set_date<B>(response: &mut Response<B>) {
    response.headers_mut().insert(DATE, HeaderValue::from_static(REACHABILITY_DATE));
}
