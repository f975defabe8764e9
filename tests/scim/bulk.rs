//! Bulk (RFC 7644 section 3.7).

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{GROUP, USER, bulk, group, id, patch, person, read, values};

fn post(bulk_id: &str, user_name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"schemas": [USER], "userName": user_name}})
}

fn new_group(bulk_id: &str, name: &str, member: &str) -> Value {
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id,
           "data": {"schemas": [GROUP], "displayName": name, "members": [{"value": member}]}})
}

async fn run(api: &Api, operations: impl Into<Value>) -> Vec<Value> {
    let done = api.scim("POST", "/Bulk", bulk(operations)).await.expect(200, "the request itself succeeds");
    assert_eq!(done["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
    done["Operations"].as_array().unwrap().clone()
}

fn statuses(done: &[Value]) -> Vec<&str> {
    done.iter().map(|one| one["status"].as_str().unwrap()).collect()
}

/// The id at the end of a location.
fn located(one: &Value) -> String {
    one["location"].as_str().unwrap_or_else(|| panic!("{one}")).rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_method_works_and_answers_location_version_and_status() {
    let api = Api::start("custom").await;
    let [ada, bob, eve] = [person(&api, "ada").await, person(&api, "bob").await, person(&api, "eve").await];
    let done = run(&api, json!([
        post("new", "zoe"),
        {"method": "PUT", "path": format!("/Users/{}", id(&ada)), "data": {"schemas": [USER], "userName": "ada", "title": "Lady"}},
        {"method": "PATCH", "path": format!("/Users/{}", id(&bob)), "version": "W/\"1\"",
         "data": patch(json!([{"op": "replace", "path": "active", "value": false}]))},
        {"method": "delete", "path": format!("/Users/{}", id(&eve))},
    ]))
    .await;
    assert_eq!(statuses(&done), ["201", "200", "200", "204"]);
    assert_eq!(done[0]["bulkId"], "new");
    assert_eq!(read(&api, &format!("/Users/{}", located(&done[0]))).await["userName"], "zoe");
    assert_eq!(done[1]["location"], ada["meta"]["location"]);
    assert_eq!(
        (&done[0]["version"], &done[1]["version"], &done[2]["version"]),
        (&json!("W/\"1\""), &json!("W/\"2\""), &json!("W/\"2\""))
    );
    assert_eq!(done[3]["location"], eve["meta"]["location"], "a deleted resource is named too");
    assert_eq!(read(&api, &format!("/Users/{}", id(&bob))).await["active"], false);
    api.scim("GET", &format!("/Users/{}", id(&eve)), None).await.refused(404, None);
}

#[tokio::test]
async fn a_bulk_id_stands_for_the_id_in_paths_and_in_values() {
    let api = Api::start("custom").await;
    let done = run(&api, json!([
        new_group("g", "Crew", "bulkId:ada"),
        post("ada", "ada"),
        {"method": "PATCH", "path": "/Users/bulkId:ada", "data": patch(json!([{"op": "add", "path": "title", "value": "Lady"}]))},
        {"method": "PATCH", "path": "/Groups/bulkId:g",
         "data": patch(json!([{"op": "add", "path": "members", "value": [{"value": "bulkId:bob"}]}]))},
        post("bob", "bob"),
    ]))
    .await;
    assert_eq!(statuses(&done), ["201", "201", "200", "200", "201"], "{done:?}");
    let mut members = [located(&done[1]), located(&done[4])];
    members.sort();
    let crew = read(&api, &format!("/Groups/{}", located(&done[0]))).await;
    assert_eq!(values(&crew["members"]), members, "in values, forward references too");
    assert_eq!(read(&api, &format!("/Users/{}", located(&done[1]))).await["title"], "Lady", "in paths");
}

#[tokio::test]
async fn circular_references_are_resolved() {
    let api = Api::start("custom").await;
    let done = run(
        &api,
        json!([
            new_group("a", "A", "bulkId:b"),
            new_group("b", "B", "bulkId:c"),
            new_group("c", "C", "bulkId:a")
        ]),
    )
    .await;
    assert_eq!(statuses(&done), ["201", "201", "201"], "{done:?}");
    let ids: Vec<String> = done.iter().map(located).collect();
    for (at, next) in [(0, 1), (1, 2), (2, 0)] {
        let group = read(&api, &format!("/Groups/{}", ids[at])).await;
        assert_eq!(values(&group["members"]), [ids[next].as_str()], "each has the next");
        assert_eq!(
            group["meta"]["version"], done[at]["version"],
            "the version in the answer is the present one"
        );
    }
}

#[tokio::test]
async fn a_reference_to_nothing_or_to_a_failure_fails_by_itself() {
    let api = Api::start("custom").await;
    person(&api, "taken").await;
    let done = run(
        &api,
        json!([
            new_group("a", "A", "bulkId:missing"),
            post("t", "TAKEN"),
            new_group("b", "B", "bulkId:t"),
            post("z", "zoe"),
        ]),
    )
    .await;
    assert_eq!(statuses(&done), ["400", "409", "409", "201"], "{done:?}");
    assert_eq!(done[1]["response"]["scimType"], "uniqueness", "the refusal is the same as outside of Bulk");
    assert_eq!(done[1]["response"]["status"], "409");
    assert!(done[0]["response"]["detail"].as_str().unwrap().contains("missing"));
    assert_eq!(read(&api, "/Groups").await["totalResults"], 0, "no group without the member it was to have");
}

#[tokio::test]
async fn fail_on_errors_stops_after_so_many() {
    let api = Api::start("custom").await;
    person(&api, "taken").await;
    let operations =
        json!([post("a", "a"), post("b", "taken"), post("c", "c"), post("d", "taken"), post("e", "e")]);
    let mut body = bulk(operations);
    body["failOnErrors"] = json!(2);
    let done = api.scim("POST", "/Bulk", body).await.expect(200, "done")["Operations"].clone();
    assert_eq!(
        statuses(done.as_array().unwrap()),
        ["201", "409", "201", "409"],
        "the last one was not tried"
    );
    assert_eq!(read(&api, "/Users?filter=userName%20eq%20%22e%22").await["totalResults"], 0);
    for wrong in [json!(0), json!(-1), json!("x"), json!(1.5)] {
        let mut body = bulk(json!([post("x", "x")]));
        body["failOnErrors"] = wrong;
        api.scim("POST", "/Bulk", body).await.refused(400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn each_operation_that_is_wrong_is_refused_and_the_others_are_done() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let wrong = json!([
        {"method": "POST", "path": "/Users", "data": {"userName": "no-bulk-id"}},
        {"method": "GET", "path": format!("/Users/{ada}")},
        {"method": "POST", "path": "/Nothing", "bulkId": "1", "data": {"a": 1}},
        {"method": "POST", "path": "/Bulk", "bulkId": "2", "data": {"a": 1}},
        {"method": "POST", "path": "/Me", "bulkId": "3", "data": {"a": 1}},
        {"method": "PUT", "path": "/Users", "data": {"userName": "x"}},
        {"method": "PATCH", "path": format!("/Users/{ada}")},
        {"method": "DELETE", "path": "/Users/unknown"},
        {"method": "PATCH", "path": format!("/Users/{ada}"), "version": "W/\"9\"", "data": patch(json!([{"op": "remove", "path": "title"}]))},
        {"method": "POST", "path": "/Users", "bulkId": "4", "data": {"userName": 7.5}},
        {"path": "/Users"},
        "x",
        {"method": "POST", "path": "/Users", "bulkId": "ok", "data": {"userName": "ok"}},
    ]);
    let done = run(&api, wrong.clone()).await;
    assert_eq!(
        statuses(&done),
        ["400", "400", "400", "400", "400", "400", "400", "404", "412", "400", "400", "400", "201"],
        "{done:#?}"
    );
    for one in &done[..12] {
        assert!(!one["response"]["detail"].as_str().unwrap().is_empty(), "{one}");
    }
    assert_eq!(read(&api, "/Users").await["totalResults"], 2, "ada and ok");
}

#[tokio::test]
async fn a_thousand_operations_are_taken_and_one_more_is_not() {
    let api = Api::start("custom").await;
    let many = |count: usize| -> Vec<Value> {
        (0..count).map(|n| post(&format!("b{n}"), &format!("p{n:04}"))).collect()
    };
    let detail = api.scim("POST", "/Bulk", bulk(many(1001))).await.refused(413, None);
    assert!(detail.contains("1000"), "the refusal tells the limit: {detail}");
    assert_eq!(read(&api, "/Users").await["totalResults"], 0, "nothing was begun");
    let done = run(&api, many(1000)).await;
    assert!(statuses(&done).iter().all(|status| *status == "201"), "all of them");
    assert_eq!(read(&api, "/Users").await["totalResults"], 1000);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    let api = Api::start("custom").await;
    let title = "x".repeat(16_000);
    let operations: Vec<Value> = (0..400)
        .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"userName": format!("p{n}"), "title": title}}))
        .collect();
    let detail = api.scim("POST", "/Bulk", bulk(operations)).await.refused(413, None);
    assert!(detail.contains("5242880"), "the refusal tells the limit: {detail}");
    let person = json!({"schemas": [USER], "userName": "big", "emails": vec![json!({"value": "x".repeat(10_000)}); 150]});
    api.scim("POST", "/Users", person).await.refused(413, None);
    assert_eq!(read(&api, "/Users").await["totalResults"], 0);
}

#[tokio::test]
async fn a_body_that_is_no_bulk_is_refused() {
    let api = Api::start("custom").await;
    for (body, scim_type) in [
        (json!({}), "invalidSyntax"),
        (bulk(json!([])), "invalidSyntax"),
        (bulk(json!({})), "invalidSyntax"),
        (json!({"schemas": ["urn:x"], "Operations": [post("a", "a")]}), "invalidSyntax"),
        (bulk(json!([post("a", "a"), post("a", "b")])), "invalidValue"),
    ] {
        api.scim("POST", "/Bulk", body).await.refused(400, Some(scim_type));
    }
    assert_eq!(read(&api, "/Users").await["totalResults"], 0);
}

#[tokio::test]
async fn groups_are_made_and_filled_in_one_request() {
    let api = Api::start("custom").await;
    let crew = id(&group(&api, "Crew", &[]).await);
    let mut operations: Vec<Value> = (0..50).map(|n| post(&format!("p{n}"), &format!("p{n}"))).collect();
    let members: Vec<Value> = (0..50).map(|n| json!({"value": format!("bulkId:p{n}")})).collect();
    operations.insert(
        0,
        json!({"method": "PATCH", "path": format!("/Groups/{crew}"),
        "data": patch(json!([{"op": "add", "path": "members", "value": members}]))}),
    );
    let done = run(&api, operations).await;
    assert_eq!(done[0]["status"], "200", "{}", done[0]);
    assert_eq!(values(&read(&api, &format!("/Groups/{crew}")).await["members"]).len(), 50);
}
