//! A panic in each piece of background work: it fails alone, the other pieces are done, and the next round comes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use foundational::views::Topic;
use foundational::{Foundational, Options};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::injected_panic::{inject, is_waiting};
use store::{Clock, Ids};
use tests::{Api, project, until};

/// The steps of a round of housekeeping.
const STEPS: [&str; 17] = [
    "what reads little",
    "unfinished deletions",
    "unfinished names",
    "unfinished undos",
    "unfinished removals",
    "held removals",
    "retired tokens",
    "retired tokens of a connection",
    "check of the public URL",
    "latest time",
    "check of the audit entries",
    "retention",
    "retention of deleted people and groups",
    "retention of requests",
    "retention of damaged logs",
    "retention of history",
    "free pages",
];

/// What panics in `scim/injected_panics.rs`.
const OF_REQUESTS: [&str; 6] =
    ["a request", "an explanation", "the rest of a body", "write", "batch of writes", "request log"];
/// What panics here, and a command, which does in `panics.rs`.
const OTHERS: [&str; 9] = [
    "daily backup",
    "file check",
    "event",
    "leavers",
    "waking",
    "findings",
    "certificate",
    "check after a change",
    "command",
];

/// The names in the source by which panics are caught.
fn caught(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            caught(&path, names);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["catch_panic(", "catch(", ".run("] {
            for behind in code.split(call).skip(1) {
                let name = behind.trim_start().strip_prefix('"').and_then(|text| text.split('"').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn all_work_whose_panics_are_caught_is_in_a_test() {
    let mut names = BTreeSet::new();
    for of in ["store", "server", "foundational"] {
        caught(&project().join("src-tauri/crates").join(of).join("src"), &mut names);
    }
    let all = STEPS.iter().chain(&OF_REQUESTS).chain(&OTHERS);
    let all: BTreeSet<String> = all.map(|name| (*name).to_owned()).collect();
    assert_eq!(names, all);
}

/// Waits until an injected panic happened.
async fn happened(what: &str) {
    until(what, async || (!is_waiting(what)).then_some(())).await;
}

async fn joiner(api: &Api, name: &str) -> String {
    let made = api.scim("POST", "/Users", json!({"userName": name})).await.expect(201, "a joiner");
    format!("/Users/{}", made["id"].as_str().unwrap())
}

async fn change(api: &Api, path: &str, attribute: &str, value: Value) {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": attribute, "value": value}]});
    api.scim("PATCH", path, body).await.expect(200, "a change");
}

#[tokio::test]
async fn a_panic_in_a_step_of_housekeeping_prevents_no_other_step_and_no_next_round() {
    let api = Api::start("custom").await;
    // The first round of the start is over when another one is.
    for _ in 0..2 {
        api.app.housekeeping().round().await.unwrap();
    }
    for step in STEPS {
        inject(step);
        if step != "free pages" {
            inject("free pages");
        }
        let failed = api.app.housekeeping().round().await.expect_err(step);
        assert!(failed.message.starts_with("Internal error"), "{step}: {failed:?}");
        assert!(!is_waiting(step), "{step} panicked");
        if step == "retention" {
            assert!(is_waiting("free pages"), "it is a part of what failed");
            api.app.housekeeping().round().await.unwrap_err();
        }
        assert!(!is_waiting("free pages"), "{step}: the last step is reached");
        api.app.housekeeping().round().await.unwrap();
    }
}

#[tokio::test]
async fn after_a_panic_in_a_round_of_housekeeping_the_next_round_runs() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
    // Nothing can be older than the first moment there is: what asks for it overflows, and panics.
    let clock = Clock::fixed(Timestamp::MIN);
    let app = Foundational::open_at(options, clock, Ids::random()).await.unwrap();
    let failed = app.housekeeping().round().await.expect_err("a step of each round panics");
    assert!(failed.message.starts_with("Internal error"), "{failed:?}");
    app.serve().await.unwrap();
    // What follows in a round, one after the other.
    inject("daily backup");
    inject("file check");
    happened("daily backup").await;
    happened("file check").await;
    app.close().await;
}

#[tokio::test]
async fn a_panic_after_an_event_loses_what_follows_from_that_event_alone() {
    let api = Api::start("custom").await;
    let ada = joiner(&api, "ada").await;
    inject("event");
    change(&api, &ada, "title", json!("One")).await;
    happened("event").await;
    let mut events = api.app.events();
    change(&api, &ada, "title", json!("Two")).await;
    let limit = Duration::from_secs(20);
    loop {
        let event = tokio::time::timeout(limit, events.recv()).await.expect("events go on").unwrap();
        if event.topic == Topic::People {
            break;
        }
    }
}

#[tokio::test]
async fn after_a_panic_the_next_leaver_is_read_back_and_so_is_the_one_before() {
    let api = Api::start("custom").await;
    let (ada, bob) = (joiner(&api, "ada").await, joiner(&api, "bob").await);
    inject("leavers");
    change(&api, &ada, "active", json!(false)).await;
    happened("leavers").await;
    change(&api, &bob, "active", json!(false)).await;
    until("both are read back", async || {
        let page = api.command("leavers.list", json!({"filter": {}, "offset": 0, "limit": 50})).await;
        let rows = page["rows"].as_array().unwrap();
        (rows.len() == 2 && rows.iter().all(|row| row["readBackAt"].is_string())).then_some(())
    })
    .await;
}

#[tokio::test]
async fn after_a_panic_the_next_sleep_of_the_computer_is_seen() {
    let api = Api::start("custom").await;
    api.app.watch_sleep();
    inject("waking");
    api.clock.advance(Duration::from_hours(2));
    happened("waking").await;
    api.clock.advance(Duration::from_hours(2));
    until("the gap is stored", async || {
        let home = api.command("home.show", json!({})).await;
        home["sleepIntervals"].as_array().filter(|all| !all.is_empty()).map(drop)
    })
    .await;
}

#[tokio::test]
async fn after_a_panic_findings_are_looked_for_again() {
    let api = Api::start("custom").await;
    inject("findings");
    let failed = api.app.look_for_findings().await.unwrap_err();
    assert!(failed.message.starts_with("Internal error"), "{failed:?}");
    assert!(!is_waiting("findings"), "it panicked");
    api.app.look_for_findings().await.unwrap();
}

#[tokio::test]
async fn after_a_panic_the_certificate_is_looked_at_and_the_public_url_is_checked_again() {
    let api = Api::start_listening("custom").await;
    api.command("server.setCertificate", json!({"source": "privateAuthority"})).await;
    // Each host wants another certificate, and with that the way to this server is another one.
    let choose = async |host: &str| {
        api.command("server.publicUrl", json!({ "publicUrl": format!("https://{host}.invalid") })).await;
    };
    for host in ["one", "two"] {
        inject("certificate");
        inject("check after a change");
        choose(host).await;
        happened("certificate").await;
        happened("check after a change").await;
    }
    choose("three").await;
    until("it is checked", async || {
        let status = api.command("workspace.status", json!({})).await;
        status["server"]["reach"].is_object().then_some(())
    })
    .await;
    api.app.close().await;
}
