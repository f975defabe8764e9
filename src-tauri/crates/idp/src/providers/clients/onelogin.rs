//! `OneLogin` (its developer page on SCIM apps; vendor guides for the tabs).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

/// What `OneLogin` fills in and sends for each person.
const TEMPLATE: &str = r#"{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
  "userName": "{$parameters.scimusername}",
  "name": { "givenName": "{$user.firstname}", "familyName": "{$user.lastname}" },
  "displayName": "{$user.display_name}",
  "emails": [{ "value": "{$user.email}", "type": "work", "primary": true }]
}"#;

pub(super) fn guide() -> ClientGuide {
    client(
        "onelogin",
        "OneLogin",
        &[],
        [
            create(
                "Add the SCIM app for Foundational.",
                vec![
                    action("In the OneLogin admin portal, open **Applications** and choose **Add App**."),
                    action("Search for **SCIM Provisioner with SAML (SCIM v2 Core)** and open it.").at(
                        "For department and manager take SCIM Provisioner with SAML (SCIM v2 Enterprise)",
                    ),
                    paste("Name the app, then choose **Save**.", fixed("Foundational"), "Display Name"),
                ],
            ),
            connect(
                "Paste two values and a template, then enable the connection.",
                vec![
                    action("Open the **Configuration** tab."),
                    paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM Base URL"),
                    paste("Paste the template.", fixed(TEMPLATE), "SCIM JSON Template"),
                    paste("Paste the token alone.", CopyValue::Token, "SCIM Bearer Token"),
                    action(
                        "Next to **API Connection**, choose **Enable**. OneLogin asks for a made-up person.",
                    ).shown_by(EvidenceKind::Credentials),
                    action("Choose **Save**."),
                    action("Open the **Provisioning** tab and tick **Enable provisioning**."),
                    action(
                        "Under **Require admin approval before this action is performed**, clear all three, or each change waits for you.",
                    ),
                    action(
                        "For people who are deleted or lose the app, choose **Suspend** or **Delete**. **Do Nothing** leaves leavers active.",
                    ),
                    action("Choose **Save**."),
                ],
            ),
            assign_after_lookup(vec![
                action(
                    "Open the **Parameters** tab and check that the SCIM user name is the e-mail address or the user name.",
                ),
                action(
                    "Give one test person access to the app, by a role on the **Access** tab or on the person's page.",
                ).shown_by(EvidenceKind::FirstPerson),
                action(
                    "If no user arrives, look for a pending change under **Users › Provisioning** and approve it.",
                ).note(),
            ]),
            trials(
                "Take the app away from the test person. The account here is deactivated or deleted, as you chose.",
                None,
            ),
        ],
    )
}
