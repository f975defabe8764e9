//! What the rule finds, case by case.

use idp::reason_code::ReasonCode;

use super::*;
use crate::diagnosis::rules::given::{self, Case, Given, check, run, token, used};

/// The only token expired a minute ago.
fn lapsed(given: &mut Given) {
    let end = Some(given::ago(1));
    given.one.tokens[0].expires_at = end;
    given.one.lapsed_at = end;
    given.one.usable.clear();
}

fn revoked(given: &mut Given) {
    given.one.tokens[0].revoked_at = Some(given::ago(1));
    given.one.usable.clear();
}

/// The token in use ends in so many minutes.
fn ends_in(given: &mut Given, minutes: i64) {
    given.one.token_end = Some(given::ago(-minutes));
}

/// A second token is there.
fn another(given: &mut Given) {
    given.one.tokens.insert(0, token("t2"));
    given.one.usable.insert(0, token("t2"));
}

/// The token was replaced; the new one is used since an hour and some minutes, and the old one so many minutes ago.
fn replaced(given: &mut Given, minutes: i64) {
    another(given);
    for tokens in [&mut given.one.tokens, &mut given.one.usable] {
        tokens[1].replaced_by = Some("t2".to_owned());
    }
    given.one.uses.insert("t2".to_owned(), used(70, 1));
    given.one.uses.insert("t1".to_owned(), used(1_000, minutes));
}

fn exposed(given: &mut Given) {
    if let Some(token) = given.one.usable.last_mut() {
        token.exposed_at = Some(given::ago(5));
    }
}

fn created(given: &mut Given, minutes: i64) {
    given.one.usable[0].created_at = given::ago(minutes);
}

const DAY: i64 = given::DAY;

const CASES: &[Case] = &[
    ("a token works and does not expire", |_| {}, &[]),
    ("the only one has expired", lapsed, &["Problem token.expired:c1 [Certain] [CreateToken]"]),
    (
        "the same while requests are refused",
        |given| {
            lapsed(given);
            given.one.runs = vec![run(RequestKind::Authentication, ReasonCode::AuthExpired, 1)];
        },
        &["Problem token.expired:c1 [Certain] [CreateToken]"],
    ),
    (
        "the same while the connection is paused",
        |given| {
            lapsed(given);
            given.pause();
        },
        &[],
    ),
    ("the only one was revoked", revoked, &["Problem token.none:c1 [Certain] [CreateToken]"]),
    (
        "the same during the set-up",
        |given| {
            revoked(given);
            given.one.wizard.finished_at = None;
        },
        &[],
    ),
    (
        "it expires in 30 days",
        |given| ends_in(given, 30 * DAY),
        &["Warning token.expiring:c1 [] [ReplaceToken]"],
    ),
    ("in more than 30", |given| ends_in(given, 30 * DAY + 1), &[]),
    ("in more than 7", |given| ends_in(given, 7 * DAY + 1), &["Warning token.expiring:c1 [] [ReplaceToken]"]),
    ("in 7", |given| ends_in(given, 7 * DAY), &["Problem token.expiring:c1 [] [ReplaceToken]"]),
    ("at this moment", |given| ends_in(given, 0), &[]),
    (
        "a second one is there, so that no third can be created",
        |given| {
            another(given);
            ends_in(given, 7 * DAY);
        },
        &["Problem token.expiring:c1 [] [SeeTokens]"],
    ),
    ("it arrived unencrypted", exposed, &["Problem token.exposed:c1:t1 [Likely] [ReplaceToken]"]),
    (
        "it arrived unencrypted, and a second one is there",
        |given| {
            another(given);
            exposed(given);
        },
        &["Problem token.exposed:c1:t1 [Likely] [SeeTokens]"],
    ),
    (
        "the old one is used an hour after the new one",
        |given| replaced(given, 9),
        &["Warning token.old:c1:t1 [] [SeeTokens]"],
    ),
    ("within that hour", |given| replaced(given, 10), &[]),
    (
        "the old one was used then, and has retired since",
        |given| {
            replaced(given, 9);
            given.one.usable.pop();
        },
        &[],
    ),
    (
        "it is a year old",
        |given| created(given, 365 * DAY),
        &["Notice token.neverReplaced:c1 [] [ReplaceToken]"],
    ),
    ("nearly a year", |given| created(given, 365 * DAY - 1), &[]),
    (
        "a year old, and it expires",
        |given| {
            created(given, 365 * DAY);
            given.one.usable[0].expires_at = Some(given::ago(-60 * DAY));
        },
        &[],
    ),
    (
        "a year old, and never used",
        |given| {
            created(given, 365 * DAY);
            given.one.uses.clear();
        },
        &[],
    ),
    (
        "a year old, and a second one is there",
        |given| {
            created(given, 365 * DAY);
            another(given);
        },
        &["Notice token.neverReplaced:c1 [] [SeeTokens]"],
    ),
];

#[test]
fn a_token_is_found_from_when_it_needs_someone_until_it_is_replaced() {
    check(CASES, |given| find(&given.one, &given.all));
}
