//! The request log as an Admin searches, reads and exports it.

use axum::body::Body;
use axum::http::Request;
use foundational::error::Code;
use serde_json::{Value, json};
use std::time::Duration;
use tests::Api;

use crate::audit::newest;

fn ada() -> Value {
    json!({"userName": "ada@acme.example", "externalId": "ada-4711", "displayName": "Ada Lovelace"})
}

/// The sentences of the requests that match, newest first.
async fn listed(api: &Api, mut filter: Value) -> Vec<String> {
    filter["limit"] = json!(200);
    let page = api.command("activity.list", filter).await;
    let rows = page["rows"].as_array().unwrap();
    rows.iter().map(|row| row["sentence"].as_str().unwrap().to_owned()).collect()
}

/// A workspace in which Ada and Grace were created, Ada was read, and a change of her was refused; answers her id.
async fn with_requests() -> (Api, String) {
    let api = Api::start("okta").await;
    let ada = api.scim("POST", "/Users", ada()).await.expect(201, "Ada");
    let id = ada["id"].as_str().unwrap().to_owned();
    api.clock.advance(Duration::from_mins(90));
    api.scim("POST", "/Users", json!({"userName": "grace@acme.example"})).await.expect(201, "Grace");
    let user = format!("/Users/{id}");
    api.scim("GET", &user, None).await.expect(200, "Ada is read");
    let wrong = json!({"userName": "ada@acme.example", "active": "perhaps"});
    api.scim("PUT", &user, wrong).await.expect(400, "active is no boolean");
    api.recorded("PUT", &user).await;
    (api, id)
}

#[tokio::test]
async fn requests_are_filtered_by_person_status_and_time() {
    let (api, id) = with_requests().await;
    let about_ada = listed(&api, json!({"resourceId": id})).await;
    assert_eq!(about_ada.len(), 3, "created, read and refused: {about_ada:?}");
    assert!(about_ada[0].starts_with("Refused to change Ada Lovelace."), "{about_ada:?}");
    assert_eq!(listed(&api, json!({"resourceId": id, "status": 400})).await, about_ada[..1]);
    assert_eq!(listed(&api, json!({"status": 201})).await.len(), 2);
    assert_eq!(listed(&api, json!({"status": 418})).await.len(), 0);
    let token = api.recorded("PUT", &format!("/Users/{id}")).await["tokenId"].clone();
    assert_eq!(listed(&api, json!({"tokenId": token})).await.len(), 4, "all of them have the same token");
    assert_eq!(listed(&api, json!({"tokenId": "another"})).await.len(), 0);
    assert_eq!(listed(&api, json!({"within": "hour"})).await.len(), 3, "not what is 90 minutes old");
    assert_eq!(listed(&api, json!({"within": "day"})).await.len(), 4);
    let now = api.clock.now();
    let minute_of_ada = json!({
        "from": (now - Duration::from_mins(91)).to_string(), "until": (now - Duration::from_mins(89)).to_string(),
    });
    assert_eq!(listed(&api, minute_of_ada).await.len(), 1);
    let narrower = json!({"from": (now - Duration::from_hours(5)).to_string(), "within": "hour"});
    assert_eq!(listed(&api, narrower).await.len(), 3, "the later of the two beginnings counts");
    let refused =
        api.app.call(&foundational::Caller::Operator, "activity.list", json!({"limit": 1, "from": "soon"}));
    assert_eq!(refused.await.unwrap_err().code, Code::Invalid);
}

#[tokio::test]
async fn requests_are_filtered_and_exported_by_what_they_are_about() {
    let (api, _) = with_requests().await;
    for path in ["/Schemas", "/ServiceProviderConfig", "/Users?startIndex=1&count=2"] {
        api.scim("GET", path, None).await.expect(200, path);
    }
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "hedy"}});
    let bulk =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation]});
    api.scim("POST", "/Bulk", bulk).await.expect(200, "it is about users by its operations alone");
    api.scim("POST", "/Groups", json!({"displayName": "Crew"})).await.expect(201, "the group");
    api.recorded("GET", "/Schemas").await;
    api.recorded("POST", "/Groups").await;
    for (kind, count) in [("User", 4), ("Group", 1), ("Discovery", 2), ("Test", 1)] {
        let page = api.command("activity.list", json!({"kind": kind, "limit": 50})).await;
        let rows = page["rows"].as_array().unwrap();
        assert_eq!(rows.len(), count, "{kind}: {rows:?}");
        assert!(rows.iter().all(|row| row["kind"] == kind), "{kind}: {rows:?}");
        assert_eq!(api.command("activity.export", json!({ "kind": kind })).await["count"], count, "{kind}");
    }
    let all = api.command("activity.list", json!({"limit": 50})).await;
    let of_none = all["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == Value::Null).count();
    assert_eq!(of_none, 1, "the Bulk request");
}

