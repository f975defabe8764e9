//! Backups and restoring them: by the command table, and by the built program with and without a running instance.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use foundational::error::Code;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::{Api, Headless, program, until};

const PASSWORD: &str = "correct horse battery";

fn main_window() -> Caller {
    Caller::Window("main".to_owned())
}

async fn admin(app: &Foundational) {
    let args = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    app.call(&main_window(), "account.createFirst", args).await.unwrap();
}

/// Closes the workspace that gave way and opens its folder again.
async fn reopened(api: &Api) -> Foundational {
    api.app.replaced().await;
    api.app.close().await;
    let options = Options { data: api.folder().to_owned(), listen: None, public_url: None, insist: false };
    Foundational::open_at(options, api.clock.clone(), Ids::random()).await.unwrap()
}

#[tokio::test]
async fn a_restore_brings_the_old_state_back_paused_and_ends_every_session() {
    let api = Api::start("okta").await;
    admin(&api.app).await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada@example.com"})).await.body;
    let left = api.command("people.allowSignIn", json!({"id": ada["id"]})).await;
    let cleo = api.scim("POST", "/Users", json!({"userName": "cleo@example.com"})).await.body;
    let allowed = api.command("people.allowSignIn", json!({"id": cleo["id"]})).await;
    let made = api.command("backup.make", json!({})).await;
    api.clock.advance(Duration::from_mins(1));
    let leave = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false}]});
    let ada_path = format!("/Users/{}", ada["id"].as_str().unwrap());
    api.scim("PATCH", &ada_path, leave).await.expect(200, "Ada leaves");
    api.scim("POST", "/Users", json!({"userName": "bob@example.com"})).await.expect(201, "Bob comes");
    api.connect("Second", "azure").await;

    let preview = api.command("backup.preview", json!({"file": made["file"]})).await;
    assert_eq!(preview["backup"]["people"], 3, "Grace, Ada and Cleo: {preview}");
    assert_eq!(
        (&preview["lostPeople"], &preview["lostConnections"], &preview["carried"]["people"]),
        (&json!(1), &json!(1), &json!({"total": 1, "names": ["ada@example.com"]})),
        "Bob and Second go, and Ada does not return: {preview}"
    );
    let args = |typed: &str, seal: &Value| json!({"file": made["file"], "seal": seal, "typed": typed});
    let window = main_window();
    let untyped = api.app.call(&window, "backup.restore", args("restore", &made["seal"])).await.unwrap_err();
    assert_eq!((untyped.code, untyped.field.as_deref()), (Code::Invalid, Some("typed")), "it must be typed");
    let other = api.app.call(&window, "backup.restore", args("RESTORE", &json!("00"))).await.unwrap_err();
    assert!(
        other.message.contains("another file"),
        "what was looked at is restored, and nothing else: {other}"
    );
    api.scim("GET", "/Users", None).await.expect(200, "refusals leave everything as it is");

    let done = api.app.call(&window, "backup.restore", args("RESTORE", &made["seal"])).await.unwrap();
    assert_eq!(done["previous"]["kind"], "restore", "the present state is stored: {done}");
    let app = reopened(&api).await;
    let operator = Caller::Operator;
    let status = app.call(&window, "workspace.status", json!({})).await.unwrap();
    assert!(status["session"].is_null(), "everybody signs in again: {status}");
    assert_eq!(status["ended"], "A backup was restored. Sign in again.", "with the reason");
    let connections = app.call(&operator, "connection.list", json!({})).await.unwrap();
    assert_eq!(connections.as_array().unwrap().len(), 1, "Second no longer exists");
    assert_eq!(connections[0]["status"], "paused", "and First answers no one");
    let answer = {
        use tower::ServiceExt as _;
        let request = axum::http::Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {}", api.token))
            .body(axum::body::Body::empty())
            .unwrap();
        app.server().router().oneshot(request).await.unwrap()
    };
    assert_eq!(answer.status(), 503, "providers are put off, so no one is let in unseen");
    let home = app.call(&operator, "home.show", json!({})).await.unwrap();
    let line = home["attention"].as_array().unwrap().iter().find(|one| one["code"] == "backup.restored");
    let line = line.expect("Home says so")["message"].as_str().unwrap().to_owned();
    assert!(
        line.contains("1 user has lost access since and does not get it back: ada@example.com."),
        "with the people who lost access: {line}"
    );
    let sign_in = json!({"email": "ada@example.com", "password": left["passcode"]});
    let refused = app.call(&window, "session.signIn", sign_in).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongCredentials, "who left since is not let in: {refused}");
    let sign_in = json!({"email": "cleo@example.com", "password": allowed["passcode"]});
    let refused = app.call(&window, "session.signIn", sign_in.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "no one who may have left is let in unseen: {refused}");
    let id = &connections[0]["id"];
    app.call(&operator, "connection.resume", json!({"id": id})).await.unwrap();
    app.call(&window, "session.signIn", sign_in).await.expect("resumed, the backup's people sign in");
    let leaver = json!({"email": "ada@example.com", "password": left["passcode"]});
    app.call(&window, "session.signIn", leaver).await.expect_err("except for Ada, as before");
    let home = app.call(&operator, "home.show", json!({})).await.unwrap();
    assert!(!home["attention"].to_string().contains("backup.restored"), "resumed, it is settled");
    let list = app.call(&operator, "backup.list", json!({})).await.unwrap();
    assert_eq!(list["backups"][0]["kind"], "restore", "the way back is in the list: {list}");
    app.close().await;
}

