//! Create, read, replace, delete (RFC 7644 sections 3.3, 3.4.1, 3.5.1, 3.6; RFC 7643 sections 2.5 and 3.1).

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, GROUP, USER, group, id, patch, percent, person, read};

#[tokio::test]
async fn a_created_person_is_answered_whole_with_location_and_etag() {
    let api = Api::start("custom").await;
    let body = json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "Ext-1",
        "userName": "Ada@Example.com",
        "name": {"givenName": "Ada", "familyName": "King", "formatted": "Ada King"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
        "phoneNumbers": [{"value": "tel:+44-1", "type": "mobile"}],
        "addresses": [{"type": "home", "locality": "London", "country": "GB"}],
        "x509Certificates": [{"value": "TUlJQg=="}],
        "roles": [{"value": "analyst"}],
        "locale": "en-GB",
        ENTERPRISE: {"employeeNumber": "1", "department": "Engines", "manager": {"value": "26118915"}},
    });
    let reply = api.scim("POST", "/Users", body.clone()).await;
    let location = reply.headers["location"].to_str().unwrap().to_owned();
    let etag = reply.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(reply.headers["content-type"], "application/scim+json");
    let made = reply.expect(201, "the person is created");
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name} is answered as it was sent");
    }
    assert_eq!(made["active"], true, "who is created without it is active");
    let meta = &made["meta"];
    assert_eq!(meta["resourceType"], "User");
    assert_eq!(meta["created"], "2026-11-24T10:00:00.000Z", "the time of the creation");
    assert_eq!(meta["lastModified"], meta["created"], "nothing changed since");
    assert_eq!((meta["location"].as_str(), meta["version"].as_str()), (Some(&*location), Some(&*etag)));
    assert!(location.ends_with(&format!("/scim/v2/{}/Users/{}", api.connection_id, id(&made))), "{location}");
    assert_eq!(read(&api, &format!("/Users/{}", id(&made))).await, made, "reading gives the same");
}

#[tokio::test]
async fn what_only_the_server_may_write_is_ignored_on_create_and_replace() {
    let api = Api::start("custom").await;
    let group = id(&group(&api, "Crew", &[]).await);
    let body = json!({
        "schemas": [USER], "userName": "ada", "id": "1",
        "meta": {"created": "1999-01-01T00:00:00Z", "resourceType": "Admin", "location": "https://elsewhere", "version": "W/\"99\""},
        "groups": [{"value": group}],
        ENTERPRISE: {"manager": {"value": "x", "displayName": "Manager"}},
    });
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    assert_ne!(made["id"], "1", "ids are the server's");
    assert_eq!(made["meta"]["resourceType"], "User");
    assert!(made["meta"]["created"].as_str().unwrap().starts_with("2026"), "{made}");
    assert_eq!(made.get("groups"), None, "groups are not written through a person");
    assert_eq!(made[ENTERPRISE]["manager"], json!({"value": "x"}), "nor the manager's name");

    let path = format!("/Users/{}", id(&made));
    let body = json!({"schemas": [USER], "userName": "ada", "title": "Countess", "meta": {"created": "1999-01-01T00:00:00Z"},
                      "groups": [{"value": group}]});
    let after = api.scim("PUT", &path, body).await.expect(200, "replaced");
    assert_eq!((&after["meta"]["created"], &after["id"]), (&made["meta"]["created"], &made["id"]));
    assert_eq!(after.get("groups"), None);
}

#[tokio::test]
async fn a_put_whose_body_names_another_id_is_refused_and_touches_neither() {
    let api = Api::start("custom").await;
    let (ada, bob) = (person(&api, "ada").await, person(&api, "bob").await);
    let body = json!({"schemas": [USER], "id": bob["id"], "userName": "mallory"});
    let reply = api.scim("PUT", &format!("/Users/{}", id(&ada)), body).await;
    assert!(reply.refused(400, Some("mutability")).starts_with("id"), "the detail names the attribute");
    for who in [ada, bob] {
        assert_eq!(read(&api, &format!("/Users/{}", id(&who))).await, who, "untouched");
    }
}

#[tokio::test]
async fn a_replacement_takes_away_what_it_does_not_name() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": [USER], "userName": "ada", "title": "Countess", "nickName": "A", "active": false,
                      "emails": [{"value": "a@x.org"}], ENTERPRISE: {"department": "R", "division": "D"}});
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    api.clock.advance(Duration::from_mins(1));
    let body = json!({"schemas": [USER], "userName": "ada2", "title": "Lady", ENTERPRISE: {"division": "D"}});
    let after = api.scim("PUT", &format!("/Users/{}", id(&made)), body).await.expect(200, "replaced");
    assert_eq!((&after["userName"], &after["title"]), (&json!("ada2"), &json!("Lady")));
    assert_eq!((after.get("nickName"), after.get("emails")), (None, None), "what was not named is removed");
    assert_eq!(after[ENTERPRISE], json!({"division": "D"}), "in extensions too");
    assert_eq!(after["active"], false, "but no one is reactivated by silence");
    assert_eq!(after["meta"]["lastModified"], "2026-11-24T10:01:00.000Z");
    assert_eq!(after["meta"]["version"], "W/\"2\"");
}

