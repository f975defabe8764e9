//! What an identity provider sends and Foundational cannot store, sends elsewhere than where it is looked for, or does not
//! send (D5), and clients that are another provider than the connection is for.

use idp::deviations::execution::UNKNOWN_ATTRIBUTE;
use idp::mapping::{FIELDS, Field, Need, as_text};
use idp::remedy::Remedy;
use store::{EmailChoice, ExchangeWithNotes};

use crate::diagnosis::facts::{ConnectionFacts, Facts, MissingAttribute};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::remedy_views::copy_mapping_label;
use crate::diagnosis::thresholds::{ATTRIBUTES_SHOWN, IN_A_ROW};
use crate::diagnosis::written::{UserWrite, among, elsewhere, is_of, readable};
use crate::words::counted;

/// The codes of notes on attributes that are in no schema: in a resource, and in a PATCH.
const IGNORED: [&str; 2] = [UNKNOWN_ATTRIBUTE.code, "patch.unknown"];
/// The code of the note on a client that is another provider.
const OTHER: &str = "client.other";

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let noted = all.noted.get(&facts.connection.id).map(Vec::as_slice).unwrap_or_default();
    let written = all.written.get(&facts.connection.id).map(Vec::as_slice).unwrap_or_default();
    let misplaced = FIELDS.iter().filter(|field| field.need == Need::Expected);
    let misplaced = misplaced.filter_map(|field| at_another_path(facts, written, field));
    let missing = all.missing.get(&facts.connection.id).map(Vec::as_slice).unwrap_or_default();
    let missing = missing.iter().filter_map(|one| does_not_arrive(facts, written, one));
    let of_mapping = misplaced.chain(missing);
    ignored(facts, noted).into_iter().chain(of_mapping).chain(other_provider(facts, noted)).collect()
}

/// One sentence of notes, in how many exchanges it is, and the newest of them.
pub(crate) struct Noted<'n> {
    pub text: &'n str,
    pub times: u64,
    pub newest: &'n ExchangeWithNotes,
}

fn noted_in<'n>(noted: impl IntoIterator<Item = &'n ExchangeWithNotes>, codes: &[&str]) -> Vec<Noted<'n>> {
    let mut found: Vec<Noted<'n>> = Vec::new();
    for exchange in noted {
        for note in exchange.notes.iter().filter(|note| codes.contains(&note.code.as_str())) {
            match found.iter_mut().find(|known| known.text == note.text) {
                Some(known) => known.times += 1,
                None => found.push(Noted { text: &note.text, times: 1, newest: exchange }),
            }
        }
    }
    found
}

/// The attributes that are in no schema, the newest first. Of a request that was refused nothing else is stored either.
pub(crate) fn ignored_attributes(noted: &[ExchangeWithNotes]) -> Vec<Noted<'_>> {
    noted_in(noted.iter().filter(|one| one.is_done), &IGNORED)
}

fn ignored(facts: &ConnectionFacts, noted: &[ExchangeWithNotes]) -> Option<Finding> {
    let found = ignored_attributes(noted);
    found.first()?;
    let mut finding = Finding::about(
        &facts.connection,
        FindingCode::AttributesIgnored,
        Severity::Notice,
        "some attributes that arrive are not stored.",
    )
    .detail("Everything else of these requests was saved.")
    .since(noted.iter().filter(|one| one.is_done && has(one, &IGNORED)).map(|one| one.at).min())
    .cause(Confidence::Certain, "They are in no schema of Foundational.")
    .steps(["Take them out of the mapping in the identity provider, or add a schema that has them."]);
    for one in found.iter().take(ATTRIBUTES_SHOWN) {
        let times = counted(one.times, "request", "requests");
        finding = finding.request(format!("{} ({times})", one.text), one.newest.at, &one.newest.id);
    }
    Some(finding.remedy(Remedy::OpenMapping).remedy(Remedy::SeeDeviations))
}

/// The value of a list that is meant for another one of it: `emails[type eq "home"].value`. It is over as soon as the right
/// one arrives.
fn at_another_path(facts: &ConnectionFacts, written: &[UserWrite], field: &Field) -> Option<Finding> {
    let found = elsewhere(written, field, facts.connection.choices.email)?;
    let path = found.received.paths.first()?;
    let finding = Finding::about(
        &facts.connection,
        FindingCode::AttributeElsewhere,
        Severity::Notice,
        &format!("{} arrives as `{path}`.", field.name),
    )
    .keyed(field.attribute)
    .detail("It is stored, and shown with the other values of its kind.")
    .since(Some(found.newest.at))
    .request(
        format!("`{path}` ({})", counted(found.times as u64, "request", "requests")),
        found.newest.at,
        &found.newest.id,
    )
    .cause(Confidence::Certain, format!("`{}` is {}.", field.attribute, among(0, readable(written).count())));
    let finding = in_the_mapping(finding, facts, field);
    // The first address is the one of which the type does not matter.
    let is_a_choice = is_of(field, found.received, EmailChoice::First);
    Some(if is_a_choice {
        finding.remedy_with(Remedy::UseThisPath, EmailChoice::First.as_str())
    } else {
        finding
    })
}

/// An attribute of the default mapping that no user gets. It is over as soon as one arrives.
fn does_not_arrive(
    facts: &ConnectionFacts,
    written: &[UserWrite],
    missing: &MissingAttribute,
) -> Option<Finding> {
    let (field, newest) = (missing.field, written.first()?);
    let finding = Finding::about(
        &facts.connection,
        FindingCode::AttributeMissing,
        Severity::Notice,
        &format!("{} does not arrive.", field.name),
    )
    .keyed(field.attribute)
    .detail(format!("Users are stored without it. {} sends it by default.", facts.idp()))
    .request(format!("`{}`: {}", field.attribute, missing.evidence), newest.at, &newest.id)
    .cause(Confidence::Likely, format!("The mapping is missing in {}.", facts.idp()))
    .cause(Confidence::Possible, "None of these users has a value there.");
    Some(in_the_mapping(finding, facts, field))
}

/// What can be done about an attribute that does not arrive where it is looked for.
fn in_the_mapping(finding: Finding, facts: &ConnectionFacts, field: &Field) -> Finding {
    let finding = match field.source(facts.provider) {
        Some(source) => {
            finding.step(format!("In {}, map **{source}** to `{}`.", facts.idp(), field.attribute))
        }
        None => finding.step(format!("In the identity provider, map it to `{}`.", field.attribute)),
    };
    with_mapping(facts, finding)
}

/// What leads to the mapping, and the mapping itself, to correct it in the identity provider.
pub(crate) fn with_mapping(facts: &ConnectionFacts, found: Finding) -> Finding {
    let leads_there = found.remedies.iter().any(|remedy| remedy.kind == Remedy::OpenMapping);
    let found = if leads_there { found } else { found.remedy(Remedy::OpenMapping) };
    found.remedy_with(Remedy::CopyMapping, &as_text(facts.provider)).labelled(copy_mapping_label(facts.idp()))
}

fn other_provider(facts: &ConnectionFacts, noted: &[ExchangeWithNotes]) -> Option<Finding> {
    let found = noted_in(noted, &[OTHER]);
    // It is over as soon as as many others call in a row.
    let of = found.iter().find(|of| of.times >= IN_A_ROW && of.newest.newer < IN_A_ROW)?;
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

#[cfg(test)]
mod tests;
