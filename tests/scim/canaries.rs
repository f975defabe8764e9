//! Secrets at every place where a client could put one: none is found afterwards, neither in the data folder with its
//! write-ahead logs and backups, nor in what an Admin sees, nor in the log of the program.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use tests::Api;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::requests::{id, person};

/// Every file under a folder with what is in it, as far as it is text.
pub fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            found.push((path.display().to_string(), text));
        }
    }
    found
}

/// The names of those that hold the text, and what precedes it there.
pub fn with<'f>(files: &'f [(String, String)], text: &str) -> Vec<(&'f str, String)> {
    let holds = |(name, content): &'f (String, String)| {
        let (before, _) = content.split_once(text)?;
        let mut before: Vec<char> = before.chars().rev().take(100).collect();
        before.reverse();
        Some((name.as_str(), before.into_iter().collect()))
    };
    files.iter().filter_map(holds).collect()
}

struct Case {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn cases(file: &str, fill: impl Fn(usize, &str) -> String) -> Vec<Case> {
    let parts = file.split("\n=== ").skip(1).enumerate();
    parts
        .map(|(number, part)| {
            let text = fill(number, part);
            let mut lines = text.lines();
            let name = lines.next().unwrap().to_owned();
            let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
            let (method, path) = (method.to_owned(), path.to_owned());
            let rest: Vec<&str> = lines.collect();
            let is_header = |line: &&&str| line.starts_with("> ");
            let header = |line: &&str| {
                let (name, value) = line[2..].split_once(": ").unwrap();
                (name.to_owned(), value.to_owned())
            };
            let headers = rest.iter().filter(is_header).map(header).collect();
            let body = rest.iter().filter(|line| !is_header(line)).copied().collect::<Vec<_>>().join("\n");
            Case { name, method, path, headers, body: body.trim().to_owned() }
        })
        .collect()
}

#[tokio::test]
async fn no_secret_that_a_client_plants_is_found_afterwards() {
    // The log of the program, down to the finest level of our own code, with its spans.
    let mut log_file = tempfile::NamedTempFile::new().unwrap();
    let _listening = tracing_subscriber::fmt()
        .with_writer(Arc::new(log_file.reopen().unwrap()))
        .with_ansi(false)
        .with_env_filter("warn,server=trace,store=trace,foundational=trace,scim=trace,idp=trace")
        .finish()
        .set_default();
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let token = &api.token;
    let bare = token.rsplit_once('_').unwrap().1;
    let wide = |text: &str| -> String {
        text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect()
    };
    let canary = |number: usize| format!("Cnry-{number:02}-7f3a-horse");
    let fill = |number: usize, text: &str| {
        text.replace("{s}", &canary(number))
            .replace("{id}", &ada)
            .replace("{t}", token)
            .replace("{t%5F}", &token.replace('_', "%5F"))
            .replace("{t%255f}", &token.replace('_', "%255f"))
            .replace("{wide}", &wide(token))
            .replace("{zero}", &format!("{}\u{200b}{}", &token[..40], &token[40..]))
            .replace("{upper}", &token.to_uppercase())
            .replace("{bare}", bare)
    };
    let cases = cases(include_str!("secrets.txt"), fill);
    assert!(cases.len() >= 70, "{} secrets are planted", cases.len());
    for case in &cases {
        let mut request = Request::builder()
            .method(&*case.method)
            .uri(format!("/scim/v2/{}{}", api.connection_id, case.path))
            .header("host", "127.0.0.1:8470")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/scim+json");
        for (name, value) in &case.headers {
            request = request.header(name, value);
        }
        let reply = api.send(request.body(Body::from(case.body.clone())).unwrap()).await;
        assert!(reply.status.as_u16() < 500, "{}: {}", case.name, reply.body);
    }
    // The records are written one after the other; when the last one is there, all are.
    api.scim("GET", "/Users?count=0&marker=Marker-in-a-file", None).await.expect(200, "the last");
    api.recorded("GET", "/Users?count=0&marker").await;
    api.command("backup.make", json!({})).await;
    let (count, rows) = api.whole_log().await;
    let (_, metrics) = api.monitoring("/metrics").await;
    assert!(metrics.contains("reason=\"data.invalid\""), "the requests are in the metrics: {metrics}");
    assert!(count > cases.len(), "each of them was recorded");
    let mut log = String::new();
    log_file.read_to_string(&mut log).unwrap();
    for part in
        ["exchange{request=", &*api.connection_id, "status=200 outcome=\"ok\"", "outcome=\"data.invalid\""]
    {
        assert!(log.contains(part), "each exchange is a span: {part}");
    }
    let files = files(api.folder());
    assert!(!with(&files, "Marker-in-a-file").is_empty(), "the search finds what is there");

    let mut secrets: Vec<(String, String)> =
        cases.iter().enumerate().map(|(number, case)| (case.name.clone(), canary(number))).collect();
    for (name, secret) in [
        ("the token's secret", bare.to_owned()),
        ("its second half", bare[25..].to_owned()),
        ("the token's secret in capitals", bare.to_uppercase()),
        ("the token's secret in full-width letters", wide(bare)),
    ] {
        secrets.push((name.to_owned(), secret));
    }
    let mut found = Vec::new();
    for (name, secret) in &secrets {
        let holding = with(&files, secret);
        if !holding.is_empty() {
            found.push(format!("{name}: {holding:?}"));
        }
        if [&rows, &log, &metrics].iter().any(|text| text.contains(secret.as_str())) {
            found.push(format!("{name}: on screen, in the log or in the metrics"));
        }
    }
    assert!(found.is_empty(), "{} of {} are found:\n{}", found.len(), secrets.len(), found.join("\n"));
}
