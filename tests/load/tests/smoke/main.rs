//! The program itself: each workload once, against the server of this build, and against one that answers wrongly; and J1 and J2 with
//! their goals.

mod comparison_time;
mod soak;
mod under_attack;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::Router;
use axum::http::StatusCode;
use serde_json::Value;

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_load")).args(arguments).output().expect("it can be started")
}

/// The server of this build.
fn foundational() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_load")).with_file_name("foundational");
    assert!(program.is_file(), "run `cargo build -p foundational` first");
    program
}

/// Measures one workload with 1,000 people for this long. Gives its report, and what it shows.
fn measured(work: &str, seconds: &str) -> (Value, String) {
    let folder = tempfile::tempdir().expect("there is room");
    let (place, json) = (folder.path().display().to_string(), folder.path().join("figures.json"));
    let (program, file) = (foundational().display().to_string(), json.display().to_string());
    let of_it = ["--only", work, "--people", "1000", "--seconds", seconds, "--program", program.as_str()];
    let output = bench(&[&of_it[..], &["--folder", place.as_str(), "--json", file.as_str()]].concat());
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    let report = serde_json::from_slice(&std::fs::read(json).expect("it is written"));
    (report.expect("it is JSON"), shown)
}

/// The figure of this variant.
fn figure<'a>(report: &'a Value, variant: &str) -> &'a Value {
    let mut figures = report["figures"].as_array().into_iter().flatten();
    figures.find(|figure| figure["variant"] == variant).expect("it is measured")
}

/// The value of this name.
fn value(report: &Value, name: &str) -> f64 {
    let mut values = report["values"].as_array().into_iter().flatten();
    values
        .find(|value| value["name"] == name)
        .and_then(|value| value["value"].as_f64())
        .expect("it is measured")
}

#[test]
fn every_workload_runs_once_and_every_answer_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("figures.json");
    let program = foundational();
    let (place, json) = (folder.path().to_str().unwrap(), json.to_str().unwrap());
    let program = program.to_str().unwrap();
    let docs = format!("--write-docs={place}");
    let output = bench(&["--smoke", &docs, "--program", program, "--folder", place, "--json", json]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    for work in ["L1", "L2", "L3", "W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "IdP", "J1", "log"] {
        let figures = report["figures"].as_array().unwrap();
        let requests: u64 = figures
            .iter()
            .filter(|figure| figure["work"] == work)
            .map(|figure| {
                assert_eq!(figure["wrong"], 0, "{figure}");
                figure["requests"].as_u64().unwrap()
            })
            .sum();
        assert!(requests > 0, "{work} sends requests: {shown}");
    }
    for work in ["W9", "W10", "J1", "disk"] {
        let values = report["values"].as_array().unwrap();
        for people in [150, 250] {
            let is_it = |value: &Value| value["work"] == work && value["people"] == people;
            assert!(values.iter().any(is_it), "{work} is measured with {people} people: {shown}");
        }
    }
    assert!(shown.contains("# not measured: the log of writes against none"), "{shown}");
    let page = std::fs::read_to_string(folder.path().join("performance.md")).unwrap();
    for curve in ["rates.svg", "pages.svg", "starts.svg"] {
        assert!(folder.path().join("performance").join(curve).is_file(), "{curve} is drawn");
        assert!(page.contains(&format!("](performance/{curve})")), "{curve} is on the page: {page}");
    }
    for part in
        ["| wrong answers | 0 |", "## Goals, with 250 people", "| W7 | 100: read with members | 250 |"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn a_server_that_answers_with_another_person_fails_the_run() {
    // Every look-up finds the same person, and every create makes the same one.
    let person = r#"{"id":"1","userName":"other@example.com","active":true}"#;
    let answer = move || async move { (StatusCode::CREATED, [("location", "/Users/1")], person) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    let run = move || {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_str().unwrap();
        bench(&[
            "--smoke",
            "--against",
            &url,
            "--token",
            "t",
            "--only",
            "W1",
            "--people",
            "0",
            "--folder",
            place,
        ])
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(!output.status.success(), "the run fails");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.contains("WRONG: 24 of 24 answers; the first: POST /Users: userName other@example.com"),
        "{shown}"
    );
}
