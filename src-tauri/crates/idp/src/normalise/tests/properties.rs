//! What holds for every request, also for nonsense.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop::sample::select(vec!["", "True", "false", "x", "u-3", "work", "{\"value\":\"r\"}", "é]\"["])
            .prop_map(Value::from),
        Just(json!(1)),
    ];
    let keys = prop::sample::select(vec![
        "value",
        "type",
        "primary",
        "$ref",
        "display",
        "givenName",
        "manager",
        "department",
        "displayName",
        "manager.value",
        "members",
        "active",
        "id",
        "schemas",
        "emails",
        "emails.value",
        "emails.type",
        "name",
        "name.givenName",
        "name.middleName",
        "title",
        "roles",
        "colour",
        ENTERPRISE,
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "emails[type eq \"work\"].value",
        "roles[primary eq \"True\"].primary",
        "groups",
        "é.ü",
        "phoneNumbers.primary",
    ]);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((keys.clone(), inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

fn any_operation() -> impl Strategy<Value = Value> {
    let ops = prop::sample::select(vec!["add", "Replace", "REMOVE", "move"]);
    let paths = prop::sample::select(vec![
        None,
        Some(""),
        Some("members"),
        Some("members[value eq \"u-3\"]"),
        Some("active"),
        Some("title"),
        Some("name"),
        Some("manager"),
        Some("department"),
        Some("manager.value"),
        Some("emails"),
        Some("emails.value"),
        Some("emails[type eq \"work\"].value"),
        Some("emails[type eq \"work\"]"),
        Some("roles[primary eq \"True\"].value"),
        Some("roles"),
        Some(ENTERPRISE),
        Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"),
        Some("urn:x:y"),
        Some("emails["),
    ]);
    (ops, paths, prop::option::of(any_value())).prop_map(|(op, path, value)| {
        let mut map = Map::new();
        map.insert("op".to_owned(), op.into());
        map.extend(path.map(|path| ("path".to_owned(), Value::from(path))));
        map.extend(value.map(|value| ("value".to_owned(), value)));
        Value::Object(map)
    })
}

proptest! {
    #[test]
    fn normalising_a_patch_twice_is_normalising_it_once(
        operations in prop::collection::vec(any_operation(), 0..3),
        path in prop::sample::select(vec!["/Users/u-1", "/Groups/g-1"]),
    ) {
        let mut once = request("PATCH", path, &json!({"Operations": operations}));
        run(&mut once);
        let mut twice = once.clone();
        run(&mut twice);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn normalising_a_resource_twice_is_normalising_it_once(
        body in any_value(),
        (method, path) in prop::sample::select(vec![("POST", "/Users"), ("PUT", "/Groups/g-1")]),
    ) {
        let mut once = request(method, path, &body);
        run(&mut once);
        let mut twice = once.clone();
        run(&mut twice);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn normalising_a_filter_twice_is_normalising_it_once(
        words in prop::collection::vec(prop::sample::select(vec![
            "emails", "[", "]", "].value", "type", "eq", "pr", "\"work\"", "\"True\"", "and", "or", "not", "(", ")",
            "email", "manager", "active", "primary", "roles[primary eq \"True\"].value eq \"x\"", "é",
        ]), 0..12),
        space in prop::sample::select(vec!["", " "]),
    ) {
        let filter = words.join(space);
        let mut once = request("POST", "/Users/.search", &json!({"filter": filter}));
        run(&mut once);
        let mut twice = once.clone();
        run(&mut twice);
        prop_assert_eq!(twice, once);
    }

    /// A removal is widened if it loses its value while its path names a whole list.
    #[test]
    fn no_removal_is_widened(operations in prop::collection::vec(any_operation(), 1..3)) {
        let whole = |operations: &[Value]| operations.iter().filter(|operation| {
            let list = matches!(operation["path"].as_str(), Some("members" | "emails" | "roles"));
            let valueless = operation.get("value").is_none();
            operation["op"].as_str().is_some_and(|op| op.eq_ignore_ascii_case("remove")) && list && valueless
        }).count();
        let mut request = request("PATCH", "/Groups/g-1", &json!({"Operations": operations}));
        run(&mut request);
        let after = request.body.unwrap()["Operations"].as_array().cloned().unwrap_or_default();
        prop_assert!(whole(&after) <= whole(&operations), "{after:?}");
    }
}
