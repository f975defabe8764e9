//! Microsoft's hosted SCIM validator, rebuilt from write-ups of captured runs: its tests by name, users, groups and the
//! preview, with a whole default schema.

use serde_json::{Value, json};
use tests::Api;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn workspace() -> Api {
    Api::start("azure").await
}

/// Every attribute of the default schema that the validator fills.
fn person(name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "externalId": format!("{name}-id"), "userName": format!("{name}@example.com"),
        "active": true, "displayName": format!("Display {name}"), "nickName": "Nick", "title": "Title",
        "profileUrl": "https://example.com/p", "userType": "Employee", "preferredLanguage": "zu",
        "locale": "en-GB", "timezone": "Africa/Windhoek",
        "name": {"formatted": format!("Formatted {name}"), "familyName": "Family", "givenName": "Given",
            "middleName": "Middle", "honorificPrefix": "Dr", "honorificSuffix": "III"},
        "emails": [{"primary": true, "type": "work", "value": format!("{name}@example.com")}],
        "phoneNumbers": [{"type": "work", "value": "11-111-1111", "primary": true}, {"type": "mobile", "value": "22-222-2222"},
            {"type": "fax", "value": "33-333-3333"}],
        "addresses": [{"type": "work", "formatted": "1 Street", "streetAddress": "1 Street", "locality": "Town",
            "region": "Shire", "postalCode": "N1", "country": "GB", "primary": true}],
        "roles": [{"primary": "True", "display": "Role", "value": "role", "type": "t"}],
        ENTERPRISE: {"employeeNumber": "1", "costCenter": "2", "organization": "O", "division": "D", "department": "X"}
    })
}

async fn made(api: &Api, name: &str) -> String {
    api.scim("POST", "/Users", person(name)).await.expect(201, "create")["id"].as_str().unwrap().to_owned()
}

async fn made_group(api: &Api, name: &str) -> String {
    let body = json!({"schemas": [GROUP], "displayName": name, "externalId": format!("{name}-id")});
    api.scim("POST", "/Groups", body).await.expect(201, "create")["id"].as_str().unwrap().to_owned()
}

async fn patch(api: &Api, path: &str, operations: Value) {
    let body = json!({"schemas": [PATCH], "Operations": operations});
    let status = api.scim("PATCH", path, body).await.status.as_u16();
    assert!(matches!(status, 200 | 204), "a PATCH is answered with 200 or 204: {status}");
}

async fn read(api: &Api, path: &str) -> Value {
    api.scim("GET", path, None).await.expect(200, "read")
}

async fn found(api: &Api, path: &str, filter: &str) -> Value {
    let filter = filter.replace(' ', "+").replace('"', "%22").replace('@', "%40");
    let separator = if path.contains('?') { '&' } else { '?' };
    read(api, &format!("{path}{separator}filter={filter}")).await
}

mod users {
    use super::*;

    #[tokio::test]
    async fn create_a_new_user() {
        let api = workspace().await;
        let reply = api.scim("POST", "/Users", person("ada")).await;
        let kind = reply.headers["content-type"].to_str().unwrap().to_owned();
        let body = reply.expect(201, "create");
        assert_eq!(kind, "application/scim+json", "the validator warns of plain JSON");
        assert_eq!(body["roles"][0]["primary"], json!(true), "a text for a boolean comes back as a boolean");
        for (key, sent) in person("ada").as_object().unwrap().iter().filter(|(key, _)| *key != "roles") {
            assert_eq!(&body[key], sent, "{key} comes back as it was sent");
        }
    }

    #[tokio::test]
    async fn create_a_duplicate_user() {
        let api = workspace().await;
        made(&api, "ada").await;
        api.scim("POST", "/Users", person("ada")).await.refused(409, Some("uniqueness"));
    }

