//! The findings: each row of the troubleshooting table is caused over real HTTP and found, with what shows it, how sure
//! it is and what can be done; it is over when its cause is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use foundational::views::FindingCode;
use serde_json::{Value, json};
use tests::Api;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// The source of everything that makes findings.
pub(crate) fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/foundational/src");
    let mut files = vec![root.join("diagnosis/findings.rs"), root.join("diagnosis/gathering.rs")];
    for folder in ["diagnosis/rules", "data", "history"] {
        let entries = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        // The folders of rules hold their tests.
        files.extend(entries.filter(|path| path.is_file()));
    }
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_code_is_produced_by_a_rule() {
    let sources = sources();
    for code in FindingCode::ALL {
        assert!(sources.contains(&format!("FindingCode::{code:?}")), "{code:?}");
    }
}

pub(crate) async fn findings(api: &Api) -> Vec<Value> {
    let found = api.command("diagnosis.findings", json!({})).await;
    found["findings"].as_array().unwrap().clone()
}

/// The finding with that code.
pub(crate) async fn found(api: &Api, code: &str) -> Value {
    let all = findings(api).await;
    let finding = all.iter().find(|one| one["code"] == code).cloned();
    assert!(finding.is_some(), "{code} is not in {all:#?}");
    finding.unwrap()
}

pub(crate) async fn is_over(api: &Api, code: &str) {
    let all = findings(api).await;
    assert!(all.iter().all(|one| one["code"] != code), "{code} is over: {all:#?}");
}

/// The causes, each with its confidence, the kinds of the remedies, and the text of the evidence.
pub(crate) fn parts(finding: &Value) -> (Vec<String>, Vec<String>, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |name: &str| finding[name].as_array().unwrap().clone();
    (
        list("causes")
            .iter()
            .map(|one| format!("{}: {}", text(&one["confidence"]), text(&one["text"])))
            .collect(),
        list("remedies").iter().map(|one| text(&one["kind"])).collect(),
        list("evidence").iter().map(|one| text(&one["text"])).collect::<Vec<_>>().join("; "),
    )
}

/// A request with this token, recorded.
pub(crate) async fn call(api: &Api, token: &str, path: &str) {
    api.clock.advance(MINUTE);
    send(api, token, path).await;
    api.recorded_now().await;
}

pub(crate) async fn send(api: &Api, token: &str, path: &str) {
    let request = Request::get(format!("/scim/v2/{}{path}", api.connection_id))
        .header("host", "127.0.0.1:8470")
        .header("authorization", format!("Bearer {token}"));
    api.send(request.body(Body::empty()).unwrap()).await;
}

pub(crate) async fn write(api: &Api, method: &str, path: &str, body: Value, status: u16) -> Value {
    api.clock.advance(MINUTE);
    let answer = api.scim(method, path, body).await.expect(status, "a write");
    api.recorded_now().await;
    answer
}

pub(crate) async fn finish(api: &Api) {
    call(api, &api.token, "/Users").await;
    api.command("wizard.finish", json!({"id": api.connection_id})).await;
}

#[tokio::test]
async fn d1_a_set_up_to_which_nothing_arrives_and_one_that_calls_with_a_wrong_token() {
    let api = Api::start_listening("azure").await;
    is_over(&api, "setup.nothingArrives").await;
    api.clock.advance(10 * MINUTE);
    let finding = found(&api, "setup.nothingArrives").await;
    assert_eq!(finding["severity"], "notice");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(
        causes,
        [
            "likely: The connection was not tested in the identity provider yet.",
            "possible: The identity provider cannot reach the public address."
        ]
    );
    assert_eq!(remedies, ["checkAddress", "copyEndpoint"]);
    assert!(evidence.contains("was created"), "{evidence}");
    for _ in 0..3 {
        call(&api, "wrong", "/Users/Users").await;
    }
    is_over(&api, "setup.nothingArrives").await;
    let finding = found(&api, "access.unauthorized").await;
    let (causes, remedies, evidence) = parts(&finding);
    assert!(
        causes[0].starts_with("certain: The token is not one of this connection's tokens."),
        "{causes:?}"
    );
    assert_eq!(remedies, ["replaceToken", "seeActivity"]);
    assert!(evidence.contains("3 requests refused one after another"), "{evidence}");
    call(&api, &api.token, "/Users").await;
    is_over(&api, "access.unauthorized").await;
}

