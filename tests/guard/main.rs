//! What each kind of request does, counted instead of timed: how often it crosses to the thread of a database, how many
//! statements run and how many rows they return or write, how many transactions are committed (each is one sync of the disk),
//! and how often memory is allocated. Each count has a limit; a change that makes a request do more fails here.
//!
//! A limit is what was counted when it was written, and for allocations a tenth more. One that a change lowers is lowered with
//! that change.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails like the test")]

mod counts;
mod requests;
mod statements;
mod together;

use counts::{Counts, measure};
use requests::{Requests, Sent};
use store::{Clock, Ids, Scope, Store};

/// How often each kind is sent: the least of what is counted is compared, which nothing else that runs raises.
const TIMES: usize = 3;

const fn limit(
    crossings: u64,
    statements: u64,
    rows: u64,
    commits: u64,
    log_crossings: u64,
    allocations: u64,
) -> Counts {
    Counts { crossings, statements, rows, commits, log_crossings, allocations }
}

/// The kinds of requests, and at most what each of them does.
const KINDS: [(&str, Sent, Counts); 17] = [
    ("look-up of a person in memory", Requests::look_up_again, limit(0, 0, 0, 0, 8, 520)),
    ("look-up of a person who is not", Requests::look_up, limit(1, 1, 1, 0, 8, 710)),
    ("look-up of no one", Requests::look_up_no_one, limit(1, 1, 0, 0, 8, 520)),
    ("GET of a person in memory", Requests::get_again, limit(0, 0, 0, 0, 8, 350)),
    ("GET of a person who is not", Requests::get, limit(1, 1, 1, 0, 8, 580)),
    ("POST of a person", Requests::create, limit(2, 8, 4, 1, 8, 780)),
    ("PATCH active=false", Requests::deactivate, limit(3, 10, 11, 1, 8, 760)),
    ("PUT of a person", Requests::replace, limit(3, 12, 15, 1, 8, 970)),
    ("DELETE of a person", Requests::delete, limit(3, 13, 9, 1, 8, 520)),
    ("page of 100 people in memory", Requests::page_again, limit(1, 1, 1, 0, 8, 630)),
    ("page of 20 people who are not", Requests::page, limit(2, 2, 21, 0, 8, 1_030)),
    ("PATCH that adds a member", Requests::add_member, limit(4, 10, 124, 1, 8, 3_870)),
    ("PATCH that removes a member", Requests::remove_member, limit(4, 10, 121, 1, 8, 3_870)),
    ("GET of a group of 100", Requests::get_group, limit(2, 2, 2, 0, 8, 2_720)),
    ("401 to a revoked token", Requests::refused, limit(0, 0, 0, 0, 8, 320)),
    ("Bulk of ten people", Requests::bulk, limit(20, 80, 40, 10, 8, 7_000)),
    ("PATCH that changes nothing", Requests::activate_again, limit(3, 6, 1, 1, 8, 700)),
];

#[test]
fn no_kind_of_request_does_more_than_its_limit() {
    statements::watch();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let failures = runtime.block_on(async {
        let mut requests = Requests::start().await;
        let mut failures = Vec::new();
        println!("{:34} crossings statements rows commits log allocations", "at most / counted");
        for (name, send, limit) in KINDS {
            // What is prepared and allocated once is so before it is counted.
            requests.send(send).await;
            let mut least = measure(&mut requests, send).await;
            for _ in 1..TIMES {
                least = least.least(measure(&mut requests, send).await);
            }
            println!("{name:34} {limit}\n{:34} {least}", "");
            if !least.is_within(&limit) {
                failures.push(format!("{name}: {least}, at most {limit}"));
            }
        }
        failures
    });
    assert!(
        failures.is_empty(),
        "crossings, statements, rows, commits, log, allocations:\n{}",
        failures.join("\n")
    );
}

#[test]
fn requests_that_wait_together_ask_as_much_of_the_database_as_one() {
    statements::watch();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Clock::system(), Ids::random()).await.unwrap();
        let made: Result<Scope, store::Error> = store
            .write(async |tx| Ok(Scope::of(tx.create_connection("Counted", "custom", "{}").await?.id)))
            .await;
        let scope = made.unwrap();
        let mut counted: Vec<[Counts; 2]> = Vec::new();
        for number in [1, 40] {
            let create = |n| together::create(store.clone(), scope.clone(), format!("{n} of {number}"));
            let (created, people) = together::counted(&store, (0..number).map(create).collect()).await;
            let deactivate =
                |person: store::Person| together::deactivate(store.clone(), scope.clone(), person.id);
            let (changed, people) =
                together::counted(&store, people.into_iter().map(deactivate).collect()).await;
            assert!(people.iter().all(|person| !person.active && person.version == 2), "all are changed");
            counted.push([created, changed]);
        }
        for (kind, most) in [(2, 8), (3, 10)].into_iter().enumerate() {
            for counts in counted.iter().map(|counted| counted[kind]) {
                assert_eq!(
                    (counts.crossings, counts.statements, counts.commits),
                    (most.0, most.1, 1),
                    "{counts}"
                );
            }
        }
    });
}
