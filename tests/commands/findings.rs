//! The findings: each row of the troubleshooting table is caused over real HTTP and found, with what shows it, how sure
//! it is and what can be done; it is over when its cause is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use foundational::views::FindingCode;
use serde_json::{Value, json};
use tests::{Api, until};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// The source of everything that makes findings.
pub(crate) fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/foundational/src");
    let mut files = vec![root.join("diagnosis/findings.rs"), root.join("diagnosis/gathering.rs")];
    for folder in ["diagnosis/rules", "data"] {
        files.extend(fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
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
    assert!(causes[0].starts_with("likely: The token is not one of this connection's tokens."), "{causes:?}");
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
async fn d5_people_who_could_not_be_written_are_named_until_they_are() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    for name in ["ada", "bob", "eve"] {
        write(&api, "POST", "/Users", json!({"userName": name, "active": "yes"}), 400).await;
        // A look-up that is answered shows nothing of writes.
        call(&api, &api.token, "/Users").await;
    }
    let finding = found(&api, "write.notCreated").await;
    assert_eq!(finding["message"], "First: 3 people could not be created. `active` must be true or false.");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: `active` must be true or false."]);
    assert_eq!(remedies, ["openMapping", "copyMapping", "seeActivity", "setAside"]);
    for name in ["ada", "bob", "eve"] {
        assert!(evidence.contains(&format!("{name}: `active` must be true or false, not")), "{evidence}");
    }
    is_over(&api, "write.fails").await;
    write(&api, "POST", "/Users", json!({"userName": "bob"}), 201).await;
    let finding = found(&api, "write.notCreated").await;
    assert!(finding["message"].as_str().unwrap().starts_with("First: 2 people could not"), "{finding}");
    let id = json!({"id": finding["id"]});
    api.command("diagnosis.setAside", id).await;
    is_over(&api, "write.notCreated").await;
    write(&api, "POST", "/Users", json!({"userName": "ada", "active": "yes"}), 400).await;
    is_over(&api, "write.notCreated").await;
}

#[tokio::test]
async fn writes_that_fail_without_a_name_are_found_beside_an_older_refusal() {
    let api = Api::start_listening("custom").await;
    finish(&api).await;
    write(&api, "POST", "/Users", json!({"userName": "ada", "active": "yes"}), 400).await;
    for _ in 0..3 {
        write(&api, "POST", "/Bulk", json!({"schemas": [], "Operations": 7}), 400).await;
    }
    found(&api, "write.notCreated").await;
    let finding = found(&api, "write.fails").await;
    assert!(parts(&finding).2.starts_with("4 requests refused one after another"), "{finding}");
}

#[tokio::test]
async fn a_name_in_use_is_found_only_while_another_one_has_it() {
    let api = Api::start_listening("okta").await;
    finish(&api).await;
    write(&api, "POST", "/Users", json!({"userName": "ada"}), 201).await;
    write(&api, "POST", "/Users", json!({"userName": "ada"}), 409).await;
    assert_eq!(findings(&api).await, Vec::<Value>::new(), "the connection has its person");
    let (other, token) = api.connect("Second", "custom").await;
    let request = Request::post(format!("/scim/v2/{other}/Users"))
        .header("host", "127.0.0.1:8470")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/scim+json");
    api.send(request.body(Body::from(json!({"userName": "ada"}).to_string())).unwrap())
        .await
        .expect(409, "taken");
    let finding = until("it is found", async || {
        findings(&api).await.into_iter().find(|one| one["code"] == "write.notCreated")
    })
    .await;
    assert_eq!(finding["message"], "Second: one person could not be created. The name is already in use.");
    assert_eq!(finding["severity"], "warning", "{finding}");
    let remedies = until("its request is recorded, and explained", async || {
        let all = findings(&api).await;
        let finding = all.iter().find(|one| one["code"] == "write.notCreated")?;
        (finding["remedies"][0]["kind"] == "openPerson").then(|| parts(finding).1)
    })
    .await;
    assert_eq!(remedies, ["openPerson", "seeActivity", "setAside"], "the one who has the name");
}

#[tokio::test]
async fn d5_attributes_that_are_not_stored_are_named() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let badge = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        {"op": "replace", "path": "urn:x:badge", "value": "7"}]});
    write(&api, "PATCH", "/Users/6f1d3c9e-0000-4000-8000-000000000000", badge, 404).await;
    is_over(&api, "people.attributesIgnored").await;
    for name in ["ada", "bob"] {
        write(&api, "POST", "/Users", json!({"userName": name, "jobTitle": "Countess"}), 201).await;
    }
    let (causes, remedies, evidence) = parts(&found(&api, "people.attributesIgnored").await);
    assert_eq!(causes, ["certain: They are in no schema of Foundational."]);
    assert_eq!(remedies, ["openMapping", "seeDeviations"]);
    assert_eq!(evidence, "jobTitle is not in our schemas and was ignored (2 requests)");
}

