//! Matches that need a decision: a local account has the name of a person who arrives.

use idp::remedy::Remedy;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};

pub(crate) fn find(facts: &ConnectionFacts, _: &Facts) -> Vec<Finding> {
    let message = match facts.matches {
        0 => return Vec::new(),
        1 => "one matching account needs your decision.".to_owned(),
        matches => format!("{matches} matching accounts need your decision."),
    };
    vec![
        Finding::about(&facts.connection, FindingCode::MatchWaiting, Severity::Warning, &message)
            .detail("Until then the identity provider is answered that the name is in use, and tries again.")
            .cause(Confidence::Certain, "A local account has the userName of a person who arrives.")
            .remedy(Remedy::Decide),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{Case, check};

    const CASES: &[Case] = &[
        ("none waits", |_| {}, &[]),
        ("one waits", |given| given.one.matches = 1, &["Warning match.waiting:c1 [Certain] [Decide]"]),
        ("two wait", |given| given.one.matches = 2, &["Warning match.waiting:c1 [Certain] [Decide]"]),
    ];

    #[test]
    fn a_match_is_found_until_it_is_decided() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}
