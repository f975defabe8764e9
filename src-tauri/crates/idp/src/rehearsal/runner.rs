//! Playing a script: filling its gaps from earlier answers, and judging each answer.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::step::{Body, Check, Phase, ScriptStep};
use super::{Dialect, script};

/// A rehearsal under way.
#[derive(Clone, Debug)]
pub struct Play {
    dialect: Dialect,
    steps: Vec<ScriptStep>,
    at: usize,
    learnt: BTreeMap<&'static str, Value>,
}

/// A request ready to be sent. The host adds the token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prepared {
    /// What the step is for.
    pub phase: Phase,
    /// What happens, for a person.
    pub title: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// Path and query below the endpoint, encoded.
    pub path: String,
    /// The headers the client sends, save `Authorization`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: Option<Value>,
}

/// The result of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The step's title.
    pub title: &'static str,
    /// What the step was for.
    pub phase: Phase,
    /// Whether everything was as expected.
    pub passed: bool,
    /// What was not, in sentences.
    pub findings: Vec<String>,
}

/// The longest tag; it becomes part of names.
const LONGEST_TAG: usize = 32;

impl Play {
    /// Begins a rehearsal. The tag marks what this run makes; only its letters, digits and hyphens are used. Two runs
    /// at once need two tags.
    pub fn new(dialect: Dialect, tag: &str) -> Self {
        let tag: String = tag
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || *character == '-')
            .take(LONGEST_TAG)
            .collect();
        let learnt = BTreeMap::from([("guid", Value::from(guid(&tag))), ("tag", Value::from(tag))]);
        Self { dialect, steps: script(dialect), at: 0, learnt }
    }

    /// How many steps are done, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.steps.len())
    }

    /// The next request: none at the end.
    ///
    /// # Errors
    /// A verdict instead, for a step that needs a value which an earlier answer did not contain. The play has advanced;
    /// call it again. Steps that clean up what was never created are skipped without a verdict.
    pub fn next_request(&mut self) -> Option<Result<Prepared, Verdict>> {
        loop {
            let step = self.steps.get(self.at)?;
            match self.prepare(step) {
                Ok(prepared) => return Some(Ok(prepared)),
                Err(_) if step.phase == Phase::CleanUp => self.at += 1,
                Err(missing) => {
                    let finding = format!("Skipped: an earlier answer did not contain {missing}.");
                    let verdict = Verdict {
                        title: step.title,
                        phase: step.phase,
                        passed: false,
                        findings: vec![finding],
                    };
                    self.at += 1;
                    return Some(Err(verdict));
                }
            }
        }
    }

    /// Judges the answer to the last request, and advances. A body that is no JSON is none.
    pub fn judge(&mut self, status: u16, body: Option<&Value>) -> Option<Verdict> {
        let step = self.steps.get(self.at)?.clone();
        let mut findings = Vec::new();
        if !step.statuses.contains(&status) {
            findings.push(unexpected_status(&step.statuses, status, body));
        } else if status != 204 {
            findings.extend(step.checks.iter().filter_map(|check| self.fault(check, body)));
        }
        if (200..300).contains(&status) {
            for (name, pointer) in &step.learn {
                if let Some(value) = body.and_then(|body| body.pointer(pointer)) {
                    self.learnt.insert(name, value.clone());
                }
            }
        }
        self.at += 1;
        Some(Verdict { title: step.title, phase: step.phase, passed: findings.is_empty(), findings })
    }

    /// Skips the rest of the script up to the steps that clean up.
    pub fn stop(&mut self) {
        let clean_up = self.steps.iter().position(|step| step.phase == Phase::CleanUp);
        self.at = self.at.max(clean_up.unwrap_or(self.steps.len()));
    }

    fn prepare(&self, step: &ScriptStep) -> Result<Prepared, String> {
        let body = match &step.body {
            Body::None => None,
            Body::Json(value) => Some(self.filled(value)?),
            Body::Echo { of, edits } => {
                let mut whole = self.learnt.get(of).cloned().ok_or_else(|| (*of).to_owned())?;
                for (pointer, value) in edits {
                    put(&mut whole, pointer, self.filled(value)?);
                }
                Some(whole)
            }
        };
        let mut headers = vec![("Accept", self.dialect.accept())];
        headers.extend(self.dialect.user_agent().map(|agent| ("User-Agent", agent)));
        headers.extend(body.as_ref().map(|_| ("Content-Type", self.dialect.content_type())));
        Ok(Prepared {
            phase: step.phase,
            title: step.title,
            method: step.method,
            path: self.text(&step.path, true)?,
            headers,
            body,
        })
    }

    /// Fills the gaps of every text in a document. The error names the gap that stays open.
    fn filled(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => self.text(text, false)?.into(),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect::<Result<_, _>>()?,
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, value)| Ok((key.clone(), self.filled(value)?)))
                    .collect::<Result<Map<_, _>, String>>()?,
            ),
            other => other.clone(),
        })
    }

    fn text(&self, template: &str, encoded: bool) -> Result<String, String> {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, tail)) = rest.split_once("${") {
            let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
            let value = self.learnt.get(name).and_then(Value::as_str).ok_or_else(|| name.to_owned())?;
            out.push_str(before);
            if encoded {
                out.push_str(&crate::query_string::encode(value));
            } else {
                out.push_str(value);
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// What is wrong with an answer by one check.
    fn fault(&self, check: &Check, body: Option<&Value>) -> Option<String> {
        let Some(body) = body else { return Some("The answer has no JSON body.".to_owned()) };
        let filled = |value: &Value| self.filled(value).unwrap_or(Value::Null);
        match check {
            Check::Is(pointer, expected) => {
                let expected = filled(expected);
                let found = body.pointer(pointer);
                let right = found == Some(&expected);
                (!right).then(|| format!("{} is {}; expected {expected}.", name(pointer), shown(found)))
            }
            Check::Present(pointer) => {
                is_empty(body.pointer(pointer)).then(|| format!("{} is missing.", name(pointer)))
            }
            Check::Missing(pointer) => {
                let found = body.pointer(pointer);
                (!is_empty(found))
                    .then(|| format!("{} is {}; expected nothing.", name(pointer), shown(found)))
            }
            Check::Has(pointer, parts) => {
                let parts = filled(parts);
                (!has(body.pointer(pointer), &parts)).then(|| format!("{} lacks {parts}.", name(pointer)))
            }
            Check::Lacks(pointer, parts) => {
                let parts = filled(parts);
                has(body.pointer(pointer), &parts).then(|| format!("{} still has {parts}.", name(pointer)))
            }
            Check::List(total) => list_fault(body, *total),
            Check::Error(status) => error_fault(body, *status),
        }
    }
}

/// A made-up GUID, always the same for a tag (FNV-1a, twice).
fn guid(tag: &str) -> String {
    let hash = |seed: u64| {
        tag.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let digits = format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// Puts a value at a pointer, making the last step if it is not there.
fn put(whole: &mut Value, pointer: &str, value: Value) {
    if let Some(slot) = whole.pointer_mut(pointer) {
        *slot = value;
    } else if let Some((parent, key)) = pointer.rsplit_once('/')
        && let Some(Value::Object(map)) = whole.pointer_mut(parent)
    {
        map.insert(key.to_owned(), value);
    }
}

fn unexpected_status(expected: &[u16], status: u16, body: Option<&Value>) -> String {
    let expected: Vec<String> = expected.iter().map(u16::to_string).collect();
    let detail = body
        .and_then(|body| body.get("detail"))
        .and_then(Value::as_str)
        .map(|detail| format!(" The server says: {}", detail.chars().take(300).collect::<String>()));
    format!("The status is {status}; expected {}.{}", expected.join(" or "), detail.unwrap_or_default())
}

fn list_fault(body: &Value, total: Option<u64>) -> Option<String> {
    for pointer in ["/totalResults", "/startIndex", "/itemsPerPage"] {
        if !body.pointer(pointer).is_some_and(Value::is_u64) {
            return Some(format!("{} is not a whole number.", name(pointer)));
        }
    }
    if !body.get("Resources").is_some_and(Value::is_array) {
        return Some("Resources is not an array.".to_owned());
    }
    let found = body.get("totalResults").and_then(Value::as_u64);
    total
        .filter(|total| found != Some(*total))
        .map(|total| format!("totalResults is {}; expected {total}.", found.unwrap_or_default()))
}

fn error_fault(body: &Value, status: u16) -> Option<String> {
    let urn = "urn:ietf:params:scim:api:messages:2.0:Error";
    if !body
        .get("schemas")
        .and_then(Value::as_array)
        .is_some_and(|urns| urns.iter().any(|known| known == urn))
    {
        return Some("The refusal is not a SCIM error: its schema is missing.".to_owned());
    }
    if body.get("status").and_then(Value::as_str) != Some(status.to_string().as_str()) {
        return Some("status in the error is not the answer's status as a string.".to_owned());
    }
    is_empty(body.get("detail")).then(|| "The error has no detail.".to_owned())
}

/// Whether a list has an element with at least these parts.
fn has(list: Option<&Value>, parts: &Value) -> bool {
    let holds = |item: &Value| match parts.as_object() {
        Some(parts) => parts.iter().all(|(key, value)| item.get(key) == Some(value)),
        None => item == parts,
    };
    list.and_then(Value::as_array).is_some_and(|items| items.iter().any(holds))
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.values().all(|value| is_empty(Some(value))),
        Some(_) => false,
    }
}

/// A pointer as a person reads it.
fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string().chars().take(120).collect())
}
