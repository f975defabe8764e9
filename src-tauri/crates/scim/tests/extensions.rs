//! Schemas of a workspace's own: what may be added, and that every characteristic of RFC 7643 section 7 is obeyed.
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use scim::{
    Error, Filter, Meta, Patch, Projection, Registry, ResourceType, Schema, ScimType, parse_create,
    parse_replace, render,
};
use serde_json::{Map, Value, json};

const URN: &str = "urn:ietf:params:scim:schemas:extension:Badge:2.0:User";

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("expected an object, got {other}"),
    }
}

fn registry() -> Registry {
    let schema = object(json!({
        "id": URN, "name": "Badge", "description": "What a badge opens.",
        "attributes": [
            {"name": "number", "type": "integer", "required": true},
            {"name": "weight", "type": "decimal"},
            {"name": "issued", "type": "dateTime", "mutability": "immutable"},
            {"name": "secret", "type": "string", "mutability": "writeOnly", "returned": "never"},
            {"name": "history", "type": "string", "returned": "request"},
            {"name": "serial", "type": "string", "returned": "always", "caseExact": true},
            {"name": "printed", "type": "boolean", "mutability": "readOnly"},
            {"name": "tags", "type": "string", "multiValued": true},
            {"name": "doors", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "type": "string", "required": true},
                {"name": "type", "type": "string"},
                {"name": "key", "type": "string", "mutability": "immutable"},
            ]},
        ],
    }));
    let schema = Schema::from_json(&schema).expect("a schema");
    assert_eq!(Schema::from_json(&schema.to_json()).as_ref(), Ok(&schema), "what is shown reads back");
    Registry::standard().with_extension(schema).expect("fits")
}