#[tokio::test]
async fn d5_an_address_that_arrives_as_another_one_is_found_until_the_right_one_arrives() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let home = json!([{"type": "home", "value": "ada@home.example"}]);
    let made = write(&api, "POST", "/Users", json!({"userName": "ada", "emails": home}), 201).await;
    let bob = json!([{"type": "work", "value": "bob@acme.example"}]);
    let finding = found(&api, "people.attributeElsewhere").await;
    assert_eq!(finding["message"], "First: E-mail arrives as `emails[type eq \"home\"].value`.");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: `emails[type eq \"work\"].value` is not in the last write of a user."]);
    assert_eq!(remedies, ["openMapping", "copyMapping", "useThisPath"]);
    assert_eq!(finding["remedies"][2]["target"], "first", "the choice by which it is the account's address");
    let mapping = api.command("mapping.of", json!({"id": api.connection_id})).await;
    assert_eq!(finding["remedies"][1]["label"], "Copy the mapping for Azure");
    assert_eq!(finding["remedies"][1]["target"], mapping["table"]);
    assert_eq!(evidence, "`emails[type eq \"home\"].value` (1 request)");
    assert_eq!(finding["steps"], json!(["In Azure, map **mail** to `emails[type eq \"work\"].value`."]));
    let add = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@acme.example"}]});
    write(&api, "PATCH", &format!("/Users/{}", made["id"].as_str().unwrap()), add, 200).await;
    is_over(&api, "people.attributeElsewhere").await;
    write(&api, "POST", "/Users", json!({"userName": "bob", "emails": bob}), 201).await;
    is_over(&api, "people.attributeElsewhere").await;
}

/// A user as Azure sends one by default, without these attributes.
fn azure_user(name: &str, without: &[&str]) -> Value {
    let mut user = json!({"userName": name, "externalId": name, "active": true,
        "name": {"givenName": "Ada", "familyName": "King"},
        "emails": [{"type": "work", "value": format!("{name}@acme.example")}]});
    for one in without {
        match one.split_once('.') {
            Some((top, part)) => _ = user[top].as_object_mut().unwrap().remove(part),
            None => _ = user.as_object_mut().unwrap().remove(*one),
        }
    }
    user
}

#[tokio::test]
async fn d5_an_attribute_of_the_default_mapping_that_never_arrives_is_found_until_one_does() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let lacking = ["name.familyName"];
    for number in 0..9 {
        write(&api, "POST", "/Users", azure_user(&format!("user{number}"), &lacking), 201).await;
    }
    is_over(&api, "people.attributeMissing").await;
    let last = write(&api, "POST", "/Users", azure_user("last", &lacking), 201).await;
    let all = findings(&api).await;
    assert_eq!(all.len(), 1, "what is optional, as the department, is not missed: {all:#?}");
    let finding = found(&api, "people.attributeMissing").await;
    assert_eq!(finding["message"], "First: Last name does not arrive.");
    assert_eq!(finding["severity"], "notice");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(
        causes,
        ["likely: The mapping is missing in Azure.", "possible: None of these users has a value there."]
    );
    assert_eq!(remedies, ["openMapping", "copyMapping"]);
    let known = "in none of the last 10 writes of users; none of the 10 users has it";
    assert_eq!(evidence, format!("`name.familyName`: {known}"));
    let mapping = api.command("mapping.of", json!({"id": api.connection_id})).await;
    let fields = mapping["fields"].as_array().unwrap();
    let field = fields.iter().find(|one| one["attribute"] == "name.familyName").unwrap();
    assert_eq!(field["evidence"], known, "the screen knows it by the same");
    assert_eq!(finding["remedies"][1]["label"], "Copy the mapping for Azure");
    assert_eq!(finding["remedies"][1]["label"], mapping["copyLabel"]);
    assert_eq!(finding["remedies"][1]["target"], mapping["table"]);
    assert_eq!(finding["steps"], json!(["In Azure, map **surname** to `name.familyName`."]));
    let last = format!("/Users/{}", last["id"].as_str().unwrap());
    let change = |path: &str, value: &str| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            {"op": "Add", "path": path, "value": value}]})
    };
    // As many changes as are looked at.
    api.clock.advance(MINUTE);
    for number in 0..50 {
        let title = change("title", &format!("Countess {number}"));
        api.scim("PATCH", &last, title).await.expect(200, "a change");
    }
    call(&api, &api.token, "/Users").await;
    let evidence = parts(&found(&api, "people.attributeMissing").await).2;
    let known = "in none of the last 50 writes of users; none of the 10 users has it";
    assert_eq!(evidence, format!("`name.familyName`: {known}"));
    write(&api, "PATCH", &last, change("name.familyName", "King"), 200).await;
    is_over(&api, "people.attributeMissing").await;
}

