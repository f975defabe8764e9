//! What the rule finds, case by case.

use super::*;
use crate::diagnosis::facts::{Explained, HolderSource, NameHolder, NameLoop};
use crate::diagnosis::rules::given::{Case, Given, check, refused};

/// People who could not be deactivated; so many of them can be blocked here.
fn leavers(given: &mut Given, all: usize, blockable: usize) {
    let one =
        |place: usize| refused(WriteAct::Deactivate, &format!("User/p{place}"), ReasonCode::ProtectedAdmin);
    given.one.refused = (0..all).map(one).collect();
    given.all.blockable = (0..blockable).map(|place| format!("p{place}")).collect();
}

/// A person whose value is not of its attribute's kind.
fn mismatch(act: WriteAct, subject: &str) -> RefusedWrite {
    let sentence = "`active` must be true or false, not 7".to_owned();
    RefusedWrite { sentence, ..refused(act, subject, ReasonCode::Invalid) }
}

fn duplicate() -> RefusedWrite {
    refused(WriteAct::Create, "User:ada", ReasonCode::Duplicate)
}

const CASES: &[Case] = &[
    ("all was done", |_| {}, &[]),
    (
        "a person was not created, by the mapping",
        |given| given.one.refused = vec![mismatch(WriteAct::Create, "User:ada")],
        &["Problem write.notCreated:c1:data.invalid:`active` must be true or false [Certain] \
           [OpenMapping, CopyMapping, SeeActivity, SetAside]"],
    ),
    (
        "two people by the same fault",
        |given| {
            given.one.refused =
                vec![mismatch(WriteAct::Create, "User:ada"), mismatch(WriteAct::Create, "User:grace")];
        },
        &["Problem write.notCreated:c1:data.invalid:`active` must be true or false [Certain] \
           [OpenMapping, CopyMapping, SeeActivity, SetAside]"],
    ),
    (
        "a group: it has no mapping",
        |given| given.one.refused = vec![mismatch(WriteAct::Change, "Group/g1")],
        &["Problem write.notChanged:c1:data.invalid:`active` must be true or false [Certain] \
           [SeeActivity, SetAside]"],
    ),
    (
        "a change and a reactivation by the same fault",
        |given| {
            given.one.refused =
                vec![mismatch(WriteAct::Change, "User/p1"), mismatch(WriteAct::Activate, "User/p2")];
        },
        &["Problem write.notChanged:c1:data.invalid:`active` must be true or false [Certain] \
           [OpenMapping, CopyMapping, SeeActivity, SetAside]"],
    ),
    (
        "a name that another account has",
        |given| given.one.refused = vec![duplicate()],
        &[
            "Warning write.notCreated:c1:data.duplicate:The name is already in use [Certain] [SeeActivity, SetAside]",
        ],
    ),
    (
        "a match waits for a decision, which is a finding of its own",
        |given| {
            given.one.refused = vec![duplicate()];
            given.one.matches = 1;
        },
        &[],
    ),
    (
        "the person is created again and again, which is one too",
        |given| {
            let source = HolderSource::OtherConnection("Okta".to_owned());
            let holder = NameHolder { id: "p9".to_owned(), name: "Ada".to_owned(), source };
            given.one.refused = vec![duplicate()];
            given.one.loops = vec![NameLoop { refused: duplicate(), holder }];
        },
        &[],
    ),
    (
        "a leaver who can sign in",
        |given| leavers(given, 1, 1),
        &["Problem write.notDeactivated:c1:perm.protected_admin:This is the last local Admin [Certain] \
           [BlockPerson, OpenPerson, SeeActivity, SetAside]"],
    ),
    (
        "a leaver who is blocked here, or waits to be let through",
        |given| leavers(given, 1, 0),
        &["Problem write.notDeactivated:c1:perm.protected_admin:This is the last local Admin [Certain] \
           [OpenPerson, SeeActivity, SetAside]"],
    ),
    (
        "as many leavers as have a button each",
        |given| leavers(given, 5, 5),
        &["Problem write.notDeactivated:c1:perm.protected_admin:This is the last local Admin [Certain] \
           [SeeActivity, BlockPerson, BlockPerson, BlockPerson, BlockPerson, BlockPerson, SetAside]"],
    ),
    (
        "one more: the list of people has the others",
        |given| leavers(given, 6, 6),
        &["Problem write.notDeactivated:c1:perm.protected_admin:This is the last local Admin [Certain] \
           [SeeActivity, BlockPerson, BlockPerson, BlockPerson, BlockPerson, BlockPerson, SeePeople, SetAside]"],
    ),
    (
        "what is known of the newest request",
        |given| {
            given.one.refused = vec![duplicate()];
            let remedy = Some(RemedyView::new(Remedy::OpenPerson, Some("c1"), Some("p9")));
            let explained = Explained { why: "Grace has the name.".to_owned(), remedy };
            given.all.explained.insert("refused".to_owned(), explained);
        },
        &["Warning write.notCreated:c1:data.duplicate:The name is already in use [Certain] \
           [OpenPerson, SeeActivity, SetAside]"],
    ),
    (
        "of several, one person is no remedy",
        |given| {
            let other = RefusedWrite { subject: "User:grace".to_owned(), ..duplicate() };
            given.one.refused = vec![duplicate(), other];
            let remedy = Some(RemedyView::new(Remedy::OpenPerson, Some("c1"), Some("p9")));
            let explained = Explained { why: "Grace has the name.".to_owned(), remedy };
            given.all.explained.insert("refused".to_owned(), explained);
        },
        &[
            "Warning write.notCreated:c1:data.duplicate:The name is already in use [Certain] [SeeActivity, SetAside]",
        ],
    ),
];

#[test]
fn what_was_not_written_is_found_by_its_fault_until_it_is_written() {
    check(CASES, |given| find(&given.one, &given.all));
}

#[test]
fn whether_a_leaver_can_still_sign_in_is_said() {
    for (blockable, words) in [(1, "A person who left can still sign in."), (0, "They can't sign in here.")] {
        let mut given = Given::in_use();
        leavers(&mut given, 1, blockable);
        let detail = find(&given.one, &given.all).remove(0).detail.unwrap_or_default();
        assert!(detail.starts_with(words), "{detail}");
    }
}

#[test]
fn okta_is_led_to_link_a_group_that_is_here_already() {
    for (provider, subject, is_led) in [
        (Provider::Okta, "Group:crew", true),
        (Provider::Okta, "User:ada", false),
        (Provider::Azure, "Group:crew", false),
    ] {
        let mut given = Given::in_use();
        given.of(provider);
        given.one.refused = vec![refused(WriteAct::Create, subject, ReasonCode::Duplicate)];
        let steps = find(&given.one, &given.all).remove(0).steps;
        assert_eq!(
            steps.iter().any(|step| step.contains("**Link Group**")),
            is_led,
            "{provider:?} {subject}"
        );
    }
}

#[test]
fn the_finding_of_a_refused_write_has_the_id_by_which_it_is_set_aside() {
    let mut given = Given::in_use();
    given.one.refused = vec![mismatch(WriteAct::Create, "User:ada"), duplicate()];
    let found = find(&given.one, &given.all);
    for one in &given.one.refused {
        assert!(found.iter().any(|finding| finding.id == finding_id("c1", one)), "{one:?}");
    }
}
