//! `foundational service`: what it asks systemd for, what it writes, and what it answers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tests::{Headless, program};

use crate::fake_systemd::{Home, errors, printed, refused};
use crate::https::{Authority, NOW};

#[test]
fn a_service_is_written_enabled_and_started_and_again_with_other_values() {
    let home = Home::with_systemd();
    let text = printed(&home.installed(&["--listen", "127.0.0.1:8471"]));
    assert!(text.contains("Installed, enabled and started: ") && text.contains("enable-linger"), "{text}");
    let start = ["daemon-reload", "enable foundational.service", "restart foundational.service"];
    assert_eq!(home.calls(), start, "what systemd is asked for");
    let data = home.data().display().to_string();
    assert!(
        home.text().contains(&format!("serve --data \"{data}\" --listen \"127.0.0.1:8471\"")),
        "{}",
        home.text()
    );
    assert_eq!(fs::metadata(home.unit()).unwrap().permissions().mode() & 0o777, 0o644, "readable for all");
    assert_eq!(fs::metadata(home.data()).unwrap().permissions().mode() & 0o777, 0o700, "the data is not");
    let json = home.installed(&["--listen", "127.0.0.1:8472", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["data"], &json["namespaces"]), (&data.into(), &true.into()), "{json}");
    assert_eq!(home.calls(), start, "the new unit is in force");
    assert!(home.text().contains("8472") && !home.text().contains("8471"), "{}", home.text());
}

#[test]
fn a_service_that_is_installed_again_has_its_values_as_they_were() {
    let home = Home::with_systemd();
    home.installed(&["--listen", "127.0.0.1:8471", "--public-url", "https://scim.example.com"]);
    let before = home.text();
    let again = home.command(&["install"]).output().unwrap();
    assert!(again.status.success(), "{}", errors(&again));
    assert_eq!(home.text(), before, "the data folder, the address and the public URL");
    home.installed(&["--public-url", "https://other.example.com"]);
    assert_eq!(home.text().lines().count(), before.lines().count(), "one value is another");
    assert!(home.text().contains("8471") && home.text().contains("other.example.com"), "{}", home.text());
}

#[test]
fn a_service_with_a_certificate_serves_the_network_and_its_key_is_open_to_no_other_user() {
    let home = Home::with_systemd();
    let pair = Authority::new("Own").files(home.folder(), "localhost", NOW);
    let [chain, key] = [&pair.certificate, &pair.key].map(|path| path.to_str().unwrap());
    let words = ["--listen", "0.0.0.0:8470", "--tls-cert", chain, "--tls-key", key];
    fs::set_permissions(&pair.key, fs::Permissions::from_mode(0o644)).unwrap();
    refused(&home.service(&[&["install"][..], &words].concat()), 1, "can read or change the key");
    assert!(!home.unit().exists(), "nothing was done");
    fs::set_permissions(&pair.key, fs::Permissions::from_mode(0o600)).unwrap();
    home.installed(&words);
    let before = home.text();
    assert!(before.contains(&format!("LoadCredential=tls-key.pem:{key}\n")), "{before}");
    let command = r#"--listen "0.0.0.0:8470" --tls-cert "%d/tls-chain.pem" --tls-key "%d/tls-key.pem""#;
    assert!(before.contains(command), "{before}");
    home.installed(&[]);
    assert_eq!(home.text(), before, "installed again, it has the same certificate");
    refused(
        &home.service(&["install", "--from-settings", "tls-cert"]),
        1,
        "can be reached from other computers",
    );
    assert_eq!(home.text(), before, "nothing was done");
    home.installed(&["--from-settings", "tls-cert,listen"]);
    let without = home.text();
    assert!(!without.contains("LoadCredential=") && !without.contains("--listen"), "{without}");
}

