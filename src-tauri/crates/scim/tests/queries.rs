//! Queries: parameters at their limits, sorting, and the answers.
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::cmp::Ordering;

use scim::list::{compare, sort_key};
use scim::{AttributePath, Error, ListQuery, Node, Registry, ResourceType, ScimType, list_response};
use serde_json::{Map, Value, json};

fn user(raw_query: &str) -> Result<ListQuery, Error> {
    ListQuery::from_query(&Registry::standard(), ResourceType::User, raw_query)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("expected an object, got {other}"),
    }
}

#[test]
fn an_empty_query_selects_everything() {
    for raw in ["", "&", "filter=&count=&startIndex=&sortBy=", "aadOptscim062020", "x=1&y"] {
        let query = user(raw).expect(raw);
        assert_eq!(
            (query.filter, query.sort_by, query.start_index, query.count, query.cursor),
            (None, None, 1, None, None)
        );
    }
}

#[test]
fn counts_and_indexes_are_clamped() {
    for (raw, start, count) in [
        ("startIndex=0&count=0", 1, Some(0)),
        ("startIndex=-5&count=-1", 1, Some(0)),
        ("STARTINDEX=7&Count=3", 7, Some(3)),
        (
            "startIndex=99999999999999999999&count=99999999999999999999",
            i64::MAX as u64,
            Some(i64::MAX as u64),
        ),
        ("count=-99999999999999999999", 1, Some(0)),
    ] {
        let query = user(raw).expect(raw);
        assert_eq!((query.start_index, query.count), (start, count), "{raw}");
    }
    for raw in ["count=ten", "count=1.5", "startIndex=1e3", "count=-", "startIndex=%2B"] {
        assert_eq!(user(raw).map_err(|error| error.scim_type), Err(Some(ScimType::InvalidValue)), "{raw}");
    }
}

#[test]
fn a_cursor_excludes_an_index_and_a_negative_count() {
    assert_eq!(user("cursor=").expect("the first page").cursor.as_deref(), Some(""));
    let query = user("cursor=abc&count=10").expect("a page");
    assert_eq!((query.cursor.as_deref(), query.count), (Some("abc"), Some(10)));
    for raw in ["cursor=&count=-1", "cursor=&count=many"] {
        assert_eq!(user(raw).map_err(|error| error.scim_type), Err(Some(ScimType::InvalidCount)), "{raw}");
    }
    assert!(user("cursor=&startIndex=1").is_err(), "pages go by cursor or by index");
}

#[test]
fn a_parameter_given_twice_is_ambiguous() {
    assert!(user("count=1&count=2").is_err());
    assert!(user("filter=title+pr&FILTER=title+pr").is_err());
    assert!(user("attributes=id&attributes=title").expect("lists add up").projection.asked_for("title"));
}

#[test]
fn a_filter_is_decoded_once() {
    for raw in ["filter=userName+eq+%22a%2Bb%2525%22", "filter=userName%20eq%20%22a%2Bb%2525%22"] {
        let filter = user(raw).expect(raw).filter.expect("a filter");
        assert_eq!(filter.to_string(), "userName eq \"a+b%25\"");
    }
}

#[test]
fn sorting_needs_an_attribute_that_has_an_order() {
    let sorted =
        |raw: &str| user(raw).map(|query| (query.sort_by.map(|path| path.to_string()), query.descending));
    assert_eq!(sorted("sortBy=USERNAME"), Ok((Some("userName".into()), false)));
    assert_eq!(sorted("sortBy=emails&sortOrder=Descending"), Ok((Some("emails.value".into()), true)));
    assert_eq!(sorted("sortBy=meta.created&sortOrder=ascending"), Ok((Some("meta.created".into()), false)));
    for raw in ["sortBy=name", "sortBy=nothing", "sortBy=password"] {
        assert_eq!(sorted(raw).map_err(|error| error.scim_type), Err(Some(ScimType::InvalidPath)), "{raw}");
    }
    assert!(sorted("sortBy=userName&sortOrder=sideways").is_err());
}

