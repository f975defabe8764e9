//! Any SCIM 2.0 client that is neither Okta nor Azure.
//!
//! The guide speaks of what every client asks for under some name: a base URL, a bearer token, the attribute that
//! tells people apart. It also carries a command line, because a client that one can run by hand is the quickest
//! way to see whether the address and the token are right.

use super::builders::{CHECKED_ON, action, assign, connect, create, fixed, from_inside, paste, test};
use super::clients;
use crate::guide::{CopyValue, EvidenceKind, Guide, Step, StepId};
use crate::provider::Provider;

pub(super) fn guide() -> Guide {
    Guide {
        provider: Provider::Custom,
        name: "your identity provider".to_owned(),
        subtitle: "Any SCIM 2.0 provider".to_owned(),
        minutes: 15,
        needs: vec!["Admin in Foundational".to_owned(), "Admin in your identity provider".to_owned()],
        checked_on: CHECKED_ON.to_owned(),
        variants: Vec::new(),
        steps: vec![create_step(), connect_step(), assign_step(), test_step()],
        clients: Some(clients::all()),
    }
}

/// The same for a provider that calls from this network.
pub(super) fn guide_inside() -> Guide {
    let mut guide = guide();
    let known = guide.clients.iter_mut().flatten().flat_map(|client| client.steps.iter_mut());
    for step in guide.steps.iter_mut().chain(known).filter(|step| step.id == StepId::Connect) {
        *step = from_inside(step.clone(), "your identity provider");
    }
    guide
}

fn create_step() -> Step {
    create(
        "Register Foundational as a SCIM 2.0 app.",
        vec![
            action("In your identity provider, add an app with **SCIM 2.0** provisioning. It may be called custom, generic or non-gallery.")
                .at("Often under Applications, Integrations or Provisioning"),
            paste("Name the app.", fixed("Foundational"), "Name"),
            action("If it asks for a version, choose **SCIM 2.0**. Version 1.1 is not understood."),
            action("If it asks how to authenticate, choose **Bearer token** in the HTTP header. Basic and OAuth are not used."),
        ],
    )
}

fn connect_step() -> Step {
    connect(
        "Paste two values and test them.",
        vec![
            paste(
                "Paste the endpoint as it is. Your provider adds /Users and /Groups by itself.",
                CopyValue::Endpoint,
                "SCIM base URL",
            )
            .at("The field may also be called SCIM endpoint, connector URL or tenant URL"),
            paste("Paste the token alone. Most providers add the word Bearer by themselves.", CopyValue::Token, "Bearer token")
                .at("The field may also be called API token, access token, secret token or token key. If your provider sends it exactly as typed, type Bearer and a space before it"),
            paste("Choose the attribute that tells people apart.", fixed("userName"), "Unique identifier"),
            paste(
                "If it asks for a content type, fill it in. application/json works too.",
                fixed("application/scim+json"),
                "Content type",
            ),
            action("If it offers **PATCH**, turn it on. Updates with PUT work as well."),
            action("If it asks for a page size, take 100."),
            action("Run the connection test of your provider.").shown_by(EvidenceKind::Credentials),
            action("Save there."),
            crate::guide::Action {
                copy: Some(CopyValue::Curl),
                note: true,
                ..action("Or ask by hand: put the token in SCIM_TOKEN and run this line. An empty list is a good answer.")
            },
            crate::guide::Action {
                copy: Some(fixed("foundational openapi > openapi.json")),
                note: true,
                ..action("If you write the client yourself, print the OpenAPI document of the endpoint: each request, its answers and errors.")
            },
        ],
    )
}

fn assign_step() -> Step {
    assign(
        "Put one test person in scope and see them arrive.",
        vec![
            action(
                "Turn on creating, updating and deactivating users for the app. The three are often separate switches.",
            ),
            action(
                "Check that **userName** and an e-mail address are mapped. Given name, family name and display name help to tell people apart.",
            ),
            action("Assign one test person to the app. Leave everyone else out for now.")
                .shown_by(EvidenceKind::FirstPerson),
            action("Start a synchronisation, if your provider doesn't start one by itself.")
                .shown_by(EvidenceKind::FirstPerson),
        ],
        &[EvidenceKind::Lookup, EvidenceKind::FirstPerson],
    )
}

fn test_step() -> Step {
    test(
        "Try a joiner, a change and a leaver before everyone follows.",
        vec![
            action(
                "Change the title or the name of the test person in your provider. The change arrives here.",
            ).shown_by(EvidenceKind::Change),
            action(
                "Take the test person out of the app. The account here is deactivated, or deleted if your provider sends that.",
            ).shown_by(EvidenceKind::Deactivation),
            action("Put the test person back. The same account returns.").shown_by(EvidenceKind::Reactivation),
            action(
                "If groups should come along, push one small group. Its members need to be in scope as people first.",
            ).shown_by(EvidenceKind::Group),
            action("Assign everyone else when all of this is green."),
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
