//! A disk with little space: what is found, what gives way, that leavers leave, and that it ends by itself. No disk is filled.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use store::injected_disk::inject;
use tests::{Api, Reply, Rounds};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::findings::{finish, found, is_over, parts};

const MB: u64 = 1_000_000;
const ROOM: Option<u64> = Some(2_000 * MB);

/// How often the disk is full in `npm test`; `FOUNDATIONAL_RUNS` sets another number, `FOUNDATIONAL_SECONDS` a time.
const CYCLES: usize = 20;
/// The clients that create people during that, and how many people each creates.
const CLIENTS: usize = 3;
const EACH: usize = 4;

async fn create(api: &Api, name: &str) -> Reply {
    api.scim("POST", "/Users", json!({"userName": name})).await
}

fn patch(operation: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]})
}

/// A SCIM error that says when to try again, and that nothing was done.
fn is_refused(reply: Reply, what: &str) {
    let wait = reply.headers.get("retry-after").and_then(|wait| wait.to_str().ok()).map(str::to_owned);
    assert_eq!(wait.as_deref(), Some("30"), "{what}: {}", reply.body);
    let detail = reply.refused(503, None);
    assert!(detail.contains("nearly full") && detail.contains("Nothing was changed."), "{what}: {detail}");
}

#[tokio::test]
async fn with_less_than_64_mb_changes_are_refused_and_leavers_leave_until_there_is_space() {
    let api = Api::start("custom").await;
    inject(api.folder(), ROOM);
    let mut users = Vec::new();
    for name in ["ada", "bob", "eve"] {
        users.push(create(&api, name).await.expect(201, name)["id"].clone());
    }
    let user = |place: usize| format!("/Users/{}", users[place].as_str().unwrap());
    let members = json!([{"value": users[0]}, {"value": users[1]}]);
    let crew = json!({"displayName": "Crew", "members": members});
    let crew = api.scim("POST", "/Groups", crew).await.expect(201, "a group")["id"].clone();
    let crew = format!("/Groups/{}", crew.as_str().unwrap());
    is_over(&api, "disk.reserve").await;

    inject(api.folder(), Some(64 * MB - 1));
    let finding = found(&api, "disk.reserve").await;
    assert_eq!(finding["severity"], "problem", "{finding}");
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.ends_with("is nearly full. Changes of identity providers are refused, except for leavers."),
        "{message}"
    );
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: Less than 64 MB are free."]);
    assert_eq!(remedies, ["seeData"]);
    assert_eq!(evidence, "63 MB are free");
    let doctor = api.command("workspace.doctor", json!({})).await;
    let is_said = |line: &Value| line["level"] == "problem" && line["message"] == finding["message"];
    assert!(doctor.as_array().unwrap().iter().any(is_said), "the doctor says so: {doctor}");

    is_refused(create(&api, "joiner").await, "a create");
    let rename = json!({"op": "replace", "path": "displayName", "value": "Eve"});
    is_refused(api.scim("PATCH", &user(2), patch(&rename)).await, "a change");
    is_refused(api.scim("PUT", &user(2), json!({"userName": "eva"})).await, "a PUT");
    let join = json!({"op": "add", "path": "members", "value": [{"value": users[2]}]});
    is_refused(api.scim("PATCH", &crew, patch(&join)).await, "a member who joins");
    let listed = api.scim("GET", "/Users", None).await.expect(200, "reading works");
    assert_eq!(listed["totalResults"], 3, "nothing was done: {listed}");
    let eve = api.scim("GET", &user(2), None).await.expect(200, "reading works");
    assert_eq!((&eve["userName"], &eve["displayName"]), (&json!("eve"), &Value::Null), "{eve}");

    let leave = json!({"op": "replace", "path": "active", "value": false});
    for time in ["once", "sent again, which changes nothing"] {
        let left = api.scim("PATCH", &user(0), patch(&leave)).await;
        assert!(left.status.is_success(), "{time}: {}", left.body);
        let ada = api.scim("GET", &user(0), None).await.expect(200, "it is stored");
        assert_eq!(ada["active"], false, "{time}: {ada}");
    }
    let take =
        json!({"op": "remove", "path": format!("members[value eq \"{}\"]", users[1].as_str().unwrap())});
    let taken = api.scim("PATCH", &crew, patch(&take)).await;
    assert!(taken.status.is_success(), "a member is taken out: {}", taken.body);
    api.scim("DELETE", &user(1), None).await.expect(204, "a person is deleted");
    api.scim("DELETE", &crew, None).await.expect(204, "a group is deleted");

    inject(api.folder(), Some(64 * MB));
    is_over(&api, "disk.reserve").await;
    create(&api, "joiner").await.expect(201, "it ended by itself");
}