#[tokio::test]
async fn one_backup_is_made_each_day_and_a_failure_is_shown_until_it_is_fixed() {
    let api = Api::start("okta").await;
    api.app.data().daily_backup().await.unwrap();
    let count = async || api.command("backup.list", json!({})).await["backups"].as_array().unwrap().len();
    assert_eq!(count().await, 1, "a headless workspace has no account, and is backed up all the same");
    api.clock.advance(Duration::from_hours(24));
    admin(&api.app).await;
    for day in 2..=10 {
        api.app.data().daily_backup().await.unwrap();
        api.app.data().daily_backup().await.unwrap();
        assert_eq!(count().await, day.min(7), "one a day, the newest seven");
        api.clock.advance(Duration::from_hours(24));
    }
    let folder = api.folder().join("backups");
    let elsewhere = api.folder().join("moved");
    std::fs::rename(&folder, &elsewhere).unwrap();
    std::fs::write(&folder, "no folder").unwrap();
    api.app.data().daily_backup().await.unwrap_err();
    let failing = async || {
        let home = api.command("home.show", json!({})).await;
        home["attention"].as_array().unwrap().iter().find(|one| one["code"] == "backup.failing").cloned()
    };
    let line = failing().await.expect("Home says that it fails");
    assert!(line["message"].as_str().unwrap().starts_with("No backup could be made at "), "and why: {line}");
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&elsewhere, &folder).unwrap();
    api.app.data().daily_backup().await.unwrap();
    assert!(failing().await.is_none(), "the next one that works settles it");
}

#[tokio::test]
async fn backups_go_to_another_folder_when_it_is_safe() {
    let api = Api::start("okta").await;
    admin(&api.app).await;
    let inside = api.folder().join("rehearsals").display().to_string();
    let window = main_window();
    let refused = api.app.call(&window, "backup.folder", json!({"folder": inside})).await.unwrap_err();
    assert!(refused.message.contains("inside the data folder"), "with the reason: {refused}");
    let elsewhere = tempfile::tempdir().unwrap();
    let mine = elsewhere.path().join("mine");
    let view = api.app.call(&window, "backup.folder", json!({"folder": mine})).await.unwrap();
    assert_eq!(view["usual"], false, "{view}");
    let made = api.command("backup.make", json!({})).await;
    assert!(
        PathBuf::from(made["file"].as_str().unwrap()).starts_with(mine.canonicalize().unwrap()),
        "{made}"
    );
    let to = elsewhere.path().join("x.backup");
    let refused = api.app.call(&window, "backup.make", json!({"to": to})).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("to"), "a window writes nowhere else");
}

