//! How far a set-up has come: by what was seen, not by which page was open last.

use idp::guide::EvidenceKind;
use store::SetupEvidence;

use crate::connections::wizard_views::{WizardStep, WizardView};

/// The first step that is not proved. Nothing can be seen of the first one: it counts when it was marked by hand, or when
/// a request shows that the app is there.
pub(crate) fn progress(wizard: &WizardView, evidence: &[SetupEvidence]) -> WizardStep {
    let seen = |kind| is_proved(evidence, kind);
    if !seen(EvidenceKind::Credentials) {
        let created = wizard.marks.contains_key("create") || seen(EvidenceKind::AddressReached);
        if created { WizardStep::Connect } else { WizardStep::Create }
    } else if !seen(EvidenceKind::FirstPerson) {
        WizardStep::Assign
    } else if !(seen(EvidenceKind::Change) && seen(EvidenceKind::Deactivation)) {
        WizardStep::Test
    } else {
        WizardStep::Finish
    }
}

/// Whether a request has shown this, and was not refused.
pub(crate) fn is_proved(evidence: &[SetupEvidence], kind: EvidenceKind) -> bool {
    evidence.iter().any(|one| one.kind == kind.as_str() && !one.refused)
}
