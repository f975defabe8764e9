//! The headers of a recorded request and of its answer, as the screen lists them.

use store::{Activity, HeaderLines};

use crate::diagnosis::activity_views::HeaderView;

/// The client's; None where they are not recorded.
pub(crate) fn of_request(activity: &Activity) -> Option<Vec<HeaderView>> {
    let headers = activity.headers.as_ref()?;
    Some(listed(&headers.request, "user-agent", activity.user_agent.as_deref()))
}

/// Those of the answer; None where they are not recorded.
pub(crate) fn of_response(activity: &Activity) -> Option<Vec<HeaderView>> {
    let headers = activity.headers.as_ref()?;
    Some(listed(&headers.response, "x-request-id", Some(&activity.id)))
}

/// What is recorded, and behind it the header whose value the row has.
fn listed(lines: &HeaderLines, name: &str, value: Option<&str>) -> Vec<HeaderView> {
    let in_row = value.map(|value| (name, value));
    lines
        .fields()
        .chain(in_row)
        .map(|(name, value)| HeaderView { name: name.to_owned(), value: value.to_owned() })
        .collect()
}
