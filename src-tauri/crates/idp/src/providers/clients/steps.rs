//! The steps that the guides of known clients share.

use crate::guide::{Action, ClientGuide, EvidenceKind, Step};
use crate::providers::builders::{action, assign, test};

/// A client with its four steps.
pub(super) fn client(id: &str, label: &str, warnings: &[&str], steps: [Step; 4]) -> ClientGuide {
    ClientGuide {
        id: id.to_owned(),
        label: label.to_owned(),
        warnings: warnings.iter().map(|&warning| warning.to_owned()).collect(),
        steps: steps.into(),
    }
}

/// Step 3 for clients that look people up before they create them.
pub(super) fn assign_after_lookup(actions: Vec<Action>) -> Step {
    assign(
        "Put one test person in scope and see them arrive.",
        actions,
        &[EvidenceKind::Lookup, EvidenceKind::FirstPerson],
    )
}

/// Step 3 for clients that create without asking.
pub(super) fn assign_directly(actions: Vec<Action>) -> Step {
    assign("Put one test person in scope and see them arrive.", actions, &[EvidenceKind::FirstPerson])
}

/// Step 4: a change, a leaver, the way back.
pub(super) fn trials(leave: &str, with_groups: Option<&str>) -> Step {
    let mut actions = vec![
        action("Change the title or the name of the test person over there. The change arrives here.")
            .shown_by(EvidenceKind::Change),
        action(leave).shown_by(EvidenceKind::Deactivation),
        action("Give the test person back what you took. The same account returns.")
            .shown_by(EvidenceKind::Reactivation),
    ];
    actions.extend(with_groups.map(|text| action(text).shown_by(EvidenceKind::Group)));
    actions.push(action("Put everyone else in scope when all of this is green."));
    let mut evidence = vec![
        EvidenceKind::FirstPerson,
        EvidenceKind::Change,
        EvidenceKind::Deactivation,
        EvidenceKind::Reactivation,
    ];
    evidence.extend(with_groups.map(|_| EvidenceKind::Group));
    test("Try a joiner, a change and a leaver before everyone follows.", actions, &evidence)
}
