//! What is found of writes that were refused: who was not created and who was not deactivated, until it is done.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Api, until};

use crate::findings::{MINUTE, call, findings, finish, found, is_over, parts, write};

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
    let meaning = view["statusMeaning"].as_str().unwrap();
    assert!(meaning.contains("a deactivation was refused"), "and it says so: {meaning}");
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
    assert_eq!(finding["detail"], "They can't sign in here. The deactivation has not arrived yet.");
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
    let closed = "They can't sign in here. The deactivation has not arrived yet.";
    let finding = found(&api, "write.notDeactivated").await;
    assert_eq!(parts(&finding).1, ["openMapping", "copyMapping", "seeActivity", "setAside"]);
    assert_eq!(finding["detail"], closed);

    // More than a finding names are refused for another reason.
    let mut others = Vec::new();
    for number in 0..21 {
        let name = format!("user{number}");
        let made = api.scim("POST", "/Users", json!({"userName": name})).await.expect(201, "a joiner");
        let title = json!({"userName": name, "active": false, "title": {"x": 1}});
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        api.scim("PUT", &path, title).await.refused(400, Some("invalidValue"));
        others.push(made["id"].clone());
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
    assert_eq!(details, [(false, open), (true, closed)], "each finding by its own people");
    for id in others {
        api.command("people.block", json!({ "id": id })).await;
    }
    let all = findings(&api).await;
    let refused = all.iter().filter(|one| one["code"] == "write.notDeactivated");
    let details: Vec<&Value> = refused.map(|one| &one["detail"]).collect();
    assert_eq!(details, [closed, closed], "also by those that a finding does not name");
}
