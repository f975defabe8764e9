//! `attributes` and `excludedAttributes`, in every answer with a resource (RFC 7644 section 3.9), and `returned`
//! (RFC 7643 section 7).

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, GROUP, USER, bulk, group, id, patch, percent, person, read, search};

fn keys(resource: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = resource.as_object().unwrap().keys().map(String::as_str).collect();
    found.sort_unstable();
    found
}

fn ada() -> Value {
    json!({"schemas": [USER, ENTERPRISE], "userName": "ada", "title": "Countess", "name": {"givenName": "Ada", "familyName": "King"},
           "emails": [{"value": "a@x.org", "type": "work"}], ENTERPRISE: {"department": "R", "division": "D"}})
}

/// The same person as every kind of request answers it.
async fn answers(api: &Api, query: &str) -> Vec<(&'static str, Value)> {
    let made = api.scim("POST", &format!("/Users?{query}"), ada()).await.expect(201, "POST");
    let path = format!("/Users/{}", id(&made));
    let touch = patch(json!([{"op": "replace", "path": "nickName", "value": "A"}]));
    let mut answers = vec![
        ("POST", made),
        ("GET", read(api, &format!("{path}?{query}")).await),
        ("PUT", api.scim("PUT", &format!("{path}?{query}"), ada()).await.expect(200, "PUT")),
        ("PATCH", api.scim("PATCH", &format!("{path}?{query}"), touch).await.expect(200, "PATCH")),
    ];
    // The nickname of the PATCH is not part of what is compared.
    api.scim("PUT", &path, ada()).await.expect(200, "put back");
    answers.push(("list", read(api, &format!("/Users?{query}")).await["Resources"][0].clone()));
    let (name, list) = query.split_once('=').unwrap();
    let list: Vec<String> = list.split(',').map(|part| part.replace("%3A", ":")).collect();
    let body = search(json!({ name: list }));
    for endpoint in ["/Users/.search", "/.search"] {
        let found = api.scim("POST", endpoint, body.clone()).await.expect(200, endpoint);
        answers.push((endpoint, found["Resources"][0].clone()));
    }
    answers
}

#[tokio::test]
async fn only_what_is_asked_for_is_shown_and_always_the_id() {
    let api = Api::start("custom").await;
    for (at, shown) in answers(&api, "attributes=userName,NAME.givenname,meta.location").await {
        assert_eq!(keys(&shown), ["id", "meta", "name", "schemas", "userName"], "{at}: {shown}");
        assert_eq!(shown["name"], json!({"givenName": "Ada"}), "{at}");
        assert_eq!(keys(&shown["meta"]), ["location"], "{at}");
    }
}

#[tokio::test]
async fn what_is_excluded_is_not_shown_but_the_id_is() {
    let api = Api::start("custom").await;
    let query =
        format!("excludedAttributes=id,schemas,meta,emails.type,name,{}:department", percent(ENTERPRISE));
    for (at, shown) in answers(&api, &query).await {
        let core: Vec<&str> = keys(&shown).into_iter().filter(|name| *name != "nickName").collect();
        assert_eq!(
            core,
            ["active", "emails", "id", "schemas", "title", ENTERPRISE, "userName"],
            "{at}: {shown}"
        );
        assert_eq!(shown["emails"], json!([{"value": "a@x.org"}]), "{at}");
        assert_eq!(shown[ENTERPRISE], json!({"division": "D"}), "{at}");
    }
}

#[tokio::test]
async fn an_extension_is_named_by_its_urn() {
    let api = Api::start("custom").await;
    for (at, shown) in answers(&api, &format!("attributes={}", percent(ENTERPRISE))).await {
        assert_eq!(keys(&shown), ["id", "schemas", ENTERPRISE], "{at}: {shown}");
        assert_eq!(shown["schemas"], json!([USER, ENTERPRISE]), "{at}: the schemas of what is shown");
    }
    for (at, shown) in {
        let api = Api::start("custom").await;
        answers(&api, &format!("attributes={}%3Adepartment,title", percent(ENTERPRISE))).await
    } {
        assert_eq!(shown[ENTERPRISE], json!({"department": "R"}), "{at}");
        assert_eq!(shown["title"], "Countess", "{at}");
    }
}