    #[tokio::test]
    async fn filter_for_an_existing_user_in_any_case_and_for_no_one() {
        let api = workspace().await;
        let id = made(&api, "ada").await;
        for name in ["ada@example.com", "ADA@EXAMPLE.COM"] {
            let list = found(&api, "/Users", &format!("userName eq \"{name}\"")).await;
            assert_eq!(
                (&list["totalResults"], &list["Resources"][0]["id"]),
                (&json!(1), &json!(id)),
                "{name}"
            );
        }
        let list = found(&api, "/Users", "userName eq \"5b0d7f0e\"").await;
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])), "200 and empty");
    }

    #[tokio::test]
    async fn patch_user_replace_attributes_verbose() {
        let api = workspace().await;
        let (id, other) = (made(&api, "ada").await, made(&api, "grace").await);
        let untouched = read(&api, &format!("/Users/{other}")).await;
        let path = format!("/Users/{id}");
        let mut operations = Vec::new();
        let simple = [
            "displayName",
            "nickName",
            "title",
            "userType",
            "preferredLanguage",
            "locale",
            "timezone",
            "externalId",
        ];
        let names =
            ["formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"];
        let address = ["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
        let extension = ["employeeNumber", "costCenter", "organization", "division", "department"];
        let mut replace = |path: String, value: Value| {
            operations.push(json!({"op": "replace", "path": path, "value": value}));
        };
        for name in simple {
            replace(name.to_owned(), json!(format!("new {name}")));
        }
        for name in names {
            replace(format!("name.{name}"), json!(format!("new {name}")));
        }
        for name in address {
            replace(format!("addresses[type eq \"work\"].{name}"), json!(format!("new {name}")));
        }
        replace("addresses[type eq \"work\"].primary".to_owned(), json!(true));
        for kind in ["work", "mobile", "fax"] {
            replace(format!("phoneNumbers[type eq \"{kind}\"].value"), json!(format!("new {kind}")));
        }
        replace("phoneNumbers[type eq \"work\"].primary".to_owned(), json!("True"));
        for name in extension {
            replace(format!("{ENTERPRISE}:{name}"), json!(format!("new {name}")));
        }
        replace("emails[type eq \"work\"].value".to_owned(), json!("new@example.com"));
        replace("emails[type eq \"work\"].primary".to_owned(), json!("True"));
        replace("roles[primary eq \"True\"].display".to_owned(), json!("new display"));
        replace("roles[primary eq \"True\"].value".to_owned(), json!("new value"));
        replace("roles[primary eq \"True\"].type".to_owned(), json!("new type"));
        replace("profileUrl".to_owned(), json!("https://example.com/new"));
        assert!(operations.len() >= 36, "as many as the validator sends: {}", operations.len());
        patch(&api, &path, json!(operations)).await;

        let person = read(&api, &path).await;
        for name in simple {
            assert_eq!(person[name], json!(format!("new {name}")));
        }
        for name in names {
            assert_eq!(person["name"][name], json!(format!("new {name}")));
        }
        for name in address {
            assert_eq!(person["addresses"][0][name], json!(format!("new {name}")));
        }
        for name in extension {
            assert_eq!(person[ENTERPRISE][name], json!(format!("new {name}")));
        }
        let role =
            json!({"primary": true, "display": "new display", "value": "new value", "type": "new type"});
        assert_eq!(person["roles"], json!([role]));
        assert_eq!(person["emails"], json!([{"primary": true, "type": "work", "value": "new@example.com"}]));
        assert_eq!(person["phoneNumbers"].as_array().map(Vec::len), Some(3), "no number was added");
        assert_eq!(person["userName"], "ada@example.com", "what was not named does not change");
        assert_eq!(read(&api, &format!("/Users/{other}")).await, untouched, "no one else changed");
    }

    #[tokio::test]
    async fn patch_user_add_attributes() {
        let api = workspace().await;
        let body = json!({"schemas": [USER], "userName": "bare@example.com"});
        let made = api.scim("POST", "/Users", body).await.expect(201, "create");
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        patch(
            &api,
            &path,
            json!([
                {"op": "add", "path": "emails[type eq \"work\"].value", "value": "bare@example.com"},
                {"op": "add", "path": "emails[type eq \"work\"].primary", "value": true},
                {"op": "add", "path": "addresses[type eq \"work\"].locality", "value": "Town"},
                {"op": "add", "path": "addresses[type eq \"work\"].country", "value": "GB"},
                {"op": "add", "path": "phoneNumbers[type eq \"fax\"].value", "value": "33"},
                {"op": "add", "value": {"displayName": "Bare", "name.givenName": "Given", format!("{ENTERPRISE}:division"): "D"}}
            ]),
        )
        .await;
        let person = read(&api, &path).await;
        assert_eq!(person["emails"], json!([{"type": "work", "value": "bare@example.com", "primary": true}]));
        assert_eq!(
            person["addresses"],
            json!([{"type": "work", "locality": "Town", "country": "GB"}]),
            "one address"
        );
        assert_eq!(person["phoneNumbers"], json!([{"type": "fax", "value": "33"}]));
        assert_eq!(person["name"], json!({"givenName": "Given"}));
        assert_eq!(person[ENTERPRISE], json!({"division": "D"}));
    }

    #[tokio::test]
    async fn update_user_user_name() {
        let api = workspace().await;
        let path = format!("/Users/{}", made(&api, "ada").await);
        patch(&api, &path, json!([{"op": "replace", "value": {"userName": "renamed@example.com"}}])).await;
        assert_eq!(read(&api, &path).await["userName"], "renamed@example.com");
    }

    #[tokio::test]
    async fn patch_user_disable_user() {
        let api = workspace().await;
        let path = format!("/Users/{}", made(&api, "ada").await);
        patch(&api, &path, json!([{"op": "replace", "path": "active", "value": false}])).await;
        assert_eq!(read(&api, &path).await["active"], json!(false), "by id");
        let list = found(&api, "/Users", "userName eq \"ada@example.com\"").await;
        assert_eq!(list["Resources"][0]["active"], json!(false), "and by filter");
    }

    #[tokio::test]
    async fn patch_user_add_replace_and_remove_manager() {
        let api = workspace().await;
        let (id, one, two) = (made(&api, "ada").await, made(&api, "one").await, made(&api, "two").await);
        let (path, manager) = (format!("/Users/{id}"), format!("{ENTERPRISE}:manager"));
        for (op, boss) in [("add", &one), ("replace", &two)] {
            patch(&api, &path, json!([{"op": op, "path": manager, "value": boss}])).await;
            assert_eq!(
                read(&api, &path).await[ENTERPRISE]["manager"],
                json!({"value": boss}),
                "{op}: an object"
            );
        }
        for removal in [
            json!({"op": "remove", "path": manager}),
            json!({"op": "replace", "path": manager, "value": ""}),
            json!({"op": "replace", "path": manager, "value": {"value": ""}}),
        ] {
            patch(&api, &path, json!([{"op": "add", "path": manager, "value": {"value": one}}])).await;
            patch(&api, &path, json!([removal])).await;
            let person = read(&api, &path).await;
            assert!(person[ENTERPRISE].get("manager").is_none(), "{removal}: {person}");
            assert_eq!(person[ENTERPRISE]["department"], "X", "the rest of the extension does not change");
        }
    }

    #[tokio::test]
    async fn delete_a_user() {
        let api = workspace().await;
        let path = format!("/Users/{}", made(&api, "ada").await);
        api.scim("DELETE", &path, None).await.expect(204, "delete");
        api.scim("GET", &path, None).await.refused(404, None);
    }
}

