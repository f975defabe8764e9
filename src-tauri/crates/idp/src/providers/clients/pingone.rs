//! `PingOne` (its documentation of SCIM connections).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "pingone",
        "PingOne",
        &[],
        [
            create(
                "Make a connection for Foundational.",
                vec![
                    action("In PingOne, open **Integrations** and then **Provisioning**."),
                    action("Choose **+**, then **New Connection**.").shown_by(EvidenceKind::FirstPerson),
                    action("Choose **Identity Store**, then **Select** on the **SCIM** tile."),
                    paste("Name the connection, then choose **Next**.", fixed("Foundational"), "Name"),
                ],
            ),
            connect(
                "Paste two values and test them.",
                vec![
                    paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM Base URL"),
                    paste("Fill in the address of people.", fixed("/Users"), "Users Resource"),
                    action("Set **SCIM Version** to **2.0**."),
                    action("Set **Authentication Method** to **OAuth 2 Bearer Token**."),
                    paste("Paste the token alone.", CopyValue::Token, "Access token"),
                    action("Set **Auth Type Header** to **Bearer**."),
                    action("Choose **Test Connection**, then **Continue**."),
                    paste(
                        "Fill in how people are looked up.",
                        fixed(r#"userName eq "%s""#),
                        "User Filter Expression",
                    ),
                    action("Set **User Identifier** to **userName**."),
                    action("Let leavers be **disabled** rather than deleted, so that their history stays."),
                    action("Choose **Finish** and turn the connection on."),
                ],
            ),
            assign_after_lookup(vec![
                action("Choose **+**, then **New Rule**, and join a population with this connection.")
                    .shown_by(EvidenceKind::FirstPerson),
                action("Use a population, or a filter of the rule, that has one test person in it.")
                    .shown_by(EvidenceKind::FirstPerson),
                action("Turn the rule on. The person arrives here.").shown_by(EvidenceKind::FirstPerson),
            ]),
            trials("Disable the test person in PingOne. The account here is deactivated.", None),
        ],
    )
}
