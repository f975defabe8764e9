//! What the rule finds, case by case.

use super::*;
use crate::diagnosis::rules::given::{Case, DAY, Given, ago, check};
use crate::server::certificate_problem::CertificateProblem;
use crate::server::known_root::KnownRoot;
use crate::server::public_url_check::hop::Hop;
use crate::server::views::{MovedView, Problem};

fn stopped(given: &mut Given) {
    given.all.server.problem = Some(Problem {
        code: "port".to_owned(),
        message: "Port 8470 is in use.".to_owned(),
        hint: "Choose another one.".to_owned(),
        free_port: None,
    });
}

/// What the newest check of the public address has found.
fn reach(given: &mut Given, verdict: AddressVerdict, is_broken: bool) {
    let cause = "the proxy removes the Authorization header.".to_owned();
    given.all.server.reach = Some(Reach {
        verdict,
        message: "Not reachable: the proxy does not answer.".to_owned(),
        hint: None,
        broken: Some(Broken { hop: Hop::Answer, cause, seen: None }).filter(|_| is_broken),
        at: ago(5),
        certificate_ends: None,
    });
}

fn unreachable(given: &mut Given) {
    given.all.server.facts.unreachable = true;
    reach(given, AddressVerdict::NotReachable, true);
}

fn moved(given: &mut Given, is_public: bool) {
    given.all.server.facts.moved = true;
    given.all.server.moved = Some(MovedView {
        at: ago(5),
        message: "Foundational moved from port 8470 to port 8471.".to_owned(),
        hint: "Paste the new endpoint.".to_owned(),
        is_public,
    });
}

fn unusable(given: &mut Given) {
    let why = "The key does not belong to the certificate.".to_owned();
    given.all.server.certificate_problem = Some(CertificateProblem { why, since: ago(5) });
}

const CASES: &[Case] = &[
    ("it serves", |_| {}, &[]),
    ("it does not listen", stopped, &["Problem server.stopped [] [OpenServer]"]),
    (
        "it does not listen: nothing else matters yet",
        |given| {
            stopped(given);
            unreachable(given);
            moved(given, true);
        },
        &["Problem server.stopped [] [OpenServer]"],
    ),
    (
        "the public address does not lead here",
        unreachable,
        &["Problem address.notReachable [Certain] [CheckAddress]"],
    ),
    (
        "a request has arrived by it since the check",
        |given| {
            unreachable(given);
            given.all.server.facts.unreachable = false;
        },
        &[],
    ),
    (
        "some of the requests do not pass",
        |given| reach(given, AddressVerdict::Reachable, true),
        &["Problem address.limited [Certain] [CheckAddress]"],
    ),
    ("all of them pass", |given| reach(given, AddressVerdict::Reachable, false), &[]),
    (
        "it moved behind a proxy",
        |given| moved(given, true),
        &["Problem server.portChanged [] [CheckAddress]"],
    ),
    ("it moved without one", |given| moved(given, false), &["Problem server.portChanged [] [OpenAddress]"]),
    (
        "a request has arrived since it moved",
        |given| {
            moved(given, true);
            given.all.server.facts.moved = false;
        },
        &[],
    ),
    (
        "the certificate of the public address ends in a week",
        |given| given.all.server.certificate_end = Some(ago(-7 * DAY)),
        &["Problem certificate.expiring [] [SeeCertificate]"],
    ),
    (
        "it ends in more than a week",
        |given| given.all.server.certificate_end = Some(ago(-7 * DAY - 1)),
        &["Warning certificate.expiring [] [SeeCertificate]"],
    ),
    (
        "the certificate of this server ends in a week",
        |given| given.all.server.own_certificate_end = Some(ago(-7 * DAY)),
        &["Problem certificate.expiring:own [] [OpenServer]"],
    ),
    (
        "the public address shows that one",
        |given| {
            given.all.server.own_certificate_end = Some(ago(-8 * DAY));
            given.all.server.certificate_end = Some(ago(-8 * DAY));
        },
        &["Warning certificate.expiring:own [] [OpenServer]"],
    ),
    (
        "the proxy has one of its own",
        |given| {
            given.all.server.own_certificate_end = Some(ago(-8 * DAY));
            given.all.server.certificate_end = Some(ago(-6 * DAY));
        },
        &[
            "Problem certificate.expiring [] [SeeCertificate]",
            "Warning certificate.expiring:own [] [OpenServer]",
        ],
    ),
    ("its files can't be used", unusable, &["Problem certificate.files [Certain] [OpenServer]"]),
    (
        "no authority has signed one yet",
        |given| {
            unusable(given);
            given.all.server.is_interim = true;
            given.all.server.renews_itself = true;
        },
        &["Problem certificate.files [Certain] [OpenServer]"],
    ),
    (
        "the private authority has a new root",
        |given| {
            let (fingerprint, former) = ("AB:CD".to_owned(), Some("EF:01".to_owned()));
            given.all.server.new_root = Some(KnownRoot { fingerprint, since: ago(5), former });
        },
        &["Problem certificate.root [Certain] [OpenServer]"],
    ),
    (
        "too many network connections were open",
        |given| given.all.server.crowding = Some("More than 1,000 network connections were open.".to_owned()),
        &["Problem server.crowded [] [OpenServer]"],
    ),
];

#[test]
fn the_worst_of_the_server_and_each_of_its_certificates_are_found() {
    check(CASES, |given| find(&given.all));
}
