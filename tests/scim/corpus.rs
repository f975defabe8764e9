//! Bad input from the data files of `tests/corpus`: each request gets the answer that its file names, and none changes
//! anything.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Api, Reply};

use crate::requests::{USER, group, id, read};

/// Cases that are sent in one way and answered alike.
#[derive(Default)]
struct Group<'f> {
    name: &'f str,
    heads: Vec<(&'f str, &'f str)>,
    send: &'f str,
    body: Option<&'f str>,
    want: Option<Wanted<'f>>,
    /// What the one operation of a bulk request is answered.
    within: Option<Wanted<'f>>,
    cases: Vec<&'f str>,
}

/// A status and a scimType, `-` for none and `any` for each.
#[derive(Clone, Copy, Debug)]
struct Wanted<'f> {
    status: u16,
    scim_type: &'f str,
}

impl<'f> Wanted<'f> {
    fn of(line: &'f str) -> Self {
        let (status, scim_type) = line.split_once(' ').unwrap();
        Self { status: status.parse().unwrap(), scim_type }
    }

    fn is_met(self, status: u16, error: &Value) -> bool {
        let scim_type = error["scimType"].as_str().unwrap_or("-");
        let is_error = status < 400
            || (error["status"].as_str() == Some(&*status.to_string())
                && error["detail"].as_str().is_some_and(|text| !text.is_empty() && text.len() < 1000));
        is_error && status == self.status && (self.scim_type == "any" || self.scim_type == scim_type)
    }
}

fn groups(file: &str) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in file.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            groups.push(Group { name, ..Group::default() });
            continue;
        }
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let group = groups.last_mut().unwrap_or_else(|| panic!("it belongs to no group: {line}"));
        match line.split_once(' ') {
            Some(("within", wanted)) if group.cases.is_empty() => group.within = Some(Wanted::of(wanted)),
            Some((word, rest)) if group.want.is_none() => match word {
                "head" => group.heads.push(rest.split_once(": ").unwrap()),
                "send" => group.send = rest,
                "body" => group.body = Some(rest),
                "want" => group.want = Some(Wanted::of(rest)),
                _ => panic!("{word} is no word of the form: {line}"),
            },
            _ => group.cases.push(line),
        }
    }
    groups
}

/// The text with each of the choices of its first `<<a|b>>`, and of those that follow.
fn expanded(text: &str) -> Vec<String> {
    let Some(start) = text.find("<<") else { return vec![text.to_owned()] };
    let mut end = start + text[start..].find(">>").unwrap_or_else(|| panic!("no end: {text}"));
    // Of three, the first one belongs to the last choice.
    while text[end + 2..].starts_with('>') {
        end += 1;
    }
    let (before, after) = (&text[..start], &text[end + 2..]);
    text[start + 2..end].split('|').flat_map(|choice| expanded(&format!("{before}{choice}{after}"))).collect()
}

fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02x}").unwrap();
        }
    }
    out
}

/// A workspace with a person and a group, and how many requests were sent to it.
struct Corpus {
    api: Api,
    ada: String,
    crew: String,
    sent: usize,
}

impl Corpus {
    async fn start() -> Self {
        let api = Api::start("custom").await;
        let emails = json!([{"value": "ada@example.org", "type": "work"}]);
        let ada = json!({"schemas": [USER], "userName": "ada", "title": "Countess", "emails": emails});
        let ada = api.scim("POST", "/Users", ada).await.expect(201, "the person is created");
        let crew = group(&api, "Crew", &[]).await;
        Self { ada: id(&ada), crew: id(&crew), api, sent: 0 }
    }

    /// Everything that is there.
    async fn state(&self) -> [Value; 2] {
        [read(&self.api, "/Users").await, read(&self.api, "/Groups").await]
    }

    fn filled(&self, text: &str, case: &str) -> String {
        text.replace("@raw", case)
            .replace("@url", &percent_encoded(case))
            .replace("@text", &Value::from(case).to_string())
            .replace("@ada", &self.ada)
            .replace("@crew", &self.crew)
            .replace("@token", &self.api.token)
    }

