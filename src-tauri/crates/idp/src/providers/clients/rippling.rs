//! Rippling (guides of vendors who are set up with it).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "rippling",
        "Rippling",
        &[],
        [
            create(
                "Make a custom integration for Foundational.",
                vec![
                    action("In Rippling, open **IT**, then **Third-Party Access**, and choose **Add Integration**.")
                        .at("Older consoles: Identity Management › Custom App › Create New App"),
                    action("Choose **Create New Custom Integration**."),
                    paste("Name it.", fixed("Foundational"), "App name"),
                    action("Choose **User Management via SCIM**."),
                ],
            ),
            connect(
                "Paste two values and choose what is sent.",
                vec![
                    action("Set **SCIM Version** to **2.0**."),
                    paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM base URL"),
                    action("Set **SCIM Authorization Method** to **Bearer Token**."),
                    action("Tick **Supports Pagination**."),
                    action("If groups should come along, tick **Supports Groups**, **Create & Delete Groups** and **Use PATCH to edit Groups**."),
                    action("Leave **Mutually Exclusive Groups** off."),
                    action("Under **Supported SCIM Attributes**, choose **externalId**, **emails.primary**, **name.givenName** and **name.familyName**."),
                    action("Choose **Install now**."),
                    paste("Paste the token alone when Rippling asks for it.", CopyValue::Token, "Bearer token"),
                    action("Let attributes be sent **On user creation and updates**."),
                ],
            ),
            assign_after_lookup(vec![
                action("Give one test person access to the app. Leave the rules for everyone else off for now.").shown_by(EvidenceKind::FirstPerson),
            ]),
            trials(
                "Take the test person's access away in Rippling. The account here is deactivated or deleted.",
                Some("If groups should come along, map one small group and check that it arrives."),
            ),
        ],
    )
}
