//! Why a person is here, or is not: each verdict by real requests, and from the command line.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, Headless};

async fn why(api: &Api, text: &str) -> Value {
    api.command("person.why", json!({ "text": text })).await
}

/// The only answer.
async fn answer(api: &Api, text: &str) -> Value {
    let found = why(api, text).await;
    let answers = found["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 1, "{found:#}");
    assert!(answers[0]["requests"].as_array().unwrap().len() <= 5, "{found:#}");
    answers[0].clone()
}

fn says(answer: &Value) -> (&str, &str) {
    (answer["verdict"].as_str().unwrap(), answer["sentence"].as_str().unwrap())
}

fn sentences(answer: &Value) -> Vec<&str> {
    answer["requests"].as_array().unwrap().iter().map(|one| one["sentence"].as_str().unwrap()).collect()
}

fn ada() -> Value {
    json!({"userName": "ada@example.com", "externalId": "4711", "displayName": "Ada Lovelace",
        "emails": [{"value": "countess@example.com", "primary": true}]})
}

fn patch(path: &str, value: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}]})
}

async fn look_up(api: &Api, name: &str) {
    let path = format!("/Users?filter=userName%20eq%20%22{name}%22");
    api.scim("GET", &path, None).await.expect(200, "a look-up");
    api.recorded("GET", "/Users?filter").await;
}

