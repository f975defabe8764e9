//! What an identity provider sends and Foundational cannot store (D5), and clients that are another provider than the
//! connection is for.

use idp::deviations::execution::UNKNOWN_ATTRIBUTE;
use idp::remedy::Remedy;
use store::ExchangeWithNotes;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::IN_A_ROW;
use crate::words::counted;

/// The codes of notes on attributes that are in no schema: in a resource, and in a PATCH.
const IGNORED: [&str; 2] = [UNKNOWN_ATTRIBUTE.code, "patch.unknown"];
/// The code of the note on a client that is another provider.
const OTHER: &str = "client.other";
/// How many different ones are shown.
const SHOWN: usize = 10;

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let noted = all.noted.get(&facts.connection.id).map(Vec::as_slice).unwrap_or_default();
    ignored(facts, noted).into_iter().chain(other_provider(facts, noted)).collect()
}

/// One sentence of notes, in how many exchanges it is, and the newest of them.
struct Seen<'n> {
    text: &'n str,
    times: u64,
    newest: &'n ExchangeWithNotes,
}

fn seen<'n>(noted: &'n [ExchangeWithNotes], codes: &[&str]) -> Vec<Seen<'n>> {
    let mut found: Vec<Seen<'n>> = Vec::new();
    for exchange in noted {
        for note in exchange.notes.iter().filter(|note| codes.contains(&note.code.as_str())) {
            match found.iter_mut().find(|known| known.text == note.text) {
                Some(known) => known.times += 1,
                None => found.push(Seen { text: &note.text, times: 1, newest: exchange }),
            }
        }
    }
    found
}

fn ignored(facts: &ConnectionFacts, noted: &[ExchangeWithNotes]) -> Option<Finding> {
    let found = seen(noted, &IGNORED);
    found.first()?;
    let mut finding = Finding::about(
        &facts.connection,
        FindingCode::AttributesIgnored,
        Severity::Notice,
        "some attributes that arrive are not stored.",
    )
    .detail("Everything else of these requests was saved.")
    .since(noted.iter().filter(|one| has(one, &IGNORED)).map(|one| one.at).min())
    .cause(Confidence::Certain, "They are in no schema of Foundational.")
    .steps(["Take them out of the mapping in the identity provider, or add a schema that has them."]);
    for one in found.iter().take(SHOWN) {
        let times = counted(one.times, "request", "requests");
        finding = finding.request(format!("{} ({times})", one.text), one.newest.at, &one.newest.id);
    }
    Some(finding.remedy(Remedy::SeeDeviations))
}

fn other_provider(facts: &ConnectionFacts, noted: &[ExchangeWithNotes]) -> Option<Finding> {
    let found = seen(noted, &[OTHER]);
    let of = found.first().filter(|of| of.times >= IN_A_ROW)?;
    Some(
        Finding::about(
            &facts.connection,
            FindingCode::OtherProvider,
            Severity::Notice,
            "another identity provider than expected calls.",
        )
        .detail("It works all the same; only the instructions here are for another one.")
        .since(Some(of.newest.at))
        .request(of.text, of.newest.at, &of.newest.id)
        .cause(Confidence::Likely, "The connection was added for another identity provider.")
        .remedy(Remedy::OpenConnection),
    )
}

fn has(exchange: &ExchangeWithNotes, codes: &[&str]) -> bool {
    exchange.notes.iter().any(|note| codes.contains(&note.code.as_str()))
}
