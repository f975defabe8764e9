//! Known clients among "any SCIM 2.0 provider", one file each.
//!
//! Where a vendor does not document a label, the text describes the place instead of naming it. Every guide keeps
//! to one test person first and ends with the same three trials.

mod authentik;
mod cyberark;
mod google;
mod jumpcloud;
mod keycloak;
mod onelogin;
mod pingone;
mod rippling;
mod sailpoint;

use super::{action, assign, test};
use crate::guide::{Action, ClientGuide, ProofKind, Step};

/// Every known client, by name.
pub(super) fn all() -> Vec<ClientGuide> {
    vec![
        authentik::guide(),
        cyberark::guide(),
        google::guide(),
        jumpcloud::guide(),
        keycloak::guide(),
        onelogin::guide(),
        pingone::guide(),
        rippling::guide(),
        sailpoint::guide(),
    ]
}

fn client(id: &str, label: &str, warnings: &[&str], steps: [Step; 4]) -> ClientGuide {
    ClientGuide {
        id: id.to_owned(),
        label: label.to_owned(),
        warnings: warnings.iter().map(|&warning| warning.to_owned()).collect(),
        steps: steps.into(),
    }
}

/// Step 3 for clients that look people up before they create them.
fn assign_after_lookup(actions: Vec<Action>) -> Step {
    assign(
        "Put one test person in scope and see them arrive.",
        actions,
        &[ProofKind::Lookup, ProofKind::FirstPerson],
    )
}

/// Step 3 for clients that create without asking.
fn assign_directly(actions: Vec<Action>) -> Step {
    assign("Put one test person in scope and see them arrive.", actions, &[ProofKind::FirstPerson])
}

/// Step 4: a change, a leaver, the way back.
fn trials(leave: &str, with_groups: Option<&str>) -> Step {
    let mut actions = vec![
        action("Change the title or the name of the test person over there. The change arrives here.")
            .shown_by(ProofKind::Change),
        action(leave).shown_by(ProofKind::Deactivation),
        action("Give the test person back what you took. The same account returns.")
            .shown_by(ProofKind::Reactivation),
    ];
    actions.extend(with_groups.map(|text| action(text).shown_by(ProofKind::Group)));
    actions.push(action("Put everyone else in scope when all of this is green."));
    let mut proofs =
        vec![ProofKind::FirstPerson, ProofKind::Change, ProofKind::Deactivation, ProofKind::Reactivation];
    proofs.extend(with_groups.map(|_| ProofKind::Group));
    test("Try a joiner, a change and a leaver before everyone follows.", actions, &proofs)
}
