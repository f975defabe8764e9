//! Tokens that have ended, will end, are used for too long, or are missing.

use idp::remedy::Remedy;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{RequestKind, Token};

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::rules::requests::with_evidence;
use crate::diagnosis::thresholds::{CHANGES_OVER, ENDS, ENDS_SOON, NEVER_REPLACED};
use crate::words::ends;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let (connection, now) = (&facts.connection, all.now);
    let mut findings = Vec::new();
    let about = |code, severity, message: &str| Finding::about(connection, code, severity, message);
    if let Some(end) = facts.lapsed_at.filter(|_| !facts.is_put_off()) {
        let run = facts.runs.iter().find(|run| run.kind == RequestKind::Authentication);
        let refused = if run.is_some() { " Requests are being refused." } else { "" };
        let follows = if run.is_some() { "" } else { " Until it is replaced, every request is refused." };
        let is_the_last = |token: &&Token| {
            token.revoked_at.is_none() && token.ends_at(token.successor_first_use(&facts.uses)) == Some(end)
        };
        let label = facts.tokens.iter().find(is_the_last).map_or("The token", |token| token.label.as_str());
        let found =
            about(FindingCode::TokenExpired, Severity::Problem, &format!("the token has expired.{refused}"))
                .detail(format!("It expired {}.{follows}", ago(end, now)))
                .since(Some(end))
                .evidence(format!("{label} expired"), Some(end))
                .cause(Confidence::Certain, "No token of this connection is valid any more.")
                .remedy(Remedy::CreateToken);
        findings.push(match run {
            Some(run) => with_evidence(found, facts, run),
            None => found,
        });
    } else if is_tokenless(facts) && !facts.is_put_off() {
        findings.push(
            about(FindingCode::TokenNone, Severity::Problem, "there is no valid token.")
                .detail("Every request is refused. Create a token and paste it in the identity provider.")
                .cause(Confidence::Certain, "All its tokens were revoked.")
                .remedy(Remedy::CreateToken),
        );
    }
    if let Some(end) = facts.token_end.filter(|end| *end > now && *end <= now + ENDS) {
        let severity = if end <= now + ENDS_SOON { Severity::Problem } else { Severity::Warning };
        findings.push(
            about(FindingCode::TokenExpiring, severity, &format!("the token expires {}.", ends(end, now)))
                .detail("Replace it in time, and no request is refused.")
                .evidence("The token in use expires", Some(end))
                .remedy(replacing(facts)),
        );
    }
    findings.extend(facts.usable.iter().filter_map(|token| exposed(facts, token)));
    findings.extend(facts.tokens.iter().filter_map(|token| old(facts, token)));
    findings.extend(never_replaced(facts, now));
    findings
}

/// Whether it is set up, and no token works that could expire.
pub(crate) fn is_tokenless(facts: &ConnectionFacts) -> bool {
    facts.usable.is_empty() && facts.wizard.finished_at.is_some()
}

/// A token that others may know.
fn exposed(facts: &ConnectionFacts, token: &Token) -> Option<Finding> {
    let at = token.exposed_at?;
    let message = format!("{} arrived unencrypted.", token.label);
    let found = Finding::about(&facts.connection, FindingCode::TokenExposed, Severity::Problem, &message)
        .keyed(&token.id)
        .since(Some(at))
        .evidence(format!("A request with {} arrived over plain HTTP at the proxy", token.label), Some(at))
        .cause(Confidence::Likely, "The address in the identity provider begins with http://.");
    let read = "Others may have read it in transit.";
    let found = if facts.usable.len() > 1 {
        found.detail(format!("{read} Correct the address, paste the other token, and revoke this one."))
    } else {
        found.detail(format!("{read} Correct the address first, then replace the token."))
    };
    Some(found.remedy(replacing(facts)))
}

/// How a token is replaced. Two are the most that a connection has: where there is another one, both are shown.
fn replacing(facts: &ConnectionFacts) -> Remedy {
    if facts.usable.len() > 1 { Remedy::SeeTokens } else { Remedy::ReplaceToken }
}

/// A replaced token that is still used. A provider that uses both for a moment is changing over; after an hour something
/// was forgotten.
fn old(facts: &ConnectionFacts, token: &Token) -> Option<Finding> {
    let is_usable = facts.usable.iter().any(|usable| usable.id == token.id);
    let first = token.successor_first_use(&facts.uses).filter(|_| is_usable)?;
    let used = facts.uses.get(&token.id).filter(|used| used.at > first + CHANGES_OVER)?;
    let from = used.source_ip.as_deref().map(|ip| format!(" from {ip}")).unwrap_or_default();
    Some(
        Finding::about(
            &facts.connection,
            FindingCode::TokenOld,
            Severity::Warning,
            &format!("something still uses the old token{from}."),
        )
        .keyed(&token.id)
        .detail("Paste the new token there, too, before the old one ends.")
        .since(Some(first))
        .evidence(format!("{} was last used{from}", token.label), Some(used.at))
        .evidence("The new token was first used", Some(first))
        .remedy(Remedy::SeeTokens),
    )
}

fn never_replaced(facts: &ConnectionFacts, now: Timestamp) -> Option<Finding> {
    let is_in_use = |token: &&Token| token.replaced_by.is_none() && facts.uses.contains_key(&token.id);
    let token = facts.usable.iter().find(is_in_use)?;
    if token.created_at + NEVER_REPLACED > now || token.expires_at.is_some() {
        return None;
    }
    Some(
        Finding::about(
            &facts.connection,
            FindingCode::TokenNeverReplaced,
            Severity::Notice,
            "the token in use is more than a year old.",
        )
        .detail("Replace it from time to time, in case somewhere a copy of it was left.")
        .evidence(format!("{} was created", token.label), Some(token.created_at))
        .remedy(replacing(facts)),
    )
}

/// "today", "yesterday", "5 days ago", by this computer's calendar.
fn ago(then: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let day = |at: Timestamp| zone.to_datetime(at).date();
    match day(then).duration_until(day(now)).as_hours() / 24 {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests;
