//! Everything against everything: whatever is sent, the answer is a resource or a SCIM error, and never a fault.

use serde_json::{Value, json};
use tests::{Api, Reply};

use crate::requests::{ENTERPRISE, GROUP, USER, bulk, group, id, patch, person, read, search};

fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!("true"),
        json!(-1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([null]),
        json!([["x"]]),
        json!(["x", "y"]),
        json!({"value": "x"}),
        json!([{"value": "x", "type": "work", "primary": true}]),
        json!([{"value": "x", "primary": true}, {"value": "y", "primary": true}]),
    ]
}

/// Every attribute and sub-attribute of the schemas, as a path.
async fn paths(api: &Api, of: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    for urn in of {
        let prefix = if *urn == ENTERPRISE { format!("{urn}:") } else { String::new() };
        for attribute in read(api, &format!("/Schemas/{urn}")).await["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            paths.push(format!("{prefix}{name}"));
            for sub in attribute["subAttributes"].as_array().into_iter().flatten() {
                let sub = sub["name"].as_str().unwrap();
                paths.push(format!("{prefix}{name}.{sub}"));
                paths.push(format!("{prefix}{name}[type eq \"work\"].{sub}"));
            }
        }
    }
    paths.extend(
        ["id", "meta", "meta.version", "schemas", "externalId", USER, ENTERPRISE, GROUP].map(str::to_owned),
    );
    paths
}

fn is_fine(method: &str, reply: &Reply) -> bool {
    let status = reply.status.as_u16();
    let is_error = reply.body["status"] == status.to_string().as_str()
        && reply.body["detail"].as_str().is_some_and(|text| !text.is_empty() && text.len() < 2000);
    match status {
        200 | 201 => reply.body.is_object() || method == "HEAD",
        204 | 304 => reply.body.is_null(),
        400..=499 | 501 => is_error || method == "HEAD",
        _ => false,
    }
}

/// Patches one resource with every value at every path, and compares what is answered with what is stored.
async fn patched_with_everything(api: &Api, path: &str, of: &[&str]) {
    let paths = paths(api, of).await;
    let mut count = 0_u32;
    let mut before = read(api, path).await;
    for attribute in &paths {
        for op in ["add", "replace", "remove"] {
            for value in values() {
                if op == "remove" && !value.is_null() {
                    continue;
                }
                let operation = json!([{"op": op, "path": attribute, "value": value}]);
                let reply = api.scim("PATCH", path, patch(operation.clone())).await;
                assert!(is_fine("PATCH", &reply), "{operation}: {reply:?}");
                let after = read(api, path).await;
                match reply.status.as_u16() {
                    200 => assert_eq!(reply.body, after, "{operation}: what is answered is what is stored"),
                    400 => assert_eq!(before, after, "{operation}: a refusal changes nothing"),
                    other => panic!("{operation}: {other}"),
                }
                before = after;
                count += 1;
            }
        }
    }
    assert!(count > 400, "{count} operations were tried");
    // Whatever the result is, it can be put back as it is.
    let again = api.scim("PUT", path, before.clone()).await.expect(200, "it is a resource");
    assert_eq!(again, before, "and that changes nothing");
}

#[tokio::test]
async fn every_value_at_every_path_of_a_person_is_applied_or_refused() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    patched_with_everything(&api, &format!("/Users/{ada}"), &[USER, ENTERPRISE]).await;
}

#[tokio::test]
async fn every_value_at_every_path_of_a_group_is_applied_or_refused() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let crew = id(&group(&api, "Crew", &[&ada]).await);
    patched_with_everything(
        &api,
        &format!("/Groups/{crew}?attributes=displayName,externalId,meta"),
        &[GROUP],
    )
    .await;
}

#[tokio::test]
async fn every_method_at_every_address_with_every_body_is_answered() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let crew = id(&group(&api, "Crew", &[&ada]).await);
    let addresses = [
        "",
        "/Users",
        "/Groups",
        "/Users?count=1&startIndex=2",
        "/Users?cursor=",
        "/Users?attributes=id",
        "/Users/unknown",
        "/Me",
        "/Bulk",
        "/.search",
        "/Users/.search",
        "/Groups/.search",
        "/Schemas",
        "/ResourceTypes/Group",
        "/ServiceProviderConfig",
        "/Nothing",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("/Users/{ada}"), format!("/Groups/{crew}"), format!("/Users/{crew}")]);
    let bodies = [
        None,
        Some(json!({})),
        Some(json!({"schemas": [USER], "userName": "x"})),
        Some(json!({"schemas": [GROUP], "displayName": "x", "members": [{"value": "y"}]})),
        Some(
            json!({"schemas": "x", "userName": {}, "Operations": {}, "filter": 1, "attributes": {}, "members": {}}),
        ),
        Some(patch(json!([{"op": "add", "path": "title", "value": "x"}]))),
        Some(patch(json!([{"op": "remove", "path": "members"}]))),
        Some(search(json!({"filter": "id pr", "sortBy": "id", "count": 1}))),
        Some(bulk(
            json!([{"method": "PATCH", "path": "/Users/x", "data": {}}, {"method": "POST", "path": "/Me", "bulkId": "b", "data": {}}]),
        )),
    ];
    let mut count = 0;
    for address in addresses {
        for body in &bodies {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS", "DELETE", "TRACE", "X"] {
                // The two that everything is tried on are not to go.
                if method == "DELETE" && (address.contains(&ada) || address.contains(&crew)) {
                    continue;
                }
                let reply = api.scim(method, &address, body.clone()).await;
                assert!(is_fine(method, &reply), "{method} {address} {body:?}: {reply:?}");
                count += 1;
            }
        }
    }
    assert!(count > 1000, "{count} requests were sent");
}
