//! How far a request got: the steps of a request, and the one at which it ended. Derived from how it was recorded.

use idp::reason_code::ReasonCode;
use serde::Serialize;
use store::{Activity, ActivityResult};
use ts_rs::TS;

/// The note on an exchange whose client did not read the answer to the end.
const CLIENT_GONE: &str = "client.gone";
/// The resources that a request can be about.
const RESOURCES: [&str; 4] = ["Users", "Groups", "Me", "Bulk"];

/// A step of a request, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RequestStep {
    /// It arrived at this server.
    Received,
    /// Its token allows it to act for the connection.
    Authenticated,
    /// Address, query and body are what SCIM defines.
    Understood,
    /// The user or group that it names was found, and a name that it gives is free.
    Matched,
    /// What it changes is stored.
    Applied,
    /// The client received an answer.
    Answered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StepState {
    Done,
    /// The request ended here.
    Failed,
    /// Not reached, not needed, or unknown.
    Skipped,
}

/// How one step of a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StepView {
    pub step: RequestStep,
    pub state: StepState,
}

impl RequestStep {
    const ALL: [Self; 6] =
        [Self::Received, Self::Authenticated, Self::Understood, Self::Matched, Self::Applied, Self::Answered];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Received => "Received",
            Self::Authenticated => "Authenticated",
            Self::Understood => "Understood",
            Self::Matched => "Matched",
            Self::Applied => "Applied",
            Self::Answered => "Answered",
        }
    }
}

/// Where a refusal for this reason ends a request, and whether the steps between authentication and that one are known to be
/// done.
const fn end_of(reason: ReasonCode) -> (RequestStep, bool) {
    match reason {
        ReasonCode::ForeignHost => (RequestStep::Received, true),
        ReasonCode::AuthMissing
        | ReasonCode::AuthScheme
        | ReasonCode::AuthEntraJwt
        | ReasonCode::AuthUnknown
        | ReasonCode::AuthExpired
        | ReasonCode::AuthRevoked
        | ReasonCode::WrongConnection
        | ReasonCode::PlainHttp
        | ReasonCode::ForbiddenAddress
        | ReasonCode::Rate => (RequestStep::Authenticated, true),
        ReasonCode::UnknownPath
        | ReasonCode::Method
        | ReasonCode::Invalid
        | ReasonCode::Filter
        | ReasonCode::Size => (RequestStep::Understood, true),
        ReasonCode::NotFound | ReasonCode::Duplicate | ReasonCode::LocalUser => (RequestStep::Matched, true),
        ReasonCode::Version | ReasonCode::ProtectedAdmin | ReasonCode::Held => (RequestStep::Applied, true),
        // A pause and an overload end a request before its body is read, or it ended at an unknown place.
        ReasonCode::Paused | ReasonCode::Busy | ReasonCode::Late | ReasonCode::Defect | ReasonCode::Error => {
            (RequestStep::Applied, false)
        }
        ReasonCode::BrokenAnswer => (RequestStep::Answered, true),
    }
}

/// The steps of a recorded request.
pub(crate) fn steps(activity: &Activity) -> Vec<StepView> {
    let is_refused = matches!(activity.result, ActivityResult::Refused | ActivityResult::Failed);
    let end = match activity.reason.as_deref() {
        Some(reason) => Some(ReasonCode::parse(reason).map_or((RequestStep::Applied, false), end_of)),
        None => is_refused.then_some((RequestStep::Applied, false)),
    };
    let is_gone = activity.notes.iter().any(|note| note.code == CLIENT_GONE);
    let state = |step: RequestStep| {
        let reached = match end {
            Some((failing, _)) if step == failing => return StepState::Failed,
            Some((failing, _)) if step > failing => step == RequestStep::Answered,
            Some((_, is_known)) => is_known || step < RequestStep::Understood,
            None => true,
        };
        let needed = match step {
            RequestStep::Authenticated => activity.token_id.is_some(),
            RequestStep::Matched => is_about_a_resource(&activity.path),
            RequestStep::Applied => !is_read(activity),
            RequestStep::Answered if is_gone => return StepState::Failed,
            RequestStep::Received | RequestStep::Understood | RequestStep::Answered => true,
        };
        if reached && needed { StepState::Done } else { StepState::Skipped }
    };
    RequestStep::ALL.into_iter().map(|step| StepView { step, state: state(step) }).collect()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('?').next().unwrap_or_default().split('/').filter(|segment| !segment.is_empty())
}

