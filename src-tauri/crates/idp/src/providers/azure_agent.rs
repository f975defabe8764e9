//! Microsoft Entra ID through its provisioning agent, which runs inside of the network and calls this computer there
//! (Microsoft's page on provisioning to on-premises SCIM apps).

use super::azure;
use super::builders::{ENTRA, action, connect, create, from_inside, paste};
use crate::guide::{CopyValue, EvidenceKind, Guide, Step};

pub(super) fn guide() -> Guide {
    let usual = azure::guide();
    let agent = "A Windows Server 2016 or later inside your network, for the agent".to_owned();
    Guide {
        minutes: 30,
        needs: [usual.needs, vec![agent]].concat(),
        steps: vec![create_step(), connect_step(), azure::assign_step(), azure::test_step()],
        ..usual
    }
}

fn create_step() -> Step {
    create(
        "Add the gallery app for on-premises SCIM, and install the agent.",
        vec![
            action("Open entra.microsoft.com and go to **Enterprise apps**.")
                .opens(ENTRA)
                .at("Entra ID › Enterprise apps › All applications. Older menu: Identity › Applications › Enterprise applications"),
            action("Choose **New application**, search the gallery for **On-premises SCIM app** and add it."),
            action("Install the Microsoft Entra provisioning agent on a Windows Server 2016 or later with at least 3 GB of memory. It only calls out, so no port is opened for it."),
        ],
    )
}

fn connect_step() -> Step {
    let paste_and_test = vec![
        action("In the app, open **Provisioning** and choose the agent under **Assign Agent(s)**.")
            .shown_by(EvidenceKind::FromNetwork),
        action("Restart the agent, or wait 10 minutes.").shown_by(EvidenceKind::FromNetwork),
        paste(
            "Paste the endpoint. It is the address of this computer in your network.",
            CopyValue::Endpoint,
            "Tenant URL",
        ),
        paste(
            "Paste the token. Never leave this field empty, or Azure signs requests in a way we refuse.",
            CopyValue::Token,
            "Secret Token",
        ),
        action("Choose **Test connection**. Azure asks for a made-up user and wants an empty answer.")
            .shown_by(EvidenceKind::Credentials),
        action("Save there."),
    ];
    let actions = [paste_and_test, azure::precautions().into()].concat();
    from_inside(
        connect("Assign the agent, paste two values and test them.", actions),
        "the computer with the agent",
    )
}
