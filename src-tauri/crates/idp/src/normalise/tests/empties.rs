//! What is empty: attributes cleared, attributes left alone, attributes not spoken of.

use super::*;

#[test]
fn empty_values_clear_their_attribute_alone() {
    for value in [json!(""), json!(null)] {
        user(
            json!([{"op": "Replace", "path": "title", "value": value}]),
            json!([{"op": "remove", "path": "title"}]),
            &["patch.op_case", "value.empty"],
        );
        user(
            json!([{"op": "replace", "value": {"nickName": value, "name": {"givenName": "Ada", "middleName": value}}}]),
            json!([
                {"op": "replace", "value": {"name": {"givenName": "Ada"}}},
                {"op": "remove", "path": "nickName"},
                {"op": "remove", "path": "name.middleName"}
            ]),
            &["value.empty", "value.empty"],
        );
        user(
            json!([{"op": "add", "path": "phoneNumbers[type eq \"work\"].value", "value": value}]),
            json!([{"op": "remove", "path": "phoneNumbers[type eq \"work\"].value"}]),
            &["value.empty"],
        );
    }
}

#[test]
fn nothing_empties_a_required_attribute_a_list_or_the_state() {
    for operation in [
        json!({"op": "replace", "path": "userName", "value": ""}),
        json!({"op": "replace", "path": "emails", "value": null}),
        json!({"op": "replace", "path": "active", "value": ""}),
        json!({"op": "replace", "path": "password", "value": ""}),
    ] {
        user(json!([operation]), json!([operation]), &[]);
    }
}

#[test]
fn an_empty_active_says_nothing_of_access() {
    let nothing = json!([{"op": "replace", "value": {}}]);
    user(json!([{"op": "replace", "path": "active", "value": null}]), nothing.clone(), &["value.empty"]);
    user(
        json!([{"op": "replace", "value": {"active": null, "title": "Countess"}}]),
        json!([{"op": "replace", "value": {"title": "Countess"}}]),
        &["value.empty"],
    );
    let removed = json!([{"op": "remove", "path": "active"}]);
    user(removed.clone(), removed, &[]);
}

#[test]
fn empty_texts_in_a_whole_profile_are_attributes_that_are_not_there() {
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    created(
        json!({"schemas": [core, ENTERPRISE], "userName": "ada", "title": "", "active": true,
            "name": {"givenName": "Ada", "middleName": ""},
            "emails": [{"value": "", "type": "home"}, {"value": "ada@example.com", "type": "work", "display": ""}],
            ENTERPRISE: {"department": "", "division": "Engines"}}),
        json!({"schemas": [core, ENTERPRISE], "userName": "ada", "active": true,
            "name": {"givenName": "Ada"}, "emails": [{"value": "ada@example.com", "type": "work"}],
            ENTERPRISE: {"division": "Engines"}}),
        &["value.empty", "value.empty", "value.empty", "value.empty"],
    );
    let required = json!({"schemas": [core], "userName": "", "password": ""});
    created(required.clone(), required, &[]);
}

#[test]
fn members_of_null_are_members_that_are_not_spoken_of() {
    let core = "urn:ietf:params:scim:schemas:core:2.0:Group";
    for (sent, kept) in [(json!(null), None), (json!([]), Some(json!([])))] {
        let body = json!({"schemas": [core], "displayName": "Crew", "members": sent});
        let mut request = request("PUT", "/Groups/g-1", &body);
        run(&mut request);
        assert_eq!(request.body.unwrap().get("members"), kept.as_ref(), "{sent}");
    }
    group(
        json!([{"op": "replace", "value": {"displayName": "Crew", "members": null}}]),
        json!([{"op": "replace", "value": {"displayName": "Crew"}}]),
        &["value.empty"],
    );
    let meant = json!([{"op": "replace", "path": "members", "value": null}]);
    group(meant.clone(), meant, &[]);
}