mod groups {
    use super::*;

    #[tokio::test]
    async fn create_a_new_group_and_a_duplicate() {
        let api = workspace().await;
        made_group(&api, "Crew").await;
        let body = json!({"schemas": [GROUP], "displayName": "Crew", "externalId": "other"});
        api.scim("POST", "/Groups", body).await.refused(409, Some("uniqueness"));
    }

    #[tokio::test]
    async fn filter_for_an_existing_group_in_any_case_and_for_none() {
        let api = workspace().await;
        let id = made_group(&api, "Crew").await;
        for name in ["Crew", "cREW"] {
            let list = found(&api, "/Groups", &format!("displayName eq \"{name}\"")).await;
            assert_eq!(
                (&list["totalResults"], &list["Resources"][0]["id"]),
                (&json!(1), &json!(id)),
                "{name}"
            );
        }
        assert_eq!(found(&api, "/Groups", "displayName eq \"None\"").await["totalResults"], json!(0));
    }

    #[tokio::test]
    async fn get_and_filter_excluding_members() {
        let api = workspace().await;
        let (id, ada) = (made_group(&api, "Crew").await, made(&api, "ada").await);
        let path = format!("/Groups/{id}");
        patch(&api, &path, json!([{"op": "add", "path": "members", "value": [{"value": ada}]}])).await;
        assert!(read(&api, &path).await["members"].is_array(), "with them by default");
        let group = read(&api, &format!("{path}?excludedAttributes=members")).await;
        assert!(group.get("members").is_none(), "{group}");
        let list = found(&api, "/Groups?excludedAttributes=members", "displayName eq \"Crew\"").await;
        assert_eq!(list["totalResults"], json!(1));
        assert!(list["Resources"][0].get("members").is_none(), "{list}");
    }

