//! A connection that is called at an address of before: the public address has changed, and the identity provider still has the
//! endpoint of that time.

use idp::remedy::Remedy;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    let Some(old) = facts.old_host.as_ref().filter(|_| !facts.is_put_off()) else { return Vec::new() };
    let (idp, name) = (facts.idp(), &old.name);
    let is_called_there = old.changed_at.is_none_or(|changed_at| old.newest_at > changed_at);
    let message = if is_called_there {
        format!("{idp} still calls the old address.")
    } else {
        "no request has arrived at the new address yet.".to_owned()
    };
    let found = Finding::about(&facts.connection, FindingCode::AddressChanged, Severity::Warning, &message)
        .detail(format!("When {name} no longer leads here, its requests are lost."))
        .since(old.changed_at)
        .evidence(format!("The last request called {name}"), Some(old.newest_at));
    let found = match old.changed_at {
        Some(at) => found.evidence("The public address was changed", Some(at)),
        None => found,
    };
    let found = if is_called_there {
        found.cause(Confidence::Certain, format!("{idp} still has the old endpoint."))
    } else {
        found.cause(Confidence::Likely, format!("{idp} still has the old endpoint."))
    };
    vec![
        found
            .step(format!("Copy the new endpoint into {idp}, and test the connection there."))
            .remedy_with(Remedy::CopyEndpoint, &facts.endpoint)
            .remedy(Remedy::CheckAddress),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::facts::OldHost;
    use crate::diagnosis::rules::given::{Case, ago, check};

    fn called(newest: i64, changed: Option<i64>) -> OldHost {
        OldHost { name: "old.example".to_owned(), newest_at: ago(newest), changed_at: changed.map(ago) }
    }

    const CASES: &[Case] = &[
        ("the address of now is called", |_| {}, &[]),
        (
            "the one of before is called after the change",
            |given| given.one.old_host = Some(called(59, Some(60))),
            &["Warning address.changed:c1 [Certain] [CopyEndpoint, CheckAddress]"],
        ),
        (
            "nothing has called since the change",
            |given| given.one.old_host = Some(called(60, Some(60))),
            &["Warning address.changed:c1 [Likely] [CopyEndpoint, CheckAddress]"],
        ),
        (
            "when it was changed is not known",
            |given| given.one.old_host = Some(called(60, None)),
            &["Warning address.changed:c1 [Certain] [CopyEndpoint, CheckAddress]"],
        ),
        (
            "the connection is paused",
            |given| {
                given.one.old_host = Some(called(59, Some(60)));
                given.pause();
            },
            &[],
        ),
        (
            "the server does not listen, which is a finding of its own",
            |given| {
                given.one.old_host = Some(called(59, Some(60)));
                given.one.server.stopped = true;
            },
            &[],
        ),
    ];

    #[test]
    fn an_address_of_before_is_found_until_the_new_one_is_called() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}
