//! Short forms for the parts of a guide.

use crate::guide::{Action, CopyValue, EvidenceKind, Step, StepId};

/// The day on which the labels of all guides were last compared with what the providers document.
pub(crate) const CHECKED_ON: &str = "2026-11-24";
pub(crate) const ENTRA: &str = "https://entra.microsoft.com";
pub(crate) const GOOGLE_ADMIN: &str = "https://admin.google.com";

/// An action without anything to copy.
pub(crate) fn action(text: &str) -> Action {
    Action {
        text: text.to_owned(),
        copy: None,
        field: None,
        place: None,
        page: None,
        variants: Vec::new(),
        evidence: None,
        note: false,
    }
}

/// An action that copies a value from here into a field of the provider's console.
pub(crate) fn paste(text: &str, copy: CopyValue, field: &str) -> Action {
    let evidence = match copy {
        CopyValue::Endpoint => Some(EvidenceKind::AddressReached),
        CopyValue::Token | CopyValue::BearerToken => Some(EvidenceKind::Credentials),
        CopyValue::Text(_) | CopyValue::Curl => None,
    };
    Action { copy: Some(copy), field: Some(field.to_owned()), evidence, ..action(text) }
}

/// A fixed text to copy.
pub(crate) fn fixed(text: &str) -> CopyValue {
    CopyValue::Text(text.to_owned())
}

impl Action {
    /// Adds the menu path shown behind "Where is this?".
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.place = Some(place.to_owned());
        self
    }

    /// Adds the page of the console that a button opens, one of [`PAGES`].
    pub(crate) fn opens(mut self, page: &str) -> Self {
        self.page = Some(page.to_owned());
        self
    }

    /// Names what shows that it was done.
    pub(crate) const fn shown_by(mut self, evidence: EvidenceKind) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Makes it a line without anything to do.
    pub(crate) const fn note(mut self) -> Self {
        self.note = true;
        self
    }

    /// Limits the action to some variants.
    pub(crate) fn only(mut self, variants: &[&str]) -> Self {
        self.variants = variants.iter().map(|&variant| variant.to_owned()).collect();
        self
    }
}

/// Step 1. No request arrives while an app is being made, so there is no evidence.
pub(crate) fn create(summary: &str, actions: Vec<Action>) -> Step {
    step(StepId::Create, "Create the app", summary, actions, &[])
}

/// Step 2, shown by the first request with a valid token.
pub(crate) fn connect(summary: &str, actions: Vec<Action>) -> Step {
    let evidence = [EvidenceKind::AddressReached, EvidenceKind::Https, EvidenceKind::Credentials];
    step(StepId::Connect, "Connect", summary, actions, &evidence)
}

/// Step 2 where the requests come from this network: their sender must trust the certificate of this computer, and the
/// first of them shows that it does.
pub(crate) fn from_inside(mut connect: Step, sender: &str) -> Step {
    let trust = format!(
        "Make sure that {sender} trusts the certificate of this computer. With a private authority, export its root \
         certificate in **Settings › Server** and add it to the trust store there."
    );
    connect.actions.insert(0, action(&trust).shown_by(EvidenceKind::FromNetwork));
    connect.evidence.push(EvidenceKind::FromNetwork);
    connect
}

/// Step 3, shown by a look-up and by the first person.
pub(crate) fn assign(summary: &str, actions: Vec<Action>, evidence: &[EvidenceKind]) -> Step {
    step(StepId::Assign, "Assign one person", summary, actions, evidence)
}

/// Step 4, shown by a joiner, a change and a leaver.
pub(crate) fn test(summary: &str, actions: Vec<Action>, evidence: &[EvidenceKind]) -> Step {
    step(StepId::Test, "Test", summary, actions, evidence)
}

pub(crate) fn step(
    id: StepId,
    title: &str,
    summary: &str,
    actions: Vec<Action>,
    evidence: &[EvidenceKind],
) -> Step {
    Step { id, title: title.to_owned(), summary: summary.to_owned(), actions, evidence: evidence.to_vec() }
}
