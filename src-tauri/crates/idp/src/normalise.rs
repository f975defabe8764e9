//! The wall every request goes through before `scim` reads it.
//!
//! What comes out is the RFC's form of what the client meant, with a [`Note`] for every liberty. Whatever is not
//! understood here goes through as it came, so that `scim` refuses it in its own words. The provider decides only
//! whom the notes speak of: every quirk is looked for in every connection, because admins pick the wrong tile and
//! providers change their habits.

use scim::{Registry, ResourceType, Target};
use serde_json::{Map, Value};

use crate::Provider;
use crate::notes::{Note, Notes};
use crate::place::Place;
use crate::query_text;
use crate::quirks::{
    Context, Operations, elements, extensions, filters, lifted, members, op_names, pathless, photos,
    removals, schemas, text, unknown,
};

/// A request as it stands between HTTP and SCIM.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method, in capitals.
    pub method: String,
    /// What follows the connection's base, with one leading slash and without the query.
    pub path: String,
    /// The query as it arrived, without the question mark, not decoded.
    pub query: String,
    /// The body, if it is a JSON object.
    pub body: Option<Map<String, Value>>,
}

/// Brings a request into the RFC's form and says what had to be forgiven. `base` is the connection's endpoint, under
/// which the addresses of its resources were given to the client.
///
/// It never fails. A request in the RFC's form comes out as it went in, and what came out once comes out the same
/// again. Nothing is removed that the client did not name.
pub fn normalise(provider: Provider, registry: &Registry, base: &str, request: &mut Request) -> Vec<Note> {
    let mut notes = Notes::new(provider);
    bring_into_form(registry, base, request, &mut notes);
    notes.into_list()
}

fn bring_into_form(registry: &Registry, base: &str, request: &mut Request, notes: &mut Notes) {
    match (request.method.as_str(), Target::parse(&request.path)) {
        ("GET" | "HEAD", Some(Target::Resources(kind) | Target::Resource(kind, _))) => {
            let mut context = Context { registry, base, kind, notes };
            query_text::edit(&mut request.query, "filter", |filter| filters::query(&mut context, filter));
        }
        ("POST", Some(Target::Search(kind))) => {
            // A search over everything is read as one over people: groups share no name that a quirk changes.
            let kind = kind.unwrap_or(ResourceType::User);
            let mut context = Context { registry, base, kind, notes };
            let filter = request.body.as_mut().and_then(|body| body.get_mut("filter"));
            if let Some(Value::String(filter)) = filter
                && let Some(right) = filters::query(&mut context, filter)
            {
                *filter = right;
            }
        }
        ("POST", Some(Target::Resources(kind))) | ("PUT", Some(Target::Resource(kind, _))) => {
            if let Some(body) = &mut request.body {
                resource(&mut Context { registry, base, kind, notes }, body);
            }
        }
        ("PATCH", Some(Target::Resource(kind, _))) => {
            if let Some(body) = &mut request.body {
                patch(&mut Context { registry, base, kind, notes }, body);
            }
        }
        ("POST", Some(Target::Bulk)) => {
            if let Some(body) = &mut request.body {
                bulk(registry, base, body, notes);
            }
        }
        _ => {}
    }
}

/// A whole resource, to be created or put in the place of another.
fn resource(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    lifted::resource(context, body);
    pathless::nest(context, body);
    schemas::resource(context, body);
    photos::resource(context, body);
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
    op_names::message(context, body);
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
    op_names::operations(context, &mut operations);
    extensions::paths(context, &mut operations);
    unknown::paths(context, &mut operations);
    pathless::expand(context, &mut operations);
    path_filters(context, &mut operations);
    members::removals(context, &mut operations);
    values(context, &mut operations);
    photos::operations(context, &mut operations);
    removals::note(context, &operations);
    if had_some {
        unknown::keep_message(&mut operations);
    }
    *items = operations.into_iter().map(Value::Object).collect();
}

/// Rights the filters between the brackets of paths.
fn path_filters(context: &mut Context<'_>, operations: &mut Operations) {
    for map in operations {
        let place = text(map, "path").and_then(|path| Place::resolve(context.registry, context.kind, path));
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
        let place = text(map, "path").and_then(|path| Place::resolve(context.registry, context.kind, path));
        let (Some(place), Some(value)) = (place, map.get_mut("value")) else { continue };
        match (place.sub, &place.filter) {
            (Some(sub), _) => elements::part(context, place.top, sub, value),
            (None, Some(_)) => elements::element(context, place.top, value),
            (None, None) => elements::whole(context, place.top, value),
        }
    }
}

/// A bulk job: each operation is a request of its own.
fn bulk(registry: &Registry, base: &str, body: &mut Map<String, Value>, notes: &mut Notes) {
    let Some(Value::Array(operations)) = body.get_mut("Operations") else { return };
    for operation in operations.iter_mut().filter_map(Value::as_object_mut) {
        let method = text(operation, "method").unwrap_or_default().to_ascii_uppercase();
        let path = text(operation, "path").unwrap_or_default().to_owned();
        // A bulk job inside a bulk job is refused later; going into it would only cost depth.
        if matches!(Target::parse(&path), Some(Target::Bulk)) {
            continue;
        }
        let Some(Value::Object(data)) = operation.get_mut("data") else { continue };
        let mut inner = Request { method, path, query: String::new(), body: Some(std::mem::take(data)) };
        bring_into_form(registry, base, &mut inner, notes);
        *data = inner.body.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;
