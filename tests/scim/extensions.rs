//! Schemas of the workspace's own (RFC 7643 section 3.3): data, validated, listed, and as good as the standard ones.

use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{USER, id, names, patch, percent, person, read, search};

const BADGE: &str = "urn:ietf:params:scim:schemas:extension:Badge:2.0:User";

fn badge() -> Value {
    json!({
        "id": BADGE,
        "name": "Badge",
        "description": "The badge that opens the doors",
        "attributes": [
            {"name": "number", "type": "integer"},
            {"name": "colour", "type": "string", "canonicalValues": ["red", "blue"]},
            {"name": "issued", "type": "dateTime", "mutability": "immutable"},
            {"name": "doors", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "type": "string", "caseExact": true}, {"name": "floor", "type": "integer"}]},
            {"name": "secret", "type": "string", "returned": "never", "mutability": "writeOnly"},
        ],
    })
}

async fn with_badges() -> Api {
    let api = Api::start("custom").await;
    api.command("schema.add", json!({"definition": badge().to_string()})).await;
    api
}

async fn refused(api: &Api, command: &str, args: Value) -> String {
    let caller = foundational::Caller::Operator;
    api.app.call(&caller, command, args).await.expect_err("it is refused").message
}

#[tokio::test]
async fn an_added_schema_is_listed_and_shown_by_discovery() {
    let api = with_badges().await;
    let listed = api.command("schema.list", json!({})).await;
    assert_eq!((&listed[0]["id"], listed.as_array().unwrap().len()), (&json!(BADGE), 1));
    let schema = read(&api, &format!("/Schemas/{BADGE}")).await;
    assert_eq!(schema["attributes"].as_array().unwrap().len(), 5);
    assert_eq!(schema["attributes"][0]["mutability"], "readWrite", "what was left out has its default");
    assert_eq!(read(&api, "/Schemas").await["totalResults"], 4);
    let user = read(&api, "/ResourceTypes/User").await;
    assert!(
        user["schemaExtensions"].as_array().unwrap().contains(&json!({"schema": BADGE, "required": false}))
    );
}

#[tokio::test]
async fn an_added_schema_is_written_read_patched_filtered_and_sorted_by() {
    let api = with_badges().await;
    let body = json!({"schemas": [USER, BADGE], "userName": "ada", BADGE: {"NUMBER": 7, "colour": "red", "secret": "s3cret",
        "issued": "2026-01-01T00:00:00Z", "doors": [{"value": "North", "floor": 2}]}});
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    assert_eq!(made["schemas"], json!([USER, BADGE]));
    assert_eq!(made[BADGE]["number"], 7);
    assert_eq!(made[BADGE].get("secret"), None, "returned: never");
    let path = format!("/Users/{}", id(&made));
    api.clock.advance(Duration::from_secs(1));
    let operations = json!([
        {"op": "replace", "path": format!("{BADGE}:number"), "value": 8},
        {"op": "add", "path": format!("{BADGE}:doors"), "value": [{"value": "South", "floor": 0}]},
        {"op": "replace", "path": format!("{BADGE}:doors[value eq \"North\"].floor"), "value": 3},
    ]);
    let after = api.scim("PATCH", &path, patch(operations)).await.expect(200, "patched");
    assert_eq!(after[BADGE]["number"], 8);
    assert_eq!(
        after[BADGE]["doors"],
        json!([{"value": "North", "floor": 3}, {"value": "South", "floor": 0}])
    );
    let immutable =
        json!([{"op": "replace", "path": format!("{BADGE}:issued"), "value": "2027-01-01T00:00:00Z"}]);
    api.scim("PATCH", &path, patch(immutable)).await.refused(400, Some("mutability"));
    let second = json!({"schemas": [USER, BADGE], "userName": "bob", BADGE: {"number": 3}});
    api.scim("POST", "/Users", second).await.expect(201, "created");
    person(&api, "eve").await;
    for (filter, found) in [
        (format!("{BADGE}:number gt 5"), vec!["ada"]),
        (format!("{BADGE}:number le 8"), vec!["ada", "bob"]),
        (format!("{BADGE}:doors[floor eq 3]"), vec!["ada"]),
        (format!("{BADGE}:doors.value eq \"north\""), vec![]),
        (format!("{BADGE}:colour eq \"RED\""), vec!["ada"]),
        (format!("not ({BADGE}:number pr)"), vec!["eve"]),
    ] {
        assert_eq!(
            names(&read(&api, &format!("/Users?filter={}", percent(&filter))).await),
            found,
            "{filter}"
        );
    }
    let sorted =
        api.scim("POST", "/Users/.search", search(json!({"sortBy": format!("{BADGE}:number")}))).await;
    assert_eq!(names(&sorted.expect(200, "sorted")), ["bob", "ada", "eve"]);
    let part = read(&api, &format!("{path}?attributes={}", percent(&format!("{BADGE}:number")))).await;
    assert_eq!(part[BADGE], json!({"number": 8}));
}

