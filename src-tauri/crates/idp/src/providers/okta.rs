//! Okta Workforce Identity.
//!
//! Two kinds of app lead to SCIM there. An app made with the integration wizard updates with PUT; a template from
//! the catalogue deactivates and changes groups with PATCH. The guide offers both, and both token forms: the
//! Header Auth template sends its field as it was typed, the others put `Bearer ` before it themselves.

use super::builders::{CHECKED_ON, action, assign, connect, create, fixed, paste, test};
use crate::guide::{Action, CopyValue, EvidenceKind, Guide, Step, Variant};
use crate::provider::Provider;

/// An app made with **Create App Integration**.
const OWN: &str = "own-app";
/// The catalogue template that puts `Bearer` before the token.
const CATALOG_BEARER: &str = "catalog-bearer";
/// The catalogue template that sends the token field as it is.
const CATALOG_HEADER: &str = "catalog-header";
/// Both catalogue templates.
const CATALOG: [&str; 2] = [CATALOG_BEARER, CATALOG_HEADER];

pub(super) fn guide() -> Guide {
    Guide {
        provider: Provider::Okta,
        name: "Okta".to_owned(),
        subtitle: "Okta Workforce Identity".to_owned(),
        minutes: 15,
        needs: vec![
            "Admin in Foundational".to_owned(),
            "Application Administrator or Super Administrator in Okta".to_owned(),
        ],
        checked_on: CHECKED_ON.to_owned(),
        variants: variants(),
        steps: vec![create_step(), connect_step(), assign_step(), test_step()],
        clients: None,
    }
}

fn variants() -> Vec<Variant> {
    [
        (
            OWN,
            "An app of your own",
            "People will also sign in with SAML or SWA. Choose this if you are not sure.",
        ),
        (
            CATALOG_BEARER,
            "Catalog app: SCIM 2.0 Test App (OAuth Bearer Token)",
            "A ready-made app for provisioning alone. Okta adds the word Bearer by itself.",
        ),
        (
            CATALOG_HEADER,
            "Catalog app: SCIM 2.0 Test App (Header Auth)",
            "A ready-made app for provisioning alone. Okta sends the token field exactly as you fill it in.",
        ),
    ]
    .map(|(id, label, hint)| Variant { id: id.to_owned(), label: label.to_owned(), hint: hint.to_owned() })
    .into()
}

fn create_step() -> Step {
    let catalog = |text: &str| action(text).only(&CATALOG);
    let own = |text: &str| action(text).only(&[OWN]);
    create(
        "Make an app for Foundational in the Okta Admin Console.",
        vec![
            action("Sign in to the Okta Admin Console and open **Applications**.")
                .at("Applications › Applications. Newer consoles: Applications and Resources › Applications"),
            own("Choose **Create App Integration**."),
            own(
                "Choose **SAML 2.0** or **SWA - Secure Web Authentication**, then **Next**. SCIM can't be added to an OIDC app.",
            ),
            catalog("Choose **Browse App Catalog** and search for **SCIM 2.0**."),
            action("Open **SCIM 2.0 Test App (OAuth Bearer Token)** and choose **Add Integration**.")
                .only(&[CATALOG_BEARER]),
            action("Open **SCIM 2.0 Test App (Header Auth)** and choose **Add Integration**.")
                .only(&[CATALOG_HEADER]),
            paste("Name the app.", fixed("Foundational"), "App name").only(&[OWN]),
            paste("Name the app, then choose **Next**.", fixed("Foundational"), "Application label")
                .only(&CATALOG),
            own("Finish the sign-in settings that Okta asks for. They don't change provisioning."),
            catalog(
                "Under **Sign-On Options**, set **Application username format** to **Email** or **Okta username**.",
            ),
            catalog("Choose **Done**."),
            own("On the **General** tab, choose **Edit** next to **App Settings**.")
                .at("The app › General › App Settings › Edit"),
            own("Set **Provisioning** to **SCIM** and choose **Save**. A **Provisioning** tab appears."),
        ],
    )
}

fn connect_step() -> Step {
    connect(
        "Paste two values into Okta and test them.",
        [own_connection(), catalog_connection(), switches()].concat(),
    )
}

