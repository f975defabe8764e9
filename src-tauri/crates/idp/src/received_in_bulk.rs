//! Which attributes the operations of a Bulk request (RFC 7644 section 3.7) give to people.

use scim::{Registry, ResourceType, Target};
use serde_json::{Map, Value};

use crate::provider::Provider;
use crate::received::{Received, given_by, normalised};

/// An operation of a Bulk request that created or changed a person.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkWrite {
    /// It has all attributes of the person; a PATCH has those that change.
    pub is_whole: bool,
    /// What it gives a value, as [`received`](crate::received::received) says it.
    pub attributes: Vec<Received>,
}

/// The operations of a Bulk request that created or changed people and were done, by its answer, in their order. None where a
/// body is no JSON object, as one that was cut.
pub fn received_in_bulk(
    provider: Provider,
    registry: &Registry,
    base: &str,
    body: &str,
    answer: &str,
) -> Option<Vec<BulkWrite>> {
    let body = normalised(provider, registry, base, "POST", "/Bulk", body)?;
    let answer: Map<String, Value> = serde_json::from_str(answer).ok()?;
    let mut answers = operations(&answer).iter().peekable();
    let mut writes = Vec::new();
    for operation in operations(&body) {
        // The answers are in the order of the operations. One that was not carried out has none.
        let Some(answer) = answers.next_if(|answer| is_about(answer, operation)) else { continue };
        let method = text(operation, "method").to_ascii_uppercase();
        let is_about_a_person = match Target::parse(text(operation, "path")) {
            Some(Target::Resources(kind)) => kind == ResourceType::User && method == "POST",
            Some(Target::Resource(kind, _)) => {
                kind == ResourceType::User && ["PUT", "PATCH"].contains(&&*method)
            }
            _ => false,
        };
        if let (true, true, Some(Value::Object(data))) =
            (is_about_a_person, is_done(answer), member(operation, "data"))
        {
            let attributes = given_by(registry, &method, data);
            writes.push(BulkWrite { is_whole: method != "PATCH", attributes });
        }
    }
    Some(writes)
}

fn operations(body: &Map<String, Value>) -> &[Value] {
    let found = body.iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations"));
    found.and_then(|(_, value)| value.as_array()).map(Vec::as_slice).unwrap_or_default()
}

fn member<'v>(operation: &'v Value, name: &str) -> Option<&'v Value> {
    operation.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text<'v>(operation: &'v Value, name: &str) -> &'v str {
    member(operation, name).and_then(Value::as_str).unwrap_or_default()
}

fn is_about(answer: &Value, operation: &Value) -> bool {
    let (path, location) = (text(operation, "path").trim_end_matches('/'), text(answer, "location"));
    // Without a bulkId it is the address of the resource that says which one it is, unless the path names a bulkId.
    let is_named = !text(operation, "bulkId").is_empty() || path.contains("bulkId:");
    text(answer, "method").eq_ignore_ascii_case(text(operation, "method"))
        && text(answer, "bulkId") == text(operation, "bulkId")
        && (is_named || location.is_empty() || location.ends_with(path))
}

fn is_done(answer: &Value) -> bool {
    text(answer, "status").starts_with('2')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(body: &Value, answer: &str) -> Option<Vec<(bool, Vec<String>)>> {
        let (registry, base) = (Registry::standard(), "https://x/scim/v2/c");
        let found = received_in_bulk(Provider::Custom, &registry, base, &body.to_string(), answer)?;
        let paths = |one: BulkWrite| one.attributes.into_iter().flat_map(|each| each.paths).collect();
        Some(found.into_iter().map(|one| (one.is_whole, paths(one))).collect())
    }

    fn bulk() -> Value {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "ada", "active": "True"}},
            {"method": "post", "path": "/Users", "bulkId": "b", "data": {"userName": "bob", "title": "x"}},
            {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "Crew"}},
            {"method": "PATCH", "path": "/Users/7", "data": {"Operations": [
                {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@x"}]}},
            {"method": "PUT", "path": "/Users/8", "data": {"userName": "eve"}},
            {"method": "DELETE", "path": "/Users/9"},
        ]})
    }

    #[test]
    fn each_operation_on_a_person_that_was_done_is_a_write() {
        let answer = json!({"Operations": [
            {"method": "POST", "bulkId": "a", "status": "201", "location": "https://x/scim/v2/c/Users/1"},
            {"method": "POST", "bulkId": "b", "status": "409"},
            {"method": "POST", "bulkId": "g", "status": "201", "location": "https://x/scim/v2/c/Groups/2"},
            {"method": "PATCH", "status": "200", "location": "https://x/scim/v2/c/Users/7"},
            {"method": "PUT", "status": "200", "location": "https://x/scim/v2/c/Users/8"},
            {"method": "DELETE", "status": "204", "location": "https://x/scim/v2/c/Users/9"},
        ]});
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            paths(&bulk(), &answer.to_string()).unwrap(),
            [
                (true, named(&["userName", "active"])),
                (false, named(&["emails[type eq \"work\"].value"])),
                (true, named(&["userName"])),
            ]
        );
    }

    #[test]
    fn an_operation_that_was_not_carried_out_is_no_write() {
        let answer = json!({"Operations": [
            {"method": "POST", "bulkId": "a", "status": "400"},
            {"method": "PUT", "status": "200", "location": "https://x/scim/v2/c/Users/8"},
        ]});
        assert_eq!(paths(&bulk(), &answer.to_string()).unwrap(), [(true, vec!["userName".to_owned()])]);
    }

    #[test]
    fn a_body_that_was_cut_is_not_known() {
        let answer = json!({"Operations": []}).to_string();
        assert_eq!(paths(&bulk(), &answer[..9]), None);
        let registry = Registry::standard();
        assert_eq!(received_in_bulk(Provider::Okta, &registry, "", "{\"Operations\":[{…", &answer), None);
    }
}
