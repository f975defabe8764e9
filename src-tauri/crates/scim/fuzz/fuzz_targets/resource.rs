#![no_main]
//! Any bytes are a body or an error; an accepted body is a fixed point.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim::{BulkOutcome, BulkRequest, BulkRun, ListQuery, Registry, ResourceType, parse_create};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|bytes: &[u8]| {
    let Ok(body) = scim::json::parse(bytes) else { return };
    let registry = &*REGISTRY;
    for kind in ResourceType::ALL {
        if let Ok(first) = parse_create(registry, kind, body.clone()) {
            let second =
                parse_create(registry, kind, first.document.clone()).expect("a canonical document is valid");
            assert_eq!(second.document, first.document);
        }
    }
    let _ = ListQuery::across_from_search_request(registry, &body);
    if let Ok(request) = BulkRequest::parse(body, 100) {
        let mut run = BulkRun::new(request);
        while run.next_step().is_some() {
            run.outcome(BulkOutcome { status: 200, id: Some("1".into()), ..BulkOutcome::default() });
        }
        let _ = run.into_response();
    }
});
