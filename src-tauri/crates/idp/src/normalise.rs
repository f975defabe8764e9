//! Brings every request into the RFC's form before `scim` reads it.
//!
//! The result is what the client meant, with a [`Normalisation`] for every deviation. What cannot be read here passes
//! unchanged, and `scim` refuses it in its own words. The provider only chooses the name of the client in the sentences:
//! every deviation is looked for in every connection, because admins pick the wrong tile and providers change.

use scim::{Registry, ResourceType, Target};
use serde_json::{Map, Value};

use crate::deviations::context::{Context, Operations, text};
use crate::deviations::{
    elements, extensions, filters, flat_keys, members, operation_names, oversized_photos, removals,
    schema_groups, schemas, unknown_attributes,
};
use crate::incoming_request::IncomingRequest;
use crate::normalisation::{Normalisation, Normalisations};
use crate::provider::Provider;
use crate::query_string;
use crate::resolved_path::ResolvedPath;

/// Brings a request into the RFC's form and returns what was normalised. `base` is the connection's endpoint, the
/// prefix of the addresses of its resources.
///
/// It never fails. A request in the RFC's form is not changed, and neither is its own result. Nothing is removed that
/// the client did not name.
pub fn normalise(
    provider: Provider,
    registry: &Registry,
    base: &str,
    request: &mut IncomingRequest,
) -> Vec<Normalisation> {
    let mut normalisations = Normalisations::new(provider);
    bring_into_form(registry, base, request, &mut normalisations);
    normalisations.into_list()
}

fn bring_into_form(
    registry: &Registry,
    base: &str,
    request: &mut IncomingRequest,
    normalisations: &mut Normalisations,
) {
    match (request.method.as_str(), Target::parse(&request.path)) {
        ("GET" | "HEAD", Some(Target::Resources(kind) | Target::Resource(kind, _))) => {
            let mut context = Context { registry, base, kind, normalisations };
            query_string::edit(&mut request.query, "filter", |filter| filters::query(&mut context, filter));
        }
        ("POST", Some(Target::Search(kind))) => {
            // A search over everything is read as one over people: no deviation changes a name of groups.
            let kind = kind.unwrap_or(ResourceType::User);
            let mut context = Context { registry, base, kind, normalisations };
            let filter = request.body.as_mut().and_then(|body| body.get_mut("filter"));
            if let Some(Value::String(filter)) = filter
                && let Some(right) = filters::query(&mut context, filter)
            {
                *filter = right;
            }
        }
        ("POST", Some(Target::Resources(kind))) | ("PUT", Some(Target::Resource(kind, _))) => {
            if let Some(body) = &mut request.body {
                resource(&mut Context { registry, base, kind, normalisations }, body);
            }
        }
        ("PATCH", Some(Target::Resource(kind, _))) => {
            if let Some(body) = &mut request.body {
                patch(&mut Context { registry, base, kind, normalisations }, body);
            }
        }
        ("POST", Some(Target::Bulk)) => {
            if let Some(body) = &mut request.body {
                bulk(registry, base, body, normalisations);
            }
        }
        _ => {}
    }
}

/// A whole resource, of a POST or a PUT.
fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    schema_groups::resource(context, body);
    loop {
        // First: two keys of one attribute may agree only in the form of its definition.
        values_of_resource(context, body);
        if !flat_keys::nest(context, body) {
            break;
        }
    }
    schemas::resource(context, body);
    oversized_photos::resource(context, body);
}

/// Brings the values of a whole resource into the form of their definitions.
fn values_of_resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    for (key, value) in body.iter_mut() {
        if let Some(attribute) = context.registry.attribute(context.kind, key) {
            elements::whole(context, attribute, value);
        } else if let (Some(schema), Value::Object(inner)) =
            (context.registry.extension(context.kind, key), value)
        {
            for (name, value) in inner.iter_mut() {
                if let Some(attribute) = schema.attribute(name) {
                    elements::whole(context, attribute, value);
                }
            }
        }
    }
}

/// A PATCH. The order matters: names first, then paths, then values.
fn patch(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    schemas::message(context, body);
    operation_names::message(context, body);
    let Some(Value::Array(items)) = body.get_mut("Operations") else { return };
    if !items.iter().all(Value::is_object) {
        return;
    }
    let mut operations: Operations = std::mem::take(items)
        .into_iter()
        .filter_map(|item| match item {
            Value::Object(map) => Some(map),
            _ => None,
        })
        .collect();
    let had_some = !operations.is_empty();
    operation_names::operations(context, &mut operations);
    extensions::paths(context, &mut operations);
    unknown_attributes::paths(context, &mut operations);
    flat_keys::expand(context, &mut operations);
    path_filters(context, &mut operations);
    members::removals(context, &mut operations);
    values(context, &mut operations);
    oversized_photos::operations(context, &mut operations);
    removals::record(context, &operations);
    if had_some {
        unknown_attributes::fill_empty_message(&mut operations);
    }
    *items = operations.into_iter().map(Value::Object).collect();
}

/// Corrects the filters between the brackets of paths.
fn path_filters(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations {
        let place =
            text(map, "path").and_then(|path| ResolvedPath::resolve(context.registry, context.kind, path));
        let Some(mut place) = place else { continue };
        let right = place.filter.as_deref().and_then(|filter| filters::element(context, place.top, filter));
        if right.is_some() {
            place.filter = right;
            map.insert("path".to_owned(), place.path().into());
        }
    }
}

/// Brings the values of operations with a path into the form of their attribute.
fn values(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations {
        let place =
            text(map, "path").and_then(|path| ResolvedPath::resolve(context.registry, context.kind, path));
        let (Some(place), Some(value)) = (place, map.get_mut("value")) else { continue };
        match (place.sub, &place.filter) {
            (Some(sub), _) => elements::part(context, place.top, sub, value),
            (None, Some(_)) => elements::element(context, place.top, value),
            (None, None) => elements::whole(context, place.top, value),
        }
    }
}

/// A bulk job: each operation is a request of its own.
fn bulk(registry: &Registry, base: &str, body: &mut Map<String, Value>, normalisations: &mut Normalisations) {
    let Some(Value::Array(operations)) = body.get_mut("Operations") else { return };
    for operation in operations.iter_mut().filter_map(Value::as_object_mut) {
        let method = text(operation, "method").unwrap_or_default().to_ascii_uppercase();
        let path = text(operation, "path").unwrap_or_default().to_owned();
        // A bulk job inside a bulk job is refused later; its operations need not be read.
        if matches!(Target::parse(&path), Some(Target::Bulk)) {
            continue;
        }
        let Some(Value::Object(data)) = operation.get_mut("data") else { continue };
        let mut inner =
            IncomingRequest { method, path, query: String::new(), body: Some(std::mem::take(data)) };
        bring_into_form(registry, base, &mut inner, normalisations);
        *data = inner.body.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;
