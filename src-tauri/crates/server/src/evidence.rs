//! What an exchange shows of how far a connection's set-up is: the evidence by which the wizard ticks its steps.

use idp::guide::EvidenceKind;
use idp::reason_code::ReasonCode;
use idp::recognise::{KnownEvent, Recognition};
use store::RequestEvidence;

use crate::answer::ActivitySummary;
use crate::client_origin::{ClientOrigin, Source};
use crate::exchange::Exchange;
use crate::notes::NEAR_MISS;
use crate::private_network::near_network;
use crate::refusal::Refusal;

/// Whether there is nothing at the address that was called.
pub(crate) fn is_unknown_path(outcome: &Result<ActivitySummary, Refusal>) -> bool {
    outcome
        .as_ref()
        .is_err_and(|refusal| refusal.reason == ReasonCode::UnknownPath && refusal.error.status == 404)
}

/// The evidence of one exchange; `known` is the sentence by which its client is recognised.
pub(crate) fn evidence(
    exchange: &Exchange,
    recognised: Recognition,
    known: Option<&str>,
    outcome: &Result<ActivitySummary, Refusal>,
) -> Vec<RequestEvidence> {
    let mut seen = Vec::new();
    let source = exchange.origin.as_ref().map_or(Source::Unknown, ClientOrigin::source);
    // Any program on this computer can write the header of a proxy: only a valid token that arrives from another computer
    // shows that others reach this address. The address check shows it too.
    let doubt = match (&exchange.token_id, source) {
        (None, _) => Some("It carried no valid token, so it proves nothing."),
        (Some(_), Source::ThisComputer) => {
            Some("It began on this computer, so it does not prove that others get here.")
        }
        (Some(_), Source::Unknown) => Some("The proxy does not say where it began (X-Forwarded-For)."),
        (Some(_), Source::Elsewhere) => None,
    };
    let mut add = |kind: EvidenceKind, sentence: String, refused: bool| {
        let is_of_the_way = matches!(kind, EvidenceKind::AddressReached | EvidenceKind::Https);
        let doubt = doubt.filter(|_| is_of_the_way && !refused);
        let sentence = doubt.map_or(sentence.clone(), |doubt| format!("{sentence} {doubt}"));
        seen.push(RequestEvidence {
            kind: kind.as_str().to_owned(),
            sentence,
            refused,
            inconclusive: doubt.is_some(),
            reaches_public_url: kind == EvidenceKind::Https
                && !refused
                && doubt.is_none()
                && exchange.may_use_public_url,
        });
    };
    if is_unknown_path(outcome) {
        // A client that calls the wrong address has not connected, whatever token it sent.
        let near_miss = exchange.notes.iter().find(|note| note.code == NEAR_MISS);
        let why =
            near_miss.map_or("A request arrived at an address that is not the endpoint.", |note| &note.text);
        add(EvidenceKind::AddressReached, why.to_owned(), true);
        return seen;
    }
    add(EvidenceKind::AddressReached, "A request reached this address.".to_owned(), false);
    if exchange.origin.as_ref().is_some_and(|origin| origin.secure) {
        add(EvidenceKind::Https, "It arrived over HTTPS.".to_owned(), false);
    }
    match (&exchange.token_id, outcome) {
        (Some(_), _) => {
            let known = known.map(|known| format!(" {known}")).unwrap_or_default();
            add(EvidenceKind::Credentials, format!("Credentials work.{known}"), false);
            let client = exchange.origin.as_ref().and_then(|origin| origin.client);
            if let Some(ip) = client.filter(|_| source == Source::Elsewhere)
                && let Some(network) = near_network(ip)
            {
                let sentence = format!("A request with a valid token arrived from {ip}, in {network}.");
                add(EvidenceKind::FromNetwork, sentence, false);
            }
        }
        (None, Err(refusal)) => add(EvidenceKind::Credentials, refusal.error.detail.clone(), true),
        (None, Ok(_)) => {}
    }
    if let Ok(summary) = outcome {
        // A lookup of a made-up user shows nothing of how real people are looked up.
        let is_made_up = recognised.event == Some(KnownEvent::AzureTestConnection);
        for (kind, sentence) in &summary.evidence {
            if !(is_made_up && *kind == EvidenceKind::Lookup) {
                add(*kind, sentence.clone(), false);
            }
        }
    }
    seen
}
