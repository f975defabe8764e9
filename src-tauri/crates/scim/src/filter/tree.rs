//! The tree of a filter, and what can be read off it.

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::fold::{fold, fold_within};
use crate::path::AttributePath;

crate::words! {
    /// How an attribute is compared with a value (RFC 7644 table 3).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum CompareOp {
        /// Equal.
        Eq = "eq",
        /// Not equal; true also where the attribute has no value.
        Ne = "ne",
        /// Contains.
        Co = "co",
        /// Starts with.
        Sw = "sw",
        /// Ends with.
        Ew = "ew",
        /// Greater than: by character for text, in time for dates.
        Gt = "gt",
        /// Greater than or equal to.
        Ge = "ge",
        /// Less than.
        Lt = "lt",
        /// Less than or equal to.
        Le = "le",
    }
}

impl CompareOp {
    /// Folds a text that values are compared with: where it is looked for within a value, a blank at its end counts.
    pub fn fold(self, text: &str) -> String {
        match self {
            Self::Co | Self::Sw | Self::Ew => fold_within(text),
            _ => fold(text),
        }
    }
}

/// What an attribute is compared with; its kind fits the attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    /// No value: `eq null` is "not present", `ne null` is `pr`. Only with `eq` and `ne`.
    Null,
    /// For boolean attributes, with `eq` and `ne`.
    Bool(bool),
    /// For integer and decimal attributes; not with `co`, `sw`, `ew`.
    Number(Number),
    /// For strings, references and binaries; as it arrived, not folded.
    String(String),
    /// For dateTime attributes; not with `co`, `sw`, `ew`.
    DateTime(Timestamp),
}

/// A filter: a tree in an arena, so that neither reading nor dropping it needs a deep stack.
///
/// Children precede their parents. There are at most [`super::MOST_TERMS`] terms, nested at most [`super::DEEPEST`] deep.
/// It displays as a filter that reads back as the same tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The index of the node the filter as a whole is.
    pub root: usize,
}

/// A node of a filter. The numbers are indices into [`Filter::nodes`].
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Both.
    And(usize, usize),
    /// At least one.
    Or(usize, usize),
    /// The opposite.
    Not(usize),
    /// An attribute compared with a value: true if any of the attribute's values compares so. Where there is no
    /// value, only `ne` (with anything but null) and `eq null` are true.
    Compare {
        /// The attribute. A complex attribute that has `value` is compared by it: `emails` reads `emails.value`.
        path: AttributePath,
        /// How.
        op: CompareOp,
        /// With what.
        value: Comparand,
        /// Whether case matters; where it does not, both sides are to be [folded](crate::fold).
        case_exact: bool,
    },
    /// The attribute has a value that is not null and not empty (`""`, `[]`, `{}`).
    Present(AttributePath),
    /// One and the same element of a multi-valued attribute meets the filter within, whose paths are relative to
    /// it. The elements of a multi-valued attribute that is not complex have the one part `value`.
    ValuePath {
        /// The attribute.
        path: AttributePath,
        /// The root of the filter within.
        filter: usize,
    },
    /// A term about an attribute that this resource type does not have, in a query over several types: it never
    /// matches (RFC 7644 section 3.4.2.1). [`Filter::parse`] makes none, only [`Filter::parse_across`].
    Never(AttributePath),
}

impl Filter {
    /// Whether the filter looks at a core attribute or into it, for example at `members`.
    pub fn mentions(&self, attribute: &str) -> bool {
        let mut open = vec![self.root];
        while let Some(index) = open.pop() {
            match self.nodes.get(index) {
                Some(Node::And(left, right) | Node::Or(left, right)) => open.extend([*left, *right]),
                Some(Node::Not(inner)) => open.push(*inner),
                Some(
                    Node::Compare { path, .. }
                    | Node::Present(path)
                    | Node::ValuePath { path, .. }
                    | Node::Never(path),
                ) if path.is_core(attribute) => return true,
                _ => {}
            }
        }
        false
    }

    /// The pairs `attribute eq value` of a filter that consists of nothing but such pairs joined by `and`. PATCH
    /// makes a new element of them.
    pub(crate) fn equalities(&self) -> Option<Vec<(&str, Value)>> {
        let mut pairs = Vec::new();
        let mut open = vec![self.root];
        while let Some(index) = open.pop() {
            match self.nodes.get(index)? {
                Node::And(left, right) => open.extend([*right, *left]),
                Node::Compare { path, op: CompareOp::Eq, value, .. } => {
                    let value = match value {
                        Comparand::Null => continue,
                        Comparand::Bool(flag) => Value::Bool(*flag),
                        Comparand::Number(number) => Value::Number(number.clone()),
                        Comparand::String(text) => Value::String(text.clone()),
                        Comparand::DateTime(moment) => Value::String(moment.to_string()),
                    };
                    pairs.push((path.attribute.as_str(), value));
                }
                _ => return None,
            }
        }
        Some(pairs)
    }

    /// The texts that an attribute is compared with by `eq` and `ne`, anywhere in the filter.
    pub(crate) fn compared_with(&self, attribute: &str) -> Vec<&str> {
        let compared = |node| match node {
            &Node::Compare {
                ref path,
                op: CompareOp::Eq | CompareOp::Ne,
                value: Comparand::String(ref text),
                ..
            } if path.attribute == attribute => Some(text.as_str()),
            _ => None,
        };
        self.nodes.iter().filter_map(compared).collect()
    }

    /// The values of a filter that consists of nothing but `value eq "…"` joined by `or`.
    pub(crate) fn listed_values(&self) -> Option<Vec<String>> {
        let mut values = Vec::new();
        let mut open = vec![self.root];
        while let Some(index) = open.pop() {
            match self.nodes.get(index)? {
                Node::Or(left, right) => open.extend([*right, *left]),
                Node::Compare { path, op: CompareOp::Eq, value: Comparand::String(text), .. }
                    if path.attribute == "value" =>
                {
                    values.push(text.clone());
                }
                _ => return None,
            }
        }
        Some(values)
    }
}