#[test]
fn resources_are_ordered_by_primary_value_fold_and_time_and_absence_is_last() {
    let registry = Registry::standard();
    let order = |path: &str, left: Value, right: Value| {
        let path = AttributePath::parse(path, &registry, ResourceType::User).expect(path);
        compare(&registry, ResourceType::User, &path, &object(left), &object(right))
    };
    assert_eq!(order("userName", json!({"userName": "B"}), json!({"userName": "a"})), Ordering::Greater);
    assert_eq!(
        order("externalId", json!({"externalId": "B"}), json!({"externalId": "a"})),
        Ordering::Less,
        "exact"
    );
    assert_eq!(order("title", json!({}), json!({"title": "z"})), Ordering::Greater, "absence is last");
    assert_eq!(order("title", json!({}), json!({})), Ordering::Equal);
    assert_eq!(order("active", json!({"active": false}), json!({"active": true})), Ordering::Less);
    let mails = json!({"emails": [{"value": "z"}, {"value": "a", "primary": true}]});
    assert_eq!(order("emails.value", mails.clone(), json!({"emails": [{"value": "b"}]})), Ordering::Less);
    let path = AttributePath { sub: Some("value".into()), ..AttributePath::core("emails") };
    let key = sort_key(&registry, ResourceType::User, &path, &object(mails));
    assert_eq!(key, Some(scim::list::SortKey::Text("a".into())), "the primary value counts");
    let created = |moment: &str| json!({"meta": {"created": moment}});
    assert_eq!(
        order("meta.created", created("2024-01-01T00:30:00+01:00"), created("2024-01-01T00:00:00Z")),
        Ordering::Less,
        "dates are ordered in time"
    );
}

#[test]
fn a_search_request_reads_as_the_same_query() {
    let body = object(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"], "filter": "displayName sw \"smith\"",
        "startIndex": 2, "count": 10, "sortBy": "userName", "sortOrder": "descending",
    }));
    let registry = Registry::standard();
    let searched = ListQuery::from_search_request(&registry, ResourceType::User, &body);
    let queried = user(
        "attributes=displayName,userName&filter=displayName%20sw%20%22smith%22&startIndex=2&count=10&sortBy=userName&sortOrder=descending",
    );
    assert_eq!(searched, queried);
    for wrong in [
        json!({"schemas": ["urn:x"]}),
        json!({"filter": 1}),
        json!({"count": "x"}),
        json!({"count": 1.5}),
        json!({"attributes": [1]}),
        json!({"attributes": "id", "excludedAttributes": ["id"]}),
    ] {
        assert!(
            ListQuery::from_search_request(&registry, ResourceType::User, &object(wrong.clone())).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn over_all_types_a_foreign_attribute_never_matches() {
    let registry = Registry::standard();
    let body = object(json!({"filter": "displayName eq \"a\" or userName eq \"a\"", "sortBy": "userName"}));
    let queries = ListQuery::across_from_search_request(&registry, &body).expect("a query");
    let group = &queries.iter().find(|(kind, _)| *kind == ResourceType::Group).expect("one a type").1;
    let filter = group.filter.as_ref().expect("a filter");
    assert!(filter.nodes.contains(&Node::Never(AttributePath::core("userName"))), "{filter:?}");
    assert!(filter.matches(&object(json!({"displayName": "A"}))));
    assert!(!filter.matches(&object(json!({"userName": "a"}))));
    assert_eq!(group.sort_by, None, "groups have nothing to sort by");
    let elements = object(json!({"filter": "members[value eq \"1\"] and not (emails[type eq \"work\"])"}));
    assert!(ListQuery::across_from_search_request(&registry, &elements).is_ok());
    let unknown = object(json!({"filter": "colour eq \"red\""}));
    assert!(ListQuery::across_from_search_request(&registry, &unknown).is_err(), "an attribute no type has");
}

#[test]
fn a_list_response_has_its_counts() {
    let page = list_response(7, Some(3), None, None, vec![Map::new(), Map::new()]);
    assert_eq!(
        Value::Object(page),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 7, "startIndex": 3, "itemsPerPage": 2, "Resources": [{}, {}],
        })
    );
    let page = list_response(7, None, Some("n".into()), Some("p".into()), Vec::new());
    assert_eq!(
        (&page["nextCursor"], &page["previousCursor"], page.get("startIndex")),
        (&json!("n"), &json!("p"), None)
    );
    assert_eq!(page["Resources"], json!([]), "an empty page is an array too");
}