/// Creates her; answers the path of her resource.
async fn create(api: &Api) -> String {
    let made = api.scim("POST", "/Users", ada()).await.expect(201, "a create");
    api.recorded("POST", "/Users").await;
    format!("/Users/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn no_request_asked_for_the_person() {
    let api = Api::start("azure").await;
    look_up(&api, "grace@example.com").await;
    let found = answer(&api, " ada@example.com ").await;
    assert_eq!(says(&found), ("neverAsked", "No stored request of First asks for ada@example.com."));
    assert_eq!(
        (&found["requests"], &found["at"], &found["personId"]),
        (&json!([]), &Value::Null, &Value::Null)
    );
    assert_eq!(found["hint"], "Check in Azure that this user is assigned.");
    assert_eq!(
        why(&api, "ada@example.com").await["reaches"],
        "2026-11-24T10:00:00Z",
        "as far as the log goes"
    );
}

#[tokio::test]
async fn a_look_up_without_a_create_is_waiting_only_until_the_next_usual_time() {
    let api = Api::start("azure").await;
    for _ in 0..12 {
        look_up(&api, "grace@example.com").await;
        api.clock.advance(Duration::from_mins(40));
    }
    look_up(&api, "ada@example.com").await;
    api.clock.advance(Duration::from_mins(20));
    let found = answer(&api, "ADA@example.com").await;
    assert_eq!(
        says(&found),
        (
            "waitingForCycle",
            "First looked up ada@example.com and found nothing. Its next requests are still to come."
        )
    );
    assert_eq!(
        (&found["at"], &found["expectedAt"]),
        (&json!("2026-11-24T18:00:00Z"), &json!("2026-11-24T18:40:00Z"))
    );
    assert_eq!(sentences(&found), ["Looked up ada@example.com: not found (normal)"]);
    api.clock.advance(Duration::from_mins(21));
    let found = answer(&api, "ada@example.com").await;
    assert_eq!(
        says(&found),
        ("lookedUp", "First looked up ada@example.com, found nothing and did not create the user.")
    );
    assert_eq!(found["expectedAt"], Value::Null);
}

#[tokio::test]
async fn a_provider_without_a_rhythm_looked_the_person_up_and_did_not_create() {
    let api = Api::start("okta").await;
    for _ in 0..7 {
        look_up(&api, "ada@example.com").await;
        api.clock.advance(Duration::from_mins(1));
    }
    let found = answer(&api, "ada@example.com").await;
    assert_eq!(says(&found).0, "lookedUp");
    assert_eq!(found["at"], "2026-11-24T10:06:00Z", "the newest");
    assert_eq!(sentences(&found), ["Looked up ada@example.com: not found (normal)"; 5], "five at most");
    assert_eq!(found["requests"][0]["at"], "2026-11-24T10:06:00Z", "newest first");
}

#[tokio::test]
async fn a_refused_create_says_the_status_and_the_cause_until_it_succeeds() {
    let api = Api::start("azure").await;
    let mut body = ada();
    body["active"] = json!("perhaps");
    api.scim("POST", "/Users", body).await.refused(400, Some("invalidValue"));
    let id = api.recorded("POST", "/Users").await["row"]["id"].clone();
    let found = answer(&api, "ada@example.com").await;
    let sentence = "First asked to create ada@example.com and was refused (400): `active` must be true or false, not \"perhaps\".";
    assert_eq!(says(&found), ("refused", sentence));
    assert_eq!(found["requests"][0]["id"], id, "the request that was refused");
    api.clock.advance(Duration::from_mins(1));
    create(&api).await;
    assert_eq!(answer(&api, "ada@example.com").await["verdict"], "active");
}

#[tokio::test]
async fn a_create_of_a_name_in_use_is_refused_409() {
    let mut api = Api::start("azure").await;
    create(&api).await;
    let (id, token) = api.connect("Second", "okta").await;
    (api.connection_id, api.token) = (id, token);
    api.scim("POST", "/Users", ada()).await.refused(409, Some("uniqueness"));
    api.recorded("POST", "/Users").await;
    // By her address, which no request of the second connection has.
    let found = why(&api, "countess@example.com").await;
    let answers = found["answers"].as_array().unwrap();
    let shown: Vec<_> = answers.iter().map(|one| (one["sourceName"].as_str().unwrap(), says(one))).collect();
    assert_eq!(
        shown,
        [
            (
                "Second",
                (
                    "refused",
                    "Second asked to create ada@example.com and was refused (409): The name is already in use."
                )
            ),
            ("First", ("active", "Ada Lovelace is active. First manages the account.")),
        ],
        "what is wrong is first"
    );
}

#[tokio::test]
async fn a_person_who_is_here_is_active_then_blocked_then_deactivated() {
    let api = Api::start("custom").await;
    let path = create(&api).await;
    let id = path.strip_prefix("/Users/").unwrap();
    for text in ["ada@example.com", "Ada Lovelace", "4711", "countess@example.com", "lovel"] {
        let found = answer(&api, text).await;
        assert_eq!(says(&found), ("active", "Ada Lovelace is active. First manages the account."), "{text}");
        assert_eq!(
            (&found["personId"], &found["at"]),
            (&json!(id), &json!("2026-11-24T10:00:00Z")),
            "{text}"
        );
        assert_eq!(sentences(&found), ["Created Ada Lovelace"], "{text}");
        let block = json!({"kind": "blockPerson", "label": "Block sign-in here now", "connectionId": null, "target": id});
        assert_eq!(found["remedy"], block, "{text}");
        assert!(found["hint"].as_str().unwrap().starts_with("If this user has left: "), "{found}");
    }
    api.clock.advance(Duration::from_mins(1));
    api.command("people.block", json!({ "id": id })).await;
    let found = answer(&api, "Ada Lovelace").await;
    assert_eq!(says(&found), ("blocked", "Ada Lovelace is blocked here by Foundational."));
    assert_eq!((&found["at"], &found["remedy"]), (&json!("2026-11-24T10:01:00Z"), &Value::Null));
    api.clock.advance(Duration::from_mins(1));
    api.scim("PATCH", &path, patch("active", &json!(false))).await.expect(200, "a leaver");
    api.recorded("PATCH", "/Users").await;
    let found = answer(&api, "Ada Lovelace").await;
    let sentence = "Ada Lovelace was deactivated by First. Sign-in is also blocked here by Foundational.";
    assert_eq!(says(&found), ("deactivated", sentence));
    assert_eq!((&found["at"], &found["remedy"]), (&json!("2026-11-24T10:02:00Z"), &Value::Null));
    assert_eq!(sentences(&found)[0], "Deactivated Ada Lovelace");
}

#[tokio::test]
async fn a_refused_deactivation_is_the_answer_for_a_person_who_is_still_active() {
    let api = Api::start("custom").await;
    let path = create(&api).await;
    let body = json!({"userName": "ada@example.com", "active": false, "displayName": ["Ada", "Lovelace"]});
    api.scim("PUT", &path, body).await.refused(400, Some("invalidValue"));
    api.recorded("PUT", "/Users").await;
    let found = answer(&api, "Ada Lovelace").await;
    let (verdict, sentence) = says(&found);
    assert_eq!(verdict, "refused");
    let begins =
        "Ada Lovelace is still active. First asked to deactivate Ada Lovelace and was refused (400): ";
    assert!(sentence.starts_with(begins), "{sentence}");
    assert!(!found["personId"].is_null(), "there is a page to open");
    assert_eq!(found["remedy"]["target"], found["personId"], "and a sign-in to block");
}

#[tokio::test]
async fn a_deleted_person_is_known_by_every_name_with_a_tombstone_and_without() {
    let api = Api::start("custom").await;
    let path = create(&api).await;
    api.clock.advance(Duration::from_mins(1));
    api.scim("DELETE", &path, None).await.expect(204, "a leaver");
    api.recorded("DELETE", "/Users").await;
    look_up(&api, "ada@example.com").await;
    for text in ["ada@example.com", "Ada Lovelace", "4711", "countess@example.com", "lovel"] {
        let found = answer(&api, text).await;
        assert_eq!(says(&found), ("deleted", "Ada Lovelace was deleted by First."), "{text}");
        assert_eq!(
            (&found["at"], &found["personId"]),
            (&json!("2026-11-24T10:01:00Z"), &Value::Null),
            "{text}"
        );
        assert_eq!(sentences(&found)[0], "Deleted Ada Lovelace", "{text}");
    }
    let rules =
        json!({"matching": "ask", "onDelete": "remove", "adminGroupId": null, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let body = json!({"userName": "grace@example.com", "displayName": "Grace Hopper"});
    let made = api.scim("POST", "/Users", body).await.expect(201, "another");
    api.scim("DELETE", &format!("/Users/{}", made["id"].as_str().unwrap()), None)
        .await
        .expect(204, "a leaver");
    api.recorded("DELETE", "/Users").await;
    let found = answer(&api, "Grace Hopper").await;
    assert_eq!(says(&found), ("deleted", "Grace Hopper was deleted by First."), "by the journal");
}

#[tokio::test]
async fn a_name_of_before_finds_the_person_by_the_requests() {
    let api = Api::start("custom").await;
    let path = create(&api).await;
    api.scim("PATCH", &path, patch("displayName", &json!("Ada King"))).await.expect(200, "a marriage");
    api.recorded("PATCH", "/Users").await;
    let found = answer(&api, "Ada Lovelace").await;
    assert_eq!(says(&found), ("active", "Ada King is active. First manages the account."));
}

#[tokio::test]
async fn a_match_that_an_admin_decides_about_holds_the_person() {
    let api = Api::start("custom").await;
    let local = json!({"name": "Ada", "email": "ada@example.com", "role": "member"});
    api.command("people.createLocal", local).await;
    api.scim("POST", "/Users", ada()).await.refused(409, Some("uniqueness"));
    api.recorded("POST", "/Users").await;
    let found = why(&api, "ada@example.com").await;
    let shown: Vec<_> = found["answers"].as_array().unwrap().iter().map(says).collect();
    assert_eq!(
        shown,
        [
            (
                "heldAsMatch",
                "First asked to create ada@example.com. A local account has this userName, and an Admin decides whether \
                 it is the same person."
            ),
            ("active", "Ada is active and has a local account."),
        ]
    );
    assert_eq!(
        sentences(&found["answers"][0]),
        ["Refused to create ada@example.com. The name is already in use"]
    );
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    api.command("match.keepApart", json!({"id": waiting[0]["id"]})).await;
    let found = why(&api, "ada@example.com").await;
    assert_eq!(found["answers"][0]["verdict"], "refused", "the decision was made: {found:#}");
}

#[tokio::test]
async fn people_with_the_same_name_are_answered_one_by_one() {
    let api = Api::start("custom").await;
    for name in ["ada.one", "ada.two"] {
        let body = json!({"userName": name, "displayName": "Ada Lovelace"});
        api.scim("POST", "/Users", body).await.expect(201, name);
    }
    let found = why(&api, "Ada Lovelace").await;
    let ids: Vec<&Value> = found["answers"].as_array().unwrap().iter().map(|one| &one["personId"]).collect();
    assert_eq!(ids.len(), 2, "{found:#}");
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_connection_whose_requests_fail_says_so_first() {
    let api = Api::start("azure").await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let found = answer(&api, "ada@example.com").await;
    assert_eq!(found["hint"], "First: Paused. Repair that first.");
}

#[tokio::test]
async fn only_an_admin_asks_and_only_for_a_name() {
    let api = Api::start("custom").await;
    let asked = api.app.call(&Caller::Window("main".to_owned()), "person.why", json!({"text": "ada"})).await;
    assert_eq!(asked.unwrap_err().code, Code::SignedOut);
    for text in ["", "  ", &"a".repeat(121)] {
        let refused =
            api.app.call(&Caller::Operator, "person.why", json!({ "text": text })).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("text")), "{text}");
    }
}

#[tokio::test]
async fn the_command_line_answers_through_a_running_instance() {
    let server = Headless::start().await;
    assert_eq!(server.command(&["why", "ada"]).await["answers"], json!([]), "no connection yet");
    server.command(&["connection", "create", "Live", "--provider", "azure"]).await;
    let found = server.command(&["why", "ada@example.com"]).await;
    assert_eq!(found["answers"][0]["verdict"], "neverAsked", "{found:#}");
}
