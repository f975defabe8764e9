//! `SailPoint` (its documentation of the SCIM 2.0 connectors).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "sailpoint",
        "SailPoint",
        &[
            "SailPoint reads first: before it changes anybody, it reads every person and group of this connection.",
        ],
        [
            create(
                "Make a source for Foundational.",
                vec![
                    action("In SailPoint, create a source of the type **SCIM 2.0**."),
                    paste("Name the source.", fixed("Foundational"), "Name"),
                ],
            ),
            connect(
                "Paste two values and test them.",
                vec![
                    paste("Paste the endpoint.", CopyValue::Endpoint, "Base URL"),
                    action("Set the authentication to **API Token**."),
                    paste("Paste the token alone.", CopyValue::Token, "API Token"),
                    paste(
                        "Fill in the content type, for what is sent and for what is accepted.",
                        fixed("application/scim+json"),
                        "Content-Type",
                    ),
                    action(
                        "Leave **Non-Compliant Server** off. Foundational describes itself as the standard asks.",
                    ),
                    action("If a page size is asked for, take 100."),
                    action("Run **Test Connection**, then save."),
                ],
            ),
            assign_after_lookup(vec![
                action("Aggregate accounts and groups once. An empty result is right at the beginning."),
                action("Give one test person access to the source by an access profile or a role.")
                    .shown_by(EvidenceKind::FirstPerson),
            ]),
            trials(
                "Disable the account of the test person in SailPoint. The account here is deactivated.",
                Some("If groups should come along, request a group for the test person."),
            ),
        ],
    )
}
