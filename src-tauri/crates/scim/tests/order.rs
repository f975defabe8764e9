//! The order of `sortBy` (RFC 7644 section 3.4.2.3) is total for every type, whatever was stored.
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::cmp::Ordering;

use proptest::prelude::*;
use scim::list::compare;
use scim::{AttributePath, Registry, ResourceType, Schema};
use serde_json::{Map, Value, json};

const URN: &str = "urn:ietf:params:scim:schemas:extension:Sorted:2.0:User";
const TYPES: [&str; 8] =
    ["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"];

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("expected an object, got {other}"),
    }
}

/// An attribute of each type, one value and several.
fn registry() -> Registry {
    let attributes: Vec<Value> = TYPES
        .iter()
        .flat_map(|kind| {
            let subs = if *kind == "complex" {
                json!([{"name": "value"}, {"name": "primary", "type": "boolean"}])
            } else {
                json!([])
            };
            [false, true].map(|many| {
                let name = if many { format!("{kind}s") } else { (*kind).to_owned() };
                json!({"name": name, "type": kind, "multiValued": many, "subAttributes": subs})
            })
        })
        .collect();
    let schema = object(json!({"id": URN, "name": "Sorted", "attributes": attributes}));
    Registry::standard().with_extension(Schema::from_json(&schema).expect("a schema")).expect("fits")
}

fn any_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        // Where neighbours are one double, as whole numbers and as doubles.
        (-3..=3_i64).prop_map(|by| Value::from(9_007_199_254_740_992 + by)),
        (-3..=3_i64).prop_map(|by| Value::from(-9_007_199_254_740_992 + by)),
        Just(json!(9_007_199_254_740_992.0)),
        Just(json!(-9_007_199_254_740_992.0)),
        Just(json!(18_446_744_073_709_551_615_u64)),
        Just(json!(1.844_674_407_370_955_2e19)),
        (-8..=8_i32).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        Just(json!(-0.0)),
    ]
}

/// Values of every type, so that each attribute also meets what it should not hold.
fn any_value() -> impl Strategy<Value = Value> {
    let simple = prop_oneof![
        4 => any_number(),
        2 => "[aAbß é]{0,2}".prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => prop::sample::select(vec!["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", "2023-12-31T23:59:59.9Z", "QQ==", "qq=="])
            .prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    prop_oneof![
        6 => simple.clone(),
        2 => prop::collection::vec(simple.clone(), 0..3).prop_map(Value::from),
        1 => (simple.clone(), any::<bool>()).prop_map(|(value, primary)| json!({"value": value, "primary": primary})),
        1 => prop::collection::vec((simple, any::<bool>()), 0..3).prop_map(|items| {
            items.into_iter().map(|(value, primary)| json!({"value": value, "primary": primary})).collect()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_order_is_total(values in prop::collection::vec(prop::option::of(any_value()), 3)) {
        let registry = registry();
        for name in TYPES.iter().flat_map(|kind| [(*kind).to_owned(), format!("{kind}s")]) {
            let sub = name.starts_with("complex").then(|| "value".to_owned());
            let path = AttributePath { schema: Some(URN.to_owned()), attribute: name.clone(), sub };
            let resources: Vec<Map<String, Value>> = values
                .iter()
                .map(|value| match value {
                    Some(value) => object(json!({URN: {name.clone(): value}})),
                    None => Map::new(),
                })
                .collect();
            let order = |left: usize, right: usize| {
                compare(&registry, ResourceType::User, &path, &resources[left], &resources[right])
            };
            for a in 0..3 {
                prop_assert_eq!(order(a, a), Ordering::Equal, "{}: {:?}", name, values);
                for b in 0..3 {
                    prop_assert_eq!(order(a, b), order(b, a).reverse(), "{}: {:?}", name, values);
                    for c in 0..3 {
                        if order(a, b).is_le() && order(b, c).is_le() {
                            prop_assert!(order(a, c).is_le(), "{}: {:?}", name, values);
                            let strict = order(a, b).is_lt() || order(b, c).is_lt();
                            prop_assert!(!strict || order(a, c).is_lt(), "{}: {:?}", name, values);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn numbers_that_are_one_double_are_two_numbers() {
    let registry = registry();
    let path = AttributePath { schema: Some(URN.to_owned()), attribute: "decimal".to_owned(), sub: None };
    let order = |left: Value, right: Value| {
        let of = |number: Value| object(json!({URN: {"decimal": number}}));
        compare(&registry, ResourceType::User, &path, &of(left), &of(right))
    };
    let (double, next) = (json!(9_007_199_254_740_992.0), json!(9_007_199_254_740_993_u64));
    assert_eq!(order(json!(9_007_199_254_740_992_u64), next.clone()), Ordering::Less);
    assert_eq!(order(double.clone(), next), Ordering::Less, "also where one of them is a double");
    assert_eq!(order(double, json!(9_007_199_254_740_992_u64)), Ordering::Equal);
    assert_eq!(order(json!(-2), json!(-1.5)), Ordering::Less);
    assert_eq!(order(json!(-1), json!(-1.5)), Ordering::Greater);
    assert_eq!(order(json!(u64::MAX), json!(1.0e300)), Ordering::Less);
    assert_eq!(order(json!(i64::MIN), json!(-1.0e300)), Ordering::Greater);
}
