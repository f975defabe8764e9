//! Okta's SPEC test, rebuilt row by row from its published description: the same requests, the same checks.
//!
//! It is played over a socket against the headless program, because one row is about time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::Headless;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The variables of the published test: the base URL and the whole header.
struct Run {
    base: String,
    auth: String,
    http: reqwest::Client,
    _server: Headless,
}

impl Run {
    /// At least one active person with names and an address exists, as the test asks.
    async fn start() -> Self {
        let server = Headless::start().await;
        let (base, token) = server.connect("Okta").await;
        // Installed already is as good; nothing here speaks TLS, but the library wants a provider.
        drop(rustls::crypto::ring::default_provider().install_default());
        let run =
            Self { base, auth: format!("Bearer {token}"), http: reqwest::Client::new(), _server: server };
        let (status, _) = run.post(&person("first@example.com")).await;
        assert_eq!(status, 201, "a person exists");
        run
    }

    async fn send(&self, request: reqwest::RequestBuilder, auth: &str) -> (u16, Value) {
        let answer = request
            .header("Authorization", auth)
            .header("User-Agent", "OKTA SCIM Integration")
            .header("Accept", "application/scim+json")
            .send()
            .await
            .expect("the server answers");
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.get_with(path, &self.auth).await
    }

    async fn get_with(&self, path: &str, auth: &str) -> (u16, Value) {
        self.send(self.http.get(format!("{}{path}", self.base)), auth).await
    }

    async fn post(&self, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}/Users", self.base));
        self.send(request.header("Content-Type", "application/json").body(body.to_string()), &self.auth).await
    }
}

fn person(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name, "name": {"familyName": "Runscope", "givenName": "Test"},
        "emails": [{"primary": true, "value": name, "type": "work"}], "displayName": "Test Runscope", "active": true})
}

/// What rows 1, 2 and 7 check of a person.
fn whole(person: &Value) {
    for pointer in ["/id", "/name/familyName", "/name/givenName", "/userName", "/emails/0/value"] {
        let found = person.pointer(pointer).and_then(Value::as_str);
        assert!(found.is_some_and(|text| !text.is_empty()), "{pointer} is there: {person}");
    }
    assert!(person["active"].is_boolean(), "active is a boolean: {person}");
}

fn refused(status: u16, answer: &(u16, Value)) {
    assert_eq!(answer.0, status, "{}", answer.1);
    assert_eq!(answer.1["schemas"], json!([ERROR]));
    assert_eq!(answer.1["status"], json!(status.to_string()));
    assert!(answer.1["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", answer.1);
}

#[tokio::test]
async fn row_1_a_first_page_of_one_person() {
    let (status, list) = Run::start().await.get("/Users?count=1&startIndex=1").await;
    assert_eq!(status, 200, "{list}");
    assert_eq!(list["schemas"], json!([LIST]));
    for name in ["itemsPerPage", "startIndex", "totalResults"] {
        assert!(list[name].is_u64(), "{name} is a number: {list}");
    }
    whole(&list["Resources"][0]);
}

#[tokio::test]
async fn row_2_that_person_by_id() {
    let run = Run::start().await;
    let (_, list) = run.get("/Users?count=1&startIndex=1").await;
    let id = list["Resources"][0]["id"].as_str().unwrap();
    let (status, person) = run.get(&format!("/Users/{id}")).await;
    assert_eq!(status, 200);
    assert_eq!(person["id"], id);
    whole(&person);
}

#[tokio::test]
async fn rows_3_and_5_no_one_is_found_by_an_unknown_address() {
    let run = Run::start().await;
    for name in ["abcdefgh@atko.com", "runscope300x9mz@example.com"] {
        // The test's own client writes the spaces as they are; a client library has to encode them.
        let (status, list) = run.get(&format!("/Users?filter=userName eq \"{name}\"")).await;
        assert_eq!((status, &list["totalResults"]), (200, &json!(0)), "{list}");
        assert_eq!(list["schemas"], json!([LIST]));
    }
}

#[tokio::test]
async fn rows_4_and_12_an_unknown_id() {
    let run = Run::start().await;
    for id in ["010101001010101011001010101011", "00919288221112222"] {
        refused(404, &run.get(&format!("/Users/{id}")).await);
    }
}

#[tokio::test]
async fn rows_6_to_9_a_person_is_created_once() {
    let run = Run::start().await;
    let name = "Runscope300@Example.com";
    let (status, made) = run.post(&person(name)).await;
    assert_eq!(status, 201, "row 6: {made}");
    assert_eq!(made["active"], json!(true), "row 6");
    assert_eq!(made["userName"], json!(name), "row 6");
    assert_eq!(made["name"], json!({"familyName": "Runscope", "givenName": "Test"}), "row 6");
    assert!(made["schemas"].as_array().unwrap().contains(&json!(USER)), "row 6: {made}");

    let (status, read) = run.get(&format!("/Users/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(status, 200, "row 7");
    whole(&read);
    assert_eq!((&read["userName"], &read["name"]), (&made["userName"], &made["name"]), "row 7");

    refused(409, &run.post(&person(name)).await);

    let (status, list) = run.get(&format!("/Users?filter=userName eq \"{}\"", name.to_uppercase())).await;
    assert_eq!(status, 200, "row 9");
    assert_eq!(list["Resources"][0]["id"], made["id"], "row 9 needs less: she is found in any case");
}

#[tokio::test]
async fn row_10_groups_within_600_milliseconds() {
    let run = Run::start().await;
    let started = Instant::now();
    let (status, list) = run.get("/Groups").await;
    let took = started.elapsed();
    assert_eq!(status, 200);
    assert!(list["Resources"].is_array(), "{list}");
    assert!(took < Duration::from_millis(600), "it took {took:?}");
}

#[tokio::test]
async fn row_11_a_token_that_is_none() {
    let run = Run::start().await;
    let path = "/Users?filter=userName eq \"runscope300@example.com\"";
    refused(401, &run.get_with(path, "non-token").await);
}