#[tokio::test]
async fn d2_and_d8_credentials_that_work_and_no_user() {
    for (provider, waits, to_do) in
        [("azure", 89, vec!["showAssign", "openConsole"]), ("okta", 14, vec!["showAssign"])]
    {
        let api = Api::start_listening(provider).await;
        call(&api, &api.token, "/Users?filter=userName%20eq%20%22ada%22").await;
        api.clock.advance(waits * MINUTE);
        let finding = found(&api, "people.firstCycleWaits").await;
        let (causes, remedies, evidence) = parts(&finding);
        assert!(causes[0].starts_with("likely: The first cycle of"), "{causes:?}");
        assert_eq!(remedies, to_do);
        assert_eq!(finding["remedies"][0]["label"], "How to trigger it now", "{finding}");
        // Azure's clock began when it was accepted: two of its pauses are over. Okta has none.
        let next = (provider == "azure").then(|| (api.clock.now() + 31 * MINUTE).to_string());
        assert_eq!(finding["expectedAt"], json!(next), "{finding}");
        assert!(evidence.contains("The credentials were accepted; A user was looked up"), "{evidence}");
        is_over(&api, "people.notAssigned").await;
        api.clock.advance(MINUTE);
        let finding = found(&api, "people.notAssigned").await;
        let (causes, remedies, evidence) = parts(&finding);
        assert!(evidence.contains("The credentials were accepted; A user was looked up"), "{evidence}");
        assert!(causes[0].starts_with("likely: No person is assigned"), "{causes:?}");
        assert!(causes[1].starts_with("possible: "), "{causes:?}");
        assert_eq!(finding["severity"], "warning");
        assert_eq!(remedies, to_do);
        if let Some(console) = finding["remedies"].get(1) {
            assert_eq!(console["label"], "Open Azure console");
            assert_eq!(console["target"], "https://entra.microsoft.com");
        }
        is_over(&api, "people.firstCycleWaits").await;
        write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
        is_over(&api, "people.notAssigned").await;
    }
}

#[tokio::test]
async fn d3_an_expired_token_is_one_finding_also_while_requests_are_refused() {
    let api = Api::start_listening("okta").await;
    finish(&api).await;
    write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
    api.clock.advance(336 * DAY);
    let finding = found(&api, "token.expiring").await;
    assert_eq!(finding["severity"], "warning", "a month before");
    api.clock.advance(23 * DAY);
    assert_eq!(found(&api, "token.expiring").await["severity"], "problem", "a week before");
    api.clock.advance(7 * DAY);
    for _ in 0..3 {
        call(&api, &api.token, "/Users").await;
    }
    let finding = found(&api, "token.expired").await;
    assert_eq!(finding["message"], "First: the token has expired. Requests are being refused.");
    let (causes, remedies, _) = parts(&finding);
    assert_eq!(causes, ["certain: No token of this connection is valid any more."]);
    assert_eq!(remedies, ["createToken"]);
    let evidence = &finding["evidence"];
    assert!(evidence[0]["text"].as_str().unwrap().ends_with(" expired"), "which token: {finding}");
    assert_eq!(evidence[1]["text"], "3 requests refused one after another", "{finding}");
    assert!(evidence[1]["activityId"].is_string(), "with the newest of them: {finding}");
    assert_eq!(evidence[2]["text"], "A token was last accepted", "{finding}");
    is_over(&api, "access.unauthorized").await;
    let args = json!({"connectionId": api.connection_id, "expires": "1y"});
    let fresh = api.command("token.create", args).await;
    call(&api, fresh["token"].as_str().unwrap(), "/Users").await;
    is_over(&api, "token.expired").await;
}