#[tokio::test]
async fn unknown_names_show_nothing_and_both_lists_are_too_many() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&api.scim("POST", "/Users", ada()).await.expect(201, "created")));
    assert_eq!(keys(&read(&api, &format!("{path}?attributes=shoeSize")).await), ["id", "schemas"]);
    let whole = read(&api, &path).await;
    assert_eq!(read(&api, &format!("{path}?excludedAttributes=shoeSize")).await, whole);
    assert_eq!(read(&api, &format!("{path}?attributes=")).await, whole, "an empty list asks for nothing");
    for target in [&*path, "/Users"] {
        let both = api.scim("GET", &format!("{target}?attributes=id&excludedAttributes=title"), None).await;
        both.refused(400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn what_is_never_returned_is_not_shown_when_it_is_asked_for() {
    let api = Api::start("custom").await;
    let mut body = ada();
    body["password"] = json!("s3cret");
    let made = api.scim("POST", "/Users?attributes=password,userName", body).await.expect(201, "created");
    assert_eq!(keys(&made), ["id", "schemas", "userName"]);
}

#[tokio::test]
async fn the_display_of_a_member_is_shown_on_request_only() {
    let api = Api::start("custom").await;
    let ada = id(&api.scim("POST", "/Users", ada()).await.expect(201, "created"));
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[&ada]).await));
    let plain = read(&api, &path).await;
    assert_eq!(plain["members"][0].get("display"), None, "not by default: {plain}");
    let asked = read(&api, &format!("{path}?attributes=members.display,members.value")).await;
    assert_eq!(asked["members"], json!([{"value": ada, "display": "Ada King"}]));
}

#[tokio::test]
async fn a_group_of_ten_thousand_is_answered_without_its_members_when_they_are_excluded() {
    let api = Api::start("custom").await;
    let members: Vec<Value> =
        (0..10_000).map(|n| json!({"value": format!("0199d3c0-7c2e-7000-8000-0000000{n:05}")})).collect();
    let ada = id(&person(&api, "ada").await);
    let mut all = members.clone();
    all.push(json!({"value": ada}));
    let made = api
        .scim("POST", "/Groups", json!({"schemas": [GROUP], "displayName": "All", "members": all}))
        .await
        .expect(201, "made");
    assert_eq!(made.get("members"), None, "a write of so many does not answer with them");
    let path = format!("/Groups/{}", id(&made));
    let before = api.app.member_rows_read();
    for (n, query) in ["excludedAttributes=members", "attributes=displayName", "excludedAttributes=MEMBERS"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(read(&api, &format!("{path}?{query}")).await.get("members"), None, "{query}");
        let list = read(&api, &format!("/Groups?{query}")).await;
        assert_eq!(list["Resources"][0].get("members"), None, "{query}, listed");
        assert_eq!(list["Resources"][0]["displayName"], "All");
        let add = patch(
            json!([{"op": "add", "path": "members", "value": [{"value": format!("0199d3c0-7c2e-7000-8000-0000001{n:05}")}]}]),
        );
        let after = api.scim("PATCH", &format!("{path}?{query}"), add).await.expect(200, "patched");
        assert_eq!(after.get("members"), None, "{query}, patched");
    }
    let posted = search(json!({"excludedAttributes": ["members", "groups"]}));
    api.scim("POST", "/Groups/.search", posted.clone()).await.expect(200, "searched");
    api.scim("POST", "/.search", posted).await.expect(200, "searched over all types");
    assert_eq!(api.app.member_rows_read() - before, 3, "of all rows only the three that were added");
    assert_eq!(read(&api, &path).await["members"].as_array().unwrap().len(), 1, "a read shows who exists");
    assert!(api.app.member_rows_read() > before + 3, "the count does count");
    let add = patch(
        json!([{"op": "add", "path": "members", "value": [{"value": "0199d3c0-7c2e-7000-8000-00000000beef"}]}]),
    );
    let after = api.scim("PATCH", &format!("{path}?attributes=members"), add).await.expect(200, "added");
    assert_eq!(
        after["members"].as_array().unwrap().len(),
        1,
        "a write does answer with them when they are asked for"
    );
}

#[tokio::test]
async fn in_bulk_there_is_no_query_and_no_body_on_success() {
    let api = Api::start("custom").await;
    let body = bulk(json!([{"method": "POST", "path": "/Users", "bulkId": "a", "data": ada()}]));
    let done = api.scim("POST", "/Bulk", body).await.expect(200, "done");
    let one = &done["Operations"][0];
    assert_eq!(keys(one), ["bulkId", "location", "method", "status", "version"], "{one}");
}
