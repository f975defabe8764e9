//! The OpenAPI 3.1 document of an endpoint, for people who write a client. It is made of the schemas, of what the endpoint publishes
//! about itself and of the table of addresses, so that an attribute or an address that is added is in it.

mod answers;
mod component;
mod examples;
mod messages;
mod operations;
mod parameters;
mod resources;
mod shape;

use scim::{ROUTES, Registry, Target};
use serde_json::{Map, Value, json};

use crate::limits::ServerLimits;

/// The address of an endpoint, of which the host and the connection are variables.
const BASE: &str = "https://{host}/scim/v2/{connection}";

const ABOUT: &str = "SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865). Each connection has an endpoint and tokens of its own; copy both from \
Foundational. Names of attributes and query parameters are read in any case; unknown attributes are ignored. A method that is not \
listed for an address is answered with 405, an address that is not listed with 404.";

/// The OpenAPI 3.1 document of an endpoint with these schemas and limits. It names no real host, connection or token.
///
/// Source: OpenAPI Specification 3.1.0, with JSON Schema 2020-12.
pub fn openapi(registry: &Registry, limits: &ServerLimits) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Foundational SCIM", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT},
        "servers": [{
            "url": BASE,
            "variables": {
                "host": {"default": "scim.example.com", "description": "The public address of Foundational."},
                "connection": {
                    "default": "00000000-0000-0000-0000-000000000000",
                    "description": "The id of the connection.",
                },
            },
        }],
        "security": [{"token": []}],
        "paths": paths(registry),
        "components": {
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of the connection (RFC 6750).",
            }},
            "schemas": schemas(registry, limits),
            "headers": answers::headers(),
            "parameters": parameters::in_query_and_headers(),
            "responses": answers::refusals(),
        },
    })
}

/// Each address with its methods.
fn paths(registry: &Registry) -> Map<String, Value> {
    let targets = ROUTES.iter().filter_map(|route| Some((route.pattern, Target::parse(route.pattern)?)));
    let item = |pattern: &str, target: &Target| {
        let mut item = Map::new();
        if let Some(parameter) = parameters::in_path(registry, pattern) {
            item.insert("parameters".to_owned(), json!([parameter]));
        }
        for method in target.allowed() {
            item.insert(method.to_ascii_lowercase(), operations::operation(pattern, target, method));
        }
        Value::Object(item)
    };
    targets.map(|(pattern, target)| (pattern.to_owned(), item(pattern, &target))).collect()
}

/// Each schema that an operation refers to.
fn schemas(registry: &Registry, limits: &ServerLimits) -> Map<String, Value> {
    let mut schemas = messages::all(limits);
    schemas.extend(resources::all(registry));
    schemas.extend(shape::of_discovery(registry, limits, BASE));
    schemas
}
