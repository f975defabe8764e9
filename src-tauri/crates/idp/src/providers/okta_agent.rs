//! Okta through its provisioning agent, which runs inside of the network and calls this computer there.
//!
//! The agent speaks SCIM 2.0 from 2.1.0 on, and only to a URL that contains `/v2` and ends in `/` ([`WayIn::endpoint_end`]);
//! to another one it speaks SCIM 1.1 (Okta's help pages on on-premises provisioning).
//!
//! [`WayIn::endpoint_end`]: crate::WayIn::endpoint_end

use super::builders::{action, connect, create, fixed, from_inside, paste};
use super::okta;
use crate::guide::{CopyValue, EvidenceKind, Guide, Step};

pub(super) fn guide() -> Guide {
    let usual = okta::guide();
    let agent = "A computer with Windows or Linux inside your network, for the agent".to_owned();
    Guide {
        minutes: 30,
        needs: [usual.needs, vec![agent]].concat(),
        variants: Vec::new(),
        steps: vec![create_step(), connect_step(), okta::assign_step(), okta::test_step()],
        ..usual
    }
}

fn create_step() -> Step {
    create(
        "Make an app for Foundational in the Okta Admin Console, and install the agent.",
        vec![
            action("Sign in to the Okta Admin Console and open **Applications**.")
                .at("Applications › Applications. Newer consoles: Applications and Resources › Applications"),
            action("Choose **Create App Integration**."),
            action("Choose **SAML 2.0** or **SWA - Secure Web Authentication**, then **Next**. SCIM can't be added to an OIDC app."),
            paste("Name the app.", fixed("Foundational"), "App name"),
            action("Finish the sign-in settings that Okta asks for. They don't change provisioning."),
            action("Install Okta's provisioning agent 2.1.0 or later. An older one speaks SCIM 1.1, which is not understood."),
            action("On the **General** tab, turn on on-premises provisioning for the app.")
                .at("The app › General › App Settings › Edit"),
            action("Okta supports on-premises provisioning with its Professional Services, a certified partner or the On-prem Connector.")
                .note(),
        ],
    )
}

fn connect_step() -> Step {
    let paste_and_test = vec![
        action("Open the **Provisioning** tab and choose **Configure SCIM Connector**.")
            .shown_by(EvidenceKind::FromNetwork),
        paste(
            "Paste the endpoint with the slash at its end. Without it, the agent speaks SCIM 1.1.",
            CopyValue::Endpoint,
            "SCIM connector base URL",
        ),
        action("Choose **HTTP Header** as the authentication mode, with **Authorization** as the name of the header.")
            .shown_by(EvidenceKind::Credentials),
        paste(
            "Paste the token with the word Bearer in front as the value of the header.",
            CopyValue::BearerToken,
            "Authorization",
        ),
        paste(
            "Fill in the field that tells people apart.",
            fixed("userName"),
            "Unique identifier field for users",
        ),
        action("Choose **Test Connector Configuration**.").shown_by(EvidenceKind::Credentials),
        action("Choose **Save**."),
        action("Okta's own pages disagree on whether the agent pushes groups. Try it with one group.").note(),
    ];
    let actions = [paste_and_test, okta::switches()].concat();
    from_inside(
        connect("Paste two values into Okta and test them through the agent.", actions),
        "the computer with the agent",
    )
}
