//! The validation that Microsoft's gallery asks for, rebuilt from its overview: first what Entra itself does, then the
//! direct tests.

use serde_json::{Value, json};
use tests::Api;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn made(api: &Api, name: &str) -> String {
    let body = json!({"userName": format!("{name}@example.com"), "displayName": name, "title": "Engineer", "active": true,
        "externalId": name, "emails": [{"value": format!("{name}@example.com"), "type": "work", "primary": true}],
        ENTERPRISE: {"department": "Engines"}});
    api.scim("POST", "/Users", body).await.expect(201, "create")["id"].as_str().unwrap().to_owned()
}

async fn patch(api: &Api, path: &str, operations: Value) -> Value {
    api.scim("PATCH", path, json!({"schemas": [PATCH], "Operations": operations})).await.expect(200, "patch")
}

async fn read(api: &Api, path: &str) -> Value {
    api.scim("GET", path, None).await.expect(200, "read")
}

#[tokio::test]
async fn create_update_disable_restore_and_delete_user() {
    let api = Api::start("azure").await;
    let path = format!("/Users/{}", made(&api, "ada").await);
    patch(&api, &path, json!([{"op": "Replace", "path": "displayName", "value": "Ada K."}])).await;
    assert_eq!(read(&api, &path).await["displayName"], "Ada K.", "Update_User");
    patch(&api, &path, json!([{"op": "Replace", "path": "active", "value": "False"}])).await;
    assert_eq!(read(&api, &path).await["active"], json!(false), "Disable_User");
    patch(&api, &path, json!([{"op": "Replace", "path": "active", "value": "True"}])).await;
    assert_eq!(read(&api, &path).await["active"], json!(true), "Restore_User: unassigned and assigned again");
    api.scim("DELETE", &path, None).await.expect(204, "Delete_User");
    api.scim("GET", &path, None).await.refused(404, None);
}

#[tokio::test]
async fn provision_on_demand_of_a_user_and_a_group() {
    let api = Api::start("azure").await;
    // The flag does not apply on demand: the default job's form, one object at a time, matched first.
    for (path, filter, body) in [
        ("/Users", "userName+eq+%22ada%40example.com%22", json!({"userName": "ada@example.com"})),
        ("/Groups", "displayName+eq+%22Crew%22", json!({"displayName": "Crew"})),
    ] {
        assert_eq!(
            read(&api, &format!("{path}?filter={filter}")).await["totalResults"],
            json!(0),
            "no one yet"
        );
        let made = api.scim("POST", path, body).await.expect(201, "create");
        let list = read(&api, &format!("{path}?filter={filter}")).await;
        assert_eq!(list["Resources"][0]["id"], made["id"], "exactly one match afterwards: {list}");
        assert_eq!(list["totalResults"], json!(1));
    }
}

#[tokio::test]
async fn user_update_manager() {
    let api = Api::start("azure").await;
    let (ada, grace, boss) = (made(&api, "ada").await, made(&api, "grace").await, made(&api, "boss").await);
    let (path, manager) = (format!("/Users/{ada}"), format!("{ENTERPRISE}:manager"));
    for id in [&grace, &boss] {
        let answer = patch(&api, &path, json!([{"op": "Add", "path": manager, "value": id}])).await;
        assert_eq!(answer[ENTERPRISE]["manager"], json!({"value": id}), "set, then changed");
    }
    let answer = patch(&api, &path, json!([{"op": "Remove", "path": manager}])).await;
    assert!(answer[ENTERPRISE].get("manager").is_none(), "cleared: {answer}");
    assert_eq!(answer[ENTERPRISE]["department"], "Engines");
}

#[tokio::test]
async fn create_update_restore_and_delete_group_with_members() {
    let api = Api::start("azure").await;
    let (ada, grace) = (made(&api, "ada").await, made(&api, "grace").await);
    let group = api.scim("POST", "/Groups", json!({"displayName": "Crew"})).await.expect(201, "Create_Group");
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    patch(&api, &path, json!([{"op": "Replace", "path": "displayName", "value": "Crew B"}])).await;
    patch(
        &api,
        &path,
        json!([{"op": "Add", "path": "members", "value": [{"value": ada}, {"value": grace}]}]),
    )
    .await;
    patch(&api, &path, json!([{"op": "Remove", "path": "members", "value": [{"value": ada}]}])).await;
    let read_back = read(&api, &path).await;
    assert_eq!(read_back["displayName"], "Crew B", "Update_Group");
    assert_eq!(read_back["members"].as_array().map(Vec::len), Some(1), "add and remove member: {read_back}");
    assert_eq!(read_back["members"][0]["value"], json!(grace));
    api.scim("DELETE", &path, None).await.expect(204, "Delete_Group");
    let again =
        api.scim("POST", "/Groups", json!({"displayName": "Crew B"})).await.expect(201, "Restore_Group");
    assert!(again.get("members").is_none_or(|members| members == &json!([])), "it starts empty: {again}");
}

