//! The scripts of known clients among "any SCIM 2.0 provider", read from `clients.json`.
//!
//! A script is a list of blocks, by the names in [`block`], and of requests. Where a vendor does not document whether
//! people are updated with PUT or PATCH, PUT is rehearsed, because servers get it wrong more often.
//!
//! Sources: the source of keycloak-scim and of authentik, the vendors' documentation of their SCIM connections and
//! connectors (`OneLogin`, `JumpCloud`, `PingOne`, `CyberArk`, `SailPoint`), and integration notes of third parties for
//! Google and Rippling.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::blocks::{discovery, group_beginning, group_end, people, person_end, state_by_echo};
use super::life::{create, create_group, look_at_ada, look_at_crew, look_at_leaver, look_at_returner};
use super::step::{Body, Check, ScriptStep};

const SCRIPTS: &str = include_str!("clients.json");

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry<'a> {
    Block(&'a str),
    #[serde(borrow)]
    Request(Box<Request<'a>>),
    #[serde(borrow)]
    Person(LookAtPerson<'a>),
    #[serde(borrow)]
    Group(LookAtGroup<'a>),
}

/// A request of the client. With `create`, its answer is checked and remembered under that name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    title: &'a str,
    /// Method and path.
    send: &'a str,
    #[serde(borrow)]
    create: Option<&'a str>,
    body: Option<Value>,
    /// Of a PATCH.
    operations: Option<Value>,
    #[serde(borrow, default)]
    expect: Expect<'a>,
}

/// What has to be true of an answer, by JSON pointers.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expect<'a> {
    /// It is a list response.
    list: bool,
    /// With this total.
    total: Option<u64>,
    #[serde(borrow)]
    is: BTreeMap<&'a str, Value>,
    #[serde(borrow)]
    present: Vec<&'a str>,
    #[serde(borrow)]
    missing: Vec<&'a str>,
}

/// A look at Ada.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookAtPerson<'a> {
    title: &'a str,
    #[serde(borrow)]
    ada: Expect<'a>,
}

/// A look at the group: its name, its members, and those who are none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookAtGroup<'a> {
    title: &'a str,
    group: &'a str,
    #[serde(borrow)]
    members: Vec<&'a str>,
    #[serde(borrow)]
    others: Vec<&'a str>,
}

/// The script of a client; empty for an unknown word.
pub(super) fn script(word: &str) -> Vec<ScriptStep> {
    let scripts: Option<BTreeMap<&str, Vec<Entry<'static>>>> = serde_json::from_str(SCRIPTS).ok();
    scripts.and_then(|mut all| all.remove(word)).into_iter().flatten().flat_map(steps).collect()
}

fn steps(entry: Entry<'static>) -> Vec<ScriptStep> {
    match entry {
        Entry::Block(name) => block(name),
        Entry::Request(request) => vec![step(*request)],
        Entry::Person(look) => vec![look_at_ada(look.title, checks(look.ada))],
        Entry::Group(look) => vec![look_at_crew(look.title, look.group, &look.members, &look.others)],
    }
}

fn block(name: &str) -> Vec<ScriptStep> {
    match name {
        "discovery" => discovery().into(),
        "people" => people().into(),
        "leaver" => look_at_leaver().into(),
        "returner" => vec![look_at_returner()],
        "state by echo" => state_by_echo(),
        "group" => group_beginning().into(),
        "group end" => group_end().into(),
        "person end" => person_end().into(),
        _ => Vec::new(),
    }
}

fn step(Request { title, send, create: name, body, operations, expect }: Request<'static>) -> ScriptStep {
    let (method, path) = send.split_once(' ').unwrap_or((send, ""));
    let mut step = match (name, body, operations) {
        (Some("crew"), Some(body), _) => create_group(title, body),
        (Some(name), Some(body), _) => create(title, name, body),
        (_, _, Some(operations)) => ScriptStep::patch(title, path, &operations),
        (_, body, None) => {
            ScriptStep { body: body.map_or(Body::None, Body::Json), ..ScriptStep::new(title, method, path) }
        }
    };
    step.checks.extend(checks(expect));
    step
}

fn checks(Expect { list, total, is, present, missing }: Expect<'static>) -> Vec<Check> {
    let list = list.then_some(Check::List(total));
    let is = is.into_iter().map(|(pointer, value)| Check::Is(pointer, value));
    let present = present.into_iter().map(Check::Present);
    list.into_iter().chain(is).chain(present).chain(missing.into_iter().map(Check::Missing)).collect()
}
