//! The unit of `foundational service install`, read by systemd's own parser and run as it stands.

use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tests::until;
use tokio::process::Command;

use crate::fake_systemd::Home;

/// What systemd itself reads in the unit. No systemd runs: its program for checking prints that before it checks.
async fn dumped(home: &Home) -> String {
    let run = tempfile::tempdir().unwrap();
    let mut command = Command::new("systemd-analyze");
    command.args(["--no-pager", "--user", "verify", "--man=no"]).arg(home.unit());
    command.env("SYSTEMD_LOG_LEVEL", "debug").env("SYSTEMD_UNIT_PATH", "").env("XDG_RUNTIME_DIR", run.path());
    let output = command.output().await.expect("systemd-analyze is there: `npm test` unpacks it");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let (_, unit) = text.split_once("-> Unit foundational.service:").expect(&errors);
    unit.split("-> Unit ").next().unwrap().to_owned()
}

fn value<'a>(dump: &'a str, name: &str) -> &'a str {
    let line = dump.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(": "));
    assert!(line.is_some(), "there is {name} in {dump}");
    line.unwrap()
}

#[tokio::test]
async fn the_command_of_the_unit_serves_scim_in_a_folder_with_a_hostile_name() {
    let home = Home::with_systemd();
    let data = home.folder().join(r#"50% %h $HOME ${PATH} "two" 'one' back\slash; : é"#);
    // Free a moment ago; a service has no port 0.
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    home.installed(&["--data", data.to_str().unwrap(), "--listen", &listen]);
    let unit = dumped(&home).await;
    let paths = data.to_str().unwrap();
    assert_eq!(value(&unit, "ReadWritePaths"), paths, "where it may write");
    assert!(value(&unit, "BindPaths").starts_with(&format!("{paths}:{paths}:")), "what it sees of homes");
    assert_eq!(
        (value(&unit, "Type"), value(&unit, "ProtectSystem"), value(&unit, "ProtectHome")),
        ("notify", "strict", "tmpfs")
    );

    let notified = home.folder().join("notify");
    let manager = UnixDatagram::bind(&notified).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut message = [0; 500];
    let mut next = || {
        let length = manager.recv(&mut message).expect("the service manager is notified in time");
        String::from_utf8_lossy(&message[..length]).into_owned()
    };
    // systemd shows the command as a shell reads it.
    let mut service = Command::new("/bin/sh")
        .args(["-c", &format!("exec {}", value(&unit, "Command Line"))])
        .env_clear()
        .env("NOTIFY_SOCKET", &notified)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    assert_eq!(next(), format!("READY=1\nSTATUS=Serves SCIM on {listen}."));
    assert!(data.join("bridge.json").is_file(), "in the folder that was named");
    let endpoint = scim(&data).await;
    assert!(endpoint.starts_with(&format!("http://{listen}/")), "{endpoint}");

    let id = Pid::from_raw(service.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    assert!(next().starts_with("STOPPING=1"), "the end is announced");
    let ended = until("the service ends", async || service.try_wait().unwrap()).await;
    assert_eq!(ended.code(), Some(0), "an end in order");
}

/// Makes a connection, a token and a user over SCIM: the endpoint.
async fn scim(data: &Path) -> String {
    let foundational = async |arguments: &[&str]| {
        let mut command = Command::new(tests::program("foundational"));
        let output = command.args(arguments).arg("--json").arg("--data").arg(data).output().await.unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let connection = foundational(&["connection", "create", "Live", "--provider", "custom"]).await;
    let token = foundational(&["token", "create", "Live"]).await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let endpoint = connection["endpoint"].as_str().unwrap();
    let user = client.post(format!("{endpoint}/Users")).bearer_auth(token["token"].as_str().unwrap());
    assert_eq!(
        user.json(&json!({ "userName": "ada" })).send().await.unwrap().status(),
        201,
        "it serves SCIM"
    );
    endpoint.to_owned()
}
