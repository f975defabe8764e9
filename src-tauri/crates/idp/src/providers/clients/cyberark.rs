//! `CyberArk` Identity (its requirements for SCIM servers).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "cyberark",
        "CyberArk Identity",
        &[],
        [
            create(
                "Add a custom app for Foundational.",
                vec![
                    action("In the CyberArk Identity admin portal, add a custom SAML web app."),
                    paste("Name the app and save it.", fixed("Foundational"), "Name"),
                ],
            ),
            connect(
                "Enable provisioning and paste two values.",
                vec![
                    action("Open the app's **Provisioning** page and turn provisioning on."),
                    paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM URL"),
                    action("Choose the bearer token for authorization, sent in the header."),
                    paste("Paste the token alone.", CopyValue::Token, "access token"),
                    action("Run the verification on that page, then save. CyberArk asks for one person."),
                ],
            ),
            assign_after_lookup(vec![
                action(
                    "Make a role with one test person in it and map it to the app under **Provisioning**.",
                )
                .shown_by(EvidenceKind::FirstPerson),
                action("Start a synchronisation. The person arrives here.")
                    .shown_by(EvidenceKind::FirstPerson),
            ]),
            trials(
                "Take the test person out of the role and synchronise again. The account here is deactivated.",
                Some("If groups should come along, map a role to a group and check that it arrives."),
            ),
        ],
    )
}
