//! Moving a workspace to a server: one file out, one command in, and no two servers that both accept changes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use foundational::error::Code;
use foundational::{Caller, Foundational, Options};
use futures_util::stream;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tests::{Api, Headless, program, until};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

const PASSWORD: &str = "correct horse battery";

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program("foundational")).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn done(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(data: &Path, arguments: &[&str], why: &str) {
    let output = run(data, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {errors}");
    assert!(errors.contains(why), "{arguments:?}: {errors}");
}

async fn opened(data: &Path) -> Foundational {
    let options = Options { data: data.to_owned(), listen: None, public_url: None, insist: false };
    Foundational::open(options).await.unwrap()
}

/// The finding of a move, as Home says it.
async fn finding(app: &Foundational) -> Option<Value> {
    let home = app.call(&Caller::Operator, "home.show", json!({})).await.unwrap();
    home["attention"].as_array().unwrap().iter().find(|one| one["code"] == "workspace.moved").cloned()
}

/// What the identity provider is answered when it asks for its people.
async fn people(app: &Foundational, endpoint: &str, token: &str) -> (u16, Value) {
    let path = endpoint.split_once("/scim/").unwrap().1;
    let request = Request::get(format!("/scim/{path}/Users"))
        .header("host", "127.0.0.1:8470")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let answer = app.server().router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

/// The first connection waits until the public address is found to lead here, and so does the second one, which is resumed then.
async fn is_resumed_after_a_check_alone(
    app: &Foundational,
    [id, second]: [&Value; 2],
    endpoint: &str,
    token: &str,
) {
    let call = async |name: &str, args: Value| app.call(&Caller::Operator, name, args).await;
    for waiting in [id, second] {
        let refusal = call("connection.resume", json!({ "id": waiting })).await.unwrap_err();
        assert_eq!(refusal.code, Code::Conflict, "there is no address: {refusal}");
    }
    let awaits_check = async || {
        let shown = call("connection.show", json!({ "id": id })).await.unwrap();
        shown["pause"]["awaitsCheck"].as_bool().unwrap()
    };
    call("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await.unwrap();
    assert!(awaits_check().await, "the address is not checked");
    call("server.checkPublicUrl", json!({})).await.unwrap();
    assert!(awaits_check().await, "it does not lead here");
    let path = endpoint.split_once("/scim/").unwrap().1;
    let request = Request::get(format!("/scim/{path}/Users"))
        .header("host", "unknown.invalid")
        .header("authorization", format!("Bearer {token}"))
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.9")
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.server().router().oneshot(request).await.unwrap().status(), 503, "it is paused");
    until("a request has come through it", async || (!awaits_check().await).then_some(())).await;
    let resumed = call("connection.resume", json!({ "id": second })).await.unwrap();
    assert_eq!(resumed["pause"], Value::Null, "then it is resumed: {resumed}");
    call("server.publicUrl", json!({ "publicUrl": null })).await.unwrap();
    assert!(awaits_check().await, "nothing is known of another address");
}

#[tokio::test]
async fn a_workspace_moves_from_a_computer_that_serves_to_an_empty_folder_of_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Headless::start().await;
    let first = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    server.call("account.createFirst", first).await;
    let (endpoint, token) = server.connect("First").await;
    server.connect("Second").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let create = async |name: &str| {
        let post = http.post(format!("{endpoint}/Users")).bearer_auth(&token);
        post.json(&json!({ "userName": name })).send().await.unwrap().status().as_u16()
    };
    assert_eq!(create("ada").await, 201, "the provider works here");

    let file = folder.path().join("acme.move");
    let moved = server.command(&["move", "--to-server", "--out", file.to_str().unwrap()]).await;
    assert_eq!((&moved["kind"], &moved["people"]), (&json!("move"), &json!(2)), "{moved}");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "no other user reads it");
    assert_eq!(create("bob").await, 503, "this computer accepts no change any more");
    let listed = server.command(&["connection", "list"]).await;
    let reason = listed[0]["pause"]["reason"].as_str().unwrap();
    assert!(reason.contains("moved to a server") && reason.contains("two copies"), "{reason}");
    let home = server.call("home.show", json!({})).await["attention"].to_string();
    assert!(
        home.contains("moved to a server") && home.contains("two copies"),
        "Home says what it means: {home}"
    );
    let audit = server.command(&["audit", "list"]).await.to_string();
    assert!(audit.contains("Moved the workspace to a server, by the file "), "{audit}");

    let data = folder.path().join("new").join("data");
    let text = done(&data, &["move", "--from", file.to_str().unwrap()]);
    for words in [
        "2 people, 0 groups and 2 connections",
        "service install",
        "connection resume",
        "delete ",
        "certificate export-root`, and add the new root",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    refused(&data, &["move", "--from", file.to_str().unwrap()], "is not empty");
    let app = opened(&data).await;
    assert_eq!(people(&app, &endpoint, &token).await.0, 503, "nor does the server, until it is checked");
    let found = finding(&app).await.expect("Home says so");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("moved here") && message.contains("Set the address"), "the step: {message}");
    let entries = json!({"filter": {}, "offset": 0, "limit": 10});
    let entries = app.call(&Caller::Operator, "audit.list", entries).await.unwrap();
    let acts = entries["rows"].as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap());
    let acts: Vec<&str> = acts.filter(|act| act.starts_with("move")).collect();
    assert_eq!(acts, ["moveHere", "moveToServer"], "both sides have their entry");
    is_resumed_after_a_check_alone(&app, [&listed[0]["id"], &listed[1]["id"]], &endpoint, &token).await;
    for connection in listed.as_array().unwrap() {
        let inside = json!({"id": connection["id"], "way": "network"});
        app.call(&Caller::Operator, "connection.setWay", inside).await.unwrap();
    }
    let found = finding(&app).await.unwrap()["message"].clone();
    let step = found.as_str().unwrap();
    assert!(step.contains("your network") && !step.contains("Set the address"), "for an agent: {step}");
    let window = Caller::Window("main".to_owned());
    let sign_in = json!({"email": "grace@example.com", "password": PASSWORD});
    app.call(&window, "session.signIn", sign_in).await.expect("passwords remain valid");
    app.close().await;

    done(&data, &["connection", "resume", "First"]);
    let app = opened(&data).await;
    let (status, body) = people(&app, &endpoint, &token).await;
    assert_eq!(status, 200, "the provider's token is valid here: {body}");
    assert_eq!(body["Resources"][0]["userName"], "ada", "with its people: {body}");
    assert!(finding(&app).await.is_none(), "resumed, it is settled");
    app.close().await;
}