fn own_connection() -> Vec<Action> {
    vec![
        action("Open the **Provisioning** tab, then **Integration**, then **Edit**.")
            .at("The app › Provisioning › Settings › Integration › Edit"),
        paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM connector base URL"),
        paste(
            "Fill in the field that tells people apart.",
            fixed("userName"),
            "Unique identifier field for users",
        ),
        action("Tick **Push New Users**."),
        action("Tick **Push Profile Updates**."),
        action("Tick **Push Groups**, if groups should come along."),
        action("Set **Authentication Mode** to **HTTP Header**.").shown_by(EvidenceKind::Credentials),
        paste(
            "Paste the token alone. Okta adds the word Bearer by itself.",
            CopyValue::Token,
            "Authorization",
        ),
        action("Choose **Test Connector Configuration**.").shown_by(EvidenceKind::Credentials),
        action("Choose **Save**."),
    ]
    .into_iter()
    .map(|action| action.only(&[OWN]))
    .collect()
}

fn catalog_connection() -> Vec<Action> {
    vec![
        action("Open the **Provisioning** tab and choose **Configure API Integration**.")
            .at("The app › Provisioning › Configure API Integration")
            .only(&CATALOG),
        action("Tick **Enable API integration**.").only(&CATALOG),
        paste("Paste the endpoint.", CopyValue::Endpoint, "SCIM 2.0 Base Url").only(&[CATALOG_BEARER]),
        paste(
            "Paste the token alone. Okta adds the word Bearer by itself.",
            CopyValue::Token,
            "OAuth Bearer Token",
        )
        .only(&[CATALOG_BEARER]),
        paste("Paste the endpoint.", CopyValue::Endpoint, "Base URL").only(&[CATALOG_HEADER]),
        paste(
            "Paste the token with the word Bearer in front. This template sends the field as it stands.",
            CopyValue::BearerToken,
            "API Token",
        )
        .only(&[CATALOG_HEADER]),
        action("If **Import Groups** is offered, clear it.").only(&CATALOG),
        action("Choose **Test API Credentials**.").shown_by(EvidenceKind::Credentials).only(&CATALOG),
        action("Choose **Save**.").only(&CATALOG),
    ]
}

/// Without these, Okta answers assignments with "Matching user not found" and sends nothing.
pub(super) fn switches() -> Vec<Action> {
    vec![
        action("Open **To App** and choose **Edit**.")
            .at("The app › Provisioning › Settings › To App › Edit"),
        action("Tick **Enable** next to **Create Users**. Without it Okta sends no users.")
            .shown_by(EvidenceKind::FirstPerson),
        action("Tick **Enable** next to **Update User Attributes**.").shown_by(EvidenceKind::Change),
        action("Tick **Enable** next to **Deactivate Users**. Without it leavers keep their access.")
            .shown_by(EvidenceKind::Deactivation),
        action("Leave **Sync Password** off. Foundational drops passwords that arrive.").note(),
        action("Choose **Save**."),
    ]
}

pub(super) fn assign_step() -> Step {
    assign(
        "Assign one test person and see them arrive.",
        vec![
            action("Open the **Assignments** tab, choose **Assign**, then **Assign to People**.")
                .shown_by(EvidenceKind::FirstPerson)
                .at("The app › Assignments › Assign › Assign to People"),
            action("Find one test person and choose **Assign** next to the name.")
                .shown_by(EvidenceKind::FirstPerson),
            action("Check the **User Name**, then choose **Save and Go Back**.")
                .shown_by(EvidenceKind::FirstPerson),
            action("Choose **Done**. The person arrives here within a minute or two.")
                .shown_by(EvidenceKind::FirstPerson),
            action("If no user arrives, open **Dashboard › Tasks** in Okta and choose **Retry Selected**.")
                .note()
                .at("Dashboard › Tasks"),
        ],
        &[EvidenceKind::Lookup, EvidenceKind::FirstPerson],
    )
}

pub(super) fn test_step() -> Step {
    test(
        "Try a joiner, a change and a leaver before everyone follows.",
        vec![
            action(
                "In Okta, change the title or the first name of the test person. The change arrives here.",
            ).shown_by(EvidenceKind::Change)
            .at("Directory › People › the person › Profile › Edit"),
            action("Remove the test person's assignment. The account here is deactivated.").shown_by(EvidenceKind::Deactivation)
                .at("The app › Assignments › × next to the person"),
            action("Assign the test person again. The same account becomes active again.").shown_by(EvidenceKind::Reactivation),
            action(
                "For groups, open **Push Groups**, then **Push Groups** again, then **Find groups by name**.",
            ).shown_by(EvidenceKind::Group)
            .at("The app › Push Groups"),
            action(
                "Choose **Create Group** and **Save**. The group arrives here with those members who are assigned to the app.",
            ).shown_by(EvidenceKind::Group),
            action(
                "Push a different group than the one you assign people with. Okta doesn't support one group for both.",
            ).note(),
            action(
                "Suspending a user in Okta sends nothing; to take access away, deactivate or unassign the person.",
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
