//! The server as a whole: the worst of it alone; and its certificates.

use idp::remedy::Remedy;
use jiff::Timestamp;

use crate::diagnosis::facts::{Facts, ServerOverview};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::ENDS_SOON;
use crate::server::views::{AddressVerdict, Broken, Reach};
use crate::words::{ends, lower, upper};

/// What to do about too many connections.
const CROWDED: &str = "Check in the proxy's log which client opens them, and limit connections per client there. If the \
    system allows fewer than 1,152 open files, raise that limit.";

/// What to do before the root of the private authority expires.
const ROOT_ENDS: &str = "Its private authority expires then, too. Move the file authority.pem out of the data folder: a new \
    authority is made, and clients must trust its root.";

/// What is used until an authority has signed the first certificate.
const INTERIM: &str = "Until then it uses a self-signed certificate, which identity providers don't trust. The certificate is \
    requested again by itself; **Check now** in Settings > Server requests it at once.";

/// What is used until the source is valid again.
const PREVIOUS: &str = "The previous certificate remains in use until this server ends.";
const PREVIOUS_FILES: &str =
    "The previous certificate remains in use until this server ends. Correct the files.";

/// Why there is a new root.
const NO_AUTHORITY: &str = "The authority of before is not in the data folder: the workspace was restored on another computer, \
    or its file was removed.";

/// What stops some of the requests to an address that leads here.
fn limited(reach: Option<&Reach>) -> Option<(&Reach, &Broken)> {
    let reach = reach.filter(|reach| reach.verdict == AddressVerdict::Reachable)?;
    Some((reach, reach.broken.as_ref()?))
}

/// What the newest check has found.
fn of_reach(code: FindingCode, message: String, reach: &Reach) -> Finding {
    // An older version has stored the sentence alone.
    let why = reach.broken.as_ref().map_or(&reach.message, |broken| &broken.cause);
    let mut found = Finding::new(code, Severity::Problem, message)
        .since(Some(reach.at))
        .cause(Confidence::Certain, upper(why))
        .remedy(Remedy::CheckAddress);
    found.detail.clone_from(&reach.hint);
    match reach.broken.as_ref().and_then(|broken| broken.seen.as_ref()) {
        Some(seen) => found.evidence(seen, Some(reach.at)),
        None => found,
    }
}

pub(crate) fn find(facts: &Facts) -> Vec<Finding> {
    let (server, now) = (&facts.server, facts.now);
    let mut findings = Vec::new();
    if let Some(problem) = &server.problem {
        findings.push(
            Finding::new(FindingCode::ServerStopped, Severity::Problem, problem.message.clone())
                .detail(&problem.hint)
                .remedy(Remedy::OpenServer),
        );
    } else if let (true, Some(reach)) = (server.facts.unreachable, &server.reach) {
        let message = format!("The public address is {}", lower(&reach.message));
        findings.push(of_reach(FindingCode::AddressNotReachable, message, reach));
    } else if let (true, Some(moved)) = (server.facts.moved, &server.moved) {
        let found =
            Finding::new(FindingCode::PortChanged, Severity::Problem, moved.text()).since(Some(moved.at));
        findings.push(if moved.is_public {
            found.detail("Then check the public address.").remedy(Remedy::CheckAddress)
        } else {
            found.detail("Settings > Public address lists the new endpoints.").remedy(Remedy::OpenAddress)
        });
    } else if let Some((reach, broken)) = limited(server.reach.as_ref()) {
        let message = format!("The public address leads here, with a limit: {}", broken.cause);
        findings.push(of_reach(FindingCode::AddressLimited, message, reach));
    }
    findings.extend(certificates(server, now));
    if let Some(message) = &server.crowding {
        findings.push(
            Finding::new(FindingCode::ServerCrowded, Severity::Problem, message.clone())
                .detail(CROWDED)
                .remedy(Remedy::OpenServer),
        );
    }
    findings
}

/// What is to be done about certificates: of the public address, and of this server itself.
fn certificates(server: &ServerOverview, now: Timestamp) -> Vec<Finding> {
    let ending = |whose: &str, end: Timestamp, to_do: &str| {
        let severity = if end <= now + ENDS_SOON { Severity::Problem } else { Severity::Warning };
        let message = format!("The certificate of {whose} expires {}.{to_do}", ends(end, now));
        Finding::new(FindingCode::CertificateExpiring, severity, message)
            .evidence("The certificate expires", Some(end))
    };
    let mut findings = Vec::new();
    // Where the public address leads here without a proxy, it shows the same certificate.
    if let Some(end) = server.certificate_end.filter(|end| server.own_certificate_end != Some(*end)) {
        findings.push(
            ending("the public address", end, " Renew it.")
                .detail("Renew it where TLS terminates, at the proxy or tunnel. If that is done in time, no request is lost.")
                .remedy(Remedy::SeeCertificate),
        );
    }
    if let Some(end) = server.own_certificate_end {
        findings.push(
            ending("this server", end, if server.renews_itself { "" } else { " Renew it." })
                .keyed("own")
                .detail(match (server.renews_itself, &server.certificate_problem) {
                    (false, _) => {
                        "Replace the files by the renewed certificate. It is used within a minute, and no request is lost. A service that \
                         was installed with --tls-cert reads them when it starts: restart it."
                    }
                    (true, Some(_)) => "It is renewed by itself once what prevents that is corrected.",
                    (true, None) => ROOT_ENDS,
                })
                .remedy(Remedy::OpenServer),
        );
    }
    findings.extend(server.certificate_problem.as_ref().map(|problem| {
        let (what, until) = match (server.is_interim, server.renews_itself) {
            (true, _) => ("This server has no certificate of an authority yet.", INTERIM),
            (false, true) => ("The certificate of this server can't be renewed.", PREVIOUS),
            (false, false) => ("The files of the certificate can't be used.", PREVIOUS_FILES),
        };
        Finding::new(FindingCode::CertificateFiles, Severity::Problem, format!("{what} {}", problem.why))
            .since(Some(problem.since))
            .detail(until)
            .cause(Confidence::Certain, &problem.why)
            .remedy(Remedy::OpenServer)
    }));
    findings.extend(server.new_root.as_ref().map(|root| {
        let message = "The private authority has a new root certificate. Clients that trust the former one can't connect.";
        Finding::new(FindingCode::CertificateRoot, Severity::Problem, message.to_owned())
            .since(Some(root.since))
            .detail("Export the root certificate in Settings > Server, and add it where the former one is trusted.")
            .evidence(format!("SHA-256 of the new root: {}", root.fingerprint), Some(root.since))
            .cause(Confidence::Certain, NO_AUTHORITY)
            .remedy(Remedy::OpenServer)
    }));
    findings
}

#[cfg(test)]
mod tests;