fn is_about_a_resource(path: &str) -> bool {
    segments(path).next().is_some_and(|first| RESOURCES.iter().any(|known| known.eq_ignore_ascii_case(first)))
}

/// Nothing is stored by it.
fn is_read(activity: &Activity) -> bool {
    matches!(activity.method.as_str(), "GET" | "HEAD") || segments(&activity.path).last() == Some(".search")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::example::example;

    /// The steps as one word: a letter each, `+` done, `x` failed, `-` skipped.
    fn word(activity: &Activity) -> String {
        let letter = |step: &StepView| match step.state {
            StepState::Done => '+',
            StepState::Failed => 'x',
            StepState::Skipped => '-',
        };
        steps(activity).iter().map(letter).collect()
    }

    fn refused(reason: &str, has_token: bool) -> Activity {
        Activity {
            result: ActivityResult::Refused,
            reason: Some(reason.to_owned()),
            token_id: has_token.then(|| "t".to_owned()),
            ..example("POST", "/Users")
        }
    }

    #[test]
    fn every_reason_ends_a_request_at_one_step() {
        for reason in ReasonCode::ALL {
            let found = steps(&refused(reason.as_str(), true));
            let failed: Vec<_> = found.iter().filter(|step| step.state == StepState::Failed).collect();
            assert_eq!(failed.len(), 1, "{reason:?}: one step is marked");
            assert_eq!(failed[0].step, end_of(*reason).0, "{reason:?}");
        }
    }

    #[test]
    fn the_steps_after_the_failing_one_are_not_reached_but_the_answer_is_sent() {
        for (reason, has_token, expected) in [
            ("host.foreign", false, "x----+"),
            ("auth.expired", false, "+x---+"),
            ("perm.ip", false, "+x---+"),
            ("path.unknown", false, "+-x--+"),
            ("data.invalid", true, "++x--+"),
            ("data.duplicate", true, "+++x-+"),
            ("data.version", true, "++++x+"),
            ("conn.paused", true, "++--x+"),
            ("conn.held", true, "++++x+"),
            ("defect", false, "+---x+"),
            ("answer.broken", true, "+++++x"),
            ("a.code.of.another.version", true, "++--x+"),
        ] {
            assert_eq!(word(&refused(reason, has_token)), expected, "{reason}");
        }
    }

    #[test]
    fn a_read_applies_nothing_and_discovery_matches_nothing() {
        let lookup = Activity { result: ActivityResult::Lookup, ..example("GET", "/Users?count=1") };
        assert_eq!(word(&lookup), "++++-+");
        assert_eq!(word(&example("POST", "/Users/.search")), "++++-+");
        assert_eq!(word(&example("GET", "/ServiceProviderConfig")), "+++--+");
        let open = Activity { token_id: None, ..example("GET", "/Schemas") };
        assert_eq!(word(&open), "+-+--+", "open discovery needs no token");
        assert_eq!(word(&example("POST", "/Users")), "++++++");
        let missing = Activity {
            result: ActivityResult::Lookup,
            reason: Some("notfound".to_owned()),
            ..example("GET", "/Users/1")
        };
        assert_eq!(word(&missing), "+++x-+");
    }

    #[test]
    fn an_answer_that_its_client_did_not_read_failed_at_the_end() {
        let note = store::ActivityNote { code: CLIENT_GONE.to_owned(), text: "It had gone.".to_owned() };
        assert_eq!(word(&Activity { notes: vec![note], ..example("POST", "/Users") }), "+++++x");
    }
}
