//! Microsoft Entra ID, called "Azure" as the product's help article does.
//!
//! The admin centre has two faces for provisioning: the newer one with **New configuration** and the older one with
//! **Provisioning Mode**. The actions follow the newer face; the older labels stand behind "Where is this?".

use super::builders::{CHECKED_ON, ENTRA, action, assign, connect, create, fixed, paste, test};
use crate::guide::{Action, CopyValue, EvidenceKind, Guide, Step};
use crate::provider::Provider;

pub(super) fn guide() -> Guide {
    Guide {
        provider: Provider::Azure,
        name: "Azure".to_owned(),
        subtitle: "Microsoft Entra ID".to_owned(),
        minutes: 20,
        needs: vec![
            "Admin in Foundational".to_owned(),
            "Application Administrator in Azure".to_owned(),
            "Entra ID P1, only if you assign groups".to_owned(),
        ],
        checked_on: CHECKED_ON.to_owned(),
        variants: Vec::new(),
        steps: vec![create_step(), connect_step(), assign_step(), test_step()],
        clients: None,
    }
}

fn create_step() -> Step {
    create(
        "Make an enterprise application for Foundational.",
        vec![
            action("Open entra.microsoft.com and go to **Enterprise apps**.")
                .opens(ENTRA)
                .at("Entra ID › Enterprise apps › All applications. Older menu: Identity › Applications › Enterprise applications"),
            action("Choose **New application**, then **Create your own application**."),
            paste("Name the app.", fixed("Foundational"), "What's the name of your app?"),
            action("Choose **Integrate any other application you don't find in the gallery (Non-gallery)**. The other kinds can't provision."),
            action("Choose **Create** and wait until the app's page opens."),
        ],
    )
}

fn connect_step() -> Step {
    connect(
        "Paste two values into Azure and test them.",
        vec![
            action("In the app, open **Provisioning** and choose **New configuration**.").shown_by(EvidenceKind::Credentials)
                .at("The app › Provisioning › New configuration. Older portal: Get started › Provisioning Mode: Automatic › Admin Credentials"),
            action("If Azure asks how to authenticate, choose the bearer token.").shown_by(EvidenceKind::Credentials),
            paste("Paste the endpoint.", CopyValue::Endpoint, "Tenant URL"),
            paste(
                "Paste the token. Never leave this field empty, or Azure signs requests in a way we refuse.",
                CopyValue::Token,
                "Secret token",
            ),
            action("Choose **Test connection**. Azure asks for a made-up user and wants an empty answer.").shown_by(EvidenceKind::Credentials),
            action("Choose **Create**.").at("Older portal: Save"),
        ]
        .into_iter()
        .chain(precautions())
        .collect(),
    )
}

/// What is set in the app beside the connection, so that Azure tells when it stops and holds many deletions.
pub(super) fn precautions() -> [Action; 2] {
    [
        action("Under **Overview**, open **Properties** and enter an address for **Notification email**. Azure writes there when it stops.")
            .at("The app › Provisioning › Overview › Properties › pencil"),
        action("In the same place, turn on **Prevent accidental deletions** and keep a low threshold."),
    ]
}

pub(super) fn assign_step() -> Step {
    assign(
        "Assign one test person and send them by hand.",
        vec![
            action("Open **Users and groups** and choose **Add user/group**.").shown_by(EvidenceKind::FirstPerson).at("The app › Users and groups"),
            action("Pick one test person and choose **Assign**. Groups inside groups are not followed.").shown_by(EvidenceKind::FirstPerson),
            action("Set **Scope** to **Sync only assigned users and groups**.")
                .at("The app › Provisioning › Overview › Properties › Scope. Older portal: Settings › Scope"),
            action("Open **Attribute mapping** and check that **userPrincipalName** is matched with **userName**.")
                .at("The app › Provisioning › Attribute mapping › Provision Microsoft Entra ID Users. Older portal: Mappings"),
            action("Map **externalId** to **objectId** instead of **mailNickname**, which two people may share."),
            action("If groups should stay away, turn off **Provision Microsoft Entra ID Groups**."),
            action("Open **Provision on demand**, pick the test person and choose **Provision**. It takes under 30 seconds.").shown_by(EvidenceKind::FirstPerson)
                .at("The app › Provisioning › Provision on demand"),
            action("If Azure doesn't find the assignment yet, wait a few minutes and try again.").note(),
        ],
        &[EvidenceKind::Lookup, EvidenceKind::FirstPerson],
    )
}

pub(super) fn test_step() -> Step {
    test(
        "Try a joiner, a change and a leaver, then start the regular cycle.",
        vec![
            action("In Azure, change the job title of the test person.").shown_by(EvidenceKind::Change)
                .at("Entra ID › Users › the person › Edit properties"),
            action("Provision the person on demand again. The change arrives here.").shown_by(EvidenceKind::Change),
            action(
                "Remove the test person under **Users and groups**, then provision on demand once more. The account here is deactivated.",
            ).shown_by(EvidenceKind::Deactivation),
            action("Assign the person again and provision on demand. The same account becomes active again.").shown_by(EvidenceKind::Reactivation),
            action("If groups should come along, provision a group with up to five members on demand.").shown_by(EvidenceKind::Group),
            action("Under **Overview**, choose **Start provisioning**.")
                .at("Older portal: Provisioning Status: On, then Save"),
            action(
                "The first cycle takes from 20 minutes to some hours; later ones come about every 40 minutes. You don't have to wait here.",
            ).note(),
        ],
        &[
            EvidenceKind::FirstPerson,
            EvidenceKind::Change,
            EvidenceKind::Deactivation,
            EvidenceKind::Reactivation,
            EvidenceKind::Group,
        ],
    )
}
