//! Numbers and lists as SQLite has them.

use serde_json::json;

pub(crate) fn json_list(ids: &[String]) -> String {
    json!(ids).to_string()
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or(0)
}
