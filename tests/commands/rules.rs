//! How a connection treats what arrives: local accounts, deletion, the Admin group, addresses, rotation.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

async fn set_rules(api: &Api, more: Value) -> Value {
    let mut rules =
        json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": []});
    rules.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await
}

async fn local(api: &Api, email: &str, role: &str) -> String {
    let args = json!({"name": "Local", "email": email, "role": role});
    api.command("people.createLocal", args).await["personId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_local_account_of_the_same_name_waits_for_an_admin() {
    let api = Api::start("custom").await;
    let id = local(&api, "mel@example.com", "member").await;
    let body = json!({"userName": "MEL@example.com", "displayName": "Mel from Okta"});
    let detail = api.scim("POST", "/Users", body.clone()).await.refused(409, Some("uniqueness"));
    assert!(!detail.contains("Local"), "the wire does not say whose it is: {detail}");
    api.scim("POST", "/Users", body.clone()).await.refused(409, Some("uniqueness"));
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    assert_eq!(waiting.as_array().unwrap().len(), 1, "asking twice is one question: {waiting}");
    assert_eq!(
        (&waiting[0]["arriving"], &waiting[0]["canLink"]),
        (&json!("Mel from Okta"), &json!(true)),
        "{waiting}"
    );
    let home = api.command("home.show", json!({})).await;
    assert!(home["attention"].to_string().contains("match.waiting"), "{home}");
    api.command("match.link", json!({"id": waiting[0]["id"]})).await;
    let found = api
        .scim("GET", "/Users?filter=userName%20eq%20%22mel@example.com%22", None)
        .await
        .expect(200, "look-up");
    assert_eq!(found["Resources"][0]["id"], json!(id), "the provider finds the account under its old id");
    assert_eq!(api.command("match.list", json!({"id": api.connection_id})).await, json!([]), "nothing waits");
}

#[tokio::test]
async fn a_local_admin_is_never_handed_over() {
    let api = Api::start("custom").await;
    local(&api, "grace@example.com", "admin").await;
    set_rules(&api, json!({"matching": "link"})).await;
    api.scim("POST", "/Users", json!({"userName": "grace@example.com"}))
        .await
        .refused(409, Some("uniqueness"));
    let waiting = api.command("match.list", json!({"id": api.connection_id})).await;
    assert_eq!(waiting[0]["canLink"], false, "{waiting}");
    let args = json!({"id": waiting[0]["id"]});
    let error = api.app.call(&Caller::Operator, "match.link", args.clone()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict, "not by hand either: {error:?}");
    api.command("match.keepApart", args).await;
    assert_eq!(api.command("match.list", json!({"id": api.connection_id})).await, json!([]), "decided");
    api.scim("POST", "/Users", json!({"userName": "grace@example.com"}))
        .await
        .refused(409, Some("uniqueness"));
    assert_eq!(
        api.command("match.list", json!({"id": api.connection_id})).await,
        json!([]),
        "and not asked again"
    );
}

#[tokio::test]
async fn linking_and_refusing_follow_the_rule() {
    let api = Api::start("custom").await;
    let id = local(&api, "mel@example.com", "member").await;
    set_rules(&api, json!({"matching": "refuse"})).await;
    api.scim("POST", "/Users", json!({"userName": "mel@example.com"})).await.refused(403, None);
    set_rules(&api, json!({"matching": "link"})).await;
    let body = json!({"userName": "mel@example.com", "title": "Engineer"});
    let linked = api.scim("POST", "/Users", body).await.expect(201, "linked");
    assert_eq!((&linked["id"], &linked["title"]), (&json!(id), &json!("Engineer")), "{linked}");
    let other = api
        .scim("POST", "/Users", json!({"userName": "eve", "emails": [{"value": "mel@example.com"}]}))
        .await;
    assert_ne!(other.expect(201, "a stranger")["id"], json!(id), "never by e-mail");
}

#[tokio::test]
async fn removal_leaves_no_tombstone() {
    let api = Api::start("custom").await;
    set_rules(&api, json!({"onDelete": "remove"})).await;
    let body = json!({"userName": "ada", "externalId": "e1"});
    let first = api.scim("POST", "/Users", body.clone()).await.expect(201, "joiner");
    let path = format!("/Users/{}", first["id"].as_str().unwrap());
    api.scim("DELETE", &path, None).await.expect(204, "leaver");
    let second = api.scim("POST", "/Users", body).await.expect(201, "another one");
    assert_ne!(first["id"], second["id"], "nothing was stored to come back to");
}

#[tokio::test]
async fn tombstones_go_after_thirty_days() {
    let api = Api::start("custom").await;
    let body = json!({"userName": "ada", "externalId": "e1"});
    let first = api.scim("POST", "/Users", body.clone()).await.expect(201, "joiner");
    let path = format!("/Users/{}", first["id"].as_str().unwrap());
    api.scim("DELETE", &path, None).await.expect(204, "leaver");
    for hours in [30 * 24, 24] {
        api.clock.advance(std::time::Duration::from_hours(hours));
        api.app.housekeeping().round().await.unwrap();
    }
    let later = api.scim("POST", "/Users", body).await.expect(201, "a month later");
    assert_ne!(first["id"], later["id"], "the old id is not brought back for ever");
}

#[tokio::test]
async fn members_of_the_chosen_group_and_no_one_else_become_admins() {
    let api = Api::start("custom").await;
    let mut ids = Vec::new();
    for name in ["ada", "bob"] {
        let body = json!({"userName": name, "roles": [{"value": "admin", "primary": true}]});
        ids.push(api.scim("POST", "/Users", body).await.expect(201, name)["id"].clone());
    }
    let role = async |id: &Value| api.command("people.show", json!({"id": id})).await["row"]["role"].clone();
    assert_eq!(role(&ids[0]).await, "member", "a roles attribute grants nothing");
    let body = json!({"displayName": "IT Admins", "members": [{"value": ids[0]}]});
    let group = api.scim("POST", "/Groups", body).await.expect(201, "group");
    assert_eq!(role(&ids[0]).await, "member", "off by default");
    let preview = api.command("groups.adminPreview", json!({"id": group["id"]})).await;
    assert_eq!(preview.as_array().unwrap().len(), 1, "who would be one: {preview}");
    set_rules(&api, json!({"adminGroupId": group["id"]})).await;
    assert_eq!(
        (role(&ids[0]).await, role(&ids[1]).await),
        (json!("admin"), json!("member")),
        "its members only"
    );
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    let swap = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                      "Operations": [{"op": "replace", "path": "members", "value": [{"value": ids[1]}]}]});
    api.scim("PATCH", &path, swap).await.expect(200, "others come and go");
    assert_eq!(
        (role(&ids[0]).await, role(&ids[1]).await),
        (json!("member"), json!("admin")),
        "the role follows"
    );
    api.scim("DELETE", &path, None).await.expect(204, "the group goes");
    assert_eq!(role(&ids[1]).await, "member", "and the role with it");
    let foreign = api.connect("Other", "okta").await.0;
    let rules =
        json!({"matching": "ask", "onDelete": "keep", "adminGroupId": group["id"], "allowedAddresses": []});
    let args = json!({"id": foreign, "rules": rules});
    let error = api.app.call(&Caller::Operator, "connection.setRules", args).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("adminGroupId"), "another connection's group: {error:?}");
}

