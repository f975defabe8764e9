//! Normalisation of whole requests, form by form.

use serde_json::json;

use super::*;

mod properties;
mod rfc_form;

const BASE: &str = "https://x.example/scim/v2/c";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn request(method: &str, path: &str, body: &Value) -> IncomingRequest {
    IncomingRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        body: body.as_object().cloned(),
    }
}

fn run(request: &mut IncomingRequest) -> Vec<&'static str> {
    normalise(Provider::Custom, &Registry::standard(), BASE, request).iter().map(|known| known.code).collect()
}

/// Normalises operations as a PATCH of that path, and returns the operations and the codes.
fn patched(path: &str, operations: &Value) -> (Value, Vec<&'static str>) {
    let body =
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    let mut request = request("PATCH", path, &body);
    let codes = run(&mut request);
    (request.body.unwrap()["Operations"].take(), codes)
}

#[track_caller]
fn user(operations: impl Into<Value>, expected: impl Into<Value>, codes: &[&str]) {
    let operations = operations.into();
    let (out, noted) = patched("/Users/u-1", &operations);
    assert_eq!((out, noted.as_slice()), (expected.into(), codes), "{operations}");
}

#[track_caller]
fn group(operations: impl Into<Value>, expected: impl Into<Value>, codes: &[&str]) {
    let operations = operations.into();
    let (out, noted) = patched("/Groups/g-1", &operations);
    assert_eq!((out, noted.as_slice()), (expected.into(), codes), "{operations}");
}

#[track_caller]
fn created(body: impl Into<Value>, expected: impl Into<Value>, codes: &[&str]) {
    let body = body.into();
    let mut request = request("POST", "/Users", &body);
    let noted = run(&mut request);
    assert_eq!((Value::Object(request.body.unwrap()), noted.as_slice()), (expected.into(), codes), "{body}");
}

#[test]
fn an_inactive_status_sent_as_text_is_a_boolean() {
    for (sent, read) in [("False", false), ("false", false), ("FALSE", false), ("True", true), ("true", true)]
    {
        user(
            json!([{"op": "Replace", "path": "active", "value": sent}]),
            json!([{"op": "replace", "path": "active", "value": read}]),
            &["patch.op_case", "value.boolean_text"],
        );
        user(
            json!([{"op": "replace", "value": {"active": sent}}]),
            json!([{"op": "replace", "value": {"active": read}}]),
            &["value.boolean_text"],
        );
    }
}

