//! A Bulk request under way.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::references::{gather, postpone, referred, resolve, unresolved};
use super::request::{BulkOperation, BulkRequest};
use crate::error::{Error, quoted};
use crate::request::Target;

/// The URN of the answer.
pub const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// What to execute next: one request, references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkStep {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// What it is about: [`Target::Resources`] for POST, else [`Target::Resource`].
    pub target: Target,
    /// The version the client expects, as in `If-Match`.
    pub version: Option<String>,
    /// The body; empty for DELETE.
    pub data: Map<String, Value>,
}

/// The outcome of a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkOutcome {
    /// The HTTP status.
    pub status: u16,
    /// The id of the resource; needed after a POST, for the references to it.
    pub id: Option<String>,
    /// The address of the resource.
    pub location: Option<String>,
    /// The entity tag of the resource.
    pub version: Option<String>,
    /// The refusal, where it failed.
    pub error: Option<Error>,
}

impl From<Error> for BulkOutcome {
    fn from(error: Error) -> Self {
        Self { status: error.status, error: Some(error), ..Self::default() }
    }
}

/// A Bulk request under way: take the next step, execute it, pass its outcome in, until there is none.
///
/// Operations run in the order they arrived, save that one that refers to a later one waits for it. Where they
/// refer to each other in a circle, the first POST of it runs without the values that cannot be resolved yet, and
/// these are added by a PATCH once they can be. An operation that refers to one that failed fails with 409.
#[derive(Debug)]
pub struct BulkRun {
    fail_on_errors: Option<u64>,
    operations: Vec<BulkOperation>,
    /// What each operation waits for.
    needs: Vec<Vec<String>>,
    outcomes: Vec<Option<BulkOutcome>>,
    /// PATCH operations that follow a POST that was part of a cycle of references.
    postponed: Vec<(usize, Vec<Value>)>,
    ids: HashMap<String, String>,
    /// The bulkIds that some POST has, and those whose POST failed.
    declared: HashSet<String>,
    failed: HashSet<String>,
    failures: u64,
    under_way: Option<(usize, bool)>,
}

impl BulkRun {
    /// Starts.
    pub fn new(request: BulkRequest) -> Self {
        let needs = request.operations.iter().map(needed).collect();
        let is_post = |operation: &&BulkOperation| operation.method == "POST";
        let declared = request
            .operations
            .iter()
            .filter(is_post)
            .filter_map(|operation| operation.bulk_id.clone())
            .collect();
        Self {
            fail_on_errors: request.fail_on_errors,
            outcomes: request.operations.iter().map(|_| None).collect(),
            operations: request.operations,
            needs,
            postponed: Vec::new(),
            ids: HashMap::new(),
            declared,
            failed: HashSet::new(),
            failures: 0,
            under_way: None,
        }
    }

    /// The next step; none when all is done or `failOnErrors` is reached. A step without an outcome counts as
    /// failed.
    pub fn next_step(&mut self) -> Option<BulkStep> {
        if self.under_way.is_some() {
            self.outcome(BulkOutcome::from(Error::internal("The operation was not carried out.")));
        }
        while self.fail_on_errors.is_none_or(|most| self.failures < most) {
            let (index, step) = self.choose()?;
            match step {
                Ok((step, is_addition)) => {
                    self.under_way = Some((index, is_addition));
                    return Some(step);
                }
                Err(error) => self.settle(index, error.into()),
            }
        }
        None
    }

    /// Records the outcome of the step that [`Self::next_step`] returned last.
    pub fn outcome(&mut self, outcome: BulkOutcome) {
        let Some((index, is_addition)) = self.under_way.take() else { return };
        if is_addition {
            // The resource exists already; its answer gets the newer version, or the error.
            if let Some(Some(before)) = self.outcomes.get_mut(index) {
                if outcome.error.is_some() {
                    self.failures += 1;
                    before.status = outcome.status;
                    before.error = outcome.error;
                } else {
                    before.version = outcome.version.or(before.version.take());
                }
            }
            return;
        }
        self.settle(index, outcome);
    }

    /// The `BulkResponse` body: the operations that were carried out or refused, in the order they arrived.
    pub fn into_response(self) -> Map<String, Value> {
        let answers = self.operations.iter().zip(self.outcomes);
        let operations: Vec<Value> =
            answers.filter_map(|(operation, outcome)| Some(answer(operation, outcome?))).collect();
        let mut out = Map::new();
        out.insert("schemas".into(), json!([RESPONSE_URN]));
        out.insert("Operations".into(), operations.into());
        out
    }

    fn settle(&mut self, index: usize, outcome: BulkOutcome) {
        let bulk_id =
            self.operations[index].bulk_id.clone().filter(|_| self.operations[index].method == "POST");
        if outcome.error.is_some() || outcome.status >= 400 {
            self.failures += 1;
            self.failed.extend(bulk_id);
        } else if let (Some(bulk_id), Some(id)) = (bulk_id, &outcome.id) {
            self.ids.insert(bulk_id, id.clone());
        }
        self.outcomes[index] = Some(outcome);
    }