#[tokio::test]
async fn null_and_empty_arrays_are_no_values() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": [USER], "userName": "ada", "title": null, "emails": [], "name": {"givenName": null},
                      "phoneNumbers": [{"value": "1", "type": null}], ENTERPRISE: {"department": null}});
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    for name in ["title", "emails", "name", ENTERPRISE] {
        assert_eq!(made.get(name), None, "{name} has no value: {made}");
    }
    assert_eq!(made["phoneNumbers"], json!([{"value": "1"}]));
    assert_eq!(made["schemas"], json!([USER]), "an extension without values is not listed");
    let path = format!("/Users/{}", id(&made));
    let body = json!({"schemas": [USER], "userName": "ada", "phoneNumbers": null});
    let after = api.scim("PUT", &path, body).await.expect(200, "replaced");
    assert_eq!(after.get("phoneNumbers"), None, "null takes away as silence does");
    let none = read(&api, "/Users?filter=title%20pr").await;
    assert_eq!(none["totalResults"], 0, "and pr does not find it");
}

#[tokio::test]
async fn names_of_attributes_and_schemas_are_read_without_regard_to_case() {
    let api = Api::start("custom").await;
    let body = json!({"SCHEMAS": [USER.to_uppercase()], "USERNAME": "ada", "Name": {"GIVENNAME": "Ada"},
                      "eMails": [{"VALUE": "a@x.org", "Primary": true}], ENTERPRISE.to_uppercase(): {"DEPARTMENT": "R"}});
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    assert_eq!(made["userName"], "ada");
    assert_eq!(made["name"], json!({"givenName": "Ada"}));
    assert_eq!(made["emails"], json!([{"value": "a@x.org", "primary": true}]));
    assert_eq!(made[ENTERPRISE], json!({"department": "R"}), "names come back as the schema writes them");
}

#[tokio::test]
async fn what_is_required_must_be_there_and_what_is_wrong_is_named() {
    let api = Api::start("custom").await;
    for (body, words) in [
        (json!({"schemas": [USER]}), "userName"),
        (json!({"schemas": [USER], "userName": ""}), "userName"),
        (json!({"schemas": [USER], "userName": null}), "userName"),
        (json!({"schemas": [USER], "userName": 7.5}), "userName"),
        (json!({"schemas": [USER], "userName": "a", "name": "Ada"}), "name"),
        (json!({"schemas": [USER], "userName": "a", "active": 3}), "active"),
        (json!({"schemas": [USER], "userName": "a", "emails": [{"value": {"x": 1}}]}), "emails.value"),
        (
            json!({"schemas": [USER], "userName": "a", "x509Certificates": [{"value": "not base64!"}]}),
            "x509Certificates",
        ),
    ] {
        let detail = api.scim("POST", "/Users", body.clone()).await.refused(400, Some("invalidValue"));
        assert!(detail.contains(words), "{body}: {detail}");
    }
    let nameless = api.scim("POST", "/Groups", json!({"schemas": [GROUP]})).await;
    assert!(nameless.refused(400, Some("invalidValue")).contains("displayName"));
    assert!(api.scim("POST", "/Users", None).await.refused(400, Some("invalidSyntax")).contains("nothing"));
    assert_eq!(read(&api, "/Users").await["totalResults"], 0, "none of them left anything");
}

#[tokio::test]
async fn one_value_at_most_is_primary() {
    let api = Api::start("custom").await;
    let two = json!([{"value": "a@x.org", "primary": true}, {"value": "b@x.org", "primary": true}]);
    let body = json!({"schemas": [USER], "userName": "ada", "emails": two});
    let detail = api.scim("POST", "/Users", body).await.refused(400, Some("invalidValue"));
    assert!(detail.contains("primary"), "{detail}");
    let body =
        json!({"schemas": [USER], "userName": "ada", "emails": [{"value": "a@x.org", "primary": true}]});
    let path = format!("/Users/{}", id(&api.scim("POST", "/Users", body).await.expect(201, "one is fine")));
    let add =
        patch(json!([{"op": "add", "path": "emails", "value": [{"value": "b@x.org", "primary": true}]}]));
    let after = api.scim("PATCH", &path, add).await.expect(200, "another primary one is added");
    assert_eq!(
        after["emails"],
        json!([{"value": "a@x.org", "primary": false}, {"value": "b@x.org", "primary": true}]),
        "RFC 7644 section 3.5.2: the one that was primary is not any more"
    );
}

