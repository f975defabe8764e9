//! What a request was to write, as it was sent: for the record of a refusal, where nothing else is known.

use data_encoding::HEXLOWER;
use scim::Target;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::intent::{active_in, name_in};
use crate::redact::Redaction;

/// How many bytes of a digest tell two bodies apart.
const DIGEST: usize = 8;

/// What the body of a write says of its user or group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentBody {
    /// The name in it.
    pub name: Option<String>,
    /// What it does with `active`.
    pub active: Option<bool>,
    /// Of what is to be created and has no name: tells it apart from other bodies without one. It is the same each time that it
    /// is sent, and made without the secrets in it.
    pub digest: Option<String>,
}

impl SentBody {
    pub(crate) fn of(target: Option<&Target>, body: &Map<String, Value>) -> Self {
        let name = name_in(body);
        let is_nameless = name.is_none() && matches!(target, Some(Target::Resources(_)));
        let digest = is_nameless.then(|| {
            let mut body = Value::Object(body.clone());
            Redaction::default().body(&mut body);
            HEXLOWER.encode(&Sha256::digest(body.to_string())[..DIGEST])
        });
        Self { name, active: active_in(body), digest }
    }
}

/// One write as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SentWrite {
    pub method: String,
    pub target: Target,
    pub body: SentBody,
}

/// The writes of users and groups in the body of a Bulk request, in their order. What is refused as a whole was not read as a
/// Bulk request, so what is no operation is ignored, and so are those on what the same request was to create.
pub(crate) fn writes_in_bulk(body: &Map<String, Value>) -> Vec<SentWrite> {
    let operations = member(body, "Operations").and_then(Value::as_array);
    operations.into_iter().flatten().filter_map(|operation| write_in(operation.as_object()?)).collect()
}

fn write_in(operation: &Map<String, Value>) -> Option<SentWrite> {
    let method = member(operation, "method")?.as_str()?.to_ascii_uppercase();
    let target = Target::parse(member(operation, "path")?.as_str()?)?;
    let is_known = match &target {
        Target::Resources(_) => true,
        Target::Resource(_, id) => !id.starts_with("bulkId:"),
        _ => false,
    };
    let body = member(operation, "data").and_then(Value::as_object);
    let body = body.map(|body| SentBody::of(Some(&target), body)).unwrap_or_default();
    is_known.then_some(SentWrite { method, target, body })
}

fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_without_a_name_differ_and_one_that_is_sent_again_is_the_same() {
        let users = Target::parse("/Users");
        let digest = |body: Value| SentBody::of(users.as_ref(), body.as_object().unwrap()).digest;
        let ada = || json!({"title": "Countess", "password": "s3cret"});
        assert_eq!(digest(ada()), digest(ada()));
        assert_ne!(digest(ada()), digest(json!({"title": "Rear admiral"})));
        assert_eq!(
            digest(ada()),
            digest(json!({"title": "Countess", "password": "other"})),
            "no secret is in it"
        );
        assert_eq!(digest(json!({"externalId": "4711"})), None, "it has a name");
    }

    #[test]
    fn the_writes_of_a_bulk_request_are_read_although_it_is_none_that_is_done() {
        let body = json!({"operations": [
            {"method": "patch", "path": "/Users/7", "data": {"active": false}},
            {"method": "DELETE", "path": "/Users/8"},
            {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "Crew"}},
            {"method": "PATCH", "path": "/Groups/bulkId:g", "data": {}},
            {"method": "GET"}, 7,
        ]});
        let found = writes_in_bulk(body.as_object().unwrap());
        let shown: Vec<_> = found
            .iter()
            .map(|write| (write.method.as_str(), write.body.name.as_deref(), write.body.active))
            .collect();
        assert_eq!(
            shown,
            [("PATCH", None, Some(false)), ("DELETE", None, None), ("POST", Some("Crew"), None)]
        );
    }
}
