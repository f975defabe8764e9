//! A set-up to which no request arrives (D1).

use idp::remedy::Remedy;
use idp::{Provider, WayIn};

use crate::diagnosis::facts::{ConnectionFacts, Distrust, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::FIRST_REQUEST;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let newest = facts
        .usable
        .first()
        .filter(|_| facts.wizard.finished_at.is_none() && facts.last_request_at.is_none());
    let Some(token) = newest.filter(|token| token.created_at + FIRST_REQUEST <= all.now) else {
        return Vec::new();
    };
    // From this computer an Admin tests at their own time.
    if facts.is_put_off() || !facts.is_logged || facts.connection.way_in == WayIn::ThisComputer {
        return Vec::new();
    }
    let found = Finding::about(
        &facts.connection,
        FindingCode::NothingArrives,
        Severity::Notice,
        &format!("no request has arrived from {} yet.", facts.idp()),
    )
    .since(Some(token.created_at))
    .evidence(format!("{} was created", token.label), Some(token.created_at));
    // Behind a proxy, clients see its certificate and not the one of this server.
    let ends_here = matches!(facts.connection.way_in, WayIn::OwnTls | WayIn::Network);
    if let Some(distrust) = all.server.distrust.filter(|one| ends_here && one.at >= token.created_at) {
        return vec![distrusted(found, facts, distrust).remedy_with(Remedy::CopyEndpoint, &facts.endpoint)];
    }
    let found = found
        .cause(Confidence::Likely, "The connection was not tested in the identity provider yet.")
        .steps(["Paste endpoint and token there, and press **Test connection**."]);
    let found = if facts.connection.way_in.is_public() {
        found
            .cause(Confidence::Possible, "The identity provider cannot reach the public address.")
            .remedy(Remedy::CheckAddress)
    } else {
        found
            .cause(Confidence::Possible, inside(facts.provider))
            .steps(["Check the certificate and the listen address. The first step of the set-up lists what is missing."])
            .remedy(Remedy::OpenServer)
    };
    vec![found.remedy_with(Remedy::CopyEndpoint, &facts.endpoint)]
}

/// A client calls, and ends the handshake at the certificate: no request can arrive.
fn distrusted(found: Finding, facts: &ConnectionFacts, distrust: Distrust) -> Finding {
    let found = found.evidence(
        format!("A client at {} did not accept the certificate of this server", distrust.from),
        Some(distrust.at),
    );
    let (caller, trusted) = if facts.connection.way_in.is_public() {
        ("The identity provider", "Use a certificate of a public authority, with its whole chain.")
    } else {
        (
            caller(facts.provider),
            "Where it runs, add the root certificate to those that are trusted. **Settings > Server** exports that of the \
             private authority.",
        )
    };
    found
        .cause(
            Confidence::Likely,
            format!("{caller} calls, and does not trust the certificate of this server."),
        )
        .steps([trusted, "Check that the certificate names the host of the endpoint."])
        .remedy(Remedy::OpenServer)
}

/// Why no request comes from this network.
fn inside(provider: Provider) -> String {
    let caller = caller(provider);
    format!("{caller} does not know this computer yet, or does not trust its certificate.")
}

/// What calls from inside of this network.
fn caller(provider: Provider) -> &'static str {
    provider.agent().unwrap_or("The identity provider")
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::diagnosis::rules::given::{Case, Given, ago, check};

    /// The token of a set-up is so many minutes old, and nothing has called.
    fn waiting(given: &mut Given, way_in: WayIn, minutes: i64) {
        given.one.connection.way_in = way_in;
        given.one.wizard.finished_at = None;
        given.one.last_request_at = None;
        given.one.usable[0].created_at = ago(minutes);
    }

    /// The same for ten minutes, and so many minutes ago a client did not accept the certificate.
    fn distrusted_since(given: &mut Given, way_in: WayIn, minutes: i64) {
        waiting(given, way_in, 10);
        let from = Ipv4Addr::new(192, 0, 2, 7).into();
        given.all.server.distrust = Some(Distrust { from, at: ago(minutes) });
    }

    const CASES: &[Case] = &[
        ("it is set up", |_| {}, &[]),
        (
            "ten minutes without a request",
            |given| waiting(given, WayIn::Proxy, 10),
            &["Notice setup.nothingArrives:c1 [Likely, Possible] [CheckAddress, CopyEndpoint]"],
        ),
        ("nearly ten minutes", |given| waiting(given, WayIn::Proxy, 9), &[]),
        (
            "by the certificate of this server",
            |given| waiting(given, WayIn::OwnTls, 10),
            &["Notice setup.nothingArrives:c1 [Likely, Possible] [CheckAddress, CopyEndpoint]"],
        ),
        (
            "inside of this network",
            |given| waiting(given, WayIn::Network, 10),
            &["Notice setup.nothingArrives:c1 [Likely, Possible] [OpenServer, CopyEndpoint]"],
        ),
        (
            "a client does not accept the certificate of this server",
            |given| distrusted_since(given, WayIn::OwnTls, 9),
            &["Notice setup.nothingArrives:c1 [Likely] [OpenServer, CopyEndpoint]"],
        ),
        (
            "one inside of this network",
            |given| distrusted_since(given, WayIn::Network, 9),
            &["Notice setup.nothingArrives:c1 [Likely] [OpenServer, CopyEndpoint]"],
        ),
        (
            "one of the time before the token",
            |given| distrusted_since(given, WayIn::OwnTls, 11),
            &["Notice setup.nothingArrives:c1 [Likely, Possible] [CheckAddress, CopyEndpoint]"],
        ),
        (
            "one beside a proxy, which is what the identity provider calls",
            |given| distrusted_since(given, WayIn::Proxy, 9),
            &["Notice setup.nothingArrives:c1 [Likely, Possible] [CheckAddress, CopyEndpoint]"],
        ),
        (
            "from this computer an Admin tests at their own time",
            |given| waiting(given, WayIn::ThisComputer, 10),
            &[],
        ),
        (
            "a request has arrived",
            |given| {
                waiting(given, WayIn::Proxy, 10);
                given.one.last_request_at = Some(ago(1));
            },
            &[],
        ),
        (
            "requests are not logged: one may have arrived",
            |given| {
                waiting(given, WayIn::Proxy, 10);
                given.one.is_logged = false;
            },
            &[],
        ),
        (
            "no token was created",
            |given| {
                waiting(given, WayIn::Proxy, 10);
                given.one.usable.clear();
            },
            &[],
        ),
        (
            "the public address does not lead here, which is a finding of its own",
            |given| {
                waiting(given, WayIn::Proxy, 10);
                given.one.server.unreachable = true;
            },
            &[],
        ),
    ];

    #[test]
    fn a_set_up_without_a_request_is_found_until_one_arrives() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}