#[tokio::test]
async fn d4_a_token_of_another_connection_is_forbidden_and_shown_the_right_endpoint() {
    let api = Api::start_listening("okta").await;
    finish(&api).await;
    let (_, other) = api.connect("Second", "azure").await;
    for _ in 0..3 {
        call(&api, &other, "/Users").await;
    }
    let finding = found(&api, "access.forbidden").await;
    assert_eq!(
        finding["message"],
        "First: requests are being refused. The token belongs to another connection."
    );
    let (causes, remedies, evidence) = parts(&finding);
    assert!(causes[0].starts_with("certain: "), "{causes:?}");
    assert!(causes[0].ends_with("That connection is \"Second\"."), "{causes:?}");
    assert_eq!(remedies, ["showEndpoint", "seeActivity"]);
    assert!(evidence.contains("A token was last accepted"), "{evidence}");
    call(&api, &api.token, "/Users").await;
    is_over(&api, "access.forbidden").await;
}

#[tokio::test]
async fn d6_a_week_without_a_leaver_is_worth_a_test() {
    let to_do = ["testLeaver", "lookUpLeaver", "openConsole"];
    for (provider, what_is_off, to_do) in [
        ("okta", "**Deactivate Users** is off in Okta", &to_do[..2]),
        ("azure", "**Delete** is off in the attribute mappings of Azure", &to_do[..]),
    ] {
        let api = Api::start_listening(provider).await;
        finish(&api).await;
        let ada = write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
        api.clock.advance(6 * DAY);
        is_over(&api, "people.noLeavers").await;
        api.clock.advance(DAY);
        let (causes, remedies, evidence) = parts(&found(&api, "people.noLeavers").await);
        assert_eq!(causes, [format!("likely: {what_is_off}."), "possible: No one has left yet.".to_owned()]);
        assert_eq!(remedies, to_do);
        assert!(evidence.contains("No deactivation and no deletion has arrived since"), "{evidence}");
        let home = api.command("home.show", json!({})).await;
        let shown = home["attention"].as_array().unwrap().iter().any(|one| one["code"] == "people.noLeavers");
        assert!(!shown, "a notice is shown in Diagnostics alone: {home}");
        let path = format!("/Users/{}", ada["id"].as_str().unwrap());
        api.clock.advance(MINUTE);
        api.scim("DELETE", &path, None).await.expect(204, "the leaver");
        api.recorded_now().await;
        is_over(&api, "people.noLeavers").await;
    }
}

#[tokio::test]
async fn d7_azure_is_quiet_after_three_of_its_cycles_and_okta_never() {
    for (provider, is_quiet) in [("azure", true), ("okta", false), ("custom", false)] {
        let api = Api::start_listening(provider).await;
        finish(&api).await;
        api.clock.advance(119 * MINUTE);
        is_over(&api, "connection.quiet").await;
        api.clock.advance(MINUTE);
        if !is_quiet {
            is_over(&api, "connection.quiet").await;
            continue;
        }
        let finding = found(&api, "connection.quiet").await;
        assert_eq!(finding["message"], "First: no request for 2 hours.");
        let (causes, remedies, evidence) = parts(&finding);
        assert!(evidence.contains("The last request arrived; The next cycle was expected"), "{evidence}");
        assert_eq!(causes, ["likely: Provisioning is off in Azure, or the app is in quarantine."]);
        assert_eq!(remedies, ["openConsole", "openConnection"]);
        let steps = finding["steps"].to_string();
        for button in ["Restart provisioning", "Start provisioning", "Allow deletes", "Provision on demand"] {
            assert!(steps.contains(&format!("**{button}**")), "{finding}");
        }
        let detail =
            "It usually calls every 40 minutes, and has missed 3 cycles. Is provisioning still on there?";
        assert_eq!(finding["detail"], detail);
        call(&api, &api.token, "/Users").await;
        is_over(&api, "connection.quiet").await;

        // Refused requests before a silence are what puts an app in quarantine.
        for _ in 0..3 {
            call(&api, &api.token, "/Users?filter=nonsense").await;
        }
        api.clock.advance(3 * DAY);
        let (causes, ..) = parts(&found(&api, "connection.quiet").await);
        assert_eq!(causes, ["likely: The app is in quarantine in Azure: its last requests were refused."]);
    }
}
