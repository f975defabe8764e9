//! What is shown of bodies, addresses and filters whose values are masked.

use super::*;
use serde_json::json;

#[test]
fn a_body_shows_its_shape_and_no_value() {
    let sent = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:acme:ada:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646", "externalId": "701984", "userName": "ada@acme.example",
        "name": {"givenName": "Ada", "familyName": "Lovelace"}, "active": true, "nickName": null,
        "emails": [{"value": "ada@acme.example", "type": "work", "primary": true},
            {"value": "ada@home.example", "type": "home"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": 1815},
        "urn:acme:ada:2.0:User": "x", "ada@acme.example": 1, "a1b2c3d4-7f76-453a-919d-413861904646": "x",
    });
    assert_eq!(
        Mask::NAMES.body(&sent.to_string()).unwrap(),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "(text)"],
            "id": "(text)", "externalId": "(text)", "userName": "(text)",
            "name": {"givenName": "(text)", "familyName": "(text)"}, "active": true, "nickName": null,
            "emails": [{"value": "(text)", "type": "work", "primary": true}, {"value": "(text)", "type": "home"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "(number)"},
            "(text)": "(text)",
        })
    );
}

#[test]
fn a_patch_shows_operations_and_paths() {
    let sent = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        {"op": "Replace", "path": "emails[type eq \"work\" and value eq \"ada@x\"].value", "value": "ada@y"},
        {"op": "Ada", "path": "members[value eq ada@x]"},
        {"op": "add", "path": "members", "value": [{"value": "p1"}, {"value": "p2"}, {"value": "p3"}]},
    ]});
    assert_eq!(
        Mask::NAMES.body(&sent.to_string()).unwrap()["Operations"],
        json!([
            {"op": "Replace", "path": "emails[type eq \"(text)\" and value eq \"(text)\"].value", "value": "(text)"},
            {"op": "(text)", "path": "members[value eq (text)]"},
            {"op": "add", "path": "members", "value": [{"value": "(text)"}, "(2 more of this shape)"]},
        ])
    );
}

#[test]
fn a_masked_body_is_the_same_when_it_is_masked_again() {
    let sent = json!({"userName": "ada", "employeeNumber": 7, "emails": [{"value": "a"}, {"value": "b"}],
        "Operations": [{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x"}]});
    let once = Mask::NAMES.parsed(&sent);
    assert_eq!(Mask::NAMES.parsed(&once), once);
    assert_eq!(once["emails"][1], "(1 more of this shape)");
    let named = json!({"userName": "(Ada more of this shape)", "nickName": "(3 more Adas)"});
    assert_eq!(Mask::NAMES.parsed(&named), json!({"userName": "(text)", "nickName": "(text)"}));
}

#[test]
fn an_answer_shows_its_counts_status_and_kind_of_error() {
    let error = json!({"status": "409", "scimType": "uniqueness", "detail": "ada@x is in use"});
    assert_eq!(
        Mask::NAMES.body(&error.to_string()).unwrap(),
        json!({"status": "409", "scimType": "uniqueness", "detail": "(text)"})
    );
    let list = json!({"totalResults": 2, "startIndex": 1, "Resources": [{"id": "a"}, {"id": "b"}]});
    assert_eq!(
        Mask::NAMES.body(&list.to_string()).unwrap(),
        json!({"totalResults": 2, "startIndex": 1, "Resources": [{"id": "(text)"}, "(1 more of this shape)"]})
    );
    assert_eq!(Mask::NAMES.body("{\"userName\":\"ada…"), None, "a body that was cut has no shape");
}

#[test]
fn an_address_shows_no_id_and_no_value() {
    for (path, shown) in [
        ("/Users", "/Users"),
        ("/Users/2819c223-7f76-453a-919d-413861904646", "/Users/(id)"),
        ("/Users?filter=userName+eq+%22ada%40acme.example%22", "/Users?filter=userName eq \"(text)\""),
        (
            "/Users?filter=userName%20eq%20ada@acme.example&count=1",
            "/Users?filter=userName eq (text)&count=1",
        ),
        ("/Users?filter=userName+eq+%22ada", "/Users?filter=userName eq \"(text)\""),
        ("/Users?filter=lovelace", "/Users?filter=(text)"),
        ("/Users?attributes=userName,ada@x", "/Users?attributes=userName,(text)"),
        ("/scim/v2/ada/Users", "/scim/v2/(id)/Users"),
        ("/Groups/.search?ada@x=1&count=ada", "/Groups/.search?(text)=(text)&count=(text)"),
        ("/Users?", "/Users"),
    ] {
        assert_eq!(Mask::NAMES.address(path), shown, "{path}");
    }
}

#[test]
fn an_expression_shows_attributes_and_operators() {
    for (text, shown) in [
        ("externalId eq \"a \\\" b\" and active eq true", "externalId eq \"(text)\" and active eq true"),
        ("not (id eq 7) or eq pr", "not (id eq (text)) or eq pr"),
        ("userName sw Ada Lovelace", "userName sw (text) (text)"),
        ("userName eq \"Ada\" Lovelace or id pr", "userName eq \"(text)\" (text) or id pr"),
        ("Ada Lovelace", "(text) (text)"),
        ("displayName eq Smith and Wesson", "displayName eq (text) and (text)"),
        ("members[ada]", "members[(text)]"),
        ("emails[type eq work].value co ada", "emails[type eq (text)].value co (text)"),
        ("urn:acme:ada:2.0:User:badge eq 7", "(text) (text) (text)"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName",
        ),
        ("a1b2c3d4-7f76-453a-919d-413861904646", "(text)"),
        ("1815", "(text)"),
        ("é", "(text)"),
    ] {
        assert_eq!(Mask::NAMES.expression(text), shown, "{text}");
    }
}

#[test]
fn of_a_name_that_no_schema_has_only_the_place_is_shown() {
    let mask = Mask::of(&Registry::standard());
    let sent = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Acme"],
        "userName": "ada", "active": "False", "acmeBadge": 7, "name": {"familyName": "Post", "acme": "x"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "x"},
    });
    assert_eq!(
        mask.body(&sent.to_string()).unwrap(),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "(text)"],
            "userName": "(text)", "active": "False", "(text)": "(number)",
            "name": {"familyName": "(text)", "(text)": "(text)"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "(text)"},
        })
    );
    for (text, shown) in [
        ("emails[type eq \"work\"].value", "emails[type eq \"(text)\"].value"),
        ("name.familyName", "name.familyName"),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:Acme", "(text)"),
        ("acmeBadge eq 7", "(text) (text) (text)"),
        ("name.acme", "(text)"),
    ] {
        assert_eq!(mask.expression(text), shown, "{text}");
    }
    assert_eq!(mask.address("/Users?acme=1&count=2"), "/Users?(text)=(text)&count=2");
}

#[test]
fn of_a_long_list_a_few_shapes_are_shown() {
    let sent = json!([{"a": 1}, {"b": 1}, {"c": 1}, {"d": 1}, {"e": 1}, {"f": 1}, {"f": 1}, {"g": 1}]);
    let shown = Mask::NAMES.body(&sent.to_string()).unwrap();
    assert_eq!(shown.as_array().unwrap().len(), 6, "{shown}");
    assert_eq!(shown[5], "(3 more)");
}
