//! What each method of each address takes and answers.

use scim::{ResourceType, Target};
use serde_json::{Map, Value, json};

use super::answers::{content, refusal, success};
use super::component::component;
use super::examples;
use super::parameters::{PROJECTION, QUERY, parameter};
use super::resources::request_of;

/// The refusals of every operation, and those of one with a body.
const ALWAYS: &[u16] = &[400, 401, 404, 414, 421, 429, 500, 503];
const WITH_BODY: &[u16] = &[408, 413, 415];
/// The headers of an answer that is one resource.
const OF_RESOURCE: &[&str] = &["ETag", "Location"];

/// What is particular to an operation.
#[derive(Default)]
struct Operation {
    summary: String,
    parameters: Vec<&'static str>,
    /// The schema of the body, and an example.
    body: Option<(String, Value)>,
    answers: Vec<(u16, Value)>,
    refusals: &'static [u16],
}

/// The operation of an address and a method that it takes.
pub(super) fn operation(pattern: &str, target: &Target, method: &str) -> Value {
    let particular = match (target, method) {
        (_, "OPTIONS") => Operation {
            summary: "Read which methods the address takes".to_owned(),
            answers: vec![(204, success("The methods.", None, &["Allow"]))],
            ..Operation::default()
        },
        (Target::Resources(resource_type), "POST") => create(*resource_type),
        (Target::Resources(resource_type), _) => list(*resource_type),
        (Target::Resource(resource_type, _), "GET" | "HEAD") => read(*resource_type),
        (Target::Resource(resource_type, _), _) => change(*resource_type, method),
        (Target::Search(resource_type), _) => search(*resource_type),
        (Target::Bulk, _) => bulk(),
        (Target::Me, _) => Operation {
            summary: "Not offered: a token belongs to a connection, not to a person".to_owned(),
            refusals: &[501],
            ..Operation::default()
        },
        (Target::ServiceProviderConfig, _) => discovery("Read what is supported", "ServiceProviderConfig"),
        (Target::Schemas, _) => discovery("Read the schemas", "SchemaList"),
        (Target::Schema(_), _) => discovery("Read a schema", "Schema"),
        (Target::ResourceTypes, _) => discovery("Read the resource types", "ResourceTypeList"),
        (Target::ResourceTypeNamed(_), _) => discovery("Read a resource type", "ResourceType"),
    };
    particular.to_json(pattern, method)
}

fn discovery(summary: &str, schema: &str) -> Operation {
    Operation {
        summary: summary.to_owned(),
        answers: vec![(200, success("As it is here.", Some(schema), &[]))],
        refusals: &[403],
        ..Operation::default()
    }
}

fn create(resource_type: ResourceType) -> Operation {
    let mut created = success("It was created, and is stored.", Some(resource_type.name()), OF_RESOURCE);
    let address = format!("{}/{{id}}", resource_type.endpoint());
    let link = |method: &str| {
        let link = json!({
            "operationId": operation_id(&address, method),
            "parameters": {"id": "$response.body#/id"},
        });
        (method.to_ascii_lowercase(), link)
    };
    created["links"] = ["GET", "PUT", "PATCH", "DELETE"].into_iter().map(link).collect();
    Operation {
        summary: format!("Create a {resource_type}"),
        parameters: PROJECTION.to_vec(),
        body: Some((request_of(resource_type), examples::resource(resource_type))),
        answers: vec![(201, created)],
        refusals: &[403, 409],
    }
}

fn list(resource_type: ResourceType) -> Operation {
    Operation {
        summary: format!("Find resources of the type {resource_type}"),
        parameters: [QUERY, PROJECTION].concat(),
        answers: vec![(200, success("A page of them.", Some(&format!("{resource_type}List")), &[]))],
        refusals: &[403],
        ..Operation::default()
    }
}

fn read(resource_type: ResourceType) -> Operation {
    Operation {
        summary: format!("Read a {resource_type}"),
        parameters: [PROJECTION, &["If-None-Match"]].concat(),
        answers: vec![
            (200, success("As it is now.", Some(resource_type.name()), OF_RESOURCE)),
            (304, success("It has the version that If-None-Match names.", None, &["ETag"])),
        ],
        refusals: &[403],
        ..Operation::default()
    }
}

/// PUT, PATCH and DELETE.
fn change(resource_type: ResourceType, method: &str) -> Operation {
    let (does, body) = match method {
        "PUT" => ("Replace", Some((request_of(resource_type), examples::resource(resource_type)))),
        "PATCH" => ("Change", Some(("PatchOp".to_owned(), examples::patch(resource_type)))),
        _ => ("Delete", None),
    };
    let (parameters, answer) = if body.is_some() {
        let changed = success("As it is now, and stored.", Some(resource_type.name()), OF_RESOURCE);
        ([PROJECTION, &["If-Match"]].concat(), (200, changed))
    } else {
        (vec!["If-Match"], (204, success("It was deleted.", None, &[])))
    };
    Operation {
        summary: format!("{does} a {resource_type}"),
        parameters,
        body,
        answers: vec![answer],
        refusals: &[403, 409, 412],
    }
}

fn search(resource_type: Option<ResourceType>) -> Operation {
    let of = resource_type.map_or("Resource", ResourceType::name);
    Operation {
        summary: "Find resources, with the query in the body".to_owned(),
        body: Some(("SearchRequest".to_owned(), examples::search(resource_type))),
        answers: vec![(200, success("A page of them.", Some(&format!("{of}List")), &[]))],
        ..Operation::default()
    }
}

fn bulk() -> Operation {
    Operation {
        summary: "Several operations, each for itself".to_owned(),
        body: Some(("BulkRequest".to_owned(), examples::bulk())),
        answers: vec![(200, success("How each of them ended.", Some("BulkResponse"), &[]))],
        ..Operation::default()
    }
}

impl Operation {
    fn to_json(&self, pattern: &str, method: &str) -> Value {
        let mut answers: Map<String, Value> =
            self.answers.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
        // POST, PUT and PATCH have their body read in any case.
        let of_body = if matches!(method, "POST" | "PUT" | "PATCH") { WITH_BODY } else { &[] };
        let mut refusals = [ALWAYS, of_body, self.refusals].concat();
        refusals.sort_unstable();
        answers.extend(refusals.into_iter().map(|status| (status.to_string(), refusal(status))));
        let mut operation = json!({
            "operationId": operation_id(pattern, method),
            "summary": self.summary,
            "responses": answers,
        });
        if !self.parameters.is_empty() {
            operation["parameters"] = self.parameters.iter().map(|name| parameter(name)).collect();
        }
        if let Some((schema, example)) = &self.body {
            let mut content = content(&component("schemas", schema));
            for media_type in content.as_object_mut().into_iter().flat_map(Map::values_mut) {
                media_type["example"] = example.clone();
            }
            operation["requestBody"] = json!({"required": true, "content": content});
        }
        operation
    }
}

/// `GET /Users/{id}` is `get_Users_id`: the generators of clients make names of it.
fn operation_id(pattern: &str, method: &str) -> String {
    let parts = pattern.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.fold(method.to_ascii_lowercase(), |id, part| format!("{id}_{part}"))
}
