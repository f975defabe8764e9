//! Bulk (RFC 7644 section 3.7): several requests in one, which may refer to each other's results by `bulkId`.
//!
//! The engine plans, the caller executes: [`BulkRun`] hands out one request at a time, references resolved, and is
//! given its outcome.

mod references;
mod request;
mod run;

pub use request::{BulkOperation, BulkRequest, REQUEST_URN};
pub use run::{BulkOutcome, BulkRun, BulkStep, RESPONSE_URN};
