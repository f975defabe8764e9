#![no_main]
//! Any text is a path or an error; a path displays as itself.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim::{AttributePath, Patch, Projection, Registry, ResourceType, Target};
use serde_json::json;

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|text: &str| {
    let registry = &*REGISTRY;
    let _ = Target::parse(text);
    for kind in ResourceType::ALL {
        if let Ok(path) = AttributePath::parse(text, registry, kind) {
            assert_eq!(AttributePath::parse(&path.to_string(), registry, kind), Ok(path));
        }
        let _ = Projection::parse(registry, kind, Some(text), None);
        let body = json!({"Operations": [{"op": "remove", "path": text}, {"op": "add", "path": text, "value": "x"}]});
        let _ = Patch::parse(registry, kind, body.as_object().expect("an object"));
    }
});