#[tokio::test]
async fn a_user_name_is_taken_whatever_its_case_and_form() {
    let api = Api::start("custom").await;
    let ada = person(&api, "Stra\u{df}e@x.org").await;
    for taken in ["stra\u{df}e@x.org", "STRASSE@X.ORG", "\u{ff33}trasse@x.org"] {
        let reply = api.scim("POST", "/Users", json!({"schemas": [USER], "userName": taken})).await;
        assert!(reply.refused(409, Some("uniqueness")).contains("userName"), "{taken}");
    }
    let bob = person(&api, "bob").await;
    let rename = patch(json!([{"op": "replace", "path": "userName", "value": "STRASSE@x.org"}]));
    api.scim("PATCH", &format!("/Users/{}", id(&bob)), rename).await.refused(409, Some("uniqueness"));
    let body = json!({"schemas": [USER], "userName": "STRASSE@x.org"});
    api.scim("PUT", &format!("/Users/{}", id(&bob)), body.clone()).await.refused(409, Some("uniqueness"));
    api.scim("PUT", &format!("/Users/{}", id(&ada)), body)
        .await
        .expect(200, "her own name in another case is hers");
}

#[tokio::test]
async fn an_external_id_is_exact_and_need_not_be_unique() {
    let api = Api::start("custom").await;
    for name in ["ada", "bob"] {
        let body = json!({"schemas": [USER], "userName": name, "externalId": "Same"});
        api.scim("POST", "/Users", body).await.expect(201, "Entra's default source for it is not unique");
    }
    assert_eq!(read(&api, "/Users?filter=externalId%20eq%20%22Same%22").await["totalResults"], 2);
    assert_eq!(
        read(&api, "/Users?filter=externalId%20eq%20%22same%22").await["totalResults"],
        0,
        "it is exact"
    );
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_can_be_made_again() {
    let api = Api::start("custom").await;
    let body =
        json!({"schemas": [USER], "userName": "ada", "externalId": "e1", "emails": [{"value": "ada@x.org"}]});
    let ada = api.scim("POST", "/Users", body.clone()).await.expect(201, "joiner");
    let path = format!("/Users/{}", id(&ada));
    let deleted = api.scim("DELETE", &path, None).await;
    assert_eq!((deleted.status.as_u16(), &deleted.body), (204, &Value::Null), "no body");
    assert!(!deleted.headers.contains_key("content-type"), "and no type for it");
    for (method, body) in [
        ("GET", None),
        ("DELETE", None),
        ("PUT", Some(json!({"userName": "ada"}))),
        ("PATCH", Some(patch(json!([{"op": "replace", "path": "title", "value": "x"}])))),
    ] {
        api.scim(method, &path, body).await.refused(404, None);
    }
    assert_eq!(read(&api, "/Users").await["totalResults"], 0, "not in lists");
    let by_id = format!("id eq \"{}\"", id(&ada));
    for filter in [
        "userName eq \"ada\"",
        "externalId eq \"e1\"",
        "emails.value eq \"ada@x.org\"",
        "active eq false",
        "not (userName eq \"x\")",
        &by_id,
    ] {
        let found = read(&api, &format!("/Users?filter={}", percent(filter))).await;
        assert_eq!(found["totalResults"], 0, "{filter} finds no tombstone");
    }
    let again = api.scim("POST", "/Users", body).await.expect(201, "no 409 by what is deleted");
    assert_eq!(id(&again), id(&ada), "proved to be the same person");
    assert_eq!(read(&api, &format!("/Users/{}", id(&again))).await, again, "the name is free again");
    api.scim("DELETE", &path, None).await.expect(204, "she leaves again");
    let newcomer = person(&api, "ada").await;
    assert_ne!(id(&newcomer), id(&ada), "the name alone proves nothing");
    let crew = id(&group(&api, "Crew", &[]).await);
    api.scim("DELETE", &format!("/Groups/{crew}"), None).await.expect(204, "groups too");
    api.scim("GET", &format!("/Groups/{crew}"), None).await.refused(404, None);
}

#[tokio::test]
async fn an_id_of_another_type_or_shape_is_not_found() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    for path in [
        format!("/Groups/{ada}"),
        "/Users/1".into(),
        "/Users/ada".into(),
        "/Users/..".into(),
        format!("/Users/{ada}x"),
        format!("/Users/{}", "a".repeat(4000)),
        "/Users/'%20or%201=1".into(),
    ] {
        for method in ["GET", "DELETE"] {
            let reply = api.scim(method, &path, None).await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.body);
        }
    }
    assert_eq!(read(&api, "/Users").await["totalResults"], 1, "she is still here");
}
