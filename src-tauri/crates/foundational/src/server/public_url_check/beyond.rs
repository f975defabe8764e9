//! What stops only some requests: an authority or a version of TLS that some providers refuse, methods that do not pass, bodies
//! that are too large, clocks that differ.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Method;
use server::REACHABILITY_DATE;

use crate::diagnosis::thresholds::CLOCKS_APART;
use crate::server::certificate::Certificate;
use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::probe::{Outcome, Probe};
use crate::server::public_url_check::walked::{Fault, Walked};
use crate::words::innermost;

/// The largest body of a person that is read: 1 MiB. It is also what nginx lets pass unless set (`client_max_body_size`,
/// <https://nginx.org/en/docs/http/ngx_http_core_module.html>).
const LARGE: usize = 1024 * 1024;

/// Tries them. `first`: the outcome of the first request. `is_public_needed`: a provider is to call that trusts public
/// authorities alone.
pub(crate) async fn look(
    probe: &Probe,
    first: &Outcome,
    is_public_needed: bool,
    now: Timestamp,
    walked: &mut Walked,
) {
    if let Some(certificate) = &first.certificate {
        walked.note(Hop::Authority, authority(certificate, is_public_needed));
    }
    let looked = version(probe).await;
    walked.note(Hop::Version, looked);
    let looked = methods(probe).await;
    walked.note(Hop::Methods, looked);
    let looked = body(probe).await;
    walked.note(Hop::Body, looked);
    walked.note(Hop::Clock, clock(first.date.as_deref(), now));
}

fn authority(certificate: &Certificate, is_public_needed: bool) -> Result<String, Fault> {
    let issuer = &certificate.issuer;
    if certificate.is_public {
        return Ok(format!("{issuer} is a public authority."));
    }
    if !is_public_needed {
        return Ok(format!("{issuer} is a private authority. Okta and Azure trust public ones alone."));
    }
    Err(Fault::limiting(
        Hop::Authority,
        "the certificate is not of a public authority, and Okta and Azure trust no other.",
    )
    .seen(format!("This computer sees a certificate that is signed by {issuer}."))
    .hint(
        "Use a certificate of a public authority, for example by ACME. Where this network inspects TLS, providers see \
         another certificate: their first request settles it.",
    ))
}

/// Microsoft names TLS 1.2 as the version of its provisioning service
/// (<https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups>).
async fn version(probe: &Probe) -> Result<String, Fault> {
    match probe.send_over_tls_1_2().await {
        Ok(()) => Ok("The address speaks TLS 1.2.".to_owned()),
        Err(error) => Err(Fault::limiting(Hop::Version, "TLS 1.2 is not accepted.")
            .seen(format!("A connection with TLS 1.2 failed: {}.", innermost(&error)))
            .hint(
                "Allow TLS 1.2 beside TLS 1.3 where TLS terminates, at the proxy or tunnel: Azure calls with it.",
            )),
    }
}

async fn methods(probe: &Probe) -> Result<String, Fault> {
    let mut blocked = Vec::new();
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        if let Some(how) = refused(probe, method.clone(), 0).await {
            blocked.push((method, how));
        }
    }
    if blocked.is_empty() {
        return Ok("Each of them arrives.".to_owned());
    }
    let names: Vec<&str> = blocked.iter().map(|(method, _)| method.as_str()).collect();
    let seen: Vec<String> = blocked.iter().map(|(method, how)| format!("{method} {how}.")).collect();
    let does = if let [_one] = names.as_slice() { "does" } else { "do" };
    Err(Fault::limiting(Hop::Methods, format!("{} {does} not pass.", listed(&names)))
        .seen(seen.join(" "))
        .hint("Let the proxy or firewall pass on GET, POST, PUT, PATCH and DELETE: changes and leavers arrive by them."))
}

async fn body(probe: &Probe) -> Result<String, Fault> {
    match refused(probe, Method::POST, LARGE).await {
        None => Ok("It arrives whole.".to_owned()),
        Some(how) => Err(Fault::limiting(Hop::Body, "a body of 1 MB does not pass.")
            .seen(format!("POST with 1 MB {how}."))
            .hint("Allow bodies of 16 MB: some providers replace a group with all its members.")),
    }
}

/// How a request was refused that did not arrive as it was sent.
async fn refused(probe: &Probe, method: Method, bytes: usize) -> Option<String> {
    match probe.send(method.clone(), bytes).await {
        Ok(Outcome { arrival: Some(arrival), .. }) if arrival.method != method.as_str() => {
            Some(format!("arrived as {}", arrival.method))
        }
        Ok(Outcome { arrival: Some(arrival), .. }) if arrival.body != bytes => {
            Some(format!("arrived with {} of {bytes} bytes", arrival.body))
        }
        Ok(Outcome { arrival: Some(_), status: 204, .. }) => None,
        Ok(Outcome { status, .. }) => Some(format!("was answered with {status}")),
        Err(_broken) => Some("was not answered".to_owned()),
    }
}

fn clock(date: Option<&str>, now: Timestamp) -> Result<String, Fault> {
    let other = date.filter(|date| *date != REACHABILITY_DATE);
    let Some(at) = other.and_then(|date| rfc2822::parse(date).ok()).map(|at| at.timestamp()) else {
        return Ok("The proxy shows no time of its own to compare with.".to_owned());
    };
    let apart = at.duration_since(now).as_secs();
    if apart.abs() <= CLOCKS_APART {
        return Ok("This computer and the proxy show the same time.".to_owned());
    }
    let (minutes, side) = (apart.abs() / 60, if apart > 0 { "behind" } else { "ahead of" });
    Err(Fault::limiting(
        Hop::Clock,
        format!("the clock of this computer is {minutes} minutes {side} the proxy's."),
    )
    .seen(format!("The proxy shows {}.", at.strftime("%-d %B %Y, %H:%M UTC")))
    .hint("Correct the clock that is wrong: it decides when tokens and certificates expire."))
}

/// "PATCH and DELETE".
fn listed(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_compared_with_a_time_that_is_not_our_own() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        for (date, is_right, text) in [
            (None, true, "no time of its own"),
            (Some(REACHABILITY_DATE), true, "no time of its own"),
            (Some("yesterday"), true, "no time of its own"),
            (Some("Tue, 24 Nov 2026 10:01:59 GMT"), true, "the same time"),
            (Some("Tue, 24 Nov 2026 10:07:00 GMT"), false, "is 7 minutes behind the proxy's"),
            (Some("Tue, 24 Nov 2026 09:00:00 GMT"), false, "is 60 minutes ahead of the proxy's"),
        ] {
            let looked = clock(date, now);
            assert_eq!(looked.is_ok(), is_right, "{date:?}: {looked:?}");
            let said = looked.unwrap_or_else(|fault| fault.cause);
            assert!(said.contains(text), "{date:?}: {said}");
        }
    }

    #[test]
    fn methods_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["PATCH"]), "PATCH");
        assert_eq!(listed(&["PUT", "PATCH", "DELETE"]), "PUT, PATCH and DELETE");
    }
}
