//! The scripts of known clients among "any SCIM 2.0 provider", read from `clients.json`.
//!
//! A script is a list of [`Block`]s and of requests. Where a vendor does not document whether
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
    Block(Block),
    #[serde(borrow)]
    Request(Box<Request<'a>>),
    #[serde(borrow)]
    Person(LookAtPerson<'a>),
    #[serde(borrow)]
    Group(LookAtGroup<'a>),
}

/// Steps that several scripts share.
#[derive(Clone, Copy, Deserialize)]
enum Block {
    #[serde(rename = "discovery")]
    Discovery,
    #[serde(rename = "people")]
    People,
    #[serde(rename = "leaver")]
    Leaver,
    #[serde(rename = "returner")]
    Returner,
    #[serde(rename = "state by echo")]
    StateByEcho,
    #[serde(rename = "group")]
    Group,
    #[serde(rename = "group end")]
    GroupEnd,
    #[serde(rename = "person end")]
    PersonEnd,
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
    // That the file is valid, and has every client, is tested below.
    scripts().ok().and_then(|mut all| all.remove(word)).into_iter().flatten().flat_map(steps).collect()
}

fn scripts() -> serde_json::Result<BTreeMap<&'static str, Vec<Entry<'static>>>> {
    serde_json::from_str(SCRIPTS)
}

fn steps(entry: Entry<'static>) -> Vec<ScriptStep> {
    match entry {
        Entry::Block(shared) => block(shared),
        Entry::Request(request) => vec![step(*request)],
        Entry::Person(look) => vec![look_at_ada(look.title, checks(look.ada))],
        Entry::Group(look) => vec![look_at_crew(look.title, look.group, &look.members, &look.others)],
    }
}

fn block(block: Block) -> Vec<ScriptStep> {
    match block {
        Block::Discovery => discovery().into(),
        Block::People => people().into(),
        Block::Leaver => look_at_leaver().into(),
        Block::Returner => vec![look_at_returner()],
        Block::StateByEcho => state_by_echo(),
        Block::Group => group_beginning().into(),
        Block::GroupEnd => group_end().into(),
        Block::PersonEnd => person_end().into(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::Dialect;

    #[test]
    fn the_file_of_scripts_is_valid_and_has_every_client() {
        let scripts = scripts().expect("each block is known, and no request has an unknown field");
        let in_rust =
            [Dialect::OktaPatch, Dialect::OktaPut, Dialect::Azure, Dialect::AzureFlag, Dialect::Custom];
        let mut expected: Vec<&str> =
            Dialect::ALL.iter().filter(|one| !in_rust.contains(one)).map(|one| one.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(scripts.keys().copied().collect::<Vec<_>>(), expected);
        for entry in scripts.values().flatten() {
            let Entry::Request(request) = entry else { continue };
            let Request { title, send, create, body, operations, .. } = &**request;
            let valid = matches!(
                (send.split_once(' '), create, body, operations),
                (Some(("POST", _)), Some(_), Some(_), None)
                    | (Some(("PUT", _)), None, Some(_), None)
                    | (Some(("PATCH", _)), None, None, Some(_))
                    | (Some(("GET" | "DELETE", _)), None, None, None)
            );
            assert!(valid, "{title}: {send} has what its method needs and nothing else");
        }
    }

    #[test]
    fn an_unknown_block_and_an_unknown_field_are_errors() {
        let entry = |text| serde_json::from_str::<Entry<'_>>(text).is_ok();
        assert!(entry(r#""people""#));
        assert!(!entry(r#""peple""#));
        assert!(entry(r#"{"title": "T", "send": "GET /Users"}"#));
        assert!(!entry(r#"{"title": "T", "send": "GET /Users", "expects": {}}"#));
        assert!(!entry(r#"{"title": "T", "send": "GET /Users", "expect": {"has": "x"}}"#));
    }
}
