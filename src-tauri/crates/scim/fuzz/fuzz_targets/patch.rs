#![no_main]
//! Any bytes are a PATCH or an error; what is refused leaves no traces, what is applied leaves a valid document.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim::{Ignored, Patch, Registry, ResourceType, parse_replace};
use serde_json::json;

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|bytes: &[u8]| {
    let Ok(body) = scim::json::parse(bytes) else { return };
    let registry = &*REGISTRY;
    let user = json!({
        "userName": "ada", "active": true, "name": {"givenName": "Ada"},
        "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "R", "manager": {"value": "9"}},
    });
    for (kind, document) in
        [(ResourceType::User, user), (ResourceType::Group, json!({"displayName": "Crew"}))]
    {
        let Ok(patch) = Patch::parse(registry, kind, &body) else { continue };
        let before = document.as_object().expect("an object").clone();
        let mut after = before.clone();
        match patch.apply(registry, &mut after) {
            Err(_) => assert_eq!(after, before),
            Ok(_) => {
                let again =
                    parse_replace(registry, kind, &after, after.clone()).expect("a patched document is valid");
                assert_eq!(again.document, after);
                assert_eq!(again.ignored, Ignored::default());
            }
        }
    }
});
