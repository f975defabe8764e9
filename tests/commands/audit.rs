//! Each command that changes something leaves an audit entry, in the transaction of the change.

mod audited_calls;
mod people_acts;
mod workspace_acts;

use std::collections::BTreeSet;

use foundational::commands::TABLE;
use foundational::{Caller, Foundational};
use serde_json::{Value, json};
use tests::Api;

use audited_calls::AuditedCalls;
use people_acts::{data, groups, histories, holds, matches, observe_first, people, undo};
use workspace_acts::{connections, sessions, settings};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const OTHER_PASSWORD: &str = "another long password";

pub(crate) fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

pub(crate) async fn entries(app: &Foundational) -> Vec<Value> {
    let args = json!({"filter": {}, "offset": 0, "limit": 200});
    let page = app.call(&Caller::Operator, "audit.list", args).await.unwrap();
    page["rows"].as_array().unwrap().clone()
}

/// The newest entry as "who: sentence".
pub(crate) async fn newest(api: &Api) -> String {
    let entries = entries(&api.app).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    format!("{}: {}", text(&entries[0]["actor"]["name"]), text(&entries[0]["sentence"]))
}

fn id(value: &Value) -> Value {
    json!({"id": value["id"]})
}

#[tokio::test]
async fn every_command_that_changes_something_leaves_an_audit_entry_in_its_transaction() {
    let api = Api::start("custom").await;
    // The first round of housekeeping writes down what it sees of the clock.
    api.app.housekeeping().round().await.unwrap();
    let mut calls = AuditedCalls::over(api);
    calls
        .call(
            "account.createFirst",
            json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD}),
        )
        .await;
    sessions(&mut calls).await;
    settings(&mut calls).await;
    connections(&mut calls).await;
    people(&mut calls).await;
    groups(&mut calls).await;
    histories(&mut calls).await;
    undo(&mut calls).await;
    holds(&mut calls).await;
    observe_first(&mut calls).await;
    matches(&mut calls).await;
    data(&mut calls).await;
    let all: BTreeSet<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<_> = all.difference(&calls.called).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "a command that this test does not call");
    assert!(calls.wrong.is_empty(), "{:#?}", calls.wrong);
    calls.api.app.close().await;
}