#[test]
fn the_unit_of_the_sockets_that_systemd_opens_comes_and_goes_with_the_service() {
    let home = Home::with_systemd();
    let words = ["--listen", "127.0.0.1:8471", "--socket", "127.0.0.1:8471,[::]:8480"];
    let text = printed(&home.installed(&words));
    assert!(text.contains("systemd opens 127.0.0.1:8471 for it.\n"), "{text}");
    assert!(text.contains("systemd opens [::]:8480 for it, which it uses where Settings name"), "{text}");
    let start = [
        "daemon-reload",
        "stop foundational.socket foundational.service",
        "enable --now foundational.socket",
        "enable foundational.service",
        "restart foundational.service",
    ];
    assert_eq!(home.calls(), start, "what systemd is asked for");
    assert!(home.text().contains("\nRequires=foundational.socket\n"), "{}", home.text());
    let socket = home.unit().with_extension("socket");
    let opened = fs::read_to_string(&socket).unwrap();
    assert!(opened.contains("\nListenStream=127.0.0.1:8471\nListenStream=[::]:8480\n"), "{opened}");
    home.installed(&[]);
    assert_eq!(fs::read_to_string(&socket).unwrap(), opened, "installed again, it has the same sockets");
    let shown = printed(&home.service(&["status", "--json"]));
    let status: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(status["sockets"], json!(["127.0.0.1:8471", "[::]:8480"]), "{shown}");

    home.calls();
    fs::write(&socket, opened.replace("8480", "8481")).unwrap();
    refused(&home.service(&["install"]), 1, "foundational.socket was edited or was written by another");
    refused(&home.service(&["remove"]), 1, "foundational.socket was edited or was written by another");
    assert_eq!(home.calls(), Vec::<String>::new(), "nothing was done");
    fs::write(&socket, &opened).unwrap();
    home.installed(&["--from-settings", "socket"]);
    assert_eq!(home.calls()[0], "disable --now foundational.socket");
    assert!(!socket.exists() && !home.text().contains("foundational.socket\n"), "{}", home.text());

    home.installed(&words);
    home.shows("inactive", 0, "disabled", 0);
    home.calls();
    assert!(home.service(&["remove"]).status.success(), "it is removed");
    assert_eq!(home.calls()[0], "disable --now foundational.socket foundational.service");
    assert!(!socket.exists() && !home.unit().exists(), "both units are gone");
}

#[test]
fn without_a_running_systemd_the_unit_is_written_and_the_two_commands_are_named() {
    let home = Home::without_systemd();
    refused(&home.service(&["install"]), 1, "nothing is enabled or started");
    let words = errors(&home.service(&["install"]));
    assert!(
        words.contains("systemctl --user daemon-reload && systemctl --user enable --now foundational"),
        "{words}"
    );
    assert!(home.text().contains("[Service]") && home.calls().is_empty(), "written, and no more");
    refused(&home.service(&["status", "--json"]), 1, "");
    assert!(home.service(&["remove"]).status.success() && !home.unit().exists(), "removed");
}

#[test]
fn a_unit_that_a_person_edited_is_neither_replaced_nor_removed() {
    let home = Home::with_systemd();
    home.installed(&[]);
    home.calls();
    let edited = home.text().replace("UMask=0077", "UMask=0022");
    fs::write(home.unit(), &edited).unwrap();
    refused(
        &home.service(&["install"]),
        1,
        "was edited or was written by another program: it is not replaced",
    );
    refused(&home.service(&["remove"]), 1, "it is not removed");
    assert_eq!((home.text(), home.calls()), (edited, Vec::new()), "nothing was done");
}

