//! The server as a whole: the worst of it alone; and the certificate, while it is valid.

use idp::remedy::Remedy;

use crate::diagnosis::facts::Facts;
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::ENDS_SOON;
use crate::words::{ends, lower, upper};

/// What to do about too many connections.
const CROWDED: &str = "Check in the proxy's log which client opens them, and limit connections per client there. If the \
    system allows fewer than 1,152 open files, raise that limit.";

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
        let why = reach.message.strip_prefix("Not reachable: ").unwrap_or(&reach.message);
        let mut found = Finding::new(FindingCode::AddressNotReachable, Severity::Problem, message)
            .since(Some(reach.at))
            .cause(Confidence::Certain, upper(why))
            .remedy(Remedy::CheckAddress);
        found.detail.clone_from(&reach.hint);
        findings.push(found);
    } else if let (true, Some(moved)) = (server.facts.moved, &server.moved) {
        findings.push(
            Finding::new(FindingCode::PortChanged, Severity::Problem, moved.text())
                .detail("Then check the public address.")
                .since(Some(moved.at))
                .remedy(Remedy::CheckAddress),
        );
    }
    if let Some(end) = server.certificate_end {
        let severity = if end <= now + ENDS_SOON { Severity::Problem } else { Severity::Warning };
        let message = format!("The certificate of the public address ends {}. Renew it.", ends(end, now));
        findings.push(
            Finding::new(FindingCode::CertificateExpiring, severity, message)
                .detail("Renew it where TLS ends, at the proxy or tunnel. In time, no request is lost.")
                .evidence("The certificate ends", Some(end))
                .remedy(Remedy::SeeCertificate),
        );
    }
    if let Some(message) = &server.crowding {
        findings.push(
            Finding::new(FindingCode::ServerCrowded, Severity::Problem, message.clone())
                .detail(CROWDED)
                .remedy(Remedy::OpenServer),
        );
    }
    findings
}