#[tokio::test]
async fn the_log_gives_way_before_changes_and_that_is_found_although_little_space_is_hidden() {
    let api = Api::start("custom").await;
    for (free, severity, evidence, cause) in [
        (1_000 * MB - 1, "warning", "999 MB are free", "certain: Less than 1000 MB are free."),
        (128 * MB - 1, "problem", "127 MB are free", "certain: Less than 128 MB are free."),
    ] {
        inject(api.folder(), Some(free));
        let finding = found(&api, "disk.low").await;
        assert_eq!(finding["severity"], severity, "{finding}");
        assert_eq!(
            parts(&finding),
            (vec![cause.to_owned()], vec!["seeData".to_owned()], evidence.to_owned())
        );
        create(&api, evidence).await.expect(201, "changes are done");
        api.command("diagnosis.hide", json!({"id": finding["id"]})).await;
        is_over(&api, "disk.low").await;
    }
    inject(api.folder(), ROOM);
    let all = api.command("diagnosis.findings", json!({})).await;
    assert_eq!(all["hidden"], json!([]), "both are over: {all}");
}

#[tokio::test]
async fn an_identity_provider_whose_requests_are_not_logged_is_not_found_to_be_silent() {
    let api = Api::start("azure").await;
    inject(api.folder(), ROOM);
    finish(&api).await;
    api.clock.advance(Duration::from_hours(3));
    found(&api, "connection.quiet").await;
    inject(api.folder(), Some(100 * MB));
    is_over(&api, "connection.quiet").await;
    api.scim("GET", "/Users", None).await.expect(200, "it is answered");
    api.recorded_now().await;
    inject(api.folder(), ROOM);
    is_over(&api, "connection.quiet").await;
    api.clock.advance(Duration::from_hours(3));
    found(&api, "connection.quiet").await;
}

/// The userNames of all people.
async fn names(api: &Api) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let page = format!("/Users?attributes=userName&count=200&startIndex={}", names.len() + 1);
        let page = api.scim("GET", &page, None).await.expect(200, "a page");
        let people = page["Resources"].as_array().cloned().unwrap_or_default();
        if people.is_empty() {
            return names;
        }
        names.extend(people.iter().map(|person| person["userName"].as_str().unwrap().to_owned()));
    }
}

/// Creates people, and says of each when it was answered. Gives the answers.
async fn create_some(
    api: Arc<Api>,
    prefix: String,
    answered: mpsc::UnboundedSender<()>,
) -> Vec<(String, Reply)> {
    let mut replies = Vec::new();
    for n in 0..EACH {
        let name = format!("{prefix}.{n}");
        replies.push((name.clone(), create(&api, &name).await));
        answered.send(()).unwrap();
    }
    replies
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_again_and_again_loses_nothing_and_refuses_with_the_reason() {
    let api = Arc::new(Api::start("custom").await);
    inject(api.folder(), ROOM);
    let (mut there, mut refused, mut cycles) = (BTreeSet::new(), 0, 0);
    for cycle in Rounds::new("FOUNDATIONAL_RUNS", CYCLES) {
        let (answered, mut answers) = mpsc::unbounded_channel();
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(create_some(Arc::clone(&api), format!("c{cycle}.{client}"), answered.clone()));
        }
        // It is full amid their writes, after another number of them each time.
        for _ in 0..=cycle % (CLIENTS * EACH / 2) {
            answers.recv().await.unwrap();
        }
        inject(api.folder(), Some(MB));
        let mut replies: Vec<(String, Reply)> = clients.join_all().await.into_iter().flatten().collect();
        let late = format!("c{cycle}.late");
        replies.push((late.clone(), create(&api, &late).await));
        assert_eq!(replies[replies.len() - 1].1.status, 503, "a full disk takes nothing");
        let finding = found(&api, "disk.reserve").await;
        assert_eq!(finding["severity"], "problem", "{finding}");
        inject(api.folder(), ROOM);
        replies.push((late.clone(), create(&api, &late).await));
        assert_eq!(replies[replies.len() - 1].1.status, 201, "with room it works at once");
        is_over(&api, "disk.reserve").await;
        for (name, reply) in replies {
            if reply.status == 201 {
                there.insert(name);
            } else {
                is_refused(reply, &name);
                refused += 1;
            }
        }
        cycles = cycle + 1;
    }
    assert_eq!(names(&api).await, there, "what was acknowledged is there, and nothing else");
    let folder = api.folder().to_owned();
    let api = Arc::into_inner(api).expect("every client has ended");
    api.app.close().await;
    let api = api.reopened().await;
    assert_eq!(names(&api).await, there, "after a restart too");
    inject(&folder, None);
    println!(
        "long run: the disk was full {cycles} times, {} writes acknowledged, {refused} refused, 0 lost",
        there.len()
    );
}