/// Names and values of headers, as they are shown.
fn shown_headers(headers: &Value) -> Vec<String> {
    let text = |header: &Value, part: &str| header[part].as_str().unwrap().to_owned();
    let headers = headers.as_array().unwrap().iter();
    headers.map(|header| format!("{}: {}", text(header, "name"), text(header, "value"))).collect()
}

#[tokio::test]
async fn a_request_and_its_answer_have_their_headers_and_sizes() {
    let (api, id) = with_requests().await;
    let user = format!("/Users/{id}");
    let sent = [
        ("if-match", "W/\"1\""),
        ("accept", "application/json"),
        ("user-agent", "agent/1"),
        ("x-api-key", "s3cret-one"),
    ];
    let body = json!({"userName": "ada@acme.example", "password": "s3cret-two"});
    let put = api.scim_with("PUT", &user, &sent, body.clone()).await;
    let length = put.body.to_string().len();
    put.expect(200, "changed");
    let shown = api.recorded("PUT", &user).await;
    let mut headers = shown_headers(&shown["requestHeaders"]);
    headers.sort();
    let expected = [
        "accept: application/json",
        "authorization: Bearer …",
        "content-type: application/scim+json",
        "host: 127.0.0.1:8470",
        "if-match: W/\"1\"",
        "user-agent: agent/1",
    ];
    assert_eq!(headers, expected);
    let headers = shown_headers(&shown["responseHeaders"]);
    for part in ["content-type: application/json".to_owned(), "etag: W/\"2\"".to_owned(), request_id(&shown)]
    {
        assert!(headers.contains(&part), "{part} is in {headers:?}");
    }
    assert_eq!(shown["requestSize"], body.to_string().len());
    assert_eq!(shown["responseSize"], length);
    let curl = shown["curl"].as_str().unwrap();
    for part in ["'if-match: W/\"1\"'", "'accept: application/json'", "'user-agent: agent/1'"] {
        assert!(curl.contains(part), "{part} is in {curl}");
    }
    assert!(!shown.to_string().contains("s3cret"), "{shown}");

    api.scim_with("DELETE", &user, &[("if-match", "W/\"2\"")], None).await.expect(204, "deleted");
    let shown = api.recorded("DELETE", &user).await;
    assert!(shown_headers(&shown["requestHeaders"]).contains(&"if-match: W/\"2\"".to_owned()), "{shown}");
    assert_eq!((&shown["requestSize"], &shown["responseSize"]), (&json!(0), &json!(0)), "no bodies");

    api.command("data.setBodies", json!({"bodies": "none"})).await;
    api.scim("GET", &user, None).await.expect(404, "it is deleted");
    let shown = api.recorded("GET", &user).await;
    assert_eq!((&shown["requestHeaders"], &shown["responseHeaders"]), (&Value::Null, &Value::Null));
    assert!(shown["responseSize"].as_u64().unwrap() > 0, "how long it was: {shown}");
}

