//! Rehearsals over real HTTP: every dialect passes, leaves nothing behind, and finds the faults of a server.

use std::process::Stdio;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use foundational::Caller;
use http_body_util::BodyExt as _;
use idp::rehearsal::Dialect;
use serde_json::{Value, json};
use tests::{Api, Headless, program};
use tower::ServiceExt as _;

use crate::workspace::first_page;

/// Everything that a rehearsal must not change.
async fn everything(api: &Api) -> Vec<Value> {
    let activity = json!({"connectionId": api.connection_id, "limit": 200});
    vec![
        api.command("connection.list", json!({})).await,
        api.command("people.list", first_page("people.list")).await,
        api.command("groups.list", first_page("groups.list")).await,
        api.command("activity.list", activity).await,
        api.command("connection.evidence", json!({"id": api.connection_id})).await,
        api.command("deviations.report", json!({"id": api.connection_id})).await,
        api.command("token.list", json!({"id": api.connection_id})).await,
    ]
}

fn failures(rehearsal: &Value) -> Vec<String> {
    let steps = rehearsal["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["passed"] != true)
        .map(|step| step["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_dialect_passes_against_the_serving_program_and_leaves_nothing_behind() {
    let server = Headless::start().await;
    server.connect("Real").await;
    let before = server.command(&["connection", "list"]).await;
    for dialect in Dialect::ALL {
        let word = dialect.as_str();
        // Exit code 0 and JSON, or this panics.
        let rehearsal = server.command(&["rehearse", "Real", "--dialect", word]).await;
        assert_eq!(rehearsal["passed"], json!(true), "{word}: {:?}", failures(&rehearsal));
        assert_eq!(rehearsal["dialect"], word);
        let steps = rehearsal["steps"].as_array().unwrap();
        assert!(steps.len() >= 12, "{word} is a whole life: {} steps", steps.len());
        for step in steps {
            let headers = step["request"]["headers"].to_string();
            assert!(!headers.to_lowercase().contains("authorization"), "the token is not shown: {headers}");
            assert!(step["answer"]["status"].is_u64() && step["durationUs"].is_u64(), "{word}: {step}");
        }
    }
    assert_eq!(server.command(&["connection", "list"]).await, before, "no list, count or time changed");
    assert!(!server.data().join("rehearsals").exists(), "the sandboxes' folder is gone");
}

#[tokio::test]
async fn without_a_serving_program_a_rehearsal_listens_for_itself_and_changes_nothing() {
    let api = Api::start("azure").await;
    let name = json!({"userName": "real@example.com", "displayName": "Real"});
    api.scim("POST", "/Users", name).await.expect(201, "a real person");
    api.recorded("POST", "/Users").await;
    let before = everything(&api).await;
    let mut events = api.app.events();

    let rehearsal = api.command("rehearsal.run", json!({"id": api.connection_id})).await;

    assert_eq!(rehearsal["passed"], json!(true), "{:?}", failures(&rehearsal));
    assert_eq!(rehearsal["dialect"], "azure", "by the connection's provider");
    assert_eq!(everything(&api).await, before, "nothing real changed");
    assert!(!api.folder().join("rehearsals").exists(), "the sandbox's folder is gone");
    let shown = api.command("rehearsal.show", json!({"id": api.connection_id})).await;
    assert_eq!(shown, rehearsal, "it can be shown again");
    let mut ticks = 0;
    while let Ok(event) = events.try_recv() {
        let event = serde_json::to_value(event).unwrap();
        assert_eq!(event["topic"], "rehearsal", "only the rehearsal itself sends events: {event}");
        assert_eq!(event["connectionId"], json!(api.connection_id));
        ticks += 1;
    }
    assert!(ticks > rehearsal["steps"].as_array().unwrap().len(), "once a step and once at the end: {ticks}");
}

#[tokio::test]
async fn with_a_public_url_it_uses_that_url_unless_it_is_local() {
    let api = Api::start("okta").await;
    // Nothing answers there: the rehearsal uses the address that a provider would use.
    let url = "https://scim.invalid";
    api.command("server.publicUrl", json!({"publicUrl": url})).await;
    let id = &api.connection_id;
    let away = api.command("rehearsal.run", json!({"id": id})).await;
    assert!(away["endpoint"].as_str().unwrap().starts_with(url), "{}", away["endpoint"]);
    assert_eq!(away["passed"], json!(false), "the address cannot be reached");
    assert_eq!(away["steps"].as_array().map(Vec::len), Some(1), "reported once");
    let here = api.command("rehearsal.run", json!({"id": id, "local": true})).await;
    assert_eq!(here["passed"], json!(true), "{:?}", failures(&here));
}

#[tokio::test]
async fn one_rehearsal_of_a_connection_at_a_time() {
    let api = Api::start("okta").await;
    let args = json!({"id": api.connection_id});
    let caller = Caller::Operator;
    let (one, two) = tokio::join!(
        api.app.call(&caller, "rehearsal.run", args.clone()),
        api.app.call(&caller, "rehearsal.run", args)
    );
    let (played, refused) = match (one, two) {
        (Ok(played), Err(refused)) | (Err(refused), Ok(played)) => (played, refused),
        (one, two) => panic!("one plays and one does not: {one:?} {two:?}"),
    };
    assert_eq!(played["dialect"], "okta-put");
    let refused = serde_json::to_value(refused).unwrap();
    assert_eq!(refused["code"], "conflict", "{refused}");
    api.command("rehearsal.run", json!({"id": api.connection_id, "dialect": "okta-patch"})).await;
}

#[tokio::test]
async fn sandboxes_left_by_a_crash_are_removed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("rehearsals/left-over");
    let store = store::Store::open(&left, store::Clock::system(), store::Ids::random()).await.unwrap();
    store.close().await;
    drop(store);
    assert!(left.join("foundational.db").is_file(), "a sandbox was in use");
    let options = foundational::Options {
        data: folder.path().to_owned(),
        listen: None,
        public_url: None,
        insist: false,
    };
    let app = foundational::Foundational::open(options).await.unwrap();
    assert!(!folder.path().join("rehearsals").exists(), "the sandbox is removed");
    app.close().await;
}

/// Serves a router on a port of its own; answers the base URL.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Runs `foundational rehearse --against`; returns whether it succeeded, and its output.
async fn against(url: &str, token: &str, dialect: &str) -> (bool, Value) {
    let mut command = tokio::process::Command::new(program("foundational"));
    command.args(["rehearse", "--against", url, "--token", token, "--dialect", dialect, "--json"]);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"));
    (output.status.success(), report)
}

/// Reads a member removed by its value as a plain server does: the path names all members, the value is ignored.
async fn empty_the_group(State(router): State<Router>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
    if let Ok(mut body) = serde_json::from_slice::<Value>(&bytes)
        && let Some(operation) = body.pointer_mut("/Operations/0")
        && operation["op"].as_str().is_some_and(|op| op.eq_ignore_ascii_case("remove"))
        && operation["path"] == "members"
    {
        operation.as_object_mut().unwrap().shift_remove("value");
        bytes = body.to_string().into_bytes();
    }
    let mut request = Request::from_parts(parts, Body::from(bytes));
    request.headers_mut().remove("content-length");
    router.oneshot(request).await.unwrap()
}

#[tokio::test]
async fn another_server_is_rehearsed_and_one_that_empties_groups_fails() {
    let api = Api::start("azure").await;
    let router = api.app.server().router();
    let path = format!("/scim/v2/{}", api.connection_id);

    let good = format!("{}{path}", serve(router.clone()).await);
    let (is_well, report) = against(&good, &api.token, "azure").await;
    assert!(is_well, "a good server passes: {:?}", failures(&report));
    assert_eq!(report["endpoint"], json!(good));

    let broken = Router::new().fallback(empty_the_group).with_state(router);
    let broken = format!("{}{path}", serve(broken).await);
    let (is_well, report) = against(&broken, &api.token, "azure").await;
    assert!(!is_well, "the exit code says that something is wrong");
    let found = failures(&report);
    assert_eq!(
        found,
        ["Only Ada left", "The name changed and the members did not"],
        "the steps that show it fail"
    );
    let steps = report["steps"].as_array().unwrap();
    let finding = steps.iter().find(|step| step["title"] == "Only Ada left").unwrap();
    assert!(
        finding["findings"][0].as_str().unwrap().contains("members lacks"),
        "with its finding: {finding}"
    );

    let (is_well, _) = against(&broken, &api.token, "okta-put").await;
    assert!(is_well, "the defect does not show in a dialect that never removes by a value");
    for list in ["people.list", "groups.list"] {
        let page = api.command(list, first_page(list)).await;
        assert_eq!(page["total"], json!(0), "everything that was made there is removed again: {page}");
    }
}

#[tokio::test]
async fn a_wrong_token_or_no_answer_ends_the_rehearsal_at_once() {
    let api = Api::start("okta").await;
    let url = format!("{}/scim/v2/{}", serve(api.app.server().router()).await, api.connection_id);
    let (is_well, report) = against(&url, "wrong", "okta-put").await;
    assert!(!is_well);
    assert_eq!(
        report["steps"].as_array().map(Vec::len),
        Some(1),
        "the others could only repeat it: {report}"
    );
    assert_eq!(report["steps"][0]["answer"]["status"], json!(401));

    // Bound and released again: nothing listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (is_well, report) = against(&format!("http://127.0.0.1:{port}"), "any", "custom").await;
    assert!(!is_well);
    let finding = report["steps"][0]["findings"][0].as_str().unwrap();
    assert!(finding.starts_with("No answer arrived"), "{finding}");
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(1));
}
