//! The guides, one file per provider: everything a person does in the other console, as data.
//!
//! Labels over there are renamed now and then. When one changes, edit the file, compare the whole guide with the
//! console, and move [`CHECKED_ON`] on.

mod azure;
mod clients;
mod custom;
mod okta;

use crate::Provider;
use crate::guide::{Action, CopyValue, Guide, ProofKind, Step, StepId};

/// The day on which the labels of all guides were last compared with what the providers document.
const CHECKED_ON: &str = "2026-11-24";

/// The guide of one provider, complete and in the order in which it is shown.
pub fn guide(provider: Provider) -> Guide {
    match provider {
        Provider::Okta => okta::guide(),
        Provider::Azure => azure::guide(),
        Provider::Custom => custom::guide(),
    }
}

/// An action that is only read and done.
/// Where the consoles of Microsoft and Google are for every customer. The shell opens these pages and no others.
pub const PAGES: [&str; 2] = [ENTRA, GOOGLE_ADMIN];
const ENTRA: &str = "https://entra.microsoft.com";
const GOOGLE_ADMIN: &str = "https://admin.google.com";

fn action(text: &str) -> Action {
    Action {
        text: text.to_owned(),
        copy: None,
        field: None,
        place: None,
        page: None,
        variants: Vec::new(),
        proof: None,
        note: false,
    }
}

/// An action that carries a value from here into a field over there.
fn paste(text: &str, copy: CopyValue, field: &str) -> Action {
    let proof = match copy {
        CopyValue::Endpoint => Some(ProofKind::AddressReached),
        CopyValue::Token | CopyValue::BearerToken => Some(ProofKind::Credentials),
        CopyValue::Text(_) | CopyValue::Curl => None,
    };
    Action { copy: Some(copy), field: Some(field.to_owned()), proof, ..action(text) }
}

/// A fixed text to copy.
fn fixed(text: &str) -> CopyValue {
    CopyValue::Text(text.to_owned())
}

impl Action {
    /// Adds the menu path shown behind "Where is this?".
    fn at(mut self, place: &str) -> Self {
        self.place = Some(place.to_owned());
        self
    }

    /// Adds the page of the console that a button opens, one of [`PAGES`].
    fn opens(mut self, page: &str) -> Self {
        self.page = Some(page.to_owned());
        self
    }

    /// Names what shows that it was done.
    const fn shown_by(mut self, proof: ProofKind) -> Self {
        self.proof = Some(proof);
        self
    }

    /// Makes it a line that is only read.
    const fn note(mut self) -> Self {
        self.note = true;
        self
    }

    /// Limits the action to some variants.
    fn only(mut self, variants: &[&str]) -> Self {
        self.variants = variants.iter().map(|&variant| variant.to_owned()).collect();
        self
    }
}

/// Step 1. Nothing reaches us while an app is being made, so there is nothing to prove.
fn create(summary: &str, actions: Vec<Action>) -> Step {
    step(StepId::Create, "Create the app", summary, actions, &[])
}

/// Step 2, proved by the first request with a right token.
fn connect(summary: &str, actions: Vec<Action>) -> Step {
    let proofs = [ProofKind::AddressReached, ProofKind::Https, ProofKind::Credentials];
    step(StepId::Connect, "Connect", summary, actions, &proofs)
}

/// Step 3, proved by the provider asking for somebody and that somebody arriving.
fn assign(summary: &str, actions: Vec<Action>, proofs: &[ProofKind]) -> Step {
    step(StepId::Assign, "Assign one person", summary, actions, proofs)
}

/// Step 4, proved by a joiner, a change and a leaver.
fn test(summary: &str, actions: Vec<Action>, proofs: &[ProofKind]) -> Step {
    step(StepId::Test, "Test", summary, actions, proofs)
}