#[test]
fn flat_keys_become_paths() {
    user(
        json!([{"op": "replace", "value": {
            "displayName": "Ada King",
            "name.familyName": "King",
            format!("{ENTERPRISE}:department"): "Maths",
            r#"emails[type eq "work"].value"#: "ada.king@example.com"
        }}]),
        json!([
            {"op": "replace", "value": {"displayName": "Ada King"}},
            {"op": "replace", "path": "name.familyName", "value": "King"},
            {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Maths"},
            {"op": "replace", "path": r#"emails[type eq "work"].value"#, "value": "ada.king@example.com"}
        ]),
        &["patch.flat_keys", "patch.flat_keys"],
    );
}

#[test]
fn a_part_of_an_unnamed_element_touches_one_element() {
    user(
        json!([{"op": "replace", "value": {"emails.value": "a@example.com"}}]),
        json!([{"op": "replace", "path": "emails[primary eq true].value", "value": "a@example.com"}]),
        &["patch.element_keys"],
    );
    user(
        json!([{"op": "add", "value": {"phoneNumbers.type": "mobile", "phoneNumbers.value": "1"}}]),
        json!([{"op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1"}]),
        &["patch.element_keys"],
    );
    group(
        json!([{"op": "replace", "value": {"members.value": "u-3"}}]),
        json!([{"op": "add", "path": "members", "value": [{"value": "u-3"}]}]),
        &["patch.element_keys"],
    );
}

#[test]
fn every_form_of_the_manager_becomes_an_object() {
    let path = format!("{ENTERPRISE}:manager");
    let right = json!([{"op": "add", "path": path, "value": {"value": "u-42"}}]);
    for value in [json!("u-42"), json!([{"value": "u-42", "$ref": null}]), json!(["u-42"])] {
        user(json!([{"op": "add", "path": path, "value": value}]), right.clone(), &["value.manager_form"]);
    }
    user(
        json!([{"op": "add", "path": "manager", "value": [{"$ref": null, "value": "u-42"}]}]),
        right.clone(),
        &["path.unqualified", "value.manager_form"],
    );
    user(
        json!([{"op": "add", "path": path, "value": [r#"{"value":"u-42"}"#]}]),
        right.clone(),
        &["value.role_json", "value.manager_form"],
    );
    user(
        json!([{"op": "replace", "value": {ENTERPRISE: {"manager": "u-42", "department": "X"}}}]),
        json!([{"op": "replace", "value": {ENTERPRISE: {"manager": {"value": "u-42"}, "department": "X"}}}]),
        &["value.manager_form"],
    );
    user(
        json!([{"op": "replace", "value": {format!("{ENTERPRISE}:manager"): "u-42"}}]),
        json!([{"op": "replace", "path": path, "value": {"value": "u-42"}}]),
        &["patch.flat_keys", "value.manager_form"],
    );
}

#[test]
fn an_empty_manager_is_null() {
    let path = format!("{ENTERPRISE}:manager");
    for value in [json!(""), json!({"value": ""}), json!({"value": null, "$ref": null}), json!([])] {
        user(
            json!([{"op": "replace", "path": path, "value": value}]),
            json!([{"op": "replace", "path": path, "value": null}]),
            &["value.manager_form"],
        );
        user(
            json!([{"op": "replace", "value": {ENTERPRISE: {"manager": value}}}]),
            json!([{"op": "replace", "value": {ENTERPRISE: {"manager": null}}}]),
            &["value.manager_form"],
        );
    }
    let unchanged = json!([{"op": "replace", "path": path, "value": {"displayName": "Grace"}}]);
    user(unchanged.clone(), unchanged, &[]);
}

/// The engine decides what is empty and what it does.
#[test]
fn empty_values_pass_untouched() {
    for operation in [
        json!({"op": "replace", "path": "title", "value": ""}),
        json!({"op": "add", "path": "emails[type eq \"work\"].value", "value": null}),
        json!({"op": "replace", "value": {"active": null, "name": {}, "nickName": ""}}),
    ] {
        user(json!([operation]), json!([operation]), &[]);
    }
}

#[test]
fn roles_are_unpacked() {
    user(
        json!([{"op": "Add", "path": "roles", "value": [
            {"value": r#"{"id":"9a1d","value":"editor","displayName":"Editor"}"#, "primary": "True"}
        ]}]),
        json!([{"op": "add", "path": "roles", "value": [
            {"value": "editor", "primary": true, "display": "Editor"}
        ]}]),
        &["patch.op_case", "value.boolean_text", "value.role_json"],
    );
    user(
        json!([{"op": "replace", "path": "roles[primary eq \"True\"].value", "value": "editor"}]),
        json!([{"op": "replace", "path": "roles[primary eq true].value", "value": "editor"}]),
        &["filter.boolean_text"],
    );
}

#[test]
fn only_the_named_members_are_removed() {
    group(
        json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u-3"}]}]),
        json!([{"op": "remove", "path": "members", "value": [{"value": "u-3"}]}]),
        &["patch.op_case", "members.remove_by_value"],
    );
    group(
        json!([{"op": "remove", "path": "members", "value": {"value": "u-3"}}]),
        json!([{"op": "remove", "path": "members", "value": [{"value": "u-3"}]}]),
        &["members.remove_by_value", "value.bare_element"],
    );
    group(
        json!([{"op": "remove", "value": {"members": ["u-3"]}}]),
        json!([{"op": "remove", "value": [{"value": "u-3"}], "path": "members"}]),
        &["members.remove_by_value", "value.bare_element"],
    );
    for untouched in [
        json!({"op": "remove", "path": "members"}),
        json!({"op": "remove", "path": "members", "value": null}),
        json!({"op": "remove", "value": {"members": null, "displayName": "x"}}),
    ] {
        group(json!([untouched]), json!([untouched]), &[]);
    }
}

#[test]
fn a_removal_with_a_value_is_recorded() {
    for (path, value) in [
        ("emails[type eq \"work\"].value", json!("old@example.com")),
        ("emails", json!([{"value": "a@example.com", "type": "work"}, {"value": "c@example.com"}])),
        ("emails", json!([{"type": "work"}])),
        ("name", json!({"givenName": "Ada"})),
    ] {
        let operation = json!([{"op": "remove", "path": path, "value": value}]);
        user(operation.clone(), operation, &["patch.remove_value"]);
    }
    let plain = json!([{"op": "remove", "path": "name", "value": null}]);
    user(plain.clone(), plain, &[]);
}

#[test]
fn what_only_the_server_writes_is_unknown_inside_a_value() {
    group(
        json!([{"op": "replace", "value": {"id": "g-17", "displayName": "Crew B"}}]),
        json!([{"op": "replace", "value": {"displayName": "Crew B"}}]),
        &["patch.read_only"],
    );
    let by_path = json!([{"op": "replace", "path": "id", "value": "g-17"}]);
    group(by_path.clone(), by_path, &[]);
}

#[test]
fn unknown_attributes_do_not_prevent_known_ones() {
    user(
        json!([
            {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:Other:2.0:User:badge", "value": "1"},
            {"op": "replace", "value": {"title": "Engineer", "shoeSize": 38}}
        ]),
        json!([{"op": "replace", "value": {"title": "Engineer"}}]),
        &["patch.unknown", "patch.unknown"],
    );
    user(
        json!([{"op": "add", "path": "urn:x:badge", "value": "1"}]),
        json!([{"op": "replace", "value": {}}]),
        &["patch.unknown"],
    );
    let mistake = json!([{"op": "replace", "path": "titel", "value": "x"}]);
    user(mistake.clone(), mistake, &[]);
}

#[test]
fn whole_extensions_can_be_named_as_a_path() {
    user(
        json!([{"op": "add", "path": ENTERPRISE, "value": {"department": "Maths", "manager": "u-42"}}]),
        json!([{"op": "add", "value": {ENTERPRISE: {"department": "Maths", "manager": {"value": "u-42"}}}}]),
        &["path.extension", "value.manager_form"],
    );
    let (out, _) = patched("/Users/u-1", &json!([{"op": "remove", "path": ENTERPRISE}]));
    assert_eq!(out.as_array().map(Vec::len), Some(6), "one removal for each attribute of the extension");
}

#[test]
fn messages_are_read_in_any_case_of_their_keys() {
    let body = json!({"operations": [{"Op": "Add", "Path": "title", "Value": ["Engineer"]}]});
    let mut request = request("PATCH", "/Users/u-1", &body);
    let codes = run(&mut request);
    assert_eq!(
        request.body.map(Value::Object),
        Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "title", "value": "Engineer"}]
        }))
    );
    assert_eq!(
        codes,
        [
            "schemas.message",
            "patch.keys",
            "patch.keys",
            "patch.keys",
            "patch.keys",
            "patch.op_case",
            "value.wrapped"
        ]
    );
}

#[test]
fn a_person_created_by_azure_is_brought_into_form() {
    created(
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
            "userName": "ada@example.com", "active": "True",
            "emails": [{"primary": "True", "type": "work", "value": "ada@example.com"}],
            "meta": {"resourceType": "User"}, "roles": [], "title": null,
            ENTERPRISE: {"department": "Engines", "manager": "u-42"}
        }),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "userName": "ada@example.com", "active": true,
            "emails": [{"primary": true, "type": "work", "value": "ada@example.com"}],
            "meta": {"resourceType": "User"}, "roles": [], "title": null,
            ENTERPRISE: {"department": "Engines", "manager": {"value": "u-42"}}
        }),
        &["value.boolean_text", "value.boolean_text", "value.manager_form", "schemas.misspelt"],
    );
}

