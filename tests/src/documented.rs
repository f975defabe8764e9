//! Whether an answer is as the OpenAPI document says.

use axum::http::HeaderValue;
use scim::{ROUTES, Registry, Route};
use serde_json::Value;
use server::ServerLimits;

use crate::api::Reply;
use crate::json_schema::{faults, referred};

/// The OpenAPI document of an endpoint.
pub struct Documented(Value);

impl Documented {
    /// That with the standard schemas.
    pub fn standard() -> Self {
        Self(server::openapi(&Registry::standard(), &ServerLimits::default()))
    }

    /// The operation of a path below the endpoint, with or without a query. `None`: it is not in the document. Some providers
    /// double a slash.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let plain = path.split('?').next().unwrap_or_default().replace("//", "/");
        let place = Route::place(&plain)?;
        self.0["paths"][ROUTES[place].pattern].get(method.to_ascii_lowercase())
    }

    /// What of an answer is not as the document says. To what is not in the document, any refusal may be the answer.
    pub fn faults(&self, method: &str, path: &str, reply: &Reply) -> Vec<String> {
        let status = reply.status.as_u16();
        let answers = match self.operation(method, path) {
            Some(operation) => operation["responses"].get(status.to_string()),
            None => self.0["components"]["responses"].get(format!("Error{status}")),
        };
        let Some(answer) = answers.map(|answer| self.itself(answer)) else {
            return vec![format!("{method} {path} is answered {status}, which is not in the document")];
        };
        let mut found = Vec::new();
        for (name, header) in answer["headers"].as_object().into_iter().flatten() {
            let schema = &self.itself(header)["schema"];
            match reply.headers.get(name.as_str()) {
                Some(value) => found.extend(faults(&self.0, schema, &read(schema, value), name)),
                None => found.push(format!("the header {name} is missing")),
            }
        }
        if method != "HEAD" {
            found.extend(self.faults_of_body(answer, reply));
        }
        found
    }

    fn faults_of_body(&self, answer: &Value, reply: &Reply) -> Vec<String> {
        let Some(content) = answer.get("content") else {
            let is_empty = reply.body.is_null();
            return (!is_empty).then(|| format!("there is a body: {}", reply.body)).into_iter().collect();
        };
        let kind = reply.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        match kind.and_then(|kind| content.get(kind)) {
            Some(body) => faults(&self.0, &body["schema"], &reply.body, "the body"),
            None => vec![format!("its media type is {kind:?}")],
        }
    }

    /// A part of the document, or what a reference in its place leads to.
    fn itself<'d>(&'d self, part: &'d Value) -> &'d Value {
        part.get("$ref").map_or(part, |reference| referred(&self.0, reference))
    }
}

/// A header as its schema reads it.
fn read(schema: &Value, value: &HeaderValue) -> Value {
    let text = value.to_str().unwrap_or_default();
    let number = (schema["type"] == "integer").then(|| text.parse::<u64>().ok()).flatten();
    number.map_or_else(|| text.into(), Value::from)
}
