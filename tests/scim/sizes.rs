//! How large a resource may become, and what of a long answer is shown and logged.

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{GROUP, USER, bulk, group, id, patch, person, read, values};

/// Different e-mails, with as long a name as a text may be.
fn emails(from: usize, to: usize, letters: usize) -> Vec<Value> {
    let email =
        |n| json!({"value": format!("{n}@example.com"), "display": "x".repeat(letters), "type": "other"});
    (from..to).map(email).collect()
}

#[tokio::test]
async fn a_resource_of_more_than_half_a_megabyte_is_refused_by_every_way() {
    let api = Api::start("custom").await;
    let large = json!({"schemas": [USER], "userName": "large", "emails": emails(0, 40, 16_000)});
    let detail = api.scim("POST", "/Users", large.clone()).await.refused(413, None);
    assert!(detail.contains("524288"), "it says how much is taken: {detail}");
    let ada = id(&person(&api, "ada").await);
    let path = format!("/Users/{ada}");
    api.scim("PUT", &path, large.clone()).await.refused(413, None);
    let operations = json!([{"method": "POST", "path": "/Users", "bulkId": "a", "data": large}]);
    let done = api.scim("POST", "/Bulk", bulk(operations)).await.expect(200, "the bulk itself is done");
    assert_eq!(done["Operations"][0]["status"], "413", "{done}");
    for n in 0..25 {
        let add = json!([{"op": "add", "path": "emails", "value": emails(n * 5, n * 5 + 5, 16_000)}]);
        let reply = api.scim("PATCH", &path, patch(add)).await;
        let expected = if n < 6 { 200 } else { 413 };
        assert_eq!(reply.status, expected, "six PATCHes of 80 kB fit: {n}: {}", reply.body["detail"]);
    }
    let leaves = patch(json!([{"op": "replace", "path": "active", "value": false}]));
    api.scim("PATCH", &path, leaves).await.expect(200, "a leaver is deactivated at any size");
    let bytes = read(&api, &path).await.to_string().len();
    assert!((400_000..530_000).contains(&bytes), "{bytes} bytes");
}

#[tokio::test]
async fn the_journal_notes_the_element_that_changed_and_the_screens_show_it() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": [USER], "userName": "ada", "emails": emails(0, 150, 200)});
    let ada = id(&api.scim("POST", "/Users", body).await.expect(201, "created"));
    let one = "emails[value eq \"70@example.com\"].value";
    let change = json!([{"op": "replace", "path": one, "value": "new@example.com"}]);
    api.scim("PATCH", &format!("/Users/{ada}"), patch(change)).await.expect(200, "changed");
    let history = api
        .command(
            "history.list",
            json!({"id": ada, "source": null, "kind": null, "before": null, "limit": 10}),
        )
        .await;
    let rows = history["rows"][0]["rows"].as_array().unwrap();
    let shown =
        json!([{"path": "emails[other].value", "before": "70@example.com", "after": "new@example.com"}]);
    assert_eq!(json!(rows), shown, "one value of one e-mail of a hundred and fifty");
}