#[tokio::test]
async fn schema_discoverability() {
    let api = Api::start("azure").await;
    let schemas = read(&api, "/Schemas").await;
    let names = |urn: &str| -> Vec<String> {
        let schema = schemas["Resources"].as_array().unwrap().iter().find(|schema| schema["id"] == urn);
        let schema = schema.unwrap_or_else(|| panic!("{urn} is listed in {schemas}"));
        let attributes = schema["attributes"].as_array().unwrap().iter();
        attributes.map(|attribute| attribute["name"].as_str().unwrap().to_owned()).collect()
    };
    // Every attribute of Entra's default mapping.
    let user = names("urn:ietf:params:scim:schemas:core:2.0:User");
    for name in [
        "userName",
        "active",
        "displayName",
        "title",
        "emails",
        "preferredLanguage",
        "name",
        "addresses",
        "phoneNumbers",
    ] {
        assert!(user.iter().any(|known| known == name), "{name} in {user:?}");
    }
    let extension = names(ENTERPRISE);
    for name in ["employeeNumber", "department", "manager"] {
        assert!(extension.iter().any(|known| known == name), "{name} in {extension:?}");
    }
    let group = names("urn:ietf:params:scim:schemas:core:2.0:Group");
    for name in ["displayName", "members"] {
        assert!(group.iter().any(|known| known == name), "{name} in {group:?}");
    }
}

#[tokio::test]
async fn scim_null_update() {
    let api = Api::start("azure").await;
    let path = format!("/Users/{}", made(&api, "ada").await);
    for attribute in ["title", "displayName", "externalId"] {
        for empty in [json!(""), json!(null)] {
            patch(&api, &path, json!([{"op": "replace", "path": attribute, "value": "before"}])).await;
            patch(&api, &path, json!([{"op": "replace", "path": attribute, "value": empty}])).await;
            let person = read(&api, &path).await;
            assert!(person.get(attribute).is_none(), "{attribute} = {empty} leaves nothing: {person}");
        }
    }
    assert_eq!(read(&api, &path).await["userName"], "ada@example.com", "the rest does not change");
    patch(&api, &path, json!([{"op": "replace", "path": "active", "value": "False"}])).await;
    for empty in [json!(""), json!(null)] {
        let body =
            json!({"schemas": [PATCH], "Operations": [{"op": "replace", "path": "active", "value": empty}]});
        let status = api.scim("PATCH", &path, body).await.status.as_u16();
        assert!(status == 400 || status == 200, "{empty}: {status}");
        assert_eq!(read(&api, &path).await["active"], json!(false), "nothing empty lets a leaver in again");
    }
}

#[tokio::test]
async fn a_patch_without_a_body_or_without_operations_is_refused_and_changes_nothing() {
    let api = Api::start("azure").await;
    let path = format!("/Users/{}", made(&api, "ada").await);
    let before = read(&api, &path).await;
    api.scim("PATCH", &path, None).await.refused(400, Some("invalidSyntax"));
    for body in [
        json!({}),
        json!({"schemas": [PATCH]}),
        json!({"schemas": [PATCH], "Operations": []}),
        json!({"schemas": [PATCH], "Operations": null}),
    ] {
        let reply = api.scim("PATCH", &path, body.clone()).await;
        assert_eq!(reply.status.as_u16(), 400, "{body}: {}", reply.body);
    }
    assert_eq!(read(&api, &path).await, before);
}

#[tokio::test]
async fn scim_user_and_group_create_and_update() {
    let api = Api::start("azure").await;
    for (endpoint, name, body) in [
        ("/Users", "userName", json!({"userName": "Round.Trip@Example.com"})),
        ("/Groups", "displayName", json!({"displayName": "Round Trip"})),
    ] {
        let made = api.scim("POST", endpoint, body.clone()).await.expect(201, "create");
        assert_eq!(made[name], body[name], "it comes back as it was sent");
        let path = format!("{endpoint}/{}", made["id"].as_str().unwrap());
        patch(&api, &path, json!([{"op": "replace", "path": "externalId", "value": "new"}])).await;
        assert_eq!(read(&api, &path).await["externalId"], "new");
    }
}

#[tokio::test]
async fn scim_user_and_group_pagination() {
    let api = Api::start("azure").await;
    for number in 0..11 {
        made(&api, &format!("person{number}")).await;
        api.scim("POST", "/Groups", json!({"displayName": format!("Group {number}")}))
            .await
            .expect(201, "create");
    }
    for endpoint in ["/Users", "/Groups"] {
        let mut seen = Vec::new();
        for (start, size) in [(1, 5), (6, 5), (11, 1)] {
            let page = read(&api, &format!("{endpoint}?startIndex={start}&count=5")).await;
            assert_eq!(page["startIndex"], json!(start), "echoed exactly");
            assert_eq!(page["itemsPerPage"], json!(size));
            assert_eq!(page["totalResults"], json!(11));
            seen.extend(page["Resources"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (11, 11), "{endpoint}: everybody once");
    }
}
