//! A group of 10,000: what Entra and Okta do every day must not read its members. Shown by the rows of membership that
//! the store handed out, not by a clock.

use serde_json::{Value, json};
use tests::Api;

const MEMBERS: usize = 10_000;
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Creates people, and returns their ids.
async fn people(api: &Api, number: usize) -> Vec<String> {
    let mut ids = Vec::with_capacity(number);
    for start in (0..number).step_by(1000) {
        let operations: Vec<Value> = (start..number.min(start + 1000))
            .map(|number| {
                let data = json!({"userName": format!("person{number}@example.com")});
                json!({"method": "POST", "path": "/Users", "bulkId": format!("b{number}"), "data": data})
            })
            .collect();
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations});
        let answer = api.scim("POST", "/Bulk", body).await.expect(200, "a bulk of people");
        for operation in answer["Operations"].as_array().unwrap() {
            let location =
                operation["location"].as_str().unwrap_or_else(|| panic!("it was made: {operation}"));
            ids.push(location.rsplit('/').next().unwrap().to_owned());
        }
    }
    ids
}

/// How many rows of membership a request reads.
async fn rows_read(api: &Api, method: &str, path: &str, body: Option<Value>) -> (u64, Value) {
    let before = api.app.member_rows_read();
    let answer = api.scim(method, path, body).await.expect(200, "it is answered");
    (api.app.member_rows_read() - before, answer)
}

#[tokio::test]
async fn one_of_ten_thousand_is_added_and_removed_without_the_others_being_read() {
    let api = Api::start("azure").await;
    let mut ids = people(&api, MEMBERS + 2).await;
    let (late, later) = (ids.pop().unwrap(), ids.pop().unwrap());
    let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"displayName": "All people", "members": members});
    let group = api.scim("POST", "/Groups", body).await.expect(201, "the group");
    assert!(group.get("members").is_none(), "a write does not answer with ten thousand members");
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());

    let (rows, whole) = rows_read(&api, "GET", &path, None).await;
    assert_eq!(whole["members"].as_array().map(Vec::len), Some(MEMBERS), "all of them by default");
    assert_eq!(rows, MEMBERS as u64, "the counter counts");

    let operations = |operation: Value| Some(json!({"schemas": [PATCH], "Operations": [operation]}));
    let by_filter = format!("members[value eq \"{}\"]", ids[0]);
    for (what, method, path, body, most) in [
        (
            "adding one",
            "PATCH",
            path.clone(),
            operations(json!({"op": "Add", "path": "members", "value": [{"value": late}]})),
            1,
        ),
        (
            "adding one who is in",
            "PATCH",
            path.clone(),
            operations(json!({"op": "Add", "path": "members", "value": [{"value": ids[1]}]})),
            0,
        ),
        (
            "removing one by a value",
            "PATCH",
            path.clone(),
            operations(json!({"op": "Remove", "path": "members", "value": [{"value": late}]})),
            1,
        ),
        (
            "removing one by a filter",
            "PATCH",
            path.clone(),
            operations(json!({"op": "remove", "path": by_filter})),
            1,
        ),
        (
            "removing one who is not in",
            "PATCH",
            path.clone(),
            operations(json!({"op": "remove", "path": by_filter})),
            0,
        ),
        (
            "adding without a path",
            "PATCH",
            path.clone(),
            operations(json!({"op": "add", "value": {"members": [{"value": later}]}})),
            1,
        ),
        (
            "renaming",
            "PATCH",
            path.clone(),
            operations(json!({"op": "replace", "value": {"displayName": "All"}})),
            0,
        ),
        ("renaming by PUT", "PUT", path.clone(), Some(json!({"displayName": "All people"})), 0),
        ("reading without members", "GET", format!("{path}?excludedAttributes=members"), None, 0),
        ("reading the name", "GET", format!("{path}?attributes=displayName"), None, 0),
        (
            "matching by name",
            "GET",
            "/Groups?excludedAttributes=members&filter=displayName+eq+%22All+people%22".to_owned(),
            None,
            0,
        ),
    ] {
        let (rows, answer) = rows_read(&api, method, &path, body).await;
        assert!(rows <= most, "{what} read {rows} rows of membership, and may read {most}");
        assert!(answer.get("members").is_none(), "{what}: answered without members");
        assert!(answer["Resources"][0].get("members").is_none(), "{what}: answered without members");
    }

    let (_, whole) = rows_read(&api, "GET", &path, None).await;
    let left: Vec<&str> =
        whole["members"].as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap()).collect();
    assert_eq!(left.len(), MEMBERS, "one was removed by a filter, one added without a path: {}", left.len());
    assert!(
        !left.contains(&ids[0].as_str()) && left.contains(&later.as_str()) && left.contains(&ids[1].as_str())
    );
}
