//! Requests that need nothing pass untouched.

use serde_json::json;

use super::*;

/// Requests in the RFC's own form, its examples among them.
fn requests_of_the_rfc() -> Vec<IncomingRequest> {
    let patch = |path: &str, operations: Value| -> IncomingRequest {
        request(
            "PATCH",
            path,
            &json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}),
        )
    };
    let person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "id": "u-1", "externalId": "701984", "userName": "bjensen@example.com",
        "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara"},
        "emails": [{"value": "b@example.com", "type": "work", "primary": true, "display": "b@example.com"}],
        "active": true, "title": "Tour Guide", "nickName": null, "groups": [{"value": "g-1", "display": "Crew"}],
        ENTERPRISE: {"employeeNumber": "701984", "manager":
            {"value": "u-42", "$ref": "../Users/u-42", "displayName": "John Smith"}},
        "meta": {"resourceType": "User", "version": "W/\"3\""}
    });
    let mut lookup = request("GET", "/Users", &Value::Null);
    lookup.query = "filter=userName+eq+%22a%20b%22&startIndex=1&count=100&aadOptscim062020".to_owned();
    vec![
        request("POST", "/Users", &person),
        request("PUT", "/Users/u-1", &person),
        patch(
            "/Groups/g-1",
            json!([{"op": "add", "path": "members", "value": [
            {"display": "Babs Jensen", "$ref": "https://example.com/v2/Users/2819c223", "value": "2819c223"}]}]),
        ),
        patch(
            "/Users/u-1",
            json!([{"op": "add", "value":
            {"emails": [{"value": "babs@jensen.org", "type": "home"}], "nickName": "Babs"}}]),
        ),
        patch("/Users/u-1", json!([{"op": "add", "value": {ENTERPRISE: {"department": "X"}}}])),
        patch("/Groups/g-1", json!([{"op": "remove", "path": "members"}])),
        patch(
            "/Groups/g-1",
            json!([{"op": "remove", "path": "members[value eq \"u-9\"]"},
            {"op": "add", "path": "members", "value": [{"value": "u-3", "display": "ada@example.com"}]}]),
        ),
        patch("/Groups/g-1", json!([{"op": "replace", "path": "members", "value": []}])),
        patch(
            "/Users/u-1",
            json!([{"op": "remove", "path":
            "emails[type eq \"work\" and value ew \"example.com\"]"}]),
        ),
        patch(
            "/Users/u-1",
            json!([{"op": "replace", "path": "addresses[type eq \"work\"]", "value":
            {"type": "work", "streetAddress": "911 Universal City Plaza", "primary": true}}]),
        ),
        patch(
            "/Users/u-1",
            json!([{"op": "replace", "path": "addresses[type eq \"work\"].streetAddress",
            "value": "1010 Broadway Ave"}]),
        ),
        patch(
            "/Users/u-1",
            json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager.value"),
            "value": "u-42"}]),
        ),
        patch("/Users/u-1", json!([{"op": "replace", "value": {"active": false}}])),
        lookup,
        request("GET", "/ServiceProviderConfig", &Value::Null),
        request("DELETE", "/Users/u-1", &Value::Null),
    ]
}

#[test]
fn requests_of_the_rfc_pass_untouched_for_every_provider() {
    for right in requests_of_the_rfc() {
        for provider in Provider::ALL {
            let mut request = right.clone();
            let notes = normalise(provider, &Registry::standard(), BASE, &mut request);
            assert_eq!(notes, [], "{provider:?}: {right:?}");
            assert_eq!(request, right, "{provider:?}");
            assert_eq!(
                serde_json::to_string(&request.body).unwrap(),
                serde_json::to_string(&right.body).unwrap(),
                "nor is the order of the keys"
            );
        }
    }
}
