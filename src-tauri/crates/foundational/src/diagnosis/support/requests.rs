//! A recorded request without its values.

use serde_json::{Value, json};
use store::Activity;

use super::shape::Shape;

/// The parts of a path that are no id.
const PLACES: &[&str] =
    &["Users", "Groups", "Bulk", "Me", ".search", "ServiceProviderConfig", "ResourceTypes", "Schemas"];

/// One request, by the number of its connection.
pub(super) fn request_line(activity: &Activity, connection: Option<usize>, shape: &Shape) -> Value {
    json!({
        "at": activity.at,
        "connection": connection,
        "method": method(&activity.method),
        "path": path(&activity.path, shape),
        "status": activity.status,
        "result": activity.result,
        "reason": activity.reason,
        "resourceType": activity.resource_type,
        "durationUs": activity.duration_us,
        "requests": activity.folded.map_or(1, |folded| folded.requests),
        "authenticated": activity.token_id.is_some(),
        "https": activity.secure,
        "notes": notes(activity),
        "request": activity.request_body.as_deref().map(|body| shape.body(body)),
        "response": activity.response_body.as_deref().map(|body| shape.body(body)),
    })
}

fn method(method: &str) -> &str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    if known.contains(&method) { method } else { "…" }
}

/// The codes of what was noted; facts about the request have values in their text alone.
fn notes(activity: &Activity) -> Vec<&str> {
    activity.notes.iter().map(|note| note.code.as_str()).collect()
}

/// `/Users/{id}?filter=userName eq …&count=…`.
fn path(path: &str, shape: &Shape) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| match part {
        "" => String::new(),
        _ => PLACES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(part))
            .map_or("{id}", |known| known)
            .to_owned(),
    };
    let mut shown = place.split('/').map(part).collect::<Vec<_>>().join("/");
    for (place, (name, value)) in url::form_urlencoded::parse(query.as_bytes()).enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        shown.push_str(shape.name(&name));
        shown.push('=');
        shown.push_str(&compared(&name, &value, shape));
    }
    shown
}

/// The attribute and the operator with which a filter begins; every other value is masked.
fn compared(name: &str, value: &str, shape: &Shape) -> String {
    let mut words = value.split(' ');
    match (name.eq_ignore_ascii_case("filter"), words.next(), words.next()) {
        (true, Some(attribute), Some(operator)) if shape.name(attribute) == attribute => {
            let known = ["eq", "ne", "co", "sw", "ew", "pr", "gt", "ge", "lt", "le"];
            let operator = known.iter().find(|known| known.eq_ignore_ascii_case(operator));
            format!("{attribute} {} …", operator.unwrap_or(&"…"))
        }
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_remains_without_ids_and_values() {
        let shape = Shape::of(&scim::Registry::standard());
        for (address, expected) in [
            ("/Users", "/Users"),
            ("/users/4711", "/Users/{id}"),
            ("/ada@example.com", "/{id}"),
            (
                "/Users?filter=userName%20eq%20%22ada%22&count=1&ada=lovelace",
                "/Users?filter=userName eq …&count=…&…=…",
            ),
            ("/Users?filter=ada%20eq%201", "/Users?filter=…"),
            ("/Users?filter=userName+ada+4711", "/Users?filter=userName … …"),
            ("", ""),
        ] {
            assert_eq!(path(address, &shape), expected, "{address}");
        }
    }
}
