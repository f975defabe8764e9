use super::*;
use crate::guide::{Action, ClientGuide, CopyValue, EvidenceKind, Step, StepId};

/// Each provider with each way in.
fn pairs() -> impl Iterator<Item = (Provider, WayIn)> {
    Provider::ALL.into_iter().flat_map(|provider| WayIn::ALL.map(|way| (provider, way)))
}

fn guides() -> impl Iterator<Item = Guide> {
    pairs().map(|(provider, way)| guide(provider, way))
}

/// The steps of every guide, those of known clients included, with the name of the provider or client.
fn every_guide() -> Vec<(String, Vec<Step>)> {
    let mut all = Vec::new();
    for guide in guides() {
        all.push((guide.name, guide.steps));
        let clients = guide.clients.into_iter().flatten();
        all.extend(clients.map(|client| (client.label, client.steps)));
    }
    all
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
fn each_variant_of_connect_copies_the_endpoint_and_one_form_of_the_token() {
    for guide in guides() {
        let provider = guide.provider;
        let connect = guide.steps.iter().find(|step| step.id == StepId::Connect).unwrap();
        let variants: Vec<Option<&str>> = if guide.variants.is_empty() {
            vec![None]
        } else {
            guide.variants.iter().map(|variant| Some(variant.id.as_str())).collect()
        };
        for chosen in variants {
            let copies: Vec<&CopyValue> = connect
                .actions
                .iter()
                .filter(|action| {
                    action.variants.is_empty()
                        || chosen.is_some_and(|chosen| action.variants.iter().any(|v| v == chosen))
                })
                .filter_map(|action| action.copy.as_ref())
                .collect();
            let endpoints = copies.iter().filter(|copy| matches!(copy, CopyValue::Endpoint)).count();
            let tokens = copies
                .iter()
                .filter(|copy| matches!(copy, CopyValue::Token | CopyValue::BearerToken))
                .count();
            assert_eq!((endpoints, tokens), (1, 1), "{provider:?} {chosen:?}");
        }
    }
}

#[test]
fn every_known_client_copies_the_endpoint_and_the_token_once() {
    let clients: Vec<ClientGuide> = guides().filter_map(|guide| guide.clients).flatten().collect();
    assert_eq!(clients.len(), 9 * WayIn::ALL.len());
    for client in clients {
        let copies = |wanted: &CopyValue| {
            let actions = client.steps.iter().flat_map(|step| &step.actions);
            actions.filter(|action| action.copy.as_ref() == Some(wanted)).count()
        };
        assert_eq!((copies(&CopyValue::Endpoint), copies(&CopyValue::Token)), (1, 1), "{}", client.label);
    }
}

#[test]
fn the_guide_of_custom_scim_copies_the_command_that_prints_the_openapi_document() {
    let command = CopyValue::Text("foundational openapi > openapi.json".to_owned());
    for way in WayIn::ALL {
        let steps = guide(Provider::Custom, way).steps;
        let found =
            steps.iter().flat_map(|step| &step.actions).find(|each| each.copy.as_ref() == Some(&command));
        assert!(found.is_some_and(|action| action.note && action.evidence.is_none()), "{way:?}");
    }
}

#[test]
fn a_guide_without_clients_has_no_field_for_them() {
    let okta = serde_json::to_value(guide(Provider::Okta, WayIn::Proxy)).unwrap_or_default();
    assert!(okta.get("clients").is_none(), "an absent choice is not serialised");
    assert!(okta.get("checkedOn").is_some());
}

#[test]
fn actions_name_only_variants_that_exist() {
    for guide in guides() {
        let provider = guide.provider;
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
fn the_console_of_a_provider_is_the_page_that_its_guide_opens() {
    for guide in guides() {
        let opened: Vec<String> =
            guide.steps.into_iter().flat_map(|step| step.actions).filter_map(|action| action.page).collect();
        let console: Vec<&str> = console(guide.provider).into_iter().collect();
        assert_eq!(opened, console, "{:?}", guide.provider);
    }
}

#[test]
fn every_step_but_the_first_has_evidence() {
    for (provider, step) in every_step() {
        assert_eq!(step.evidence.is_empty(), step.id == StepId::Create, "{provider:?} {:?}", step.id);
    }
}

#[test]
fn each_evidence_of_a_step_is_named_by_one_of_its_lines() {
    for (provider, step) in every_step() {
        for kind in &step.evidence {
            // These are seen together with others: no line is about them alone.
            let is_implied = match kind {
                EvidenceKind::Https | EvidenceKind::Lookup => true,
                EvidenceKind::FirstPerson => step.id == StepId::Test,
                _ => false,
            };
            let shown = step.actions.iter().any(|action| action.evidence == Some(*kind));
            assert!(shown || is_implied, "{provider}: no line of {:?} is shown by {kind:?}", step.id);
        }
    }
}

#[test]
fn a_note_has_no_evidence_and_no_field() {
    for (provider, step) in every_step() {
        for action in &step.actions {
            let has_either = action.evidence.is_some() || action.field.is_some();
            assert!(!(action.note && has_either), "{provider}: {}", action.text);
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
fn a_copied_value_has_a_field_or_is_a_command() {
    for (provider, step) in every_step() {
        for action in &step.actions {
            // The commands are beside the steps: nothing of theirs is pasted in the provider.
            let needs_field = action.copy.is_some() && !action.note;
            assert_eq!(action.field.is_some(), needs_field, "{provider:?}: {}", action.text);
        }
    }
}

/// The texts of a step, one after another.
fn text_of(provider: Provider, way: WayIn, id: StepId) -> String {
    let steps = guide(provider, way).steps;
    let step = steps.into_iter().find(|step| step.id == id).expect("each guide has the four steps");
    step.actions.into_iter().map(|action| action.text).collect::<Vec<_>>().join("\n")
}

#[test]
fn inside_the_network_the_steps_are_those_of_the_providers_agent() {
    for (provider, id, facts) in [
        (Provider::Azure, StepId::Create, &["On-premises SCIM app", "Windows Server 2016 or later"][..]),
        (Provider::Azure, StepId::Connect, &["Assign Agent(s)", "Restart the agent, or wait 10 minutes"]),
        (Provider::Okta, StepId::Create, &["2.1.0 or later"]),
        (Provider::Okta, StepId::Connect, &["slash at its end", "Configure SCIM Connector"]),
    ] {
        let (inside, outside) = (text_of(provider, WayIn::Network, id), text_of(provider, WayIn::Proxy, id));
        for fact in facts {
            assert!(inside.contains(fact), "{provider:?} {id:?} says {fact}: {inside}");
            assert!(!outside.contains(fact), "{provider:?} {id:?} without an agent: {outside}");
        }
    }
}

#[test]
fn only_inside_the_network_a_line_waits_for_a_request_from_there_and_names_our_certificate() {
    for (provider, way) in pairs() {
        let guide = guide(provider, way);
        let clients = guide.clients.iter().flatten().map(|client| &client.steps);
        for steps in std::iter::once(&guide.steps).chain(clients) {
            let mut actions = steps.iter().flat_map(|step| &step.actions);
            let first = actions.find(|action| action.evidence == Some(EvidenceKind::FromNetwork));
            assert_eq!(first.is_some(), way == WayIn::Network, "{provider:?} {way:?}");
            assert!(first.is_none_or(|line| line.text.contains("Settings › Server")), "{first:?}");
        }
    }
}