#[tokio::test]
async fn only_listed_addresses_may_call() {
    let api = Api::start("custom").await;
    let bad = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": ["nonsense"]});
    let args = json!({"id": api.connection_id, "rules": bad});
    let error = api.app.call(&Caller::Operator, "connection.setRules", args).await.unwrap_err();
    assert!(error.message.contains("nonsense"), "{error:?}");
    set_rules(&api, json!({"allowedAddresses": ["198.51.100.0/24"]})).await;
    let from = |ip: &'static str| [("x-forwarded-for", ip), ("x-forwarded-proto", "https")];
    api.scim_with("GET", "/Users", &from("198.51.100.7"), None).await.expect(200, "on the list");
    api.scim_with("GET", "/Users", &from("203.0.113.9"), None).await.refused(403, None);
}

#[tokio::test]
async fn the_admin_group_is_found_among_the_groups_of_its_own_connection() {
    let api = Api::start("custom").await;
    for n in 0..25 {
        api.scim("POST", "/Groups", json!({"displayName": format!("Team {n:02}")}))
            .await
            .expect(201, "a group");
    }
    let (other, _) = api.connect("Second", "custom").await;
    let find = async |connection: &str, search: &str| {
        let found = api.command("groups.find", json!({"connectionId": connection, "search": search})).await;
        let names: Vec<_> =
            found["rows"].as_array().unwrap().iter().map(|row| row["name"].to_string()).collect();
        (names, found["total"].as_u64().unwrap())
    };
    let (shown, total) = find(&api.connection_id, "").await;
    assert_eq!((shown.len(), total), (20, 25), "the first of them by name, and how many there are");
    assert_eq!(
        find("first", " TEAM 2 ").await.1,
        5,
        "without regard to case; the connection goes by its name too"
    );
    assert_eq!(
        find(&api.connection_id, "24").await,
        (vec!["\"Team 24\"".to_owned()], 1),
        "far down the list"
    );
    assert_eq!(find(&other, "").await, (Vec::new(), 0), "another connection's groups are not found");
    for name in ["A team of admins", "Admins of old", "Admins"] {
        api.scim("POST", "/Groups", json!({"displayName": name})).await.expect(201, name);
    }
    assert_eq!(
        find(&api.connection_id, "admins").await.0,
        ["\"Admins\"", "\"Admins of old\"", "\"A team of admins\""],
        "who becomes Admin is chosen here: the very name first, then names that begin so"
    );
    let of_all = api.command("groups.find", json!({"connectionId": null, "search": "admins"})).await;
    let names: Vec<&Value> = of_all["rows"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(
        names,
        ["Admins", "Admins of old", "A team of admins"],
        "of all connections in the same order"
    );
}

#[tokio::test]
async fn rotation_overlaps_and_retires_the_old_token_by_itself() {
    let api = Api::start("custom").await;
    api.scim("GET", "/Users", None).await.expect(200, "the old token");
    api.recorded("GET", "/Users").await;
    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "24h"});
    let new = api.command("token.rotate", args.clone()).await;
    let third = api.app.call(&Caller::Operator, "token.rotate", args).await.unwrap_err();
    assert_eq!(third.code, Code::Conflict, "two are the most: {third:?}");
    let bearer = format!("Bearer {}", new["token"].as_str().unwrap());
    let states = async || {
        let list = api.command("token.list", json!({"id": api.connection_id})).await;
        let of = |state: &str| list.as_array().unwrap().iter().any(|token| token["state"] == state);
        (of("new"), of("active"), of("retiring"), of("revoked"))
    };
    assert_eq!(
        states().await,
        (true, false, true, false),
        "the old one is accepted until the new one is used"
    );
    api.clock.advance(std::time::Duration::from_hours(100));
    api.scim("GET", "/Users", None).await.expect(200, "however long that takes");
    let request = || {
        axum::http::Request::get(format!("/scim/v2/{}/Groups", api.connection_id))
            .header("host", "127.0.0.1")
            .header("authorization", bearer.clone())
            .body(axum::body::Body::empty())
            .unwrap()
    };
    api.send(request()).await.expect(200, "the new one");
    api.recorded("GET", "/Groups").await;
    assert_eq!(states().await, (false, true, true, false), "both, for a day");
    api.clock.advance(std::time::Duration::from_hours(23));
    api.scim("GET", "/Users", None).await.expect(200, "still within the day");
    api.clock.advance(std::time::Duration::from_hours(1));
    api.scim("GET", "/Users", None).await.refused(401, None);
    api.send(request()).await.expect(200, "the new one remains valid");
    assert_eq!(states().await, (false, true, false, true), "and the list says so");
    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    let next = api.command("token.rotate", args).await;
    api.command("token.cancelRotation", json!({"id": next["id"]})).await;
    assert_eq!(states().await, (false, true, false, true), "a rotation taken back leaves what was");
}

