//! What one request may cost the others: its work is known before it begins, and beyond a limit it is refused. The limits
//! are such that no write holds the writer for two seconds.

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{GROUP, USER, bulk, group, id, patch, read, values};

async fn people(api: &Api, number: usize) -> Vec<String> {
    let mut ids = Vec::with_capacity(number);
    for start in (0..number).step_by(1_000) {
        let posts: Vec<Value> = (start..number.min(start + 1_000))
            .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"schemas": [USER], "userName": format!("p{n}"), "displayName": format!("Person {n}")}}))
            .collect();
        let made = api.scim("POST", "/Bulk", bulk(posts)).await.expect(200, "people");
        ids.extend(
            made["Operations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|made| made["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()),
        );
    }
    ids
}

fn removals(number: usize) -> Value {
    let operation = |n| json!({"op": "remove", "path": format!("members[display co \"zzz{n}\"]")});
    patch((0..number).map(operation).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_hundred_and_twenty_five_filters_over_two_thousand_members_are_done_and_one_more_is_refused() {
    let api = Api::start("custom").await;
    let ids = people(&api, 2_000).await;
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let path = format!("/Groups/{}", id(&group(&api, "All", &members).await));
    let before = api.app.member_rows_read();
    let detail = api.scim("PATCH", &path, removals(126)).await.refused(413, None);
    assert!(detail.contains("value"), "it says what to do: {detail}");
    assert_eq!(api.app.member_rows_read(), before, "it is refused before a member is read");
    api.scim("PATCH", &path, removals(125)).await.expect(200, "what is within the limit is done");
    assert_eq!(api.app.member_rows_read() - before, 2_000, "the members are read once");
    // One operation for each of them, as authentik sends it.
    let one_each: Vec<Value> = ids
        .iter()
        .take(1_000)
        .map(|id| json!({"op": "remove", "path": "members", "value": [{"value": id}]}))
        .collect();
    api.scim("PATCH", &path, patch(one_each)).await.expect(200, "they leave");
    assert_eq!(api.app.member_rows_read() - before, 3_000, "only those who leave are read");
    let mut left = ids[1_000..].to_vec();
    left.sort();
    assert_eq!(values(&read(&api, &path).await["members"]), left);
}

#[tokio::test]
async fn filters_on_members_see_what_the_operations_before_them_made() {
    let api = Api::start("custom").await;
    let ids = people(&api, 4).await;
    let crew = id(&group(&api, "Crew", &[&ids[0], &ids[1]]).await);
    let path = format!("/Groups/{crew}");
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": ids[2]}, {"value": ids[3]}]},
        {"op": "remove", "path": "members[display eq \"Person 2\"]"},
        {"op": "remove", "path": "members[display eq \"Person 0\"]"},
        {"op": "add", "path": "members", "value": [{"value": ids[0]}]},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "patched");
    let mut expected = vec![ids[0].clone(), ids[1].clone(), ids[3].clone()];
    expected.sort();
    assert_eq!(
        values(&after["members"]),
        expected,
        "one who was added is removed, one who was removed is added"
    );
    let operations = json!([
        {"op": "remove", "path": "members[display sw \"Person\"]"},
        {"op": "add", "path": "members", "value": [{"value": ids[2]}]},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "patched");
    assert_eq!(values(&after["members"]), [ids[2].clone()]);
}

#[tokio::test]
async fn twenty_changes_of_a_large_person_are_done_and_twenty_five_are_refused() {
    let api = Api::start("custom").await;
    let emails: Vec<Value> = (0..190)
        .map(|n| json!({"value": format!("{n}@example.com"), "display": "x".repeat(2_000), "type": "other"}))
        .collect();
    let body = json!({"schemas": [USER], "userName": "large", "emails": emails});
    let path = format!("/Users/{}", id(&api.scim("POST", "/Users", body).await.expect(201, "created")));
    let changes = |number: usize| {
        let change = |n| json!({"op": "replace", "path": format!("emails[value eq \"{n}@example.com\"].type"), "value": "home"});
        patch((0..number).map(change).collect::<Vec<_>>())
    };
    // The limit is 8 MiB: the changes, for each byte of a person of 400 kB.
    let before = read(&api, &path).await;
    api.scim("PATCH", &path, changes(25)).await.refused(413, None);
    assert_eq!(read(&api, &path).await, before, "none of them is done");
    let after = api.scim("PATCH", &path, changes(20)).await.expect(200, "what is within the limit is done");
    let changed = after["emails"].as_array().unwrap().iter().filter(|email| email["type"] == "home");
    assert_eq!(changed.count(), 20);
}

#[tokio::test]
async fn more_members_than_a_group_may_have_are_refused_before_anything_is_written() {
    let api = Api::start("custom").await;
    let crew = id(&group(&api, "Crew", &[]).await);
    let members: Vec<Value> =
        (0..100_001).map(|n| json!({"value": format!("00000000-0000-7000-8000-{n:012}")})).collect();
    let path = format!("/Groups/{crew}");
    let body = json!({"schemas": [GROUP], "displayName": "Crew", "members": members});
    for (method, path, body) in [
        ("POST", "/Groups", json!({"schemas": [GROUP], "displayName": "Other", "members": members})),
        ("PUT", path.as_str(), body),
        ("PATCH", path.as_str(), patch(json!([{"op": "add", "path": "members", "value": members}]))),
    ] {
        let detail = api.scim(method, path, body).await.refused(413, None);
        assert!(detail.contains("100000"), "{method}: {detail}");
    }
}