    /// Sends one case, and adds what is wrong with its answer.
    async fn send(
        &mut self,
        group: &Group<'_>,
        case: &str,
        send: &str,
        body: Option<&str>,
    ) -> Option<String> {
        self.sent += 1;
        let send = self.filled(send, case);
        let (method, path) = send.split_once(' ').unwrap();
        let wanted = group.want.unwrap_or_else(|| panic!("{}: no want", group.name));
        let mut request =
            Request::builder().method(method).uri(format!("/scim/v2/{}{path}", self.api.connection_id));
        let has = |name: &str| group.heads.iter().any(|(head, _)| *head == name);
        if !has("authorization") {
            request = request.header("authorization", format!("Bearer {}", self.api.token));
        }
        if body.is_some() && !has("content-type") {
            request = request.header("content-type", "application/scim+json");
        }
        if wanted.status == 401 {
            // Each from an address of its own, as failures of one address are limited.
            let address = format!("203.0.{}.{}", self.sent / 256, self.sent % 256);
            request = request.header("x-forwarded-for", address).header("x-forwarded-proto", "https");
        }
        for (name, value) in &group.heads {
            request = request.header(*name, self.filled(value, case).as_bytes());
        }
        let text = body.map(|body| self.filled(body, case));
        let request = request.body(text.clone().map_or_else(Body::empty, Body::from)).unwrap();
        let reply = self.api.send(request).await;
        if is_right(group, wanted, &reply) {
            return None;
        }
        let (name, heads) = (group.name, &group.heads);
        let within = group.within;
        Some(format!(
            "{name}: {case}\n  {send} {heads:?} {}\n  wanted {wanted:?} {within:?}, got {} {}",
            text.unwrap_or_default(),
            reply.status,
            reply.body
        ))
    }
}

fn is_right(group: &Group<'_>, wanted: Wanted<'_>, reply: &Reply) -> bool {
    let status = reply.status.as_u16();
    let Some(within) = group.within else { return wanted.is_met(status, &reply.body) };
    let operation = &reply.body["Operations"][0];
    let inner = operation["status"].as_str().and_then(|text| text.parse().ok());
    wanted.is_met(status, &reply.body)
        && inner.is_some_and(|status| within.is_met(status, &operation["response"]))
}

/// Sends the cases of a file, of which there are at least so many.
async fn run(file: &str, least: usize) {
    let mut corpus = Corpus::start().await;
    let before = corpus.state().await;
    let mut wrong = Vec::new();
    for group in groups(file) {
        let bodies: Vec<Option<String>> =
            group.body.map_or_else(|| vec![None], |body| expanded(body).into_iter().map(Some).collect());
        for case in group.cases.iter().flat_map(|case| expanded(case)) {
            for send in expanded(group.send) {
                for body in &bodies {
                    wrong.extend(corpus.send(&group, &case, &send, body.as_deref()).await);
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are answered otherwise:\n{}",
        wrong.len(),
        corpus.sent,
        wrong.join("\n")
    );
    assert!(corpus.sent >= least, "{} cases are read", corpus.sent);
    assert_eq!(corpus.state().await, before, "what is refused changes nothing");
}

#[tokio::test]
async fn wrong_filters_are_refused() {
    run(include_str!("../corpus/filters.txt"), 600).await;
}

#[tokio::test]
async fn wrong_addresses_and_queries_are_refused() {
    run(include_str!("../corpus/queries.txt"), 450).await;
}

#[tokio::test]
async fn wrong_paths_of_a_patch_are_refused() {
    run(include_str!("../corpus/paths.txt"), 350).await;
}

#[tokio::test]
async fn wrong_bodies_of_a_patch_are_refused() {
    run(include_str!("../corpus/patches.txt"), 250).await;
}

#[tokio::test]
async fn wrong_resources_are_refused() {
    run(include_str!("../corpus/resources.txt"), 700).await;
}

#[tokio::test]
async fn wrong_headers_are_refused() {
    run(include_str!("../corpus/headers.txt"), 350).await;
}

#[tokio::test]
async fn wrong_operations_of_a_bulk_request_are_refused() {
    run(include_str!("../corpus/bulk.txt"), 80).await;
}