/// Neither waits for the request log, which has the use a moment later.
#[tokio::test]
async fn the_first_accepted_request_with_a_new_token_ends_the_old_one_and_the_rotation() {
    let api = Api::start("custom").await;
    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    let new = api.command("token.rotate", args).await;
    let request = |path: &str, token: &Value| {
        axum::http::Request::get(format!("/scim/v2/{path}/Groups"))
            .header("host", "127.0.0.1")
            .header("authorization", format!("Bearer {}", token.as_str().unwrap()))
            .body(axum::body::Body::empty())
            .unwrap()
    };
    api.send(request("another-connection", &new["token"])).await.refused(404, None);
    api.scim("GET", "/Users", None).await.expect(200, "a request that is refused uses no token");
    api.send(request(&api.connection_id, &new["token"])).await.expect(200, "the first use of the new one");
    api.scim("GET", "/Users", None).await.refused(401, None);
    let late = api.app.call(&Caller::Operator, "token.cancelRotation", json!({"id": new["id"]})).await;
    assert_eq!(late.unwrap_err().code, Code::Conflict, "the new one is in use already");
    api.send(request(&api.connection_id, &new["token"])).await.expect(200, "and it remains valid");
}

/// What ended by itself is over, whatever happens to the token that took its place.
#[tokio::test]
async fn a_retired_token_does_not_come_back_when_its_successor_is_revoked() {
    for overlap in ["none", "1h"] {
        let api = Api::start("custom").await;
        let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": overlap});
        let new = api.command("token.rotate", args).await;
        let request = axum::http::Request::get(format!("/scim/v2/{}/Groups", api.connection_id))
            .header("host", "127.0.0.1")
            .header("authorization", format!("Bearer {}", new["token"].as_str().unwrap()))
            .body(axum::body::Body::empty())
            .unwrap();
        api.send(request).await.expect(200, "the first use of the new one");
        api.recorded("GET", "/Groups").await;
        api.clock.advance(std::time::Duration::from_hours(1));
        api.command("token.revoke", json!({"id": new["id"]})).await;
        api.scim("GET", "/Users", None).await.refused(401, None);
        let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
        let states: Vec<&Value> = tokens.as_array().unwrap().iter().map(|token| &token["state"]).collect();
        assert_eq!(states, [&json!("revoked"); 2], "overlap {overlap}: {tokens}");
    }
}
