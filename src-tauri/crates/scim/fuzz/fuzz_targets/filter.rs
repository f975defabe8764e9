#![no_main]
//! Any text is a filter or an error; a filter displays as itself and can be evaluated.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim::{Filter, ListQuery, Registry, ResourceType};
use serde_json::json;

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|text: &str| {
    let registry = &*REGISTRY;
    let resource = json!({
        "userName": "Ada", "active": true, "emails": [{"value": "a@x", "type": "work", "primary": true}, {}],
        "meta": {"created": "2011-05-13T04:42:34Z"}, "members": [{"value": "1"}],
    });
    for kind in ResourceType::ALL {
        if let Ok(filter) = Filter::parse(text, registry, kind) {
            assert_eq!(Filter::parse(&filter.to_string(), registry, kind).as_ref(), Ok(&filter));
            let _ = filter.matches(resource.as_object().expect("an object"));
        }
        let _ = ListQuery::from_query(registry, kind, text);
    }
    let _ = Filter::parse_across(text, registry);
});
