//! Google Workspace (its help page on automated provisioning).

use super::steps::{assign_after_lookup, client, trials};
use crate::guide::{ClientGuide, CopyValue, EvidenceKind};
use crate::providers::builders::{GOOGLE_ADMIN, action, connect, create, paste};

pub(super) fn guide() -> ClientGuide {
    client(
        "google",
        "Google Workspace",
        &[
            "Google offers automated provisioning for apps in its own catalog. If your app has no Autoprovisioning section, you need a tool in between.",
            "Google synchronises every few hours, so changes take their time.",
        ],
        [
            create(
                "Open the app that stands for Foundational.",
                vec![
                    action("In the Google Admin console, open **Apps**, then **Web and mobile apps**.")
                        .opens(GOOGLE_ADMIN),
                    action("Open the SAML app. Single sign-on has to be set up before provisioning."),
                    action("Look for the **Autoprovisioning** section."),
                ],
            ),
            connect(
                "Paste two values and map the attributes.",
                vec![
                    action("Under **Autoprovisioning**, choose **Configure autoprovisioning**."),
                    paste(
                        "Paste the token alone, then choose **Continue**.",
                        CopyValue::Token,
                        "Access token",
                    ),
                    paste(
                        "Paste the endpoint, then choose **Continue**.",
                        CopyValue::Endpoint,
                        "Endpoint URL",
                    ),
                    action(
                        "Map the attributes marked with an asterisk. **userName** takes the primary e-mail address.",
                    ),
                    action("Limit the app to one group for now."),
                    action(
                        "Choose the shortest delay for suspended and deleted users, so that leavers lose access soon.",
                    ),
                    action("Choose **Finish**, then turn autoprovisioning on."),
                ],
            ),
            assign_after_lookup(vec![
                action("Put one test person into the group and turn the app on for it.")
                    .shown_by(EvidenceKind::FirstPerson),
                action("Wait for the next synchronisation, which may take some hours.")
                    .shown_by(EvidenceKind::FirstPerson),
            ]),
            trials(
                "Suspend the test person in Google. After the delay you chose, the account here is deactivated.",
                None,
            ),
        ],
    )
}
