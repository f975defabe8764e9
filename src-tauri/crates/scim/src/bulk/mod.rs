//! Bulk (RFC 7644 section 3.7).

use serde_json::{Map, Value};

use crate::error::Error;
use crate::request::Target;

/// A Bulk request, understood as far as it can be before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many failures to stop.
    pub fail_on_errors: Option<u64>,
    /// The operations in the order they arrived.
    pub operations: Vec<BulkOperation>,
}

/// One operation of a Bulk request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// `POST`, `PUT`, `PATCH` or `DELETE`, in capitals.
    pub method: String,
    /// The path, with bulkId references unresolved.
    pub path: String,
    /// The name other operations know its resource by.
    pub bulk_id: Option<String>,
    /// The version the client expects, as in `If-Match`.
    pub version: Option<String>,
    /// The body.
    pub data: Option<Map<String, Value>>,
    /// Why it cannot run, if it cannot.
    pub refusal: Option<Error>,
}

impl BulkRequest {
    /// Reads the body of a POST to `/Bulk`.
    pub fn parse(body: Map<String, Value>, max_operations: usize) -> Result<Self, Error> {
        todo!("{body:?} {max_operations}")
    }
}

/// What to execute next: exactly one HTTP-like request, references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkStep {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// What it is about: [`Target::Resources`] for POST, else [`Target::Resource`].
    pub target: Target,
    /// The version the client expects, as in `If-Match`.
    pub version: Option<String>,
    /// The body; empty for DELETE.
    pub data: Map<String, Value>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOutcome {
    /// The HTTP status.
    pub status: u16,
    /// The id of the resource; needed after a POST, for the references to it.
    pub id: Option<String>,
    /// The address of the resource.
    pub location: Option<String>,
    /// The ETag of the resource.
    pub version: Option<String>,
    /// The refusal, where it failed.
    pub error: Option<Error>,
}

/// A Bulk request under way: ask for the next step, execute it, tell the outcome, until there is none.
#[derive(Debug)]
pub struct BulkRun;

impl BulkRun {
    /// Starts.
    pub fn new(request: BulkRequest) -> Self {
        todo!("{request:?}")
    }

    /// The next step; none when all is done or `failOnErrors` is reached.
    pub fn next_step(&mut self) -> Option<BulkStep> {
        todo!()
    }

    /// Tells what came of the step that [`Self::next_step`] gave last.
    pub fn outcome(&mut self, outcome: BulkOutcome) {
        todo!("{outcome:?}")
    }

    /// The BulkResponse body.
    pub fn into_response(self) -> Map<String, Value> {
        todo!()
    }
}