/// The header of an answer that has the id of the request.
fn request_id(shown: &Value) -> String {
    format!("x-request-id: {}", shown["row"]["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_request_shows_how_far_it_got_and_who_it_is_about_and_is_copied_without_a_secret() {
    let (api, id) = with_requests().await;
    let rows = api.command("activity.list", json!({"resourceId": id, "status": 400, "limit": 1})).await;
    let shown = api.command("activity.show", json!({"id": rows["rows"][0]["id"]})).await;
    assert_eq!(shown["about"], json!({"resourceType": "User", "id": id, "name": "Ada Lovelace"}));
    let steps: Vec<String> = shown["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {}", step["step"].as_str().unwrap(), step["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        steps,
        [
            "received done",
            "authenticated done",
            "understood failed",
            "matched skipped",
            "applied skipped",
            "answered done"
        ]
    );
    let curl = shown["curl"].as_str().unwrap();
    let endpoint = format!("/scim/v2/{}/Users/{id}'", api.connection_id);
    for part in ["curl ", "--request 'PUT'", &endpoint, "Bearer $SCIM_TOKEN", r#""active":"perhaps""#] {
        assert!(curl.contains(part), "{part} is in {curl}");
    }
    assert!(!curl.contains(&api.token), "the token is never stored: {curl}");
    let report = shown["report"].as_str().unwrap();
    for part in [
        "PUT /Users/(id): refused",
        "`active` must be",
        "data.invalid",
        "Understood FAILED",
        "\"active\": \"(text)\"",
    ] {
        assert!(report.contains(part), "{part} is in {report}");
    }
    for value in ["ada", "Ada", "Lovelace", "acme", "4711", "perhaps", id.as_str(), &api.token] {
        assert!(!report.contains(value), "{value} is in {report}");
    }
    api.scim("DELETE", &format!("/Users/{id}"), None).await.expect(204, "Ada is deleted");
    let shown = api.command("activity.show", json!({"id": rows["rows"][0]["id"]})).await;
    assert_eq!(shown["about"]["name"], "a deleted user");
}

#[tokio::test]
async fn each_step_that_a_request_reached_has_its_time_and_they_add_up_to_its_duration() {
    let (api, id) = with_requests().await;
    let stranger = Request::get(format!("/scim/v2/{}/Users?count=7", api.connection_id))
        .header("authorization", "Bearer fdn_unknown");
    api.send(stranger.body(Body::empty()).unwrap()).await.refused(401, None);
    let user = format!("/Users/{id}");
    for (method, path, expected) in [
        ("POST", "/Users", &["received", "authenticated", "understood", "applied", "answered"][..]),
        ("GET", user.as_str(), &["received", "authenticated", "understood", "matched", "answered"]),
        ("PUT", user.as_str(), &["received", "authenticated", "understood", "answered"]),
        ("GET", "/Users?count=7", &["received", "authenticated", "answered"]),
    ] {
        let shown = api.recorded(method, path).await;
        let steps = shown["steps"].as_array().unwrap();
        let (names, times): (Vec<&str>, Vec<u64>) = steps
            .iter()
            .filter_map(|step| Some((step["step"].as_str()?, step["durationUs"].as_u64()?)))
            .unzip();
        assert_eq!(names, expected, "{method} {path}");
        assert_eq!(
            json!(times.iter().sum::<u64>()),
            shown["row"]["durationUs"],
            "{method} {path}: {times:?}"
        );
    }
}

#[tokio::test]
async fn the_filtered_list_is_exported_as_one_json_object_a_line_and_recorded() {
    let (api, id) = with_requests().await;
    let export = async |filter: Value| api.command("activity.export", filter).await;
    let file = export(json!({})).await;
    let day = api.clock.now().strftime("%Y-%m-%d");
    assert_eq!(file["name"], format!("activity-{day}.jsonl"));
    let lines: Vec<Value> =
        file["text"].as_str().unwrap().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!((lines.len(), &file["count"]), (4, &json!(4)));
    assert_eq!(newest(&api).await, "Command line: Exported 4 requests.");
    let listed = api.command("activity.list", json!({"limit": 10})).await;
    for (line, row) in lines.iter().zip(listed["rows"].as_array().unwrap()) {
        let mut line = line.clone();
        let fields = line.as_object_mut().unwrap();
        assert!(fields.remove("notes").unwrap().is_array());
        let steps = fields.remove("stepsUs").unwrap();
        let together: u64 = steps.as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(json!(together), row["durationUs"], "what each step took: {steps}");
        assert_eq!(&line, row, "the fields of the list, newest first");
    }
    assert_eq!(export(json!({"resourceId": id, "status": 400})).await["count"], 1, "as it is filtered");
    let none = export(json!({"text": "nothing of this kind"})).await;
    assert_eq!((&none["count"], &none["text"]), (&json!(0), &json!("")));
}

#[tokio::test]
async fn an_export_has_every_request_of_a_long_list_once() {
    let api = Api::start("custom").await;
    for number in 0..450 {
        // A few have a note.
        let body = json!({"userName": format!("u{number}"), "active": if number % 100 == 0 { json!("True") } else { json!(true) }});
        api.scim("POST", "/Users", body).await.expect(201, "created");
    }
    api.scim("GET", "/Users/00000000-0000-4000-8000-000000000000", None).await;
    api.recorded("GET", "/Users/00000000-0000-4000-8000-000000000000").await;
    let file = api.command("activity.export", json!({"kind": "User"})).await;
    let text = file["text"].as_str().unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let ids: std::collections::BTreeSet<&str> =
        lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!((lines.len(), ids.len()), (451, 451));
    let noted: Vec<&Value> =
        lines.iter().filter(|line| line["notes"][0]["code"] == "value.boolean_text").collect();
    assert_eq!(noted.len(), 5, "a deviation is noted at its request");
    assert!(noted[0]["notes"][0]["text"].is_string());
}

/// The bodies of a recorded request, as they are stored.
fn bodies(shown: &Value) -> [&Value; 2] {
    [&shown["requestBody"], &shown["responseBody"]]
}

#[tokio::test]
async fn bodies_are_recorded_by_what_was_set_when_the_request_arrived() {
    let api = Api::start("okta").await;
    let set = async |bodies: &str| {
        api.command("data.setBodies", json!({ "bodies": bodies })).await;
        assert_eq!(api.command("data.show", json!({})).await["bodies"], *bodies, "the screen shows it");
    };
    let create = async |name: &str| {
        let body = json!({"userName": name, "title": "Countess", "costCentre": "Lovelace"});
        api.scim("POST", "/Users", body).await.expect(201, name);
        api.recorded("POST", "/Users").await
    };
    let full = create("ada@acme.example").await;
    assert_eq!(full["bodies"], "full", "unless set");
    assert!(bodies(&full).iter().all(|body| body.as_str().unwrap().contains("Countess")), "{full}");

    set("masked").await;
    assert_eq!(
        newest(&api).await,
        "Command line: Changed how bodies are recorded: with personal values masked."
    );
    let masked = create("grace@acme.example").await;
    assert_eq!(masked["bodies"], "masked");
    let body: Value = serde_json::from_str(masked["requestBody"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({"userName": "(text)", "title": "(text)", "costCentre": "(text)"}));
    for value in ["grace", "Countess", "Lovelace"] {
        assert!(!bodies(&masked).iter().any(|body| body.as_str().unwrap().contains(value)), "{masked}");
    }
    assert!(masked["row"]["sentence"].as_str().unwrap().contains("grace"), "the row names people: {masked}");
    let curl = masked["curl"].as_str().unwrap();
    assert!(curl.starts_with("# The values of the body are not stored"), "{curl}");

    set("none").await;
    let none = create("hedy@acme.example").await;
    assert_eq!((&none["bodies"], bodies(&none)), (&json!("none"), [&Value::Null, &Value::Null]));
    let earlier = api.command("activity.show", json!({"id": full["row"]["id"]})).await;
    assert_eq!(bodies(&earlier), bodies(&full), "what was recorded remains");

    api.app.close().await;
    let api = api.reopened().await;
    api.scim("POST", "/Users", json!({"userName": "mary@acme.example"})).await.expect(201, "Mary");
    assert_eq!(api.recorded("POST", "/Users").await["bodies"], "none", "also after a start");
}

#[tokio::test]
async fn a_refusal_is_explained_without_its_bodies() {
    let api = Api::start("okta").await;
    for bodies in ["masked", "none"] {
        api.command("data.setBodies", json!({ "bodies": bodies })).await;
        let wrong = json!({"userName": "ada@acme.example", "active": "perhaps"});
        api.scim("POST", "/Users", wrong).await.expect(400, "active is no boolean");
        let shown = api.recorded("POST", "/Users").await;
        let why = shown["why"].as_str().unwrap();
        assert!(why.starts_with("`active` must be true or false"), "{bodies}: {why}");
        api.scim("GET", "/Users?filter=nonsense", None).await.expect(400, "no filter");
        let shown = api.recorded("GET", "/Users?filter=nonsense").await;
        let why = shown["why"].as_str().unwrap();
        assert!(why.starts_with("The filter was not understood."), "{bodies}: {why}");
        assert!(!why.contains("(text)"), "{bodies}: {why}");
    }
}