    /// What is next, or why it cannot be.
    #[expect(clippy::type_complexity, reason = "the pair is read in one place, right above")]
    fn choose(&mut self) -> Option<(usize, Result<(BulkStep, bool), Error>)> {
        let resolved =
            |names: &[String], ids: &HashMap<String, String>| names.iter().all(|name| ids.contains_key(name));
        // Postponed operations run as soon as they can, so that a cycle is complete before others depend on it.
        let ready = self.postponed.iter().position(|(_, operations)| {
            let mut names = Vec::new();
            for operation in operations {
                gather(operation, &mut names);
            }
            names.iter().all(|name| self.ids.contains_key(*name) || self.failed.contains(*name))
        });
        if let Some(position) = ready {
            let (index, operations) = self.postponed.remove(position);
            return Some((index, self.addition(index, operations).map(|step| (step, true))));
        }
        let open: Vec<usize> =
            (0..self.operations.len()).filter(|index| self.outcomes[*index].is_none()).collect();
        let runnable = open.iter().copied().find(|&index| {
            let names = &self.needs[index];
            self.operations[index].refusal.is_some()
                || resolved(names, &self.ids)
                || names.iter().any(|name| self.failed.contains(name) || !self.declared.contains(name))
        });
        // Nothing can run: the remaining operations are a cycle. Its first POST breaks it.
        let index = runnable
            .or_else(|| open.iter().copied().find(|&index| self.operations[index].method == "POST"))
            .or_else(|| open.first().copied())?;
        Some((index, self.step(index).map(|step| (step, false))))
    }

    fn step(&mut self, index: usize) -> Result<BulkStep, Error> {
        if let Some(refusal) = self.operations[index].refusal.clone() {
            return Err(refusal);
        }
        for name in &self.needs[index] {
            if self.failed.contains(name) {
                return Err(Error::conflict(format!(
                    "bulkId: {} could not be resolved, its own operation failed",
                    quoted(name)
                )));
            }
            if !self.declared.contains(name) {
                return Err(unresolved(name));
            }
        }
        let operation = &self.operations[index];
        let method = match operation.method.as_str() {
            "POST" => "POST",
            "PUT" => "PUT",
            "PATCH" => "PATCH",
            _ => "DELETE",
        };
        let mut data = operation.data.clone();
        let additions = if method == "POST" { postpone(&mut data, &self.ids) } else { Vec::new() };
        resolve(&mut data, &self.ids)?;
        let target = match Target::parse(&operation.path) {
            Some(Target::Resource(kind, id)) => match referred(&id) {
                Some(name) => {
                    Target::Resource(kind, self.ids.get(name).cloned().ok_or_else(|| unresolved(name))?)
                }
                None => Target::Resource(kind, id),
            },
            Some(target) => target,
            None => return Err(Error::not_found(format!("path: {} names nothing", quoted(&operation.path)))),
        };
        let step = BulkStep { method, target, version: operation.version.clone(), data };
        if !additions.is_empty() {
            self.postponed.push((index, additions));
        }
        Ok(step)
    }

    /// The PATCH that adds to a resource what its POST had to omit.
    fn addition(&self, index: usize, operations: Vec<Value>) -> Result<BulkStep, Error> {
        let operation = &self.operations[index];
        let id = operation.bulk_id.as_ref().and_then(|bulk_id| self.ids.get(bulk_id));
        let (Some(Target::Resources(kind)), Some(id)) = (Target::parse(&operation.path), id) else {
            return Err(Error::conflict("bulkId: a reference in a cycle could not be resolved"));
        };
        let mut data = Map::new();
        data.insert("schemas".into(), json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]));
        data.insert("Operations".into(), operations.into());
        resolve(&mut data, &self.ids).map_err(|error| Error::conflict(error.detail))?;
        Ok(BulkStep { method: "PATCH", target: Target::Resource(kind, id.clone()), version: None, data })
    }
}

/// The names an operation waits for, in its path and its body.
fn needed(operation: &BulkOperation) -> Vec<String> {
    let mut names = Vec::new();
    for value in operation.data.values() {
        gather(value, &mut names);
    }
    let mut needed: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if let Some(Target::Resource(_, id)) = Target::parse(&operation.path) {
        needed.extend(referred(&id).map(str::to_owned));
    }
    needed.sort_unstable();
    needed.dedup();
    needed
}

fn answer(operation: &BulkOperation, outcome: BulkOutcome) -> Value {
    let mut out = Map::new();
    if let Some(location) = outcome.location {
        out.insert("location".into(), location.into());
    }
    out.insert("method".into(), operation.method.clone().into());
    if let Some(bulk_id) = &operation.bulk_id {
        out.insert("bulkId".into(), bulk_id.clone().into());
    }
    if let Some(version) = outcome.version {
        out.insert("version".into(), version.into());
    }
    out.insert("status".into(), outcome.status.to_string().into());
    if let Some(error) = outcome.error {
        out.insert("response".into(), error.to_json());
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests;
