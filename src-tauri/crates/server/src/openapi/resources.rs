//! JSON schemas of resources, made of the attributes of the registry: as they are answered (`User`), and as a client sends
//! them (`UserRequest`).

use scim::schema::{Mutability, Returned, Type};
use scim::{Attribute, Registry, ResourceType};
use serde_json::{Map, Value, json};

use super::messages::list_of;

/// Who sends a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    Client,
    Server,
}

/// The schemas of each resource type, and of lists.
pub(super) fn all(registry: &Registry) -> Map<String, Value> {
    let mut schemas = Map::new();
    for resource_type in ResourceType::ALL {
        let name = resource_type.name();
        schemas.insert(name.to_owned(), resource(registry, resource_type, Sender::Server));
        schemas.insert(request_of(resource_type), resource(registry, resource_type, Sender::Client));
        schemas.insert(format!("{name}List"), list_of(&[name]));
    }
    schemas.insert("ResourceList".to_owned(), list_of(&ResourceType::ALL.map(ResourceType::name)));
    schemas
}

/// The name of the schema of what a client sends.
pub(super) fn request_of(resource_type: ResourceType) -> String {
    format!("{resource_type}Request")
}

fn resource(registry: &Registry, resource_type: ResourceType, sender: Sender) -> Value {
    let core = registry.core(resource_type);
    let attributes = || registry.common().iter().chain(&core.attributes);
    let mut schema = object(attributes(), sender);
    for extension in registry.extensions(resource_type) {
        schema["properties"][&extension.id] = object(&extension.attributes, sender);
    }
    // What a projection cannot leave out, or what a client must send.
    let required = attributes().filter(|attribute| match sender {
        Sender::Server => attribute.returned == Returned::Always,
        Sender::Client => attribute.required || attribute.name == "schemas",
    });
    schema["required"] = required.map(|attribute| Value::from(attribute.name.as_str())).collect();
    schema["description"] = core.description.as_str().into();
    if sender == Sender::Server {
        // A workspace may add schemas.
        schema["patternProperties"] = json!({"^urn:": {"type": "object"}});
    }
    schema
}

/// An object with these attributes, as far as this side sends them. The server sends no others; of a client they are ignored.
fn object<'a>(attributes: impl IntoIterator<Item = &'a Attribute>, sender: Sender) -> Value {
    let sent = attributes.into_iter().filter(|attribute| match sender {
        Sender::Server => attribute.returned != Returned::Never,
        Sender::Client => attribute.mutability != Mutability::ReadOnly || attribute.name == "schemas",
    });
    let properties: Map<String, Value> =
        sent.map(|attribute| (attribute.name.clone(), value_of(attribute, sender))).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if sender == Sender::Server {
        schema["additionalProperties"] = false.into();
    }
    schema
}

fn value_of(attribute: &Attribute, sender: Sender) -> Value {
    let mut schema = match attribute.kind {
        Type::Complex => object(&attribute.sub_attributes, sender),
        Type::Boolean => json!({"type": "boolean"}),
        Type::Decimal => json!({"type": "number"}),
        Type::Integer => json!({"type": "integer"}),
        Type::DateTime => json!({"type": "string", "format": "date-time"}),
        Type::Binary => json!({"type": "string", "contentEncoding": "base64"}),
        Type::String if attribute.required => json!({"type": "string", "minLength": 1}),
        Type::String | Type::Reference => json!({"type": "string"}),
    };
    if !attribute.canonical_values.is_empty() {
        schema["examples"] = attribute.canonical_values.clone().into();
    }
    if attribute.multi_valued {
        schema = json!({"type": "array", "items": schema});
    }
    schema["description"] = attribute.description.as_str().into();
    match attribute.mutability {
        Mutability::ReadOnly if sender == Sender::Server => schema["readOnly"] = true.into(),
        Mutability::WriteOnly => schema["writeOnly"] = true.into(),
        _ => {}
    }
    schema
}
