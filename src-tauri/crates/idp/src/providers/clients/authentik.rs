//! authentik (its documentation and the source of its SCIM provider).

use super::steps::{assign_directly, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "authentik",
        "authentik",
        &[],
        [
            create(
                "Make an application and a SCIM provider.",
                vec![
                    action(
                        "In the authentik admin interface, open **Applications**, then **Providers**, and choose **Create**.",
                    ),
                    action("Choose **SCIM Provider**."),
                    paste("Name the provider.", fixed("Foundational"), "Name"),
                ],
            ),
            connect(
                "Paste two values and attach the provider to an application.",
                vec![
                    paste("Paste the endpoint.", CopyValue::Endpoint, "URL"),
                    paste("Paste the token alone.", CopyValue::Token, "Token"),
                    action("Leave **Compatibility Mode** on **Default**."),
                    action("Limit the provider to one group with the test person in it, then save."),
                    action("Open the application for Foundational, or create one."),
                    action(
                        "Add the provider under **Backchannel Providers**, not as the main provider, then save.",
                    ),
                ],
            ),
            assign_directly(vec![
                action("Put one test person into the group you limited the provider to.").shown_by(EvidenceKind::FirstPerson),
                action(
                    "Changes are sent at once, and everything once an hour. To send everybody now, run the sync on the provider's page.",
                ).note(),
            ]),
            trials(
                "Deactivate the test person in authentik. The account here is deactivated; deleting them there deletes them here.",
                Some("Groups come along by themselves. Check that the group and its member arrived."),
            ),
        ],
    )
}
