//! What one request may cost the others: no write holds the writer for longer than two seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{GROUP, USER, bulk, group, id, patch, person, read, values};

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

/// Does something while another client writes, and prints the longest that one of those writes waited.
async fn longest_wait<T>(api: &Arc<Api>, writer: &str, what: &str, attack: impl Future<Output = T>) -> T {
    let (stop, path, others) = (Arc::new(AtomicBool::new(false)), format!("/Users/{writer}"), api.clone());
    let stopped = stop.clone();
    let others = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        for n in 0_u32.. {
            let began = Instant::now();
            let title = json!([{"op": "replace", "path": "title", "value": format!("T{n}")}]);
            others.scim("PATCH", &path, patch(title)).await.expect(200, "another write");
            longest = longest.max(began.elapsed());
            if stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        longest
    });
    let done = attack.await;
    stop.store(true, Ordering::Relaxed);
    let longest = others.await.unwrap();
    println!("{what}: another write waited {longest:?} at most");
    assert!(longest < Duration::from_secs(2), "{what}: {longest:?}");
    done
}

fn removals(number: usize) -> Value {
    let operation = |n| json!({"op": "remove", "path": format!("members[display co \"zzz{n}\"]")});
    patch((0..number).map(operation).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_hundred_filters_over_two_thousand_members_are_refused_and_a_hundred_delay_no_other_write() {
    let api = Arc::new(Api::start("custom").await);
    let ids = people(&api, 2_000).await;
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let path = format!("/Groups/{}", id(&group(&api, "Everybody", &members).await));
    let writer = id(&person(&api, "writer").await);
    let refused = longest_wait(&api, &writer, "700 filters", api.scim("PATCH", &path, removals(700))).await;
    let detail = refused.refused(413, None);
    assert!(detail.contains("value"), "it says what to do: {detail}");
    let before = api.app.member_rows_read();
    let done = longest_wait(&api, &writer, "100 filters", api.scim("PATCH", &path, removals(100))).await;
    done.expect(200, "what is bounded is done");
    assert_eq!(api.app.member_rows_read() - before, 2_000, "the members are read once");
    // One operation for each of them, as authentik sends it, reads no one.
    let one_each: Vec<Value> = ids
        .iter()
        .take(1_000)
        .map(|id| json!({"op": "remove", "path": "members", "value": [{"value": id}]}))
        .collect();
    let done = longest_wait(&api, &writer, "1,000 removals", api.scim("PATCH", &path, patch(one_each))).await;
    done.expect(200, "they leave");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_changes_of_a_large_person_are_refused_and_what_is_allowed_delays_no_other_write() {
    let api = Arc::new(Api::start("custom").await);
    let emails: Vec<Value> = (0..190)
        .map(|n| json!({"value": format!("{n}@example.com"), "display": "x".repeat(2_000), "type": "other"}))
        .collect();
    let body = json!({"schemas": [USER], "userName": "large", "emails": emails});
    let path = format!("/Users/{}", id(&api.scim("POST", "/Users", body).await.expect(201, "created")));
    let writer = id(&person(&api, "writer").await);
    let changes = |number: usize| {
        let change = |n| json!({"op": "replace", "path": format!("emails[value eq \"{}@example.com\"].type", n % 190), "value": "home"});
        patch((0..number).map(change).collect::<Vec<_>>())
    };
    let refused =
        longest_wait(&api, &writer, "1,000 changes", api.scim("PATCH", &path, changes(1_000))).await;
    refused.refused(413, None);
    let done = longest_wait(&api, &writer, "15 changes", api.scim("PATCH", &path, changes(15))).await;
    done.expect(200, "what is bounded is done");
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
