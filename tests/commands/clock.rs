//! A clock that is wrong: what expired remains expired, and nothing that is young is deleted.

use std::time::Duration;

use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::{Clock, Ids};
use tests::Api;

const DAY: Duration = Duration::from_hours(24);

async fn problem(api: &Api) -> Value {
    api.command("data.show", json!({})).await["clock"].clone()
}

#[tokio::test]
async fn an_expired_token_does_not_revive_when_the_clock_is_set_back() {
    let api = Api::start("custom").await;
    api.clock.advance(366 * DAY);
    api.scim("GET", "/Users", None).await.refused(401, None);
    api.clock.set_back(100 * DAY);
    api.scim("GET", "/Users", None).await.refused(401, None);
    let tokens = api.command("token.list", json!({ "id": api.connection_id })).await;
    assert_eq!(tokens[0]["state"], "expired", "the screens say what the server answers: {tokens}");
    let (_, token) = api.connect("Second", "custom").await;
    assert!(!token.is_empty(), "another token can be made");
    let listed = api.command("connection.list", json!({})).await;
    let second = listed.as_array().unwrap().iter().find(|one| one["name"] == "Second").unwrap();
    assert_eq!(second["tokensUsable"], 1, "and it is good from the first moment: {second}");
}

#[tokio::test]
async fn the_latest_time_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |clock: Clock| {
        let options =
            Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
        Foundational::open_at(options, clock, Ids::random()).await.unwrap()
    };
    let start = "2026-11-24T10:00:00Z".parse().unwrap();
    let clock = Clock::fixed(start);
    let app = open(clock.clone()).await;
    let call = async |app: &Foundational, name: &str, args: Value| {
        app.call(&Caller::Operator, name, args).await.unwrap()
    };
    let made = call(&app, "connection.create", json!({"name": "First", "provider": "custom"})).await;
    call(&app, "token.create", json!({"connectionId": made["id"], "expires": "90d"})).await;
    clock.advance(91 * DAY);
    app.housekeeping().round().await.unwrap();
    app.close().await;
    let app = open(Clock::fixed(start)).await;
    let tokens = call(&app, "token.list", json!({ "id": made["id"] })).await;
    assert_eq!(tokens[0]["state"], "expired", "a new process knows the time of the last one: {tokens}");
    app.close().await;
}

#[tokio::test]
async fn a_clock_that_ran_ahead_is_a_finding_until_an_admin_trusts_it_again() {
    let api = Api::start("custom").await;
    assert_eq!(problem(&api).await, Value::Null, "nothing is wrong");
    api.clock.advance(4000 * DAY);
    api.scim("GET", "/Users", None).await.refused(401, None);
    api.clock.set_back(4000 * DAY);
    let found = problem(&api).await;
    assert_eq!((&found["code"], &found["severity"]), (&json!("clock.behind"), &json!("problem")), "{found}");
    let doctor = api.command("workspace.doctor", json!({})).await;
    let finding = doctor.as_array().unwrap().iter().find(|one| one["message"] == found["message"]).unwrap();
    assert!(finding["hint"].as_str().unwrap().contains("foundational trust-clock"), "{finding}");
    api.command("clock.trust", json!({})).await;
    assert_eq!(problem(&api).await, Value::Null, "the present time counts again");
    api.scim("GET", "/Users", None).await.expect(200, "the token had only expired by the wrong time");
}

#[tokio::test]
async fn a_jump_ahead_deletes_nothing_until_it_has_lasted_for_a_day() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "a joiner");
    let request = api.recorded("POST", "/Users").await;
    let id = request["row"]["id"].clone();
    api.scim("DELETE", &format!("/Users/{}", ada["id"].as_str().unwrap()), None).await;
    api.app.housekeeping().round().await.unwrap();
    let body = async || {
        api.app.housekeeping().round().await.unwrap();
        api.command("activity.show", json!({ "id": id })).await["requestBody"].clone()
    };
    api.clock.advance(60 * DAY);
    assert!(body().await.is_string(), "a body of sixty days by a clock that may be wrong");
    let found = problem(&api).await;
    assert_eq!((&found["code"], &found["severity"]), (&json!("clock.ahead"), &json!("warning")), "{found}");
    api.clock.advance(Duration::from_mins(24 * 60 - 1));
    assert!(body().await.is_string(), "nor within the day");
    api.clock.advance(Duration::from_mins(1));
    assert_eq!(body().await, Value::Null, "the time has lasted");
    assert_eq!(problem(&api).await, Value::Null, "and is no finding any more");
}

#[tokio::test]
async fn a_jump_that_is_corrected_deletes_nothing() {
    let api = Api::start("custom").await;
    api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "a joiner");
    let id = api.recorded("POST", "/Users").await["row"]["id"].clone();
    api.app.housekeeping().round().await.unwrap();
    api.clock.advance(60 * DAY);
    api.app.housekeeping().round().await.unwrap();
    api.clock.set_back(60 * DAY);
    for _ in 0..3 {
        api.clock.advance(DAY);
        api.app.housekeeping().round().await.unwrap();
    }
    let shown = api.command("activity.show", json!({ "id": id })).await;
    assert!(shown["requestBody"].is_string(), "three days old is young: {shown}");
}