#[test]
fn flat_keys_of_a_whole_resource_are_nested() {
    created(
        json!({"userName": "ada", "name.givenName": "Ada", format!("{ENTERPRISE}:department"): "Maths"}),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "userName": "ada", "name": {"givenName": "Ada"}, ENTERPRISE: {"department": "Maths"}
        }),
        &["patch.flat_keys", "schemas.resource"],
    );
}

#[test]
fn keys_of_one_attribute_are_compared_in_the_form_of_its_definition() {
    let manager = format!("{ENTERPRISE}:manager");
    created(
        json!({"title": ["Countess"], "urn:ietf:params:scim:schemas:core:2.0:User:title": "Countess",
            &manager: "u-42", "manager.displayName": ["Grace"]}),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "title": "Countess", ENTERPRISE: {"manager": {"value": "u-42", "displayName": "Grace"}}
        }),
        &["value.wrapped", "patch.flat_keys", "value.manager_form", "value.wrapped", "schemas.resource"],
    );
    created(
        json!({"title": ["Countess"], "urn:ietf:params:scim:schemas:core:2.0:User:title": "Countess"}),
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "title": "Countess"}),
        &["value.wrapped", "patch.flat_keys", "schemas.resource"],
    );
}

#[test]
fn foreign_schemas_of_a_group_are_unknown() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "displayName": "Crew", "members": "u-3"
    });
    let mut request = request("POST", "/Groups", &body);
    assert_eq!(run(&mut request), ["value.bare_element", "value.bare_element", "schemas.resource"]);
    assert_eq!(
        request.body.map(Value::Object),
        Some(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Crew", "members": [{"value": "u-3"}]
        }))
    );
}

