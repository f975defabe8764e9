//! A restore of which a call fails leaves the old workspace or the restored one, and one that opens.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use tests::program;

use crate::chosen::{Random, is_every_call};
use crate::fault_library::{Calls, Fault, FaultLibrary, Target};
use crate::folders::{assert_whole, copy};

/// How many calls fail in `npm test`, for each fault.
const CHOSEN: u32 = 2;

fn run(data: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(program("foundational"));
    let output = command.args(arguments).args(["--json", "--data"]).arg(data).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A workspace with one connection, a backup of it, and another connection that the backup has not.
async fn backed_up(folder: &Path) -> PathBuf {
    let data = folder.join("template");
    let options = Options { data: data.clone(), listen: None, public_url: None, insist: false };
    let app = Foundational::open(options).await.unwrap();
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    app.call(&Caller::Operator, "account.createFirst", first).await.unwrap();
    app.close().await;
    drop(app);
    run(&data, &["connection", "create", "Old", "--provider", "okta"]);
    run(&data, &["backup"]);
    run(&data, &["connection", "create", "New", "--provider", "okta"]);
    data
}

/// Restores the only backup of a copy, while this call of the process fails.
fn restore(library: &FaultLibrary, template: &Path, data: &Path, fault: Fault, call: u32) -> (Output, Calls) {
    drop(std::fs::remove_dir_all(data));
    copy(template, data);
    let mut files = std::fs::read_dir(data.join("backups")).unwrap().map(|one| one.unwrap().path());
    let is_backup = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "backup");
    let backup = files.find(is_backup).expect("there is a backup");
    let mut command = Command::new(program("foundational"));
    command.arg("restore").arg(backup).args(["--yes", "--data"]).arg(data);
    library.preload(&mut command, data);
    library.faults.arm(Target::Workspace, fault, call, 1);
    let output = command.output().unwrap();
    (output, library.faults.disarm())
}

/// Asserts that this is the old workspace or the restored one, as the process that ended like this leaves it.
fn assert_one_of_both(data: &Path, output: &Output, at: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some(), "{at}: it ends by itself: {errors}");
    let listed = run(data, &["connection", "list"]);
    let connections = listed.as_array().unwrap();
    let names: Vec<&str> = connections.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let paused = connections.iter().filter(|one| one["status"] == "paused").count();
    let (is_old, is_restored) = (names == ["New", "Old"] && paused == 0, names == ["Old"] && paused == 1);
    assert!(is_old || is_restored, "{at}: neither the one nor the other: {listed}, {errors}");
    assert!(is_restored || !output.status.success(), "{at}: it says that it is restored");
    let is_undecided = errors.contains("restore.ready");
    assert!(is_old || !is_undecided, "{at}: a decision that failed is not carried out: {errors}");
    let left = std::fs::read_dir(data).unwrap().flatten().map(|one| one.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("restore")).collect();
    assert!(left.is_empty(), "{at}: the next start clears what was left: {left:?}");
    assert_whole(data, at);
}

#[tokio::test]
async fn a_restore_of_which_a_call_fails_leaves_the_old_workspace_or_the_restored_one() {
    let (folder, library, mut random) = (tempfile::tempdir().unwrap(), FaultLibrary::new(), Random::new());
    let folder = std::fs::canonicalize(folder.path()).unwrap();
    let (template, data) = (backed_up(&folder).await, folder.join("data"));
    let (mut tries, mut hits) = (0_u32, 0);
    for fault in Fault::ALL {
        let (output, calls) = restore(&library, &template, &data, fault, u32::MAX);
        let at = format!("seed {}, without {fault:?}", random.seed);
        assert!(
            output.status.success() && calls.seen > 0,
            "{at}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_one_of_both(&data, &output, &at);
        let failing: Vec<u32> = if is_every_call() {
            (1..=calls.seen).collect()
        } else {
            (0..CHOSEN).map(|_| 1 + random.below(calls.seen)).collect()
        };
        for call in failing {
            let at = format!("seed {}, {fault:?} of call {call} of {}", random.seed, calls.seen);
            let (output, calls) = restore(&library, &template, &data, fault, call);
            assert_one_of_both(&data, &output, &at);
            tries += 1;
            hits += calls.hits;
        }
    }
    assert!(hits > 0, "seed {}: a call failed", random.seed);
    println!("seed {}: {tries} restores, a call failed in {hits}", random.seed);
}
