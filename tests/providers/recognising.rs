//! Who called, as the admin reads it: hints when the requests do not fit the connection, and the interop report.

use serde_json::{Value, json};
use tests::{Api, Headless};

const OKTA: [(&str, &str); 1] = [("user-agent", "Okta SCIM Client 1.0.0")];
const AZURE_DISABLES: &str = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}"#;

fn notes(shown: &Value) -> String {
    shown["notes"].to_string()
}

#[tokio::test]
async fn a_connection_made_for_another_provider_is_told_so_and_served_all_the_same() {
    for (made_for, label) in [("okta", "Okta"), ("custom", "Custom SCIM")] {
        let api = Api::start(made_for).await;
        let made = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "create");
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let body: Value = serde_json::from_str(AZURE_DISABLES).unwrap();
        let answer = api.scim("PATCH", &path, body).await.expect(200, "it is served");
        assert_eq!(answer["active"], json!(false), "a hint changes nothing of what is done");
        let told = notes(&api.recorded("PATCH", &path).await);
        let hint =
            format!("This connection was made for {label}, but its requests look like those of Azure.");
        assert!(told.contains(&hint), "{told}");
    }
    let api = Api::start("azure").await;
    api.scim_with("GET", "/Users?startIndex=1&count=2", &OKTA, None).await.expect(200, "it is served");
    let told = notes(&api.recorded("GET", "/Users?startIndex=1&count=2").await);
    assert!(told.contains("made for Azure, but its requests look like those of Okta"), "{told}");
}

#[tokio::test]
async fn nothing_is_hinted_when_the_requests_fit() {
    let api = Api::start("okta").await;
    api.scim_with("GET", "/Users?startIndex=1&count=2", &OKTA, None).await.expect(200, "Okta's test");
    let shown = api.recorded("GET", "/Users?startIndex=1&count=2").await;
    assert_eq!(shown["notes"], json!([]), "Okta's own requests in Okta's connection");
}

#[tokio::test]
async fn the_interop_report_counts_liberties_with_their_rule_and_what_was_done() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Liberties").await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::new();
    let made = http.post(format!("{endpoint}/Users")).bearer_auth(&token).body(r#"{"userName": "ada"}"#);
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let url = format!("{endpoint}/Users/{}", made["id"].as_str().unwrap());
    for _ in 0..2 {
        let answer = http.patch(&url).bearer_auth(&token).body(AZURE_DISABLES).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }

    let report = tests::until("three requests are recorded", async || {
        let report = server.command(&["connection", "interop", "Liberties"]).await;
        (report["exchanges"] == json!(3)).then_some(report)
    })
    .await;

    let liberties = report["liberties"].as_array().unwrap();
    let told: Vec<(&str, u64)> =
        liberties.iter().map(|one| (one["code"].as_str().unwrap(), one["times"].as_u64().unwrap())).collect();
    assert_eq!(told, [("patch.op_case", 2), ("value.boolean_text", 2), ("schemas.resource", 1)]);
    let boolean = &liberties[1];
    let quirk = idp::quirks::by_code("value.boolean_text").unwrap();
    for (field, expected) in
        [("title", quirk.title), ("senders", quirk.senders), ("rule", quirk.rule), ("answer", quirk.answer)]
    {
        assert_eq!(boolean[field], expected, "{field}");
    }
    assert!(boolean["firstAt"].as_str() <= boolean["lastAt"].as_str(), "first and last seen: {boolean}");
    assert!(boolean["example"].as_str().is_some_and(|text| text.contains("False")), "{boolean}");
}

#[tokio::test]
async fn asking_for_somebody_made_up_is_no_look_up_and_asking_for_somebody_is() {
    let api = Api::start("azure").await;
    let looked_up = async || {
        let proofs = api.command("connection.proof", json!({"id": api.connection_id})).await;
        let lookup =
            proofs.as_array().unwrap().iter().find(|proof| proof["kind"] == "lookup").unwrap().clone();
        (lookup["seenAt"].is_string(), lookup["sentence"].clone())
    };
    let ask = async |what: &str| {
        let path = format!("/Users?filter={what}");
        api.scim("GET", &path, None).await.expect(200, "a list");
        api.recorded("GET", &path).await["row"]["sentence"].as_str().unwrap().to_owned()
    };
    let made_up = "0fba0d6e-9d4f-4b4d-a3f3-5b5d5a7a9c11";
    let told = ask(&format!("userName%20eq%20%22{made_up}%22")).await;
    assert!(told.starts_with("Azure's Test connection: "), "{told}");
    assert!(!looked_up().await.0, "the test of the connection asks for nobody");

    api.scim("GET", "/Groups?filter=displayName%20eq%20%22Crew%22&excludedAttributes=members", None)
        .await
        .expect(200, "a group is looked for");
    api.recorded("GET", "/Groups").await;
    assert!(!looked_up().await.0, "a group is not somebody");

    // Whoever matches people by an id asks for ids, and finds somebody once they are here.
    let ada = json!({"userName": "ada@example.com", "externalId": made_up, "displayName": "Ada Lovelace"});
    api.scim("POST", "/Users", ada).await.expect(201, "a joiner");
    let told = ask(&format!("externalId%20eq%20%22{made_up}%22")).await;
    assert_eq!(told, format!("Looked up {made_up}: found Ada Lovelace"), "no test: a user was found");
    assert!(looked_up().await.0, "so that is a look-up");

    let other = Api::start("azure").await;
    other.scim("GET", "/Users?filter=userName%20eq%20%22ada%22", None).await.expect(200, "a look-up by name");
    other.recorded("GET", "/Users?filter").await;
    let proofs = other.command("connection.proof", json!({"id": other.connection_id})).await;
    let lookup = proofs.as_array().unwrap().iter().find(|proof| proof["kind"] == "lookup").unwrap();
    assert_eq!(lookup["sentence"], "Looked up ada: not found (normal)", "and the usual one, found or not");
}
