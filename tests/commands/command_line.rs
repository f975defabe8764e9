//! The built program: what it prints, how it ends, with and without a running instance.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tests::{Headless, program, until};

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program("foundational"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("it can be started")
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn outcome(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_connection_and_a_token_are_made_without_a_running_instance() {
    let folder = tempfile::tempdir().unwrap();
    let made = json(&run(
        folder.path(),
        &["connection", "create", "Okta – Employees", "--provider", "okta", "--json"],
    ));
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "name", "provider", "endpoint"], "what automation reads");
    let token =
        json(&run(folder.path(), &["token", "create", "okta – EMPLOYEES", "--expires", "90d", "--json"]));
    let keys: Vec<&String> = token.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "label", "token", "expiresAt"], "what automation reads");
    let listed = json(&run(folder.path(), &["token", "list", "Okta – Employees", "--json"]));
    assert!(!listed.to_string().contains(token["token"].as_str().unwrap()), "never again");
    let shown = run(folder.path(), &["connection", "show", "Okta – Employees"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("Usable tokens  1"), "for people too");
}

#[test]
fn the_openapi_document_needs_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    let document = json(&run(&data, &["openapi"]));
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["paths"].as_object().unwrap().len(), scim::ROUTES.len(), "each address");
    assert!(!data.exists(), "nothing was opened");
}

#[tokio::test]
async fn the_same_commands_work_through_a_running_instance() {
    let server = Headless::start().await;
    let made = server.command(&["connection", "create", "Live", "--provider", "azure"]).await;
    let id = made["id"].as_str().unwrap();
    for (command, status) in [("pause", "paused"), ("resume", "settingUp")] {
        let view = server.command(&["connection", command, id]).await;
        assert_eq!(view["status"], status, "{command}");
    }
    let token = server.command(&["token", "create", id, "--expires", "never", "--label", "Main"]).await;
    assert!(token["expiresAt"].is_null(), "never");
    let listed = server.command(&["token", "list", id]).await;
    assert_eq!(listed[0]["label"], "Main", "as it was called: {listed}");
    let revoked = server.command(&["token", "revoke", token["id"].as_str().unwrap()]).await;
    assert_eq!(revoked["state"], "revoked", "revoked");
    server.command(&["connection", "delete", id, "--people", "keep-deactivated"]).await;
    assert_eq!(server.command(&["connection", "list"]).await, serde_json::json!([]), "deleted");
    let findings = server.command(&["doctor"]).await.to_string();
    assert!(findings.contains("SCIM is served on"), "{findings}");
}

#[tokio::test]
async fn what_a_connection_did_is_previewed_and_undone() {
    let server = Headless::start().await;
    let made = server.command(&["connection", "create", "Live", "--provider", "custom"]).await;
    let token = server.command(&["token", "create", "Live"]).await;
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let user = client.post(format!("{}/Users", made["endpoint"].as_str().unwrap()));
    let user =
        user.bearer_auth(token["token"].as_str().unwrap()).json(&serde_json::json!({"userName": "ada"}));
    assert_eq!(user.send().await.unwrap().status(), 201, "a user arrives");
    let since = ["undo", "--connection", "Live", "--since", "2020-01-01T00:00:00Z"];
    let preview = server.command(&[&since[..], &["--preview"]].concat()).await;
    assert_eq!((&preview["steps"], &preview["rows"][0]["act"]), (&1.into(), &"delete".into()), "{preview}");
    let done = server.command(&since).await;
    assert_eq!((&done["state"], &done["done"]), (&"done".into(), &1.into()), "{done}");
    let shown = server.command(&["connection", "show", "Live"]).await;
    assert_eq!((&shown["people"], &shown["status"]), (&0.into(), &"paused".into()), "paused first: {shown}");
    let again = ["undo", "--undo", done["id"].as_str().unwrap(), "--preview"];
    let output = run(&server.data(), &again);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("user   ada: Is here again, with the same id."), "{text}");
    let wrong = run(&server.data(), &["undo", "--connection", "Live"]);
    assert_eq!(wrong.status.code(), Some(2), "since when is missing");
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_with_the_reason() {
    let server = Headless::start().await;
    let (code, message) = outcome(&run(&server.data(), &["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(code, Some(3), "{message}");
    assert!(message.contains("in use by another running Foundational"), "{message}");
}

#[test]
fn a_taken_port_ends_the_server_with_the_holder_s_name() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, message) = outcome(&run(folder.path(), &["serve", "--listen", &address]));
    assert_eq!(code, Some(5), "{message}");
    assert!(message.contains("is used by") && message.contains("is free"), "{message}");
}

#[test]
fn an_empty_variable_counts_as_unset_and_an_empty_argument_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = |arguments: &[&str]| {
        let mut command = Command::new(program("foundational"));
        command.args(["serve", "--listen", &address]).args(arguments);
        command.env("FOUNDATIONAL_DATA", "").env("FOUNDATIONAL_METRICS", "");
        outcome(&command.env("XDG_DATA_HOME", folder.path()).output().unwrap())
    };
    for argument in ["--data=", "--metrics="] {
        let (code, message) = serve(&[argument]);
        assert_eq!(code, Some(2), "{argument} names nothing: {message}");
    }
    let own = folder.path().join("foundational").join("foundational.db");
    assert!(!own.exists(), "nothing was opened");
    let (code, message) = serve(&[]);
    assert_eq!(code, Some(5), "it opens the workspace, and finds the port taken: {message}");
    assert!(own.exists(), "the data folder is the user's own");
}

