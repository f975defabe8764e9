//! Runs the cases in `cases/*.txt`. The top of each file explains its format.
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::HashMap;

use scim::{Error, Filter, MemberOp, Patch, Registry, ResourceType, parse_create, parse_replace};
use serde_json::{Map, Value, json};

fn json(text: &str, place: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: not JSON: {error}\n{text}"))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("expected an object, got {other}"),
    }
}

fn resource_type(name: &str) -> ResourceType {
    ResourceType::from_name(name).unwrap_or_else(|| panic!("{name:?} is no resource type"))
}

/// A case of a file of blocks.
struct Block {
    name: String,
    fields: HashMap<String, String>,
}

impl Block {
    fn resource_type(&self) -> ResourceType {
        self.fields.get("type").map_or(ResourceType::User, |name| resource_type(name))
    }

    fn json(&self, field: &str) -> Option<Value> {
        self.fields.get(field).map(|text| json(text, &format!("{}, {field}", self.name)))
    }

    /// Checks a refusal against the field `error`.
    fn check_error(&self, error: &Error) {
        let expected =
            self.fields.get("error").unwrap_or_else(|| panic!("{}: refused: {error:?}", self.name));
        let (keyword, part) = expected.split_once(' ').unwrap_or((expected, ""));
        let actual =
            error.scim_type.map_or_else(|| error.status.to_string(), |scim_type| scim_type.to_string());
        assert_eq!(actual, keyword, "{}: {error:?}", self.name);
        assert!(error.detail.contains(part), "{}: {part:?} is not in {:?}", self.name, error.detail);
    }

    fn check(&self, field: &str, actual: &Value) {
        let expected = self.json(field).unwrap_or(Value::Null);
        assert_eq!(*actual, expected, "{}: {field}", self.name);
    }
}

fn blocks(text: &str, fields: &[&str]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut field = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            blocks.push(Block { name: name.to_owned(), fields: HashMap::new() });
        } else if !line.starts_with('#') && !line.trim().is_empty() {
            let block = blocks.last_mut().expect("a case begins with ##");
            let (start, rest) = line.split_once(':').unwrap_or(("", line));
            if fields.contains(&start) {
                start.clone_into(&mut field);
                block.fields.insert(field.clone(), rest.trim().to_owned());
            } else {
                let value = block.fields.get_mut(&field).unwrap_or_else(|| panic!("{}: {line}", block.name));
                value.push('\n');
                value.push_str(line);
            }
        }
    }
    assert!(blocks.len() > 10, "the file has cases");
    blocks
}

#[test]
fn filters() {
    let registry = Registry::standard();
    let mut resources = HashMap::new();
    let mut lines = include_str!("cases/filter.txt").lines();
    let mut count = 0;
    let mut wrong = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let (word, rest) = line.split_once(' ').expect("a word");
        let (name, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        count += 1;
        match word {
            "resource" => {
                let kind = resource_type(rest.trim_end_matches('{').trim());
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
                resources.insert(name, (kind, object(json(&format!("{{{}}}", body.join("\n")), name))));
            }
            "yes" | "no" => {
                let (kind, resource) =
                    resources.get(name).unwrap_or_else(|| panic!("{name} is not declared"));
                match Filter::parse(rest, &registry, *kind) {
                    Ok(filter) if filter.matches(resource) == (word == "yes") => {}
                    Ok(_) => wrong.push(format!("{line}\n  it is the other way round")),
                    Err(error) => wrong.push(format!("{line}\n  {error}")),
                }
            }
            "bad" => {
                let (character, text) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
                match Filter::parse(text.trim(), &registry, resource_type(name)) {
                    Ok(filter) => wrong.push(format!("{line}\n  it was read as {filter}")),
                    Err(error) => {
                        assert_eq!(error.scim_type, Some(scim::ScimType::InvalidFilter), "{line}");
                        if !error.detail.starts_with(&format!("filter, character {character}:")) {
                            wrong.push(format!("{line}\n  {error}"));
                        }
                    }
                }
            }
            "same" => {
                let (text, canonical) = rest.split_once("  =>  ").expect("two filters");
                let filter = Filter::parse(text, &registry, resource_type(name)).expect(line);
                assert_eq!(filter.to_string(), canonical, "{line}");
            }
            other => panic!("{other:?} is no kind of case"),
        }
    }
    assert!(count > 50, "the file has cases");
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn member_operation(operation: &MemberOp) -> Value {
    let ids =
        |members: &[scim::Member]| members.iter().map(|member| member.value.clone()).collect::<Vec<_>>();
    match operation {
        MemberOp::Add(members) => json!({"add": ids(members)}),
        MemberOp::Replace(members) => json!({"replace": ids(members)}),
        MemberOp::Remove(ids) => json!({"remove": ids}),
        MemberOp::RemoveWhere(filter) => json!({"removeWhere": filter.to_string()}),
        MemberOp::RemoveAll => json!("removeAll"),
    }
}

/// Names as a case lists them: null for none.
fn names(names: &[String]) -> Value {
    if names.is_empty() { Value::Null } else { names.into() }
}

#[test]
fn patches() {
    let registry = Registry::standard();
    let fields = ["type", "before", "patch", "after", "members", "unknown", "empty", "unspecified", "error"];
    for case in blocks(include_str!("cases/patch.txt"), &fields) {
        let body = object(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": case.json("patch").expect("a patch"),
        }));
        let before = object(case.json("before").expect("a document"));
        let mut document = before.clone();
        let outcome = Patch::parse(&registry, case.resource_type(), &body)
            .and_then(|patch| patch.apply(&registry, &mut document).map(|dropped| (patch, dropped)));
        match outcome {
            Ok((patch, dropped)) => {
                case.check("after", &Value::Object(document));
                let ignored = patch.ignored();
                case.check("unknown", &names(&ignored.unknown));
                case.check("empty", &names(&[&*ignored.empty, &*dropped].concat()));
                case.check("unspecified", &names(&ignored.unspecified));
                let members: Vec<Value> = patch.members().iter().map(member_operation).collect();
                case.check("members", &if members.is_empty() { Value::Null } else { members.into() });
            }
            Err(error) => {
                case.check_error(&error);
                assert_eq!(document, before, "{}: a refused patch changes nothing", case.name);
            }
        }
    }
}

#[test]
fn bodies() {
    let registry = Registry::standard();
    let fields = ["type", "post", "put", "before", "after", "members", "unknown", "empty", "error"];
    for case in blocks(include_str!("cases/resource.txt"), &fields) {
        let outcome = match (case.json("post"), case.json("put")) {
            (Some(body), None) => parse_create(&registry, case.resource_type(), object(body)),
            (None, Some(body)) => {
                let before = object(case.json("before").expect("a document"));
                parse_replace(&registry, case.resource_type(), &before, object(body))
            }
            _ => panic!("{}: expected post or put", case.name),
        };
        match outcome {
            Ok(parsed) => {
                case.check("after", &Value::Object(parsed.document));
                let members = parsed.members.map_or(Value::Null, |members| {
                    members.into_iter().map(|member| Value::String(member.value)).collect()
                });
                case.check("members", &members);
                case.check("unknown", &names(&parsed.ignored.unknown));
                case.check("empty", &names(&parsed.ignored.empty));
            }
            Err(error) => case.check_error(&error),
        }
    }
}
