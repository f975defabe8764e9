//! Groups and membership (RFC 7643 sections 4.1.2 and 4.2).

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{GROUP, USER, group, id, patch, person, read, values};

async fn add(api: &Api, group: &str, member: &str) {
    let operation = json!([{"op": "add", "path": "members", "value": [{"value": member}]}]);
    api.scim("PATCH", &format!("/Groups/{group}"), patch(operation)).await.expect(200, "added");
}

#[tokio::test]
async fn a_member_has_a_type_and_an_address() {
    let api = Api::start("custom").await;
    let ada = person(&api, "ada").await;
    let inner = group(&api, "Inner", &[]).await;
    let outer = group(&api, "Outer", &[&id(&ada), &id(&inner)]).await;
    let find = |wanted: &Value| {
        outer["members"].as_array().unwrap().iter().find(|m| m["value"] == wanted["id"]).cloned()
    };
    assert_eq!(
        find(&ada),
        Some(json!({"value": ada["id"], "$ref": ada["meta"]["location"], "type": "User"}))
    );
    assert_eq!(
        find(&inner),
        Some(json!({"value": inner["id"], "$ref": inner["meta"]["location"], "type": "Group"}))
    );
}

#[tokio::test]
async fn the_groups_of_a_person_are_computed_directly_and_through_other_groups() {
    let api = Api::start("custom").await;
    let ada = person(&api, "ada").await;
    let inner = group(&api, "Inner", &[&id(&ada)]).await;
    let middle = group(&api, "Middle", &[&id(&inner)]).await;
    let outer = group(&api, "Outer", &[&id(&middle), &id(&ada)]).await;
    let path = format!("/Users/{}", id(&ada));
    let groups = read(&api, &path).await["groups"].clone();
    let kind = |of: &Value| {
        let found = groups.as_array().unwrap().iter().find(|g| g["value"] == of["id"]).unwrap();
        assert_eq!(found["$ref"], of["meta"]["location"]);
        assert_eq!(found["display"], of["displayName"]);
        found["type"].as_str().unwrap().to_owned()
    };
    assert_eq!([kind(&inner), kind(&middle), kind(&outer)], ["direct", "indirect", "direct"], "{groups}");
    assert_eq!(groups.as_array().unwrap().len(), 3, "each once, although one is reached twice");
    let listed = read(&api, "/Users").await;
    assert_eq!(listed["Resources"][0]["groups"], groups, "in lists too");
    let group_itself = read(&api, &format!("/Groups/{}", id(&inner))).await;
    assert_eq!(group_itself.get("groups"), None, "a group has no such attribute");
    // The person did not change by joining.
    assert_eq!(read(&api, &path).await["meta"]["version"], "W/\"1\"");
}

#[tokio::test]
async fn groups_that_contain_each_other_end() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let (one, two) = (id(&group(&api, "One", &[&ada]).await), id(&group(&api, "Two", &[]).await));
    add(&api, &one, &two).await;
    add(&api, &two, &one).await;
    add(&api, &one, &one).await;
    let mut both = [one.clone(), two.clone()];
    both.sort();
    assert_eq!(values(&read(&api, &format!("/Users/{ada}")).await["groups"]), both);
    let mut members = vec![ada, one.clone(), two];
    members.sort();
    assert_eq!(values(&read(&api, &format!("/Groups/{one}")).await["members"]), members);
}

#[tokio::test]
async fn the_same_member_twice_is_one() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let made = group(&api, "Crew", &[&ada, &ada]).await;
    assert_eq!(values(&made["members"]), [ada.as_str()], "in a POST");
    let path = format!("/Groups/{}", id(&made));
    let put = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": ada}, {"value": ada, "type": "User"}]});
    assert_eq!(
        values(&api.scim("PUT", &path, put).await.expect(200, "put")["members"]),
        [ada.as_str()],
        "in a PUT"
    );
    let twice = patch(json!([{"op": "add", "path": "members", "value": [{"value": ada}, {"value": ada}]}]));
    let after = api.scim("PATCH", &path, twice).await.expect(200, "patched");
    assert_eq!(values(&after["members"]), [ada.as_str()], "in a PATCH");
}

#[tokio::test]
async fn a_member_that_is_not_here_yet_is_unresolved_and_who_returns_joins_when_sent_again() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": [USER], "userName": "ada", "externalId": "e1"});
    let ada = id(&api.scim("POST", "/Users", body.clone()).await.expect(201, "joiner"));
    api.scim("DELETE", &format!("/Users/{ada}"), None).await.expect(204, "she leaves");
    let absent = "01a20d04-ffff-7000-8000-000000000000";
    let made = group(&api, "Crew", &[&ada, absent]).await;
    assert_eq!(made.get("members"), None, "who is not here is not shown: {made}");
    let shown = api.command("groups.show", json!({"id": id(&made)})).await;
    assert_eq!(shown["row"]["unresolved"], 2, "the admin sees that something is missing: {shown}");
    let again = id(&api.scim("POST", "/Users", body).await.expect(201, "rehired"));
    assert_eq!(again, ada, "the same person returns under the same id");
    let path = format!("/Groups/{}", id(&made));
    assert_eq!(read(&api, &path).await.get("members"), None, "a membership of before does not come with it");
    let add = json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]);
    api.scim("PATCH", &path, patch(add)).await.expect(200, "sent for who is here now");
    assert_eq!(values(&read(&api, &path).await["members"]), [ada.as_str()], "a member at once");
    assert_eq!(values(&read(&api, &format!("/Users/{ada}")).await["groups"]), [id(&made)]);
}

