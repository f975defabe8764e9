//! A recorded request without its values.

use idp::masked::{Mask, method};
use serde_json::{Value, json};
use store::Activity;

use crate::diagnosis::steps::{StepsUs, steps};

/// One request, by the number of its connection.
pub(super) fn request_line(activity: &Activity, connection: Option<usize>, mask: &Mask) -> Value {
    json!({
        "at": activity.at,
        "connection": connection,
        "method": method(&activity.method),
        "path": mask.address(&activity.path),
        "status": activity.status,
        "result": activity.result,
        "reason": activity.reason,
        "resourceType": activity.resource_type,
        "durationUs": activity.duration_us,
        "stepsUs": StepsUs(steps(activity)),
        "requests": activity.folded.map_or(1, |folded| folded.requests),
        "authenticated": activity.token_id.is_some(),
        "https": activity.secure,
        "notes": notes(activity),
        "request": activity.request_body.as_deref().map(|body| shape(body, mask)),
        "response": activity.response_body.as_deref().map(|body| shape(body, mask)),
    })
}

/// The codes of what was noted; facts about the request have values in their text alone.
fn notes(activity: &Activity) -> Vec<&str> {
    activity.notes.iter().map(|note| note.code.as_str()).collect()
}

fn shape(body: &str, mask: &Mask) -> Value {
    mask.body(body).unwrap_or_else(|| format!("(text of {} bytes)", body.len()).into())
}
