//! `JumpCloud` (its support page on custom SCIM identity management; vendor guides).

use super::steps::{assign_directly, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "jumpcloud",
        "JumpCloud",
        &["JumpCloud's connection test really creates a person and a group here, and deletes both again."],
        [
            create(
                "Add a custom app for Foundational.",
                vec![
                    action("In the JumpCloud admin portal, open **SSO Applications**.")
                        .at("Older consoles: SSO"),
                    action("Add a custom SAML app. Provisioning is part of it."),
                    paste("Name the app and save it.", fixed("Foundational"), "Display Label"),
                ],
            ),
            connect(
                "Paste two values and activate.",
                vec![
                    action("Open the app and its **Identity Management** tab."),
                    action("Set **SCIM Version** to **SCIM 2.0**."),
                    paste("Paste the endpoint.", CopyValue::Endpoint, "Base URL"),
                    paste("Paste the token alone.", CopyValue::Token, "Token Key"),
                    action("In **Test User Email**, enter an address that no user has."),
                    action("Choose **Test Connection**. A test person and a test group come and go here."),
                    action("Choose **Activate**, then **Save**."),
                ],
            ),
            assign_directly(vec![
                action("Make a user group with one test person in it.").shown_by(EvidenceKind::FirstPerson),
                action("On the app's **User Groups** tab, tick that group and save.")
                    .shown_by(EvidenceKind::FirstPerson),
            ]),
            trials(
                "Take the test person out of the group. The account here is deactivated.",
                Some("If groups should come along, turn on group management for the app and save."),
            ),
        ],
    )
}