#[tokio::test]
async fn a_deletion_leaves_no_dangling_member() {
    let api = Api::start("custom").await;
    let (ada, bob) = (id(&person(&api, "ada").await), id(&person(&api, "bob").await));
    let inner = id(&group(&api, "Inner", &[&ada, &bob]).await);
    let outer = id(&group(&api, "Outer", &[&inner, &ada]).await);
    api.scim("DELETE", &format!("/Users/{ada}"), None).await.expect(204, "ada leaves");
    for (group, members) in [(&inner, vec![bob.clone()]), (&outer, vec![inner.clone()])] {
        let left = read(&api, &format!("/Groups/{group}")).await;
        assert_eq!(values(&left["members"]), members);
        assert_eq!(left["meta"]["version"], "W/\"2\"", "the group changed");
    }
    api.scim("DELETE", &format!("/Groups/{inner}"), None).await.expect(204, "the inner group goes");
    assert_eq!(read(&api, &format!("/Groups/{outer}")).await.get("members"), None);
    assert_eq!(read(&api, &format!("/Users/{bob}")).await.get("groups"), None);
}

#[tokio::test]
async fn a_put_without_members_keeps_them_and_one_with_an_empty_list_does_not() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[&ada]).await));
    let renamed = api
        .scim("PUT", &path, json!({"schemas": [GROUP], "displayName": "Team"}))
        .await
        .expect(200, "renamed");
    assert_eq!((&renamed["displayName"], values(&renamed["members"])), (&json!("Team"), vec![ada]));
    let notes = api.recorded("PUT", &path).await["notes"].to_string();
    assert!(notes.contains("members"), "the admin can read that they did not change: {notes}");
    let emptied = json!({"schemas": [GROUP], "displayName": "Team", "members": []});
    assert_eq!(api.scim("PUT", &path, emptied).await.expect(200, "emptied").get("members"), None);
}

#[tokio::test]
async fn a_put_replaces_the_members_it_names() {
    let api = Api::start("custom").await;
    let (ada, bob) = (id(&person(&api, "ada").await), id(&person(&api, "bob").await));
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[&ada]).await));
    let put = json!({"schemas": [GROUP], "displayName": "Crew", "members": [{"value": bob}]});
    assert_eq!(values(&api.scim("PUT", &path, put).await.expect(200, "put")["members"]), [bob.as_str()]);
    assert_eq!(read(&api, &format!("/Users/{ada}")).await.get("groups"), None);
}

#[tokio::test]
async fn what_is_no_member_is_refused() {
    let api = Api::start("custom").await;
    let made = group(&api, "Crew", &[]).await;
    let path = format!("/Groups/{}", id(&made));
    for wrong in [
        json!([1]),
        json!([{"display": "Ada"}]),
        json!([{"value": {}}]),
        json!([{"value": 7}]),
        json!([{"value": "x", "type": 1}]),
        json!(3),
    ] {
        let operation = patch(json!([{"op": "add", "path": "members", "value": wrong}]));
        api.scim("PATCH", &path, operation).await.refused(400, Some("invalidValue"));
        let body = json!({"schemas": [GROUP], "displayName": "Crew", "members": wrong});
        api.scim("PUT", &path, body).await.refused(400, Some("invalidValue"));
        assert_eq!(read(&api, &path).await, made, "{wrong}");
    }
}

#[tokio::test]
async fn a_group_name_is_taken_within_its_connection() {
    let api = Api::start("custom").await;
    group(&api, "Crew", &[]).await;
    let reply = api.scim("POST", "/Groups", json!({"schemas": [GROUP], "displayName": "CREW"})).await;
    assert!(reply.refused(409, Some("uniqueness")).contains("displayName"));
    let team = id(&group(&api, "Team", &[]).await);
    let rename = patch(json!([{"op": "replace", "path": "displayName", "value": "crew"}]));
    api.scim("PATCH", &format!("/Groups/{team}"), rename).await.refused(409, Some("uniqueness"));
}

#[tokio::test]
async fn a_person_cannot_join_through_the_own_record() {
    let api = Api::start("custom").await;
    let crew = id(&group(&api, "Crew", &[]).await);
    let body = json!({"schemas": [USER], "userName": "eve", "groups": [{"value": crew}]});
    let eve = api.scim("POST", "/Users", body).await.expect(201, "created");
    assert_eq!(eve.get("groups"), None);
    let join = patch(json!([{"op": "add", "path": "groups", "value": [{"value": crew}]}]));
    api.scim("PATCH", &format!("/Users/{}", id(&eve)), join).await.refused(400, Some("mutability"));
    assert_eq!(read(&api, &format!("/Groups/{crew}")).await.get("members"), None);
}
