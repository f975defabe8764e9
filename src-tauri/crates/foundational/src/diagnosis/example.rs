//! A request for tests.

use jiff::Timestamp;
use store::{Activity, ActivityResult, RecordedBodies, StepTimes};

/// One that was done, with a token.
pub(crate) fn example(method: &str, path: &str) -> Activity {
    Activity {
        id: "0190a0b0-0000-7000-8000-000000000001".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        connection_id: "c1".to_owned(),
        token_id: Some("t1".to_owned()),
        method: method.to_owned(),
        path: path.to_owned(),
        status: 200,
        result: ActivityResult::Ok,
        reason: None,
        facts: None,
        sentence: "Created Ada Lovelace".to_owned(),
        resource_type: None,
        resource_id: None,
        duration_us: 1_840,
        steps: StepTimes::default(),
        source_ip: Some("192.0.2.7".to_owned()),
        secure: true,
        host: None,
        user_agent: Some("scim2-client/0.7".to_owned()),
        notes: Vec::new(),
        bodies: RecordedBodies::Full,
        request_size: None,
        response_size: None,
        headers: None,
        request_body: None,
        response_body: None,
        evidence: Vec::new(),
        folded: None,
        health: None,
    }
}