#[tokio::test]
async fn d5_what_no_default_mapping_has_is_not_missed() {
    let nameless: &[&str] = &["externalId", "active", "name"];
    let cases: [(&str, &[&str], usize); 4] = [
        ("okta", nameless, 2),
        ("okta", &["externalId", "active"], 0),
        ("azure", &["active"], 0),
        ("custom", nameless, 0),
    ];
    for (provider, without, missed) in cases {
        let api = Api::start_listening(provider).await;
        finish(&api).await;
        for number in 0..10 {
            let user = azure_user(&format!("user{number}"), without);
            api.clock.advance(MINUTE);
            api.scim("POST", "/Users", user).await.expect(201, "a joiner");
        }
        api.recorded_now().await;
        let all = findings(&api).await;
        let found = all.iter().filter(|one| one["code"] == "people.attributeMissing");
        assert_eq!(found.count(), missed, "{provider} without {without:?}: {all:#?}");
    }
}

#[tokio::test]
async fn another_provider_than_the_connection_is_for_is_noticed() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    for _ in 0..3 {
        api.clock.advance(MINUTE);
        let agent = [("user-agent", "Okta SCIM Client 1.0.0")];
        api.scim_with("GET", "/Users?filter=userName%20eq%20%22ada%22", &agent, None).await;
        api.recorded_now().await;
    }
    let (causes, remedies, evidence) = parts(&found(&api, "connection.otherProvider").await);
    assert_eq!(causes, ["likely: The connection was added for another identity provider."]);
    assert_eq!(remedies, ["openConnection"]);
    assert!(evidence.contains("Okta"), "{evidence}");
    for _ in 0..2 {
        call(&api, &api.token, "/Users").await;
    }
    found(&api, "connection.otherProvider").await;
    call(&api, &api.token, "/Users").await;
    is_over(&api, "connection.otherProvider").await;
}

#[tokio::test]
async fn d6_a_refused_deactivation_fails_the_connection_until_that_person_is_deactivated() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let ada = write(&api, "POST", "/Users", json!({"userName": "ada", "displayName": "Ada"}), 201).await;
    let address = format!("/Users/{}", ada["id"].as_str().unwrap());
    let patch = |value: Value| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": value},
            {"op": "replace", "path": "name", "value": if value == json!(false) { json!(7) } else { json!({"familyName": "Byron"}) }}]})
    };
    write(&api, "PATCH", &address, patch(json!(false)), 400).await;
    let view = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!(view["status"], "failing", "one refused deactivation is enough");
    let finding = found(&api, "write.notDeactivated").await;
    let (causes, remedies, evidence) = parts(&finding);
    assert!(causes.len() == 1 && causes[0].starts_with("certain: "), "{causes:?}");
    assert_eq!(finding["remedies"][0]["target"], ada["id"], "{finding}");
    assert_eq!(
        remedies,
        ["blockPerson", "openPerson", "openMapping", "copyMapping", "seeActivity", "setAside"]
    );
    assert!(evidence.contains("Ada: "), "{evidence}");
    api.command("people.block", json!({"id": ada["id"]})).await;
    let finding = found(&api, "write.notDeactivated").await;
    let rest = ["openPerson", "openMapping", "copyMapping", "seeActivity", "setAside"];
    assert_eq!(parts(&finding).1, rest, "it is done");
    assert_eq!(finding["detail"], "Sign-in is barred here. The deactivation has not arrived yet.");
    write(&api, "PATCH", &address, patch(json!(true)), 200).await;
    is_over(&api, "write.notDeactivated").await;
    write(&api, "PATCH", &address, patch(json!(false)), 400).await;
    let title = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Countess"}]});
    write(&api, "PATCH", &address, title, 200).await;
    found(&api, "write.notDeactivated").await;
    api.clock.advance(MINUTE);
    api.scim("DELETE", &address, None).await.expect(204, "the leaver");
    api.recorded_now().await;
    is_over(&api, "write.notDeactivated").await;
}

