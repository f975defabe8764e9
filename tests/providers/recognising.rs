//! The recognised client, as the admin reads it: hints when the requests do not fit the connection, and the report of
//! deviations.

use serde_json::{Value, json};
use tests::{Api, Headless};

const OKTA: [(&str, &str); 1] = [("user-agent", "Okta SCIM Client 1.0.0")];
const AZURE_DISABLES: &str = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "Replace", "path": "active", "value": "False"}]}"#;

fn notes(shown: &Value) -> String {
    shown["notes"].to_string()
}

#[tokio::test]
async fn a_connection_made_for_another_provider_is_served_with_a_hint() {
    for (made_for, label) in [("okta", "Okta"), ("custom", "Custom SCIM")] {
        let api = Api::start(made_for).await;
        let made = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "create");
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        let body: Value = serde_json::from_str(AZURE_DISABLES).unwrap();
        let answer = api.scim("PATCH", &path, body).await.expect(200, "it is served");
        assert_eq!(answer["active"], json!(false), "a hint changes nothing of the request");
        let shown = notes(&api.recorded("PATCH", &path).await);
        let hint =
            format!("This connection was made for {label}, but its requests look like those of Azure.");
        assert!(shown.contains(&hint), "{shown}");
    }
    let api = Api::start("azure").await;
    api.scim_with("GET", "/Users?startIndex=1&count=2", &OKTA, None).await.expect(200, "it is served");
    let shown = notes(&api.recorded("GET", "/Users?startIndex=1&count=2").await);
    assert!(shown.contains("made for Azure, but its requests look like those of Okta"), "{shown}");
}

#[tokio::test]
async fn requests_that_fit_the_connection_get_no_hint() {
    let api = Api::start("okta").await;
    api.scim_with("GET", "/Users?startIndex=1&count=2", &OKTA, None).await.expect(200, "Okta's test");
    let shown = api.recorded("GET", "/Users?startIndex=1&count=2").await;
    assert_eq!(shown["notes"], json!([]), "Okta's own requests in Okta's connection");
}

#[tokio::test]
async fn the_report_counts_deviations_with_their_rule_and_normalisation() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Deviating").await;
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
        let report = server.command(&["connection", "deviations", "Deviating"]).await;
        (report["exchanges"] == json!(3)).then_some(report)
    })
    .await;

    let deviations = report["deviations"].as_array().unwrap();
    let counted: Vec<(&str, u64)> = deviations
        .iter()
        .map(|one| (one["code"].as_str().unwrap(), one["times"].as_u64().unwrap()))
        .collect();
    assert_eq!(counted, [("patch.op_case", 2), ("value.boolean_text", 2), ("schemas.resource", 1)]);
    let boolean = &deviations[1];
    let deviation = idp::deviations::by_code("value.boolean_text").unwrap();
    for (field, expected) in [
        ("title", deviation.title),
        ("senders", deviation.senders),
        ("rule", deviation.rule),
        ("answer", deviation.answer),
    ] {
        assert_eq!(boolean[field], expected, "{field}");
    }
    let time = |field: &str| boolean[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time("firstAt") <= time("lastAt"), "first and last seen: {boolean}");
    assert!(boolean["example"].as_str().is_some_and(|text| text.contains("False")), "{boolean}");
}

#[tokio::test]
async fn a_query_for_a_made_up_person_is_no_look_up_and_one_for_a_person_is() {
    let api = Api::start("azure").await;
    let looked_up = async || {
        let evidence = api.command("connection.evidence", json!({"id": api.connection_id})).await;
        let lookup = evidence.as_array().unwrap().iter().find(|one| one["kind"] == "lookup").unwrap().clone();
        (lookup["seenAt"].is_string(), lookup["sentence"].clone())
    };
    let query = async |what: &str| {
        let path = format!("/Users?filter={what}");
        api.scim("GET", &path, None).await.expect(200, "a list");
        api.recorded("GET", &path).await["row"]["sentence"].as_str().unwrap().to_owned()
    };
    let made_up = "0fba0d6e-9d4f-4b4d-a3f3-5b5d5a7a9c11";
    let sentence = query(&format!("userName%20eq%20%22{made_up}%22")).await;
    assert!(sentence.starts_with("Azure's Test connection: "), "{sentence}");
    assert!(!looked_up().await.0, "the test of the connection looks up no person");

    api.scim("GET", "/Groups?filter=displayName%20eq%20%22Crew%22&excludedAttributes=members", None)
        .await
        .expect(200, "a group is looked for");
    api.recorded("GET", "/Groups").await;
    assert!(!looked_up().await.0, "a group is not a person");

    // A client that matches people by an id queries ids, and finds people once they exist.
    let ada = json!({"userName": "ada@example.com", "externalId": made_up, "displayName": "Ada Lovelace"});
    api.scim("POST", "/Users", ada).await.expect(201, "a joiner");
    let sentence = query(&format!("externalId%20eq%20%22{made_up}%22")).await;
    assert_eq!(sentence, format!("Looked up {made_up}: found Ada Lovelace"), "no test: a user was found");
    assert!(looked_up().await.0, "so that is a look-up");

    let other = Api::start("azure").await;
    other.scim("GET", "/Users?filter=userName%20eq%20%22ada%22", None).await.expect(200, "a look-up by name");
    other.recorded("GET", "/Users?filter").await;
    let evidence = other.command("connection.evidence", json!({"id": other.connection_id})).await;
    let lookup = evidence.as_array().unwrap().iter().find(|one| one["kind"] == "lookup").unwrap();
    assert_eq!(
        lookup["sentence"], "Looked up ada: not found (normal)",
        "and a look-up by name, found or not"
    );
}