    #[tokio::test]
    async fn patch_group_replace_attributes_and_update_display_name() {
        let api = workspace().await;
        let path = format!("/Groups/{}", made_group(&api, "Crew").await);
        let ada = made(&api, "ada").await;
        patch(&api, &path, json!([{"op": "add", "path": "members", "value": [{"value": ada}]}])).await;
        patch(&api, &path, json!([{"op": "replace", "value": {"externalId": "new-id"}}])).await;
        patch(&api, &path, json!([{"op": "replace", "value": {"displayName": "Crew B"}}])).await;
        let group = read(&api, &path).await;
        assert_eq!((&group["externalId"], &group["displayName"]), (&json!("new-id"), &json!("Crew B")));
        assert_eq!(
            group["members"][0]["value"],
            json!(ada),
            "a replacement that is silent of members leaves them"
        );
    }

    #[tokio::test]
    async fn patch_group_add_and_remove_member() {
        let api = workspace().await;
        let path = format!("/Groups/{}", made_group(&api, "Crew").await);
        let (ada, grace) = (made(&api, "ada").await, made(&api, "grace").await);
        let both = json!([{"value": ada}, {"value": grace}]);
        patch(&api, &path, json!([{"op": "replace", "path": "members", "value": both}])).await;
        assert_eq!(read(&api, &path).await["members"].as_array().map(Vec::len), Some(2));
        patch(&api, &path, json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}])).await;
        let group = read(&api, &path).await;
        assert_eq!(group["members"].as_array().map(Vec::len), Some(1), "the other one remains");
        assert_eq!(group["members"][0]["value"], json!(grace));
    }

    #[tokio::test]
    async fn delete_a_group() {
        let api = workspace().await;
        let path = format!("/Groups/{}", made_group(&api, "Crew").await);
        api.scim("DELETE", &path, None).await.expect(204, "delete");
        api.scim("GET", &path, None).await.refused(404, None);
    }
}

mod preview {
    use super::*;

    #[tokio::test]
    async fn patch_user_multiple_operations_on_different_attributes() {
        let api = workspace().await;
        let path = format!("/Users/{}", made(&api, "ada").await);
        let email = "emails[type eq \"work\"].value";
        patch(
            &api,
            &path,
            json!([
                {"op": "remove", "path": email},
                {"op": "add", "path": email, "value": "preview@example.com"},
                {"op": "replace", "path": "name.formatted", "value": "Preview"},
                {"op": "remove", "path": "title"}
            ]),
        )
        .await;
        let person = read(&api, &path).await;
        assert_eq!(person["emails"][0]["value"], "preview@example.com");
        assert_eq!(person["name"]["formatted"], "Preview");
        assert_eq!(person["name"]["familyName"], "Family", "its neighbours do not change");
        assert!(person.get("title").is_none(), "{person}");
    }

    #[tokio::test]
    async fn patch_user_multiple_operations_on_the_same_attribute() {
        let api = workspace().await;
        let path = format!("/Users/{}", made(&api, "ada").await);
        patch(
            &api,
            &path,
            json!([
                {"op": "remove", "path": "displayName"},
                {"op": "add", "path": "displayName", "value": "One"},
                {"op": "replace", "path": "displayName", "value": "Two"}
            ]),
        )
        .await;
        assert_eq!(read(&api, &path).await["displayName"], "Two", "in their order");
    }

    #[tokio::test]
    async fn delete_what_is_not_there_and_delete_twice() {
        let api = workspace().await;
        let (ada, crew) = (made(&api, "ada").await, made_group(&api, "Crew").await);
        for (missing, path) in
            [("/Users/5b0d7f0e", format!("/Users/{ada}")), ("/Groups/5b0d7f0e", format!("/Groups/{crew}"))]
        {
            api.scim("DELETE", missing, None).await.refused(404, None);
            api.scim("DELETE", &path, None).await.expect(204, "the first time");
            api.scim("DELETE", &path, None).await.refused(404, None);
        }
    }

    #[tokio::test]
    async fn patch_group_add_then_remove_the_same_member() {
        let api = workspace().await;
        let path = format!("/Groups/{}", made_group(&api, "Crew").await);
        let (ada, grace) = (made(&api, "ada").await, made(&api, "grace").await);
        patch(&api, &path, json!([{"op": "add", "path": "members", "value": [{"value": grace}]}])).await;
        patch(
            &api,
            &path,
            json!([
                {"op": "add", "path": "members", "value": [{"value": ada}]},
                {"op": "remove", "path": format!("members[value eq \"{ada}\"]")}
            ]),
        )
        .await;
        let group = read(&api, &path).await;
        assert_eq!(group["members"].as_array().map(Vec::len), Some(1), "{group}");
        assert_eq!(group["members"][0]["value"], json!(grace), "who was there before is there still");
    }
}
