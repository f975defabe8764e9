//! Keycloak with the SCIM client extension (the source of keycloak-scim). Keycloak itself has no SCIM client.

use super::steps::{assign_directly, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{action, connect, create, fixed, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "keycloak",
        "Keycloak (SCIM extension)",
        &[
            "Import action Delete Remote deletes all users here that Keycloak doesn't know. Choose Nothing.",
            "The extension gives up after five seconds and creates people without asking first; a user who exists already is only logged there.",
        ],
        [
            create(
                "Install the SCIM extension in Keycloak.",
                vec![
                    action(
                        "Put the extension's jar into Keycloak's **providers** folder and restart Keycloak.",
                    ),
                    action(
                        "Open **Realm settings**, then **Events**, and add **scim** to **Event listeners**.",
                    )
                    .at("Older consoles: Events › Config › Event Listeners"),
                ],
            ),
            connect(
                "Add the provider and paste two values.",
                vec![
                    action("Open **User Federation** and add the **scim** provider."),
                    paste("Name it.", fixed("Foundational"), "UI display name"),
                    paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM 2.0 endpoint"),
                    paste(
                        "Fill in the content type.",
                        fixed("application/scim+json"),
                        "Endpoint content type",
                    ),
                    action("Set **Auth mode** to **BEARER**."),
                    paste("Paste the token alone.", CopyValue::Token, "Auth password/token"),
                    action(
                        "Turn on **Enable user propagation**, and **Enable group propagation** if groups should come along.",
                    ),
                    action(
                        "Turn off **Enable import during sync**, or set **Import action** to **Nothing**. Never choose **Delete Remote**.",
                    ),
                    action("Choose **Save**. Keycloak sends nothing yet; the first change proves the token."),
                ],
            ),
            assign_directly(vec![
                action("Create one test person in Keycloak. They arrive here at once.").shown_by(EvidenceKind::FirstPerson),
                action(
                    "To send people who exist already, turn on **Enable refresh during sync** and start a sync.",
                ).note(),
            ]),
            trials(
                "Disable the test person in Keycloak. The account here is deactivated; deleting them there deletes them here.",
                Some("If groups should come along, make a group in Keycloak and put the test person in it."),
            ),
        ],
    )
}