#[tokio::test]
async fn values_of_an_added_schema_are_held_to_its_types() {
    let api = with_badges().await;
    for (value, words) in [
        (json!({"number": "seven"}), "number"),
        (json!({"number": 1.5}), "number"),
        (json!({"issued": "yesterday"}), "issued"),
        (json!({"doors": [{"floor": "up"}]}), "floor"),
        (json!([1]), BADGE),
    ] {
        let body = json!({"schemas": [USER, BADGE], "userName": "ada", BADGE: value});
        let detail = api.scim("POST", "/Users", body).await.refused(400, Some("invalidValue"));
        assert!(detail.contains(words), "{detail}");
    }
}

#[tokio::test]
async fn a_schema_that_makes_no_sense_is_not_added() {
    let api = with_badges().await;
    let other = |change: fn(&mut Value)| {
        let mut definition = badge();
        definition["id"] = json!("urn:ietf:params:scim:schemas:extension:Other:2.0:User");
        change(&mut definition);
        json!({ "definition": definition.to_string() })
    };
    for (args, words) in [
        (json!({"definition": badge().to_string()}), "exists"),
        (
            other(|schema| schema["id"] = json!("urn:ietf:params:scim:schemas:extension:Other:2.0:Device")),
            "User",
        ),
        (json!({"definition": "{\n  \"ü\": Badges\n}"}), "line 2, column 8 can't be read"),
        (json!({"definition": "[]"}), "one JSON object"),
        (other(|schema| schema["id"] = json!("other")), "form"),
        (other(|schema| schema["attributes"] = json!([])), "attributes"),
        (other(|schema| schema["attributes"][0]["type"] = json!("colour")), "type"),
        (other(|schema| schema["attributes"][0]["name"] = json!("a b")), "a b"),
        (other(|schema| schema["attributes"][1]["name"] = json!("NUMBER")), "NUMBER"),
        (other(|schema| schema["attributes"][0]["uniqueness"] = json!("server")), "unique"),
    ] {
        let detail = refused(&api, "schema.add", args.clone()).await;
        assert!(detail.contains(words), "{args}: {detail}");
    }
    assert_eq!(read(&api, "/Schemas").await["totalResults"], 4, "the first one only");
}

#[tokio::test]
async fn a_schema_that_is_removed_hides_its_values_until_it_is_back() {
    let api = with_badges().await;
    let body = json!({"schemas": [USER, BADGE], "userName": "ada", BADGE: {"number": 7}});
    let made = api.scim("POST", "/Users", body).await.expect(201, "created");
    let path = format!("/Users/{}", id(&made));
    api.command("schema.remove", json!({"id": BADGE.to_uppercase()})).await;
    let hidden = read(&api, &path).await;
    assert_eq!((hidden.get(BADGE), &hidden["schemas"]), (None, &json!([USER])));
    api.scim("GET", &format!("/Schemas/{BADGE}"), None).await.refused(404, None);
    let filter = percent(&format!("{BADGE}:number pr"));
    api.scim("GET", &format!("/Users?filter={filter}"), None).await.refused(400, Some("invalidFilter"));
    let touch = patch(json!([{"op": "replace", "path": "title", "value": "x"}]));
    api.scim("PATCH", &path, touch).await.expect(200, "she can be changed all the same");
    assert!(refused(&api, "schema.remove", json!({"id": BADGE})).await.contains("added schema"));
    api.command("schema.add", json!({"definition": badge().to_string()})).await;
    assert_eq!(read(&api, &path).await[BADGE], json!({"number": 7}), "and it is there again");
}

#[tokio::test]
async fn added_schemas_and_open_discovery_outlive_the_process() {
    let open = async |folder: &std::path::Path| {
        let options =
            foundational::Options { data: folder.to_owned(), listen: None, public_url: None, insist: false };
        let clock = store::Clock::fixed("2026-11-24T10:00:00Z".parse().unwrap());
        foundational::Foundational::open_at(options, clock, store::Ids::random()).await.unwrap()
    };
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let operator = foundational::Caller::Operator;
    let app = open(first.path()).await;
    app.call(&operator, "schema.add", json!({"definition": badge().to_string()})).await.unwrap();
    app.call(&operator, "server.openDiscovery", json!({"open": true})).await.unwrap();
    app.close().await;
    // A process holds its folder to its end, so the next one is played on a copy.
    for entry in std::fs::read_dir(first.path()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), second.path().join(entry.file_name())).unwrap();
    }
    let app = open(second.path()).await;
    let listed = app.call(&operator, "schema.list", json!({})).await.unwrap();
    assert_eq!(listed[0]["id"], BADGE);
    assert_eq!(app.server().registry().schemas().count(), 4, "in force without being added again");
    assert_eq!(app.call(&operator, "server.discovery", json!({})).await.unwrap(), json!({"open": true}));
    app.close().await;
}