#[test]
fn a_bulk_job_is_read_operation_by_operation() {
    let body = json!({"Operations": [
        {"method": "PATCH", "path": "/Users/u-1", "data": {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}},
        {"method": "DELETE", "path": "/Users/u-2"},
        {"method": "POST", "path": "/Bulk", "data": {"Operations": []}}
    ]});
    let mut request = request("POST", "/Bulk", &body);
    run(&mut request);
    let body = Value::Object(request.body.unwrap());
    assert_eq!(body.pointer("/Operations/0/data/Operations/0/value"), Some(&json!(false)));
    assert_eq!(body.pointer("/Operations/2/data"), Some(&json!({"Operations": []})));
}

#[test]
fn the_filters_of_a_query_and_of_a_search_are_normalised_alike() {
    let mut get = request("GET", "/Users", &Value::Null);
    get.query =
        "count=1&filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22a%2Bb%40x%22&attributes=id".to_owned();
    assert_eq!(run(&mut get), ["filter.suffix"]);
    assert_eq!(
        get.query,
        "count=1&filter=emails%5Btype%20eq%20%22work%22%20and%20value%20eq%20%22a%2Bb%40x%22%5D&attributes=id"
    );
    let mut search = request("POST", "/Users/.search", &json!({"filter": "email eq \"x\""}));
    assert_eq!(run(&mut search), ["filter.alias"]);
    assert_eq!(search.body.unwrap()["filter"], "emails.value eq \"x\"");
}

#[test]
fn normalisations_name_the_provider_and_hold_no_values_of_people() {
    let body = json!({"Operations": [{"op": "Add", "path": "roles", "value": "secret-role"},
        {"op": "replace", "path": "manager", "value": "u-4711"}]});
    let mut request = request("PATCH", "/Users/u-1", &body);
    for normalisation in normalise(Provider::Azure, &Registry::standard(), BASE, &mut request) {
        assert!(normalisation.text.starts_with("Azure "), "{}", normalisation.text);
        assert!(normalisation.text.ends_with('.'), "{}", normalisation.text);
        assert!(
            !normalisation.text.contains("secret") && !normalisation.text.contains("4711"),
            "{}",
            normalisation.text
        );
    }
}
