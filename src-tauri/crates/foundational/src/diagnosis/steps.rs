//! How far a request got: the steps of a request with what each took, and the one at which it ended. Derived from how it was
//! recorded.

use idp::reason_code::ReasonCode;
use serde::{Serialize, Serializer};
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
    /// How long it took, in microseconds; `null` where it was not reached or not measured. The measured ones add up to the
    /// duration of the request.
    pub duration_us: Option<u64>,
}

/// What the measured steps of a request took, in microseconds, by step.
pub(crate) struct StepsUs(pub Vec<StepView>);

impl Serialize for StepsUs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter_map(|step| Some((step.step, step.duration_us?))))
    }
}

impl RequestStep {
    const ALL: [Self; 6] =
        [Self::Received, Self::Authenticated, Self::Understood, Self::Matched, Self::Applied, Self::Answered];

    /// The steps whose ends are measured, as [`store::StepTimes`] has them. To look for a resource and to apply a change is
    /// one transaction.
    const MEASURED: [Self; 4] = [Self::Received, Self::Authenticated, Self::Understood, Self::Applied];

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

/// Where a refusal for this reason ends a request, and from which step up to there it is unknown what was done. None: it can end
/// a request anywhere.
const fn end_of(reason: ReasonCode) -> Option<(RequestStep, RequestStep)> {
    let step = match reason {
        ReasonCode::ForeignHost => RequestStep::Received,
        ReasonCode::AuthMissing
        | ReasonCode::AuthScheme
        | ReasonCode::AuthEntraJwt
        | ReasonCode::AuthUnknown
        | ReasonCode::AuthExpired
        | ReasonCode::AuthRevoked
        | ReasonCode::WrongConnection
        | ReasonCode::PlainHttp
        | ReasonCode::ForbiddenAddress
        | ReasonCode::Rate => RequestStep::Authenticated,
        ReasonCode::UnknownPath
        | ReasonCode::Method
        | ReasonCode::Invalid
        | ReasonCode::Filter
        | ReasonCode::Size => RequestStep::Understood,
        ReasonCode::NotFound | ReasonCode::Duplicate | ReasonCode::LocalUser => RequestStep::Matched,
        ReasonCode::Version | ReasonCode::ProtectedAdmin | ReasonCode::Held => RequestStep::Applied,
        // A pause and an overload end a request before its body is read.
        ReasonCode::Paused | ReasonCode::Busy => {
            return Some((RequestStep::Applied, RequestStep::Understood));
        }
        ReasonCode::BrokenAnswer => RequestStep::Answered,
        ReasonCode::Late | ReasonCode::Defect | ReasonCode::Error => return None,
    };
    Some((step, step))
}

/// The same for a request that can have ended anywhere, by its times.
fn measured_end(activity: &Activity) -> (RequestStep, RequestStep) {
    match activity.steps.known().zip(RequestStep::MEASURED).last() {
        Some((_, RequestStep::Applied)) => (RequestStep::Applied, RequestStep::Matched),
        Some((_, step)) => (step, step),
        None => (RequestStep::Applied, RequestStep::Understood),
    }
}

/// The steps of a recorded request.
pub(crate) fn steps(activity: &Activity) -> Vec<StepView> {
    let is_refused = matches!(activity.result, ActivityResult::Refused | ActivityResult::Failed);
    let end = match activity.reason.as_deref() {
        Some(reason) => {
            Some(ReasonCode::from_word(reason).and_then(end_of).unwrap_or_else(|| measured_end(activity)))
        }
        None => is_refused.then(|| measured_end(activity)),
    };
    let is_gone = activity.notes.iter().any(|note| note.code == CLIENT_GONE);
    let state = |step: RequestStep| {
        let reached = match end {
            Some((failing, _)) if step == failing => return StepState::Failed,
            Some((failing, _)) if step > failing => step == RequestStep::Answered,
            Some((_, unknown)) => step < unknown,
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
    let mut steps: Vec<StepView> = RequestStep::ALL
        .into_iter()
        .map(|step| StepView { step, state: state(step), duration_us: None })
        .collect();
    add_times(&mut steps, activity);
    steps
}

/// What was measured last is the time of the last step that was reached before the answer: there the request ended. What was
/// measured of a step that shows as skipped belongs to the next one that was reached. The answer takes what is left.
fn add_times(steps: &mut [StepView], activity: &Activity) {
    let measured: Vec<u64> = activity.steps.known().collect();
    let Some((answer, before)) = steps.split_last_mut().filter(|_| !measured.is_empty()) else { return };
    let mut reached: Vec<&mut StepView> =
        before.iter_mut().filter(|step| step.state != StepState::Skipped).collect();
    let last = reached.len().saturating_sub(1);
    for (place, (took, measured_step)) in measured.iter().zip(RequestStep::MEASURED).enumerate() {
        let belongs = if place + 1 == measured.len() {
            last
        } else {
            reached.iter().position(|step| step.step >= measured_step).unwrap_or(last)
        };
        if let Some(step) = reached.get_mut(belongs) {
            *step.duration_us.get_or_insert(0) += took;
        }
    }
    answer.duration_us = Some(activity.duration_us.saturating_sub(measured.iter().sum()));
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
    use std::time::Duration;

    use store::StepTimes;

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
            let expected = end_of(reason).map_or(RequestStep::Applied, |(step, _)| step);
            assert_eq!(failed[0].step, expected, "{reason:?}");
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

    /// What each step took, `-` where that is unknown.
    fn times(activity: &Activity) -> String {
        let shown = |step: &StepView| step.duration_us.map_or("-".to_owned(), |took| took.to_string());
        steps(activity).iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    /// With the beginning of these measured times; it took 1,840 microseconds.
    fn measured(ended: usize, activity: Activity) -> Activity {
        let mut times = StepTimes::default();
        for us in [30, 10, 200, 1_500].into_iter().take(ended) {
            times.push(Duration::from_micros(us));
        }
        Activity { steps: times, ..activity }
    }

    #[test]
    fn the_times_of_the_steps_of_a_request_add_up_to_its_duration() {
        let open = Activity { token_id: None, ..example("GET", "/Schemas") };
        for (steps_measured, activity, expected) in [
            (4, example("POST", "/Users"), "30 10 200 - 1500 100"),
            (4, example("GET", "/Users?count=1"), "30 10 200 1500 - 100"),
            (4, example("GET", "/ServiceProviderConfig"), "30 10 1700 - - 100"),
            (4, open, "30 - 1710 - - 100"),
            (1, refused("path.unknown", false), "- - 30 - - 1810"),
            (2, refused("host.foreign", false), "40 - - - - 1800"),
            (2, refused("auth.expired", false), "30 10 - - - 1800"),
            (3, refused("conn.paused", true), "30 10 - - 200 1600"),
            (3, refused("busy", true), "30 10 - - 200 1600"),
            (3, refused("data.size", true), "30 10 200 - - 1600"),
            (4, refused("data.invalid", true), "30 10 1700 - - 100"),
            (4, refused("data.duplicate", true), "30 10 200 1500 - 100"),
            (4, refused("answer.broken", true), "30 10 200 - 1500 100"),
        ] {
            let activity = measured(steps_measured, activity);
            assert_eq!(times(&activity), expected, "{} {:?}", activity.path, activity.reason);
            let sum: u64 = steps(&activity).iter().filter_map(|step| step.duration_us).sum();
            assert_eq!(sum, activity.duration_us);
        }
        assert_eq!(times(&example("POST", "/Users")), "- - - - - -", "they were not measured");
    }

    #[test]
    fn a_request_that_can_have_ended_anywhere_ended_where_its_times_end() {
        for (steps_measured, has_token, expected, expected_times) in [
            (1, false, "x----+", "30 - - - - 1810"),
            (2, false, "+x---+", "30 10 - - - 1800"),
            (3, true, "++x--+", "30 10 200 - - 1600"),
            (4, true, "+++-x+", "30 10 200 - 1500 100"),
        ] {
            for reason in ["late", "defect", "error", "a.code.of.another.version"] {
                let activity = measured(steps_measured, refused(reason, has_token));
                assert_eq!(word(&activity), expected, "{reason}");
                assert_eq!(times(&activity), expected_times, "{reason}");
            }
        }
    }

    #[test]
    fn times_by_step_have_what_was_measured() {
        let by_step = |activity: &Activity| serde_json::to_string(&StepsUs(steps(activity))).unwrap();
        assert_eq!(
            by_step(&measured(2, refused("auth.expired", false))),
            r#"{"received":30,"authenticated":10,"answered":1800}"#
        );
        assert_eq!(by_step(&example("GET", "/Users")), "{}");
    }

    #[test]
    fn an_answer_that_its_client_did_not_read_failed_at_the_end() {
        let note = store::ActivityNote { code: CLIENT_GONE.to_owned(), text: "It had gone.".to_owned() };
        assert_eq!(word(&Activity { notes: vec![note], ..example("POST", "/Users") }), "+++++x");
    }
}