fn badge(value: impl Into<Value>) -> Map<String, Value> {
    object(json!({"userName": "ada", "active": true, URN: value.into()}))
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ScimType {
    outcome.expect_err("refused").scim_type.expect("a keyword")
}

fn patched(before: impl Into<Value>, operations: impl Into<Value>) -> Result<Value, Error> {
    let registry = registry();
    let mut document = badge(before);
    Patch::parse(&registry, ResourceType::User, &object(json!({"Operations": operations.into()})))?
        .apply(&registry, &mut document)?;
    Ok(document.remove(URN).unwrap_or_default())
}

#[test]
fn values_are_held_to_their_types() {
    let registry = registry();
    let read = |value: Value| parse_create(&registry, ResourceType::User, badge(value));
    let good = json!({"number": 7, "weight": 1.5, "issued": "2024-01-01T00:00:00Z", "tags": ["a", "b"], "printed": true});
    let stored = object(read(good).expect("fits").document[URN].clone());
    assert_eq!(stored.get("printed"), None, "readOnly is dropped");
    assert_eq!(stored["tags"], json!(["a", "b"]));
    for wrong in [
        json!({"number": 1.5}),
        json!({"number": "1"}),
        json!({"weight": 1}),
        json!({"number": 1, "weight": "x"}),
        json!({"number": 1, "issued": "2024-01-01"}),
        json!({"number": 1, "tags": "a"}),
        json!({"number": 1, "tags": [1]}),
        json!({"number": 1, "doors": [{"type": "x"}]}),
        json!(5),
    ] {
        assert_eq!(refusal(read(wrong.clone())), ScimType::InvalidValue, "{wrong}");
    }
}

#[test]
fn what_is_immutable_is_set_once() {
    let registry = registry();
    let before =
        badge(json!({"number": 1, "issued": "2024-01-01T00:00:00Z", "secret": "s", "printed": true}));
    let put = |value: Value| parse_replace(&registry, ResourceType::User, &before, badge(value));
    let replaced = put(json!({"number": 2})).expect("omitting it does not change it");
    let expected = json!({"number": 2, "issued": "2024-01-01T00:00:00Z", "secret": "s", "printed": true});
    assert_eq!(replaced.document[URN], expected, "so it does with what the client cannot read or write");
    assert_eq!(refusal(put(json!({"number": 1, "issued": "2025-01-01T00:00:00Z"}))), ScimType::Mutability);
    let set = |value: &str| json!([{"op": "replace", "path": format!("{URN}:issued"), "value": value}]);
    let first = json!({"number": 1});
    assert!(patched(first, set("2024-01-01T00:00:00Z")).is_ok(), "once is fine");
    let second = json!({"number": 1, "issued": "2024-01-01T00:00:00Z"});
    assert!(patched(second.clone(), set("2024-01-01T00:00:00Z")).is_ok(), "the same again is fine");
    assert_eq!(refusal(patched(second.clone(), set("2025-01-01T00:00:00Z"))), ScimType::Mutability);
    assert_eq!(
        refusal(patched(second, json!([{"op": "remove", "path": format!("{URN}:issued")}]))),
        ScimType::Mutability
    );
    let door = json!({"number": 1, "doors": [{"value": "d", "key": "k"}]});
    let path = format!("{URN}:doors[value eq \"d\"].key");
    assert_eq!(
        refusal(patched(door, json!([{"op": "replace", "path": path, "value": "x"}]))),
        ScimType::Mutability
    );
}

#[test]
fn elements_that_are_no_objects_are_patched_too() {
    let tags = json!({"number": 1, "tags": ["a", "b"]});
    let path = |filter: &str| format!("{URN}:tags{filter}");
    let after = patched(tags.clone(), json!([{"op": "remove", "path": path("[value eq \"a\"]")}]));
    assert_eq!(after.expect("applies")["tags"], json!(["b"]));
    let after = patched(tags.clone(), json!([{"op": "add", "path": path(""), "value": ["b", "c"]}]));
    assert_eq!(after.expect("applies")["tags"], json!(["a", "b", "c"]));
    let after =
        patched(tags.clone(), json!([{"op": "replace", "path": path("[value eq \"a\"]"), "value": "z"}]));
    assert_eq!(after.expect("applies")["tags"], json!(["z", "b"]));
    let after = patched(tags, json!([{"op": "remove", "path": path(""), "value": ["a"]}]));
    assert_eq!(after.expect("applies")["tags"], json!(["b"]));
    let door = json!([{"op": "remove", "path": format!("{URN}:doors[type eq \"x\"].value")}]);
    let after = patched(json!({"number": 1, "doors": [{"value": "d", "type": "x", "key": "k"}]}), door);
    assert_eq!(refusal(after), ScimType::InvalidValue, "a required part cannot be taken out of an element");
}

#[test]
fn filters_know_the_types() {
    let registry = registry();
    let resource = badge(json!({"number": 7, "weight": 1.5, "tags": ["A", "b"], "serial": "X"}));
    let holds = |filter: &str| {
        let text = filter.replace('@', &format!("{URN}:"));
        Filter::parse(&text, &registry, ResourceType::User).map(|filter| filter.matches(&resource))
    };
    for filter in [
        "@number eq 7",
        "@number ge 6.5",
        "@weight lt 2",
        "@tags eq \"a\"",
        "@tags[value eq \"B\"]",
        "@serial eq \"X\"",
    ] {
        assert_eq!(holds(filter), Ok(true), "{filter}");
    }
    assert_eq!(holds("@serial eq \"x\""), Ok(false), "caseExact");
    for filter in ["@number co 7", "@number eq \"7\"", "@weight sw \"1\"", "@issued gt 5"] {
        assert!(holds(filter).is_err(), "{filter}");
    }
    assert_eq!(refusal(holds("@secret eq \"s\"")), ScimType::Sensitive);
}

#[test]
fn what_is_returned_follows_the_schema() {
    let registry = registry();
    let document = badge(json!({"number": 1, "secret": "s", "history": "h", "serial": "x"}));
    let moment = "2024-01-01T00:00:00Z".parse().expect("a moment");
    let meta = Meta { created: moment, last_modified: moment, location: "l".into(), version: 1 };
    let shown = |only: Option<&str>, except: Option<&str>| {
        let projection = Projection::parse(&registry, ResourceType::User, only, except).expect("names");
        render(&registry, ResourceType::User, "1", &document, &meta, Map::new(), &projection).remove(URN)
    };
    assert_eq!(shown(None, None), Some(json!({"number": 1, "serial": "x"})));
    assert_eq!(shown(Some(URN), None), Some(json!({"number": 1, "history": "h", "serial": "x"})));
    assert_eq!(shown(Some("userName"), None), Some(json!({"serial": "x"})), "always means always");
    assert_eq!(shown(None, Some(URN)), Some(json!({"serial": "x"})));
    assert_eq!(
        shown(Some(&format!("{URN}:secret")), None),
        Some(json!({"serial": "x"})),
        "never means never"
    );
}

#[test]
fn a_schema_that_makes_no_sense_is_refused() {
    let add = |schema: Value| {
        Schema::from_json(&object(schema)).and_then(|schema| Registry::standard().with_extension(schema))
    };
    let attributes = json!([{"name": "a"}]);
    assert!(add(json!({"id": URN, "attributes": attributes})).is_ok(), "characteristics have defaults");
    for wrong in [
        json!({"attributes": attributes}),
        json!({"id": "urn:ietf:params:scim:schemas:extension:Badge:2.0:Device", "attributes": attributes}),
        json!({"id": "badge", "attributes": attributes}),
        json!({"id": "urn:a b:2.0:User", "attributes": attributes}),
        json!({"id": scim::schema::ENTERPRISE_USER_URN, "attributes": attributes}),
        json!({"id": URN}),
        json!({"id": URN, "attributes": [{"name": "a b"}]}),
        json!({"id": URN, "attributes": [{"name": "a"}, {"name": "A"}]}),
        json!({"id": URN, "attributes": [{"name": "a", "type": "colour"}]}),
        json!({"id": URN, "attributes": [{"name": "a", "type": "complex"}]}),
        json!({"id": URN, "attributes": [{"name": "a", "uniqueness": "server"}]}),
        json!({"id": URN, "attributes": [{"name": "a", "subAttributes": [{"name": "b"}]}]}),
        json!({"id": URN, "attributes": [{"name": "a", "type": "complex", "subAttributes": [{"name": "b", "type": "complex"}]}]}),
    ] {
        assert!(add(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_longer_urn_is_not_mistaken_for_a_shorter_one() {
    let schema = object(
        json!({"id": "urn:ietf:params:scim:schemas:core:2.0:User:Badge:User", "attributes": [{"name": "a"}]}),
    );
    let registry =
        Registry::standard().with_extension(Schema::from_json(&schema).expect("a schema")).expect("fits");
    let path = "urn:ietf:params:scim:schemas:core:2.0:User:Badge:User:a";
    let parsed = scim::AttributePath::parse(path, &registry, ResourceType::User).expect("a path");
    assert_eq!(parsed.to_string(), path);
}
