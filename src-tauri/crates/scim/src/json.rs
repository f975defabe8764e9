//! Strict intake of JSON bytes.

use serde_json::{Map, Value};

use crate::error::Error;

/// Reads a request body.
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    todo!("{bytes:?}")
}
