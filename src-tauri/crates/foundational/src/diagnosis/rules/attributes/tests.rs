//! What the rule finds, case by case.

use idp::received::Received;
use store::{ActivityNote, RecordedBodies};

use super::*;
use crate::diagnosis::rules::given::{Case, Given, ago, check};

/// An exchange with a note of this code, before so many newer ones.
fn noted(code: &str, newer: u64, is_done: bool) -> ExchangeWithNotes {
    let note = ActivityNote { code: code.to_owned(), text: format!("`{code}`") };
    ExchangeWithNotes { id: format!("r{newer}"), at: ago(5), newer, is_done, notes: vec![note] }
}

fn note(given: &mut Given, exchanges: Vec<ExchangeWithNotes>) {
    given.all.noted.insert("c1".to_owned(), exchanges);
}

/// A write that has a value at each of these paths.
fn write(is_whole: bool, paths: &[&str]) -> UserWrite {
    let one = |path: &&str| Received { paths: vec![(*path).to_owned()], value: "x".into() };
    let attributes = Some(paths.iter().map(one).collect());
    UserWrite { id: "w".to_owned(), at: ago(5), is_whole, bodies: RecordedBodies::Full, attributes }
}

fn written(given: &mut Given, writes: Vec<UserWrite>) {
    given.all.written.insert("c1".to_owned(), writes);
}

fn without_title(given: &mut Given) {
    let field = FIELDS.iter().find(|field| field.attribute == "title").unwrap();
    let evidence = "in none of the last 10 writes of users".to_owned();
    given.all.missing.insert("c1".to_owned(), vec![MissingAttribute { field, evidence }]);
}

const HOME: &str = "emails[type eq \"home\"].value";
const WORK: &str = "emails[type eq \"work\"].value";

const CASES: &[Case] = &[
    ("everything is stored", |given| written(given, vec![write(true, &[WORK])]), &[]),
    (
        "an attribute in no schema",
        |given| note(given, vec![noted(UNKNOWN_ATTRIBUTE.code, 0, true)]),
        &["Notice people.attributesIgnored:c1 [Certain] [OpenMapping, SeeDeviations]"],
    ),
    (
        "the same in a PATCH",
        |given| note(given, vec![noted("patch.unknown", 0, true)]),
        &["Notice people.attributesIgnored:c1 [Certain] [OpenMapping, SeeDeviations]"],
    ),
    (
        "a request that was refused: nothing else of it is stored either",
        |given| note(given, vec![noted(UNKNOWN_ATTRIBUTE.code, 0, false)]),
        &[],
    ),
    ("a deviation by which nothing is lost", |given| note(given, vec![noted("patch.no_op", 0, true)]), &[]),
    (
        "the value of another kind",
        |given| written(given, vec![write(true, &[HOME])]),
        &["Notice people.attributeElsewhere:c1:emails[type eq \"work\"].value [Certain] \
           [OpenMapping, CopyMapping, UseThisPath]"],
    ),
    ("both kinds", |given| written(given, vec![write(true, &[HOME, WORK])]), &[]),
    (
        "the right kind in an older write",
        |given| written(given, vec![write(true, &[HOME]), write(true, &[WORK])]),
        &[],
    ),
    ("a change of the other kind alone", |given| written(given, vec![write(false, &[HOME])]), &[]),
    (
        "an attribute of the default mapping does not arrive",
        |given| {
            without_title(given);
            written(given, vec![write(true, &[WORK])]);
        },
        &["Notice people.attributeMissing:c1:title [Likely, Possible] [OpenMapping, CopyMapping]"],
    ),
    ("the same, without a write that shows it", without_title, &[]),
    (
        "three requests of another provider, and two others since",
        |given| note(given, [2, 3, 4].map(|newer| noted(OTHER, newer, true)).to_vec()),
        &["Notice connection.otherProvider:c1 [Likely] [OpenConnection]"],
    ),
    (
        "three, and three others since",
        |given| note(given, [3, 4, 5].map(|newer| noted(OTHER, newer, true)).to_vec()),
        &[],
    ),
    (
        "two requests of another provider",
        |given| note(given, [0, 1].map(|newer| noted(OTHER, newer, true)).to_vec()),
        &[],
    ),
];

#[test]
fn what_is_not_stored_or_arrives_elsewhere_is_found_until_it_arrives() {
    check(CASES, |given| find(&given.one, &given.all));
}