#[tokio::test]
async fn a_write_that_was_let_in_before_the_move_is_not_done_after_it() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "Ada");
    let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "late"}]});
    let group = json!({"displayName": "Late"});
    let ada = format!("/Users/{}", ada["id"].as_str().unwrap());
    let mut waiting = Vec::new();
    for (method, path, body) in [
        ("POST", "/Users", json!({"userName": "late"})),
        ("PATCH", ada.as_str(), patch),
        ("POST", "/Groups", group),
    ] {
        let (begun, begins) = oneshot::channel();
        let (end, ended) = oneshot::channel::<()>();
        let body = Body::from_stream(stream::once(async move {
            begun.send(()).unwrap();
            ended.await.unwrap();
            Ok::<_, std::io::Error>(Bytes::from(body.to_string()))
        }));
        let request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2/{}{path}", api.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", api.token))
            .header("content-type", "application/scim+json")
            .body(body)
            .unwrap();
        let answer = tokio::spawn(api.app.server().router().oneshot(request));
        begins.await.unwrap();
        waiting.push((method, path.to_owned(), end, answer));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.move");
    api.command("move.toServer", json!({ "to": file })).await;
    for (method, path, end, answer) in waiting {
        end.send(()).unwrap();
        let status = answer.await.unwrap().unwrap().status();
        assert_eq!(status, 503, "{method} {path}: the file does not have it");
    }
    let listed = api.command("connection.resume", json!({"id": "first"})).await;
    assert_eq!((&listed["people"], &listed["groups"]), (&json!(1), &json!(0)), "nothing was done: {listed}");
    let shown = api.recorded("POST", "/Groups").await;
    assert_eq!(
        shown["why"],
        "The move to a server paused the connection. The identity provider sends its changes again later.",
        "with the reason"
    );
}

#[tokio::test]
async fn a_move_that_cannot_be_written_leaves_every_connection_as_it_was() {
    let api = Api::start("custom").await;
    let window = Caller::Window("main".to_owned());
    let first = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window, "account.createFirst", first).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there.move");
    std::fs::write(&there, "a file").unwrap();
    let to =
        async |to: PathBuf| api.app.call(&window, "move.toServer", json!({ "to": to })).await.unwrap_err();
    for (place, why) in [
        (there.clone(), "exists already"),
        (folder.path().join("acme.backup"), "does not end in .move"),
        (PathBuf::from("acme.move"), "is no full path"),
    ] {
        let error = to(place).await;
        assert!(error.code == Code::Invalid && error.message.contains(why), "{why}: {error}");
    }
    assert_eq!(std::fs::read(&there).unwrap(), b"a file", "nothing is overwritten");
    let error = to(there.join("acme.move")).await;
    assert_eq!(error.code, Code::Unavailable, "a folder that cannot be made: {error}");
    api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "the connection works on");
    let entries = api.command("audit.list", json!({"filter": {}, "offset": 0, "limit": 2})).await;
    assert_eq!(entries["rows"][0]["act"], "backupFail", "and the failure is recorded: {entries}");

    api.clock.advance(Duration::from_mins(6));
    let error = to(folder.path().join("b.move")).await;
    assert_eq!(error.code, Code::Confirm, "everyone's data leaves only after the password");
}

#[test]
fn a_move_that_is_killed_leaves_the_whole_workspace_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    done(&old, &["connection", "create", "First", "--provider", "custom"]);
    let file = folder.path().join("our acme.move");
    let path = file.to_str().unwrap();
    let next = done(&old, &["move", "--to-server", "--out", path]);
    assert!(next.contains("  foundational move --from 'our acme.move'\n"), "as a shell takes it: {next}");
    for round in 0..4_u32 {
        let data = folder.path().join(format!("new {round}"));
        let mut child = Command::new(program("foundational"))
            .args(["move", "--from", path, "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From its first moments to about its end.
        std::thread::sleep(Duration::from_millis(30) * round);
        child.kill().unwrap();
        child.wait().unwrap();
        let again = run(&data, &["move", "--from", path]);
        let errors = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(again.status.success() || errors.contains("is not empty"), "{errors}");
        let listed = done(&data, &["connection", "list", "--json"]);
        let listed: Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(
            (&listed[0]["name"], &listed[0]["status"]),
            (&json!("First"), &json!("paused")),
            "after {round}: {errors}"
        );
    }
    let half = folder.path().join("half.move");
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let data = folder.path().join("none");
    for words in ["has no seal", "Copy the file again, or write another one"] {
        refused(&data, &["move", "--from", half.to_str().unwrap()], words);
    }
    assert!(!data.exists(), "a file that is refused leaves nothing");
}