#[test]
fn the_trusted_proxies_that_serve_names_are_stored_and_an_empty_value_empties_their_list() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for named in ["10.0.0.4,10.1.0.0/24", ""] {
        let serve = ["serve", "--listen", &address, "--trusted-proxy", named];
        let (code, message) = outcome(&run(folder.path(), &serve));
        assert_eq!(code, Some(5), "it is stored before the port is found to be taken: {message}");
    }
    let entries = run(folder.path(), &["audit", "list"]).stdout;
    let entries = String::from_utf8(entries).unwrap();
    let lists = entries.lines().filter_map(|line| line.split_once("Set the list of trusted proxies: "));
    let lists: Vec<&str> = lists.map(|(_, list)| list).collect();
    assert_eq!(lists, ["this computer alone.", "10.0.0.4, 10.1.0.0/24."], "newest first: {entries}");
    let chain = String::from_utf8(run(folder.path(), &["audit", "verify"]).stdout).unwrap();
    assert!(chain.starts_with("Complete since ") && chain.contains("Newest hash: "), "{chain}");
}

#[test]
fn an_altered_audit_entry_ends_its_check_with_exit_code_one() {
    let folder = tempfile::tempdir().unwrap();
    json(&run(folder.path(), &["connection", "create", "Okta", "--provider", "okta", "--json"]));
    // The act, and beside it the kind of its subject.
    let (file, entry) = (folder.path().join("foundational.db"), b"connectionCreateconnection");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(entry.len()).position(|part| part == entry).expect("the entry is in the file");
    bytes[at] = b'C';
    std::fs::write(&file, bytes).unwrap();
    let (code, message) = outcome(&run(folder.path(), &["audit", "verify"]));
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("Entry 1 does not follow from the one before it"), "{message}");
}

#[tokio::test]
async fn the_requests_of_each_kind_are_exported_alone() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Live").await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let requests = [
        ("users", "/Users/none"),
        ("groups", "/Groups/none"),
        ("discovery", "/ServiceProviderConfig"),
        ("test", "/Users?count=1"),
    ];
    for (_, path) in requests {
        client.get(format!("{endpoint}{path}")).bearer_auth(&token).send().await.unwrap();
    }
    let export = |kind: &[&str]| {
        let output = run(&server.data(), &[&["log", "export", "--connection", "Live"][..], kind].concat());
        assert!(output.status.success(), "{}", outcome(&output).1);
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
        lines.map(|line| line["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    until("all are recorded", async || (export(&[]).len() == requests.len()).then_some(())).await;
    for (kind, path) in requests {
        assert_eq!(export(&["--kind", kind]), [path], "{kind}");
    }
}

#[test]
fn off_this_computer_it_serves_with_the_files_of_a_certificate_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (code, message) = outcome(&run(folder.path(), &["serve", "--listen", "0.0.0.0:0"]));
    assert_eq!(code, Some(5), "{message}");
    assert!(message.contains("without TLS") && message.contains("--tls-cert"), "{message}");
    let half = ["serve", "--listen", "0.0.0.0:0", "--tls-cert", "none.pem"];
    let (code, message) = outcome(&run(folder.path(), &half));
    assert_eq!(code, Some(2), "{message}");
    let whole = [&half[..], &["--tls-key", "none.key"]].concat();
    let (code, message) = outcome(&run(folder.path(), &whole));
    assert_eq!(code, Some(5), "{message}");
    assert!(message.contains("/none.pem can't be read"), "by its full path: {message}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let (code, message) = outcome(&run(&file.join("data"), &["connection", "list"]));
    assert_eq!(code, Some(4), "{message}");
    assert!(message.contains("a-file/data cannot be written"), "{message}");
}

#[test]
fn a_damaged_store_is_left_alone_with_its_own_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("foundational.db"), "this is not a database at all, but long enough")
        .unwrap();
    let (code, message) = outcome(&run(folder.path(), &["doctor"]));
    assert_eq!(code, Some(6), "{message}");
    assert!(message.contains("foundational.db is damaged"), "{message}");
}

#[test]
fn a_wrong_command_line_is_exit_code_two() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in
        [&["connection", "create", "Name"][..], &["token", "create", "x", "--expires", "3w"], &["fly"]]
    {
        let (code, message) = outcome(&run(folder.path(), arguments));
        assert_eq!(code, Some(2), "{arguments:?}: {message}");
    }
    let (code, message) = outcome(&run(folder.path(), &["connection", "show", "unknown"]));
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("There is no connection \"unknown\""), "{message}");
}