#[tokio::test]
async fn who_may_do_what_with_backups() {
    let api = Api::start("okta").await;
    admin(&api.app).await;
    let made = api.command("backup.make", json!({})).await;
    let restore = json!({"file": made["file"], "seal": made["seal"], "typed": "RESTORE"});
    let file = json!({"file": made["file"]});
    let stranger = Caller::Window("stranger".to_owned());
    let calls = [
        ("backup.list", json!({}), false),
        ("backup.make", json!({}), false),
        ("backup.preview", file, false),
        ("backup.folder", json!({"folder": null}), true),
        ("backup.restore", restore, true),
    ];
    for (command, args, _) in &calls {
        let refused = api.app.call(&stranger, command, args.clone()).await.unwrap_err();
        assert_eq!(refused.code, Code::SignedOut, "{command} for no one");
    }
    api.clock.advance(Duration::from_mins(6));
    for (command, args, confirmed) in calls {
        let done = api.app.call(&main_window(), command, args).await;
        let refused = done.err().map(|error| error.code);
        assert_eq!(refused, confirmed.then_some(Code::Confirm), "{command} six minutes after the password");
    }
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program("foundational"));
    command.args(arguments).arg("--data").arg(data).output().expect("it can be started")
}

fn outcome(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// An Admin for a workspace that no one has opened yet.
async fn with_admin(data: &Path) {
    let options = Options { data: data.to_owned(), listen: None, public_url: None, insist: false };
    let app = Foundational::open(options).await.unwrap();
    admin(&app).await;
    app.close().await;
}

#[tokio::test]
async fn the_command_line_backs_up_and_restores_a_workspace_that_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    with_admin(&data).await;
    let to = folder.path().join("mine.backup");
    let path = to.to_str().unwrap();
    assert!(run(&data, &["backup", "--to", path]).status.success(), "made at the path that was given");
    let (code, again) = outcome(&run(&data, &["backup", "--to", path]));
    assert_eq!(code, Some(1), "nothing is overwritten: {again}");
    assert!(again.contains("exists already"), "with the reason: {again}");
    assert!(run(&data, &["connection", "create", "Later", "--provider", "okta"]).status.success());
    let looked = run(&data, &["restore", path]);
    assert_eq!(outcome(&looked).0, Some(1), "without --yes it is only looked at");
    let shown = String::from_utf8_lossy(&looked.stdout).into_owned();
    assert!(shown.contains("You will lose: 0 people, 0 groups, 1 connections"), "what would go: {shown}");
    let (code, error) = outcome(&run(&data, &["restore", path, "--yes"]));
    assert_eq!(code, Some(0), "{error}");
    let listed = run(&data, &["connection", "list", "--json"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout).trim(), "[]", "the old state");
    let listed = run(&data, &["backup", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("before-restore"), "and the way back");

    let (code, error) =
        outcome(&run(&data, &["restore", data.join("activity.db").to_str().unwrap(), "--yes"]));
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains("is not a backup of Foundational"), "{error}");
    std::fs::write(data.join("foundational.db"), "a disk wrote this, and not SQLite; it is long enough")
        .unwrap();
    assert_eq!(outcome(&run(&data, &["connection", "list"])).0, Some(6), "damaged");
    let restored = run(&data, &["restore", path, "--yes"]);
    let (code, error) = outcome(&restored);
    assert_eq!(code, Some(0), "even then: {error}");
    let shown = String::from_utf8_lossy(&restored.stdout).into_owned();
    assert!(
        shown.contains("What has ended since this backup could not be read"),
        "and the output states it: {shown}"
    );
    assert!(run(&data, &["connection", "list"]).status.success(), "it opens again");
    let stored = std::fs::read_dir(data.join("backups")).unwrap().flatten();
    let stored = stored.filter(|one| one.file_name().to_string_lossy().starts_with("damaged-")).count();
    assert_eq!(stored, 1, "what was there is stored");
}

#[tokio::test]
async fn a_running_instance_restores_and_serves_on() {
    let server = Headless::start().await;
    let create = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    server.call("account.createFirst", create).await;
    let (endpoint, token) = server.connect("First").await;
    let daily = until("the backup of the day was made", async || {
        let made = server.command(&["backup"]).await;
        made["file"].as_str().map(str::to_owned)
    })
    .await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let users = format!("{endpoint}/Users");
    let ada = json!({"userName": "ada@example.com"});
    let made = http.post(&users).bearer_auth(&token).json(&ada).send().await.unwrap();
    assert_eq!(made.status(), 201, "a person comes afterwards");
    server.command(&["restore", &daily, "--yes"]).await;
    let listed = server.command(&["connection", "list"]).await;
    assert_eq!((&listed[0]["status"], &listed[0]["people"]), (&json!("paused"), &json!(0)), "{listed}");
    let endpoint = listed[0]["endpoint"].as_str().unwrap();
    let answer = http.get(format!("{endpoint}/Users")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.status(), 503, "the same process serves again, and puts off");
    server.command(&["connection", "resume", "First"]).await;
    let answer = http.get(format!("{endpoint}/Users")).bearer_auth(&token).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["totalResults"], 0, "Ada is not in the old state: {body}");
}

