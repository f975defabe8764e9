//! A restore that is killed at many points leaves the old workspace or the restored one, and one that opens.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use tests::program;

/// How often a restore begins; all but the first are cut, unless they have ended before.
const ROUNDS: u32 = 31;

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program("foundational")).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn json_of(data: &Path, arguments: &[&str]) -> Value {
    let output = run(data, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn a_killed_restore_leaves_the_old_state_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let app =
        Foundational::open(Options { data: data.clone(), listen: None, public_url: None, insist: false })
            .await
            .unwrap();
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    app.call(&Caller::Operator, "account.createFirst", first).await.unwrap();
    app.close().await;
    drop(app);
    json_of(&data, &["connection", "create", "Old", "--provider", "okta"]);
    let backup = json_of(&data, &["backup"])["file"].as_str().unwrap().to_owned();
    json_of(&data, &["connection", "create", "New", "--provider", "okta"]);
    let mut ends = BTreeSet::new();
    let mut whole_run = None;
    for round in 0..ROUNDS {
        let begun = Instant::now();
        let mut child = Command::new(program("foundational"))
            .args(["restore", &backup, "--yes", "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first round measures a whole run; the later ones are cut from its start to after its end.
        if let Some(whole_run) = whole_run {
            let cut: Duration = whole_run * (round - 1) * 3 / 2 / (ROUNDS - 2);
            tokio::time::sleep(cut).await;
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            assert!(child.wait().unwrap().success(), "a restore that is not cut");
            whole_run = Some(begun.elapsed());
        }
        let listed = json_of(&data, &["connection", "list"]);
        let names: Vec<&str> =
            listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        let paused = listed.as_array().unwrap().iter().filter(|one| one["status"] == "paused").count();
        match (&names[..], paused) {
            (["New", "Old"], 0) => {}
            (["Old"], 1) => {
                json_of(&data, &["connection", "resume", "Old"]);
                json_of(&data, &["connection", "create", "New", "--provider", "okta"]);
            }
            _ => panic!("round {round}: neither the one nor the other: {listed}"),
        }
        if round > 0 {
            ends.insert(names.len());
        }
        let left: Vec<String> = std::fs::read_dir(&data)
            .unwrap()
            .flatten()
            .map(|one| one.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with("restore"))
            .collect();
        assert!(left.is_empty(), "round {round}: the next start clears what was left: {left:?}");
    }
    assert_eq!(ends.len(), 2, "some are cut before the decision and some after it: {ends:?}");
}