#[test]
fn a_service_that_does_not_serve_is_a_failure_with_the_program_s_reason() {
    for (exit, code, words) in [
        (3, 3, "another instance holds the data folder"),
        (5, 5, "the port is taken"),
        (6, 6, "the data is lost, damaged or newer"),
        (203, 1, "its exit code 203"),
    ] {
        let home = Home::with_systemd();
        home.answers("fails", "restart\n");
        home.answers("show-1", &home.shown("activating", exit, "enabled", 0));
        let output = home.service(&["install"]);
        refused(&output, code, words);
        refused(&output, code, "journalctl --user -n 20 -u foundational");
    }
    let home = Home::with_systemd();
    home.answers("fails", "restart\n");
    // 6 is the signal of an abort here, and not the exit code of damaged data.
    let aborted = home.shown("activating", 6, "enabled", 0).replace("ExecMainCode=1", "ExecMainCode=3");
    home.answers("show-1", &aborted);
    refused(&home.service(&["install"]), 1, "signal 6 ended its process");
    let home = Home::with_systemd();
    home.answers("fails", "enable\n");
    refused(
        &home.service(&["install"]),
        1,
        "`systemctl --user enable foundational.service` failed: no enable today",
    );
    refused(&home.service(&["install"]), 1, "is written, but the service is not started");
}

#[test]
fn where_users_get_no_namespaces_the_service_runs_without_and_says_so() {
    let home = Home::with_systemd();
    home.answers("fails-once", "restart\n");
    home.answers("show-1", &home.shown("activating", 226, "enabled", 0));
    home.answers("show-2", &home.shown("active", 0, "enabled", 7));
    let text = printed(&home.installed(&[]));
    assert!(text.contains("User services have no namespaces on this system"), "{text}");
    let text = home.text();
    assert!(!text.contains("ProtectSystem") && !text.contains("PrivateUsers"), "the second try: {text}");
    assert!(
        text.contains("SystemCallFilter=@system-service") && text.contains("NoNewPrivileges=yes"),
        "{text}"
    );
    assert_eq!(home.calls().iter().filter(|call| call.starts_with("restart")).count(), 2);
}

