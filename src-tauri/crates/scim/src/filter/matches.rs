//! Whether a value meets a filter.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::tree::{Comparand, CompareOp, Filter, Node};
use crate::compare::{compare_numbers, timestamp};
use crate::fold::fold;
use crate::path::AttributePath;

impl Filter {
    /// Whether a resource meets the filter. Give it the whole resource, as [`crate::assemble`] makes it, or as
    /// much of it as the filter mentions; names must be written as the schemas write them.
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        holds(self, self.root, resource)
    }

    /// Whether an element of a multi-valued attribute meets a filter with paths relative to it, as in
    /// [`crate::MemberOp::RemoveWhere`].
    pub fn matches_element(&self, element: &Value) -> bool {
        element_holds(self, self.root, element)
    }
}

/// Evaluates a node on a resource. It descends as deep as the tree, which the parser has bounded.
fn holds(filter: &Filter, index: usize, resource: &Map<String, Value>) -> bool {
    let Some(node) = filter.nodes.get(index) else { return false };
    match node {
        Node::And(left, right) => holds(filter, *left, resource) && holds(filter, *right, resource),
        Node::Or(left, right) => holds(filter, *left, resource) || holds(filter, *right, resource),
        Node::Not(inner) => !holds(filter, *inner, resource),
        Node::Never(_) => false,
        Node::Present(path) => values(resource, path).into_iter().any(is_present),
        Node::Compare { path, op, value, case_exact } => {
            compare_any(&values(resource, path), *op, value, *case_exact)
        }
        Node::ValuePath { path, filter: inner } => {
            elements(resource, path).iter().any(|element| element_holds(filter, *inner, element))
        }
    }
}

/// Evaluates a node on one element of a multi-valued attribute.
fn element_holds(filter: &Filter, index: usize, element: &Value) -> bool {
    if let Value::Object(members) = element {
        return holds(filter, index, members);
    }
    let mut members = Map::new();
    members.insert("value".to_owned(), element.clone());
    holds(filter, index, &members)
}

/// The elements an attribute has: those of the array, or the one value.
fn elements<'v>(resource: &'v Map<String, Value>, path: &AttributePath) -> &'v [Value] {
    let container = match &path.schema {
        None => Some(resource),
        Some(urn) => resource.get(urn).and_then(Value::as_object),
    };
    match container.and_then(|container| container.get(&path.attribute)) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(single) => std::slice::from_ref(single),
    }
}

/// The values a path leads to. An element without the sub-attribute counts as null, so that `ne` sees it.
pub(crate) fn values<'v>(resource: &'v Map<String, Value>, path: &AttributePath) -> Vec<&'v Value> {
    let elements = elements(resource, path).iter();
    match &path.sub {
        None => elements.collect(),
        Some(sub) => elements.map(|element| element.get(sub).unwrap_or(&Value::Null)).collect(),
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(|member| !member.is_null()),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compare_any(values: &[&Value], op: CompareOp, comparand: &Comparand, case_exact: bool) -> bool {
    if *comparand == Comparand::Null {
        let present = values.iter().any(|value| is_present(value));
        return if op == CompareOp::Ne { present } else { !present };
    }
    if values.is_empty() {
        return op == CompareOp::Ne;
    }
    let folded = match comparand {
        Comparand::String(text) if !case_exact => Some(op.fold(text)),
        Comparand::String(text) => Some(text.clone()),
        _ => None,
    };
    values
        .iter()
        .any(|value| compare(value, op, comparand, folded.as_deref().unwrap_or_default(), case_exact))
}

fn compare(value: &Value, op: CompareOp, comparand: &Comparand, wanted: &str, case_exact: bool) -> bool {
    match (comparand, value) {
        (Comparand::String(_), Value::String(text)) if case_exact => compare_text(text, op, wanted),
        (Comparand::String(_), Value::String(text)) => compare_text(&fold(text), op, wanted),
        (Comparand::Bool(flag), Value::Bool(actual)) => ordered(op, actual.cmp(flag)),
        (Comparand::Number(number), Value::Number(actual)) => ordered(op, compare_numbers(actual, number)),
        (Comparand::DateTime(moment), Value::String(text)) => match timestamp(text) {
            Some(actual) => ordered(op, actual.cmp(moment)),
            None => op == CompareOp::Ne,
        },
        // A value of another type, null included, is no value to compare with.
        _ => op == CompareOp::Ne,
    }
}

fn compare_text(actual: &str, op: CompareOp, wanted: &str) -> bool {
    match op {
        CompareOp::Co => actual.contains(wanted),
        CompareOp::Sw => actual.starts_with(wanted),
        CompareOp::Ew => actual.ends_with(wanted),
        _ => ordered(op, actual.cmp(wanted)),
    }
}

fn ordered(op: CompareOp, ordering: Ordering) -> bool {
    match op {
        CompareOp::Eq => ordering.is_eq(),
        CompareOp::Ne => ordering.is_ne(),
        CompareOp::Gt => ordering.is_gt(),
        CompareOp::Ge => ordering.is_ge(),
        CompareOp::Lt => ordering.is_lt(),
        CompareOp::Le => ordering.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