fn step(id: StepId, title: &str, summary: &str, actions: Vec<Action>, proofs: &[ProofKind]) -> Step {
    Step { id, title: title.to_owned(), summary: summary.to_owned(), actions, proofs: proofs.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of every guide, those of known clients included, with the name of whose they are.
    fn every_guide() -> Vec<(String, Vec<Step>)> {
        let mut guides = Vec::new();
        for provider in Provider::ALL {
            let guide = guide(provider);
            guides.push((guide.name, guide.steps));
            let clients = guide.clients.into_iter().flatten();
            guides.extend(clients.map(|client| (client.label, client.steps)));
        }
        guides
    }

    fn every_step() -> impl Iterator<Item = (String, Step)> {
        every_guide()
            .into_iter()
            .flat_map(|(name, steps)| steps.into_iter().map(move |step| (name.clone(), step)))
    }

    #[test]
    fn every_guide_has_the_four_steps_in_order() {
        for (name, steps) in every_guide() {
            let ids: Vec<StepId> = steps.iter().map(|step| step.id).collect();
            assert_eq!(ids, [StepId::Create, StepId::Connect, StepId::Assign, StepId::Test], "{name}");
        }
    }

    #[test]
    fn every_way_through_connect_hands_over_the_endpoint_and_one_form_of_the_token() {
        for provider in Provider::ALL {
            let guide = guide(provider);
            let connect = guide.steps.iter().find(|step| step.id == StepId::Connect).unwrap();
            let ways: Vec<Option<&str>> = if guide.variants.is_empty() {
                vec![None]
            } else {
                guide.variants.iter().map(|variant| Some(variant.id.as_str())).collect()
            };
            for way in ways {
                let copies: Vec<&CopyValue> = connect
                    .actions
                    .iter()
                    .filter(|action| {
                        action.variants.is_empty()
                            || way.is_some_and(|way| action.variants.iter().any(|v| v == way))
                    })
                    .filter_map(|action| action.copy.as_ref())
                    .collect();
                let endpoints = copies.iter().filter(|copy| matches!(copy, CopyValue::Endpoint)).count();
                let tokens = copies
                    .iter()
                    .filter(|copy| matches!(copy, CopyValue::Token | CopyValue::BearerToken))
                    .count();
                assert_eq!((endpoints, tokens), (1, 1), "{provider:?} {way:?}");
            }
        }
    }

    #[test]
    fn every_known_client_gets_the_endpoint_and_the_token_once() {
        let clients = guide(Provider::Custom).clients.unwrap_or_default();
        assert_eq!(clients.len(), 9);
        for client in clients {
            let copies = |wanted: &CopyValue| {
                let actions = client.steps.iter().flat_map(|step| &step.actions);
                actions.filter(|action| action.copy.as_ref() == Some(wanted)).count()
            };
            assert_eq!((copies(&CopyValue::Endpoint), copies(&CopyValue::Token)), (1, 1), "{}", client.label);
        }
    }

    #[test]
    fn providers_without_a_choice_keep_their_shape() {
        let okta = serde_json::to_value(guide(Provider::Okta)).unwrap_or_default();
        assert!(okta.get("clients").is_none(), "an absent choice is not written");
        assert!(okta.get("checkedOn").is_some());
    }

    #[test]
    fn actions_name_only_variants_that_exist() {
        for provider in Provider::ALL {
            let guide = guide(provider);
            let known: Vec<&str> = guide.variants.iter().map(|variant| variant.id.as_str()).collect();
            for step in &guide.steps {
                for action in &step.actions {
                    for variant in &action.variants {
                        assert!(known.contains(&variant.as_str()), "{provider:?}: unknown variant {variant}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_opens_only_a_page_of_the_list_and_each_page_is_opened_by_a_line() {
        let opened: Vec<String> =
            every_step().flat_map(|(_, step)| step.actions).filter_map(|action| action.page).collect();
        assert!(opened.iter().all(|page| PAGES.contains(&page.as_str())), "{opened:?}");
        assert!(PAGES.iter().all(|page| opened.iter().any(|opened| opened == page)), "{opened:?}");
    }

    #[test]
    fn every_step_but_the_first_can_be_proved() {
        for (provider, step) in every_step() {
            assert_eq!(step.proofs.is_empty(), step.id == StepId::Create, "{provider:?} {:?}", step.id);
        }
    }

    #[test]
    fn each_thing_that_a_step_tries_is_shown_by_one_of_its_lines() {
        for (provider, step) in every_step() {
            for kind in &step.proofs {
                // These come with the others: no line is about them alone.
                let by_the_way = match kind {
                    ProofKind::Https | ProofKind::Lookup => true,
                    ProofKind::FirstPerson => step.id == StepId::Test,
                    _ => false,
                };
                let shown = step.actions.iter().any(|action| action.proof == Some(*kind));
                assert!(shown || by_the_way, "{provider}: no line of {:?} is shown by {kind:?}", step.id);
            }
        }
    }

    #[test]
    fn what_is_only_read_asks_for_nothing() {
        for (provider, step) in every_step() {
            for action in &step.actions {
                let asks = action.proof.is_some() || action.field.is_some();
                assert!(!(action.note && asks), "{provider}: {}", action.text);
                let waits = ["If no user arrives", "If Azure doesn't find"];
                let read = waits.iter().any(|start| action.text.starts_with(start));
                assert!(!read || action.note, "{provider}: {} is for when something goes wrong", action.text);
            }
        }
    }

    #[test]
    fn every_action_is_one_sentence_with_closed_labels() {
        for (provider, step) in every_step() {
            for Action { text, .. } in &step.actions {
                assert!(text.ends_with('.'), "{provider:?}: {text:?} does not end like a sentence");
                assert!(text.len() <= 220, "{provider:?}: {text:?} is too long for one action");
                assert_eq!(text.matches("**").count() % 2, 0, "{provider:?}: {text:?} leaves a label open");
                assert!(!text.contains('!'), "{provider:?}: {text:?} shouts");
            }
        }
    }

    #[test]
    fn what_is_copied_has_a_field_over_there_or_is_a_command() {
        for (provider, step) in every_step() {
            for action in &step.actions {
                let needs_field = action.copy.as_ref().is_some_and(|copy| *copy != CopyValue::Curl);
                assert_eq!(action.field.is_some(), needs_field, "{provider:?}: {}", action.text);
            }
        }
    }
}