#[tokio::test]
async fn d6_each_of_several_whose_deactivation_was_refused_can_be_blocked() {
    let api = Api::start_listening("azure").await;
    finish(&api).await;
    let leave = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false},
            {"op": "replace", "path": "name", "value": 7}]});
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Carl", "Dora", "Emil", "A name of more than thirty characters"] {
        let made = write(&api, "POST", "/Users", json!({"userName": name, "displayName": name}), 201).await;
        let id = made["id"].as_str().unwrap().to_owned();
        write(&api, "PATCH", &format!("/Users/{id}"), leave.clone(), 400).await;
        people.push(id);
    }
    // As many buttons as fit, and the list of people for more.
    let remedies = parts(&found(&api, "write.notDeactivated").await).1;
    let blocks = ["blockPerson"; 5];
    let expected =
        [&["openMapping", "copyMapping", "seeActivity"][..], &blocks, &["seePeople", "setAside"]].concat();
    assert_eq!(remedies, expected);

    let (first, rest) = people.split_first().unwrap();
    api.command("people.block", json!({ "id": first })).await;
    let finding = found(&api, "write.notDeactivated").await;
    let buttons = finding["remedies"].as_array().unwrap().iter().filter(|one| one["kind"] == "blockPerson");
    let mut buttons: Vec<(&str, &str)> =
        buttons.map(|one| (one["label"].as_str().unwrap(), one["target"].as_str().unwrap())).collect();
    buttons.sort_unstable();
    let labels = ["A name of more than thirty cha…", "Bob", "Carl", "Dora", "Emil"];
    let labels = labels.map(|name| format!("Block {name} here now"));
    assert_eq!(buttons.iter().map(|one| one.0).collect::<Vec<_>>(), labels);
    assert!(buttons.iter().all(|one| rest.iter().any(|id| id == one.1)), "each its own: {finding}");

    for id in rest {
        api.command("people.block", json!({ "id": id })).await;
    }
    let barred = "Sign-in is barred here. The deactivation has not arrived yet.";
    let finding = found(&api, "write.notDeactivated").await;
    assert_eq!(parts(&finding).1, ["openMapping", "copyMapping", "seeActivity", "setAside"]);
    assert_eq!(finding["detail"], barred);

    // As many as a finding names are refused for another reason.
    for number in 0..20 {
        let name = format!("user{number}");
        let made = api.scim("POST", "/Users", json!({"userName": name})).await.expect(201, "a joiner");
        let title = json!({"userName": name, "active": false, "title": {"x": 1}});
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        api.scim("PUT", &path, title).await.refused(400, Some("invalidValue"));
    }
    call(&api, &api.token, "/Users").await;
    let all = findings(&api).await;
    let mut details: Vec<(bool, &str)> = all
        .iter()
        .filter(|one| one["code"] == "write.notDeactivated")
        .map(|one| (one["id"] == finding["id"], one["detail"].as_str().unwrap()))
        .collect();
    details.sort_unstable();
    let open = "A person who left can still sign in. Block sign-in here until the deactivation arrives.";
    assert_eq!(details, [(false, open), (true, barred)], "each finding by its own people");
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
        assert_eq!(causes, [format!("likely: No one has left yet, or {what_is_off}.")]);
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
