//! What the server tells about itself (RFC 7643 sections 5 to 8.7, RFC 7644 section 4, RFC 9865 section 4).

use std::fmt::Write as _;

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, GROUP, LIST, USER, percent, read};

/// An attribute as a line of `schemas.txt`.
fn lines(out: &mut String, prefix: &str, attributes: &Value) {
    let list = |attribute: &Value, name: &str| {
        let words: Vec<&str> =
            attribute[name].as_array().into_iter().flatten().map(|v| v.as_str().unwrap()).collect();
        if words.is_empty() { "-".to_owned() } else { words.join(",") }
    };
    for attribute in attributes.as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        let kind = attribute["type"].as_str().unwrap();
        let exact = match (kind, &attribute["caseExact"]) {
            ("complex" | "boolean", _) => "-",
            (_, Value::Bool(true)) => "exact:yes",
            _ => "exact:no",
        };
        let word = |name: &str| attribute[name].as_str().unwrap_or("missing");
        assert!(
            attribute["description"].as_str().is_some_and(|text| !text.is_empty()),
            "{name} is described"
        );
        writeln!(
            out,
            "{prefix}{name} {kind} {} {} {exact} {} {} {} {} {}",
            if attribute["multiValued"] == true { "multi" } else { "one" },
            if attribute["required"] == true { "required" } else { "optional" },
            word("mutability"),
            word("returned"),
            word("uniqueness"),
            list(attribute, "canonicalValues"),
            list(attribute, "referenceTypes"),
        )
        .unwrap();
        if kind == "complex" {
            lines(out, &format!("{name}."), &attribute["subAttributes"]);
        }
    }
}

#[tokio::test]
async fn every_attribute_of_rfc_7643_has_its_characteristics() {
    let api = Api::start("custom").await;
    let shown = read(&api, "/Schemas").await;
    assert_eq!(shown["schemas"], json!([LIST]), "the schemas are a list");
    assert_eq!(shown["totalResults"], 3, "three schemas: {shown}");
    let mut found = String::new();
    for schema in shown["Resources"].as_array().unwrap() {
        writeln!(found, "schema {}", schema["id"].as_str().unwrap()).unwrap();
        lines(&mut found, "", &schema["attributes"]);
    }
    let wanted: Vec<String> = include_str!("schemas.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let found: Vec<String> = found.lines().map(str::to_owned).collect();
    let missing: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
    let more: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
    assert!(missing.is_empty() && more.is_empty(), "missing: {missing:#?}\nunexpected: {more:#?}");
    assert_eq!(found.len(), wanted.len(), "each once");
}

#[tokio::test]
async fn a_schema_is_found_by_its_urn_as_it_is_and_percent_encoded() {
    let api = Api::start("custom").await;
    for urn in [USER, GROUP, ENTERPRISE] {
        for path in [format!("/Schemas/{urn}"), format!("/Schemas/{}", percent(urn))] {
            let schema = read(&api, &path).await;
            assert_eq!(schema["id"], urn, "{path}");
            assert_eq!(schema["meta"]["resourceType"], "Schema", "{path}");
            let location = schema["meta"]["location"].as_str().unwrap();
            assert!(
                location.ends_with(&format!("/scim/v2/{}/Schemas/{urn}", api.connection_id)),
                "{location}"
            );
        }
    }
    let unknown = api.scim("GET", "/Schemas/urn:example:none", None).await;
    assert!(unknown.refused(404, None).contains("urn:example:none"), "the refusal names what was asked for");
}

#[tokio::test]
async fn the_resource_types_name_their_endpoints_schemas_and_extensions() {
    let api = Api::start("custom").await;
    let shown = read(&api, "/ResourceTypes").await;
    assert_eq!(shown["totalResults"], 2, "users and groups");
    for (name, endpoint, schema) in [("User", "/Users", USER), ("Group", "/Groups", GROUP)] {
        let one = read(&api, &format!("/ResourceTypes/{name}")).await;
        assert!(
            shown["Resources"].as_array().unwrap().contains(&one),
            "the list has the same description of {name}"
        );
        assert_eq!((&one["id"], &one["name"]), (&json!(name), &json!(name)));
        assert_eq!((&one["endpoint"], &one["schema"]), (&json!(endpoint), &json!(schema)));
        assert_eq!(one["meta"]["resourceType"], "ResourceType");
        assert_eq!(one["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]));
    }
    let user = read(&api, "/ResourceTypes/User").await;
    assert_eq!(user["schemaExtensions"], json!([{"schema": ENTERPRISE, "required": false}]));
    api.scim("GET", "/ResourceTypes/Device", None).await.refused(404, None);
}

#[tokio::test]
async fn what_the_server_says_it_supports_is_what_it_does() {
    let api = Api::start("custom").await;
    let shown = read(&api, "/ServiceProviderConfig").await;
    assert_eq!(shown["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
    for feature in ["patch", "bulk", "filter", "sort", "etag"] {
        assert_eq!(shown[feature]["supported"], true, "{feature} is supported");
    }
    assert_eq!(shown["changePassword"]["supported"], false, "no password is ever stored");
    assert_eq!(shown["bulk"]["maxOperations"], 1000);
    assert_eq!(shown["bulk"]["maxPayloadSize"], 5 * 1024 * 1024);
    assert_eq!(shown["authenticationSchemes"][0]["type"], "oauthbearertoken");
    // RFC 9865 section 4.
    let pages = &shown["pagination"];
    assert_eq!((&pages["cursor"], &pages["index"]), (&json!(true), &json!(true)));
    assert_eq!(pages["defaultPaginationMethod"], "index");
    assert_eq!((&pages["defaultPageSize"], &pages["maxPageSize"]), (&json!(100), &json!(500)));
    assert_eq!(pages["cursorTimeout"], 3600);
    assert_eq!(shown["filter"]["maxResults"], pages["maxPageSize"], "the most one answer has");
}

#[tokio::test]
async fn a_filter_on_discovery_is_refused() {
    let api = Api::start("custom").await;
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        for name in ["filter", "Filter", "%66ilter"] {
            let reply = api.scim("GET", &format!("{path}?{name}=id%20pr"), None).await;
            assert!(reply.refused(403, None).contains("filter"), "{path}?{name}");
        }
        // RFC 7644 section 4: other query parameters are ignored.
        read(&api, &format!("{path}?startIndex=2&count=1&sortBy=id&attributes=id")).await;
    }
}

#[tokio::test]
async fn discovery_takes_no_writes() {
    let api = Api::start("custom").await;
    let wanted = format!("/Schemas/{USER}");
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/ResourceTypes/User", &wanted] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = api.scim(method, path, json!({})).await;
            assert_eq!(reply.headers["allow"], "GET, HEAD, OPTIONS", "{method} {path} says what is possible");
            reply.refused(405, None);
        }
    }
}
