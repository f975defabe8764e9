//! A request between HTTP and SCIM.

use serde_json::{Map, Value};

/// A request after HTTP and before SCIM.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingRequest {
    /// The HTTP method, in capitals.
    pub method: String,
    /// What follows the connection's base, with one leading slash and without the query.
    pub path: String,
    /// The query as it arrived, without the question mark, not decoded.
    pub query: String,
    /// The body, if it is a JSON object.
    pub body: Option<Map<String, Value>>,
}