#[tokio::test]
async fn a_data_folder_in_use_by_the_app_is_not_taken_from_it() {
    let app = Headless::start().await;
    let home = Home::with_systemd();
    let data = app.data();
    let data = data.to_str().unwrap();
    refused(
        &home.service(&["install", "--data", data]),
        3,
        "is in use by another running Foundational (process ",
    );
    assert!(!home.unit().exists() && home.calls().is_empty(), "nothing was done");
    // The service itself, installed again, is no other one.
    let ticket: Value = serde_json::from_slice(&fs::read(app.data().join("bridge.json")).unwrap()).unwrap();
    home.shows("active", 0, "enabled", ticket["pid"].as_u64().unwrap().try_into().unwrap());
    let text = printed(&home.installed(&["--data", data]));
    assert!(text.contains("It serves SCIM on 127.0.0.1:"), "{text}");
    let shown = home.service(&["status", "--json"]);
    let status: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown.status.code(), Some(0), "it runs");
    assert_eq!(
        (&status["state"], &status["pid"], &status["enabled"]),
        (&"active".into(), &ticket["pid"], &true.into())
    );
    assert_eq!((&status["data"], &status["inUseBy"]), (&data.into(), &Value::Null), "{status}");
    assert!(status["listen"].as_str().unwrap().starts_with("127.0.0.1:"), "{status}");
    home.shows("failed", 5, "disabled", 0);
    let shown = home.service(&["status"]);
    let text = printed(&shown);
    assert_eq!(shown.status.code(), Some(1), "it does not run");
    for words in
        ["State    failed", "not automatically: it is not enabled", "in use by another running Foundational"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_removal_stops_the_service_deletes_its_unit_and_leaves_the_data() {
    let home = Home::with_systemd();
    refused(&home.service(&["remove"]), 1, "No service is installed");
    refused(&home.service(&["status"]), 1, "No service is installed");
    home.installed(&[]);
    fs::write(home.data().join("file"), "data").unwrap();
    home.calls();
    home.shows("deactivating", 0, "disabled", 7);
    refused(&home.service(&["remove"]), 1, "it has not stopped: its unit is not deleted");
    assert!(home.unit().exists(), "the unit is there");
    home.shows("inactive", 0, "disabled", 0);
    home.calls();
    let text = printed(&home.service(&["remove"]));
    assert!(text.contains("The data remains in ") && home.data().join("file").exists(), "{text}");
    assert!(!home.unit().exists(), "the unit is gone");
    let asked = ["disable --now foundational.service", "daemon-reload", "reset-failed foundational.service"];
    assert_eq!(home.calls(), asked, "what systemd is asked for");
}

#[tokio::test]
async fn a_service_that_no_systemd_can_stop_is_not_removed_while_its_data_folder_is_in_use() {
    let app = Headless::start().await;
    let home = Home::without_systemd();
    fs::create_dir(home.data()).unwrap();
    refused(&home.service(&["install"]), 1, "nothing is enabled or started");
    // The same folder in use: the data of a service that runs where no systemd answers.
    fs::remove_dir_all(home.data()).unwrap();
    std::os::unix::fs::symlink(app.data(), home.data()).unwrap();
    refused(&home.service(&["remove"]), 1, "systemd is not running here, so the service cannot be stopped");
    assert!(home.unit().exists(), "the unit is there");
}

#[test]
fn values_that_a_service_cannot_have_are_refused_before_anything_is_written() {
    let home = Home::with_systemd();
    for (words, code, why) in [
        (&["--listen", "127.0.0.1:0"][..], 1, "A service needs a fixed port"),
        (&["--socket", "[::]:0"], 1, "A service needs a fixed port"),
        (&["--listen", "0.0.0.0:8470"], 1, "can be reached from other computers"),
        (&["--listen", "0.0.0.0:8470"], 1, "Add --tls-cert and --tls-key."),
        (&["--public-url", "http://scim.example.com"], 1, "does not begin with https://"),
        (&["--public-url", "https://scim.example.com/a"], 1, "must be a host name alone"),
        (&["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"], 1, "/nowhere.pem can't be read"),
        (&["--tls-cert", "/nowhere.pem"], 2, "--tls-key"),
        (&["--low-ports"], 1, "A user service cannot use a port below 1024"),
        (&["--data", "/proc/none"], 4, "The data folder /proc/none cannot be used"),
        (&["--system"], 2, "cannot be used with"),
    ] {
        refused(&home.service(&[&["install"][..], words].concat()), code, why);
    }
    let data = home.folder().join("a\nb");
    refused(&home.service(&["install", "--data", data.to_str().unwrap()]), 1, "has a control character");
    assert!(!home.unit().exists() && home.calls().is_empty(), "nothing was done");
}

#[test]
fn root_does_not_serve_the_workspace_of_another_user() {
    let home = Home::without_systemd();
    fs::create_dir(home.data()).unwrap();
    let database = home.data().join("foundational.db");
    fs::write(&database, "").unwrap();
    let given_away = std::os::unix::fs::chown(&database, Some(1234), Some(1235)).is_ok();
    let mut command = std::process::Command::new(program("foundational"));
    // Without the refusal it ends too: no public URL is like this.
    command.args(["serve", "--public-url", "http://a", "--data"]).arg(home.data());
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it ends");
    assert_eq!(errors(&output).contains("belongs to user 1234"), given_away, "{}", errors(&output));
}

#[tokio::test]
async fn a_backup_in_the_private_file_system_of_the_service_is_a_failure() {
    let mut view = Headless::start().await.command(&["backup"]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.backup");
    view["file"] = file.to_str().unwrap().into();
    // An instance that runs, and whose disk is not this one.
    let lock = fs::File::create(folder.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let ticket = json!({ "url": url, "secret": "x", "pid": 7 });
    fs::write(folder.path().join("bridge.json"), ticket.to_string()).unwrap();
    let service = axum::Router::new()
        .route("/bridge/call", axum::routing::post(move || async move { axum::Json(view) }));
    tokio::spawn(async { axum::serve(socket, service).await });
    let backup = async || {
        let mut command = tokio::process::Command::new(program("foundational"));
        command.arg("backup").arg("--to").arg(&file).arg("--data").arg(folder.path());
        command.output().await.unwrap()
    };
    refused(&backup().await, 1, "wrote the backup in its private file system");
    fs::write(&file, "an old one").unwrap();
    refused(&backup().await, 1, "this file exists already");
}