/// Groups that a person is in through another one, and the ids of those people.
async fn nested(api: &Api, people: usize, groups: usize) -> Vec<String> {
    let posts = |path: &str, bodies: Vec<Value>| {
        let post =
            |(n, data)| json!({"method": "POST", "path": path, "bulkId": format!("b{n}"), "data": data});
        bulk(bodies.into_iter().enumerate().map(post).collect::<Vec<_>>())
    };
    let bodies = (0..people).map(|n| json!({"schemas": [USER], "userName": format!("p{n}")})).collect();
    let made = api.scim("POST", "/Bulk", posts("/Users", bodies)).await.expect(200, "people");
    let ids: Vec<String> = made["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|made| made["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let inner = id(&group(api, "Inner", &members).await);
    let outer =
        |n| json!({"schemas": [GROUP], "displayName": format!("Outer {n}"), "members": [{"value": inner}]});
    api.scim("POST", "/Bulk", posts("/Groups", (0..groups).map(outer).collect())).await.expect(200, "groups");
    ids
}

#[tokio::test]
async fn a_list_leaves_out_what_is_long_unless_it_is_asked_for_and_one_resource_does_not() {
    let api = Api::start("custom").await;
    let ids = nested(&api, 3, 250).await;
    let page = read(&api, "/Users").await;
    assert_eq!((&page["itemsPerPage"], page["Resources"].as_array().unwrap().len()), (&json!(3), 3));
    assert!(
        page["Resources"][0].get("groups").is_none(),
        "251 groups are left out: {}",
        page["Resources"][0]
    );
    for query in ["attributes=userName,groups", "attributes=groups.value"] {
        let asked = read(&api, &format!("/Users?{query}")).await;
        for (n, person) in asked["Resources"].as_array().unwrap().iter().enumerate() {
            assert_eq!(
                (person["id"].as_str(), values(&person["groups"]).len()),
                (Some(ids[n].as_str()), 251),
                "{query}"
            );
        }
    }
    let one = read(&api, &format!("/Users/{}", ids[0])).await;
    assert_eq!(values(&one["groups"]).len(), 251, "one person is shown whole");
    let few = read(&api, "/Groups?filter=displayName%20sw%20%22Outer%20%22&count=100").await;
    let shown = few["Resources"].as_array().unwrap();
    assert!(
        shown.len() == 100 && shown.iter().all(|group| values(&group["members"]).len() == 1),
        "few are shown"
    );
    let patched = patch(json!([{"op": "replace", "path": "title", "value": "Dr"}]));
    let after =
        api.scim("PATCH", &format!("/Users/{}", ids[0]), patched.clone()).await.expect(200, "patched");
    assert!(after.get("groups").is_none(), "nor does a write show so many");
    let asked = format!("/Users/{}?attributes=groups", ids[0]);
    let after = api.scim("PATCH", &asked, patched).await.expect(200, "patched");
    assert_eq!(values(&after["groups"]).len(), 251, "unless it is asked to");
}

#[tokio::test]
async fn a_large_group_is_sent_in_stretches_and_no_one_is_missing_or_twice() {
    let api = Api::start("custom").await;
    let mut ids = Vec::new();
    for start in 0..3 {
        let posts: Vec<Value> = (0..700)
            .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"schemas": [USER], "userName": format!("p{start}-{n}")}}))
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
    ids.sort();
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let crew = id(&group(&api, "Crew", &members).await);
    let path = format!("/Groups/{crew}");
    for query in ["", "?attributes=members", "?attributes=members.value,members.display"] {
        let whole = read(&api, &format!("{path}{query}")).await;
        assert_eq!(values(&whole["members"]), ids, "{query}");
    }
    let listed = read(&api, "/Groups").await;
    assert!(listed["Resources"][0].get("members").is_none(), "a list does not show them");
    let asked = read(&api, "/Groups?attributes=displayName,members").await;
    assert_eq!(values(&asked["Resources"][0]["members"]), ids, "unless it is asked to");
    let add = patch(json!([{"op": "replace", "path": "externalId", "value": "x"}]));
    let reply = api.scim("PATCH", &format!("{path}?attributes=members,meta"), add).await;
    let etag = reply.headers["etag"].to_str().unwrap().to_owned();
    let after = reply.expect(200, "patched");
    assert_eq!(
        (values(&after["members"]).len(), &after["meta"]["version"]),
        (2_100, &json!(etag)),
        "a write sends them too"
    );
}

#[tokio::test]
async fn the_log_of_a_list_holds_its_numbers_and_first_ids_and_no_resource() {
    let api = Api::start("custom").await;
    for n in 0..12 {
        person(&api, &format!("p{n:02}")).await;
    }
    let page = read(&api, "/Users?count=11").await;
    let body = api.recorded("GET", "/Users?count=11").await["responseBody"].as_str().unwrap().to_owned();
    assert!(body.len() < 1_000 && !body.contains("userName"), "{body}");
    let logged: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&logged["totalResults"], &logged["itemsPerPage"]), (&json!(12), &json!(11)), "{logged}");
    assert_eq!(logged["Resources"].as_array().unwrap().len(), 10, "{logged}");
    assert_eq!(logged["Resources"][0], json!({"id": page["Resources"][0]["id"]}), "{logged}");
    let lookup = "/Users?filter=userName%20eq%20%22p03%22";
    let found = read(&api, lookup).await;
    let body = api.recorded("GET", lookup).await["responseBody"].as_str().unwrap().to_owned();
    let logged: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(logged["Resources"], json!([{"id": found["Resources"][0]["id"]}]), "a look-up too: {logged}");
    let ada = id(&page["Resources"][0]);
    read(&api, &format!("/Users/{ada}")).await;
    let body =
        api.recorded("GET", &format!("/Users/{ada}")).await["responseBody"].as_str().unwrap().to_owned();
    assert!(body.contains("userName"), "one resource is logged whole: {body}");
}
