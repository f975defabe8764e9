//! A set-up to which no request arrives (D1).

use idp::remedy::Remedy;
use idp::{Provider, WayIn};

use crate::diagnosis::facts::{ConnectionFacts, Facts};
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
    .evidence(format!("{} was created", token.label), Some(token.created_at))
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

/// Why no request comes from this network.
fn inside(provider: Provider) -> String {
    let caller = provider.agent().unwrap_or("The identity provider");
    format!("{caller} does not know this computer yet, or does not trust its certificate.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{Case, Given, ago, check};

    /// The token of a set-up is so many minutes old, and nothing has called.
    fn waiting(given: &mut Given, way_in: WayIn, minutes: i64) {
        given.one.connection.way_in = way_in;
        given.one.wizard.finished_at = None;
        given.one.last_request_at = None;
        given.one.usable[0].created_at = ago(minutes);
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
