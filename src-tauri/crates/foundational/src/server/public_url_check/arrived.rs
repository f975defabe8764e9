//! What is left of our request when it arrives: its path, the name that it is for, that it was sent over HTTPS, its token.

use server::Arrival;

use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::probe::Probe;
use crate::server::public_url_check::walked::{Fault, Walked};

/// Compares it with what was sent.
pub(crate) fn look(probe: &Probe, arrival: &Arrival, walked: &mut Walked) {
    walked.note(Hop::Path, path(probe, arrival));
    walked.note(Hop::Host, host(arrival));
    walked.note(Hop::Https, https(arrival));
    walked.note(Hop::Token, token(probe, arrival));
}

fn path(probe: &Probe, arrival: &Arrival) -> Result<String, Fault> {
    let sent = probe.path();
    if arrival.path == sent {
        return Ok("It arrives as it was sent.".to_owned());
    }
    Err(Fault::stopping(Hop::Path, "the proxy changes the path.")
        .seen(format!("{} was sent, and {} arrived.", probe.shown(&sent), probe.shown(&arrival.path)))
        .hint(
            "Let it pass the whole path on: in nginx, proxy_pass without a path behind the address; in Caddy, handle \
             instead of handle_path.",
        ))
}

/// RFC 9110 section 7.2: the name that the client has called. Others are refused with 421.
fn host(arrival: &Arrival) -> Result<String, Fault> {
    let host = &arrival.host;
    if arrival.is_host_allowed {
        return Ok(format!("The request arrives for {host}."));
    }
    Err(Fault::stopping(Hop::Host, "the proxy passes requests on under another host name.")
        .seen(format!("The request arrived for {host}."))
        .hint("Let it pass on the Host header, or allow that name in Settings."))
}

fn https(arrival: &Arrival) -> Result<String, Fault> {
    if arrival.is_over_own_tls {
        return Ok("TLS terminates at this server itself.".to_owned());
    }
    if arrival.is_secure {
        return Ok("The proxy says that it was called over HTTPS.".to_owned());
    }
    let seen = match &arrival.scheme {
        Some(scheme) => format!("X-Forwarded-Proto arrives as \"{scheme}\"."),
        None => "X-Forwarded-Proto does not arrive.".to_owned(),
    };
    Err(Fault::stopping(Hop::Https, "the proxy does not say that it was called over HTTPS.")
        .seen(seen)
        .hint("Let it set X-Forwarded-Proto to https. Without that, requests are refused with 403."))
}

fn token(probe: &Probe, arrival: &Arrival) -> Result<String, Fault> {
    let hint = "Providers send their token in it. Let the proxy pass it on, and switch off its own sign-in for this address.";
    match &arrival.authorization {
        Some(value) if *value == probe.authorization() => Ok("It arrives as it was sent.".to_owned()),
        Some(_other) => Err(Fault::stopping(Hop::Token, "the proxy replaces the Authorization header.")
            .seen("Our request was sent with one, and another one arrived.")
            .hint(hint)),
        None => Err(Fault::stopping(Hop::Token, "the proxy removes the Authorization header.")
            .seen("Our request was sent with it, and arrived without it.")
            .hint(hint)),
    }
}