#[tokio::test]
async fn people_of_an_unreadable_workspace_wait_until_they_are_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    with_admin(&data).await;
    let options = Options { data: data.clone(), listen: None, public_url: None, insist: false };
    let app = Foundational::open(options.clone()).await.unwrap();
    let local = json!({"name": "Leo", "email": "leo@example.com", "role": "member"});
    let leo = app.call(&Caller::Operator, "people.createLocal", local).await.unwrap();
    let made = app.call(&Caller::Operator, "backup.make", json!({})).await.unwrap();
    app.close().await;
    drop(app);
    std::fs::write(data.join("foundational.db"), "a disk wrote this, and not SQLite; it is long enough")
        .unwrap();
    let (code, error) = outcome(&run(&data, &["restore", made["file"].as_str().unwrap(), "--yes"]));
    assert_eq!(code, Some(0), "{error}");
    let app = Foundational::open(options).await.unwrap();
    let sign_in = json!({"email": "leo@example.com", "password": leo["passcode"]});
    let window = main_window();
    let refused = app.call(&window, "session.signIn", sign_in.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongCredentials, "it is unknown whether Leo left: {refused}");
    let grace = json!({"email": "grace@example.com", "password": PASSWORD});
    app.call(&window, "session.signIn", grace).await.expect("the Admin signs in");
    let home = app.call(&window, "home.show", json!({})).await.unwrap();
    assert!(home["attention"].to_string().contains("confirms them: Leo."), "Home names who waits: {home}");
    let id = json!({"id": leo["personId"]});
    let shown = app.call(&window, "people.show", id.clone()).await.unwrap();
    assert_eq!(shown["unconfirmed"], true, "so does the person's page");
    app.call(&window, "people.confirm", id.clone()).await.expect("an Admin confirms");
    let again = app.call(&window, "people.confirm", id).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "once: {again}");
    app.call(&Caller::Window("other".to_owned()), "session.signIn", sign_in)
        .await
        .expect("then Leo signs in");
    app.close().await;
}

#[tokio::test]
async fn a_lost_workspace_is_no_new_one_and_the_newest_whole_backup_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(run(&data, &["connection", "create", "Lost", "--provider", "okta"]).status.success());
    let made = run(&data, &["backup", "--json"]);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let file = made["file"].as_str().unwrap().to_owned();
    std::fs::write(data.join("foundational.db"), "").unwrap();
    for command in [&["serve"][..], &["connection", "list"], &["restore", &file]] {
        let (code, error) = outcome(&run(&data, command));
        assert_eq!(code, Some(6), "{command:?}: {error}");
        assert!(error.contains(&format!("the newest whole backup is {file}")), "{command:?}: {error}");
        assert!(error.contains("foundational restore FILE --yes"), "with the way there: {error}");
    }
    assert_eq!(std::fs::read(data.join("foundational.db")).unwrap(), b"", "nothing was written");
    let (code, error) = outcome(&run(&data, &["restore", &file, "--yes"]));
    assert_eq!(code, Some(0), "a workspace without accounts is restored too: {error}");
    let listed = run(&data, &["connection", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("Lost"), "it is back");
}

#[tokio::test]
async fn a_damaged_request_log_is_set_aside_and_the_doctor_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    with_admin(&data).await;
    let made = run(&data, &["backup", "--json"]);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    std::fs::write(data.join("activity.db"), "a disk wrote this, and not SQLite; it is long enough").unwrap();
    let checked = run(&data, &["doctor"]);
    let shown = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(shown.contains("The request log was damaged") && shown.contains("activity-damaged-"), "{shown}");
    std::fs::write(data.join("activity.db"), "again").unwrap();
    let (code, error) = outcome(&run(&data, &["restore", made["file"].as_str().unwrap(), "--yes"]));
    assert_eq!(code, Some(0), "a restore does not fail for it: {error}");
}
