//! From tree to text: the shortest parentheses that read back as the same tree.

use std::fmt;

use super::tree::{Comparand, Filter, Node};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_node(self, self.root, f)
    }
}

/// Writes one node. It descends as deep as the tree, which the parser has bounded.
fn write_node(filter: &Filter, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(node) = filter.nodes.get(index) else { return Ok(()) };
    match node {
        Node::Or(left, right) => {
            write_node(filter, *left, f)?;
            f.write_str(" or ")?;
            write_side(filter, *right, f, |node| matches!(node, Node::Or(..)))
        }
        Node::And(left, right) => {
            write_side(filter, *left, f, |node| matches!(node, Node::Or(..)))?;
            f.write_str(" and ")?;
            write_side(filter, *right, f, |node| matches!(node, Node::Or(..) | Node::And(..)))
        }
        Node::Not(inner) => {
            f.write_str("not (")?;
            write_node(filter, *inner, f)?;
            f.write_str(")")
        }
        Node::Compare { path, op, value, .. } => {
            write!(f, "{path} {} ", op.as_str())?;
            write_comparand(value, f)
        }
        Node::Present(path) | Node::Never(path) => write!(f, "{path} pr"),
        Node::ValuePath { path, filter: inner } => {
            write!(f, "{path}[")?;
            write_node(filter, *inner, f)?;
            f.write_str("]")
        }
    }
}

fn write_side(
    filter: &Filter,
    index: usize,
    f: &mut fmt::Formatter<'_>,
    grouped: fn(&Node) -> bool,
) -> fmt::Result {
    if filter.nodes.get(index).is_some_and(grouped) {
        f.write_str("(")?;
        write_node(filter, index, f)?;
        f.write_str(")")
    } else {
        write_node(filter, index, f)
    }
}

fn write_comparand(value: &Comparand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Comparand::Null => f.write_str("null"),
        Comparand::Bool(flag) => write!(f, "{flag}"),
        Comparand::Number(number) => write!(f, "{number}"),
        Comparand::String(text) => write_text(text, f),
        Comparand::DateTime(moment) => write!(f, "\"{moment}\""),
    }
}

/// Writes a text as a JSON string.
fn write_text(text: &str, f: &mut impl fmt::Write) -> fmt::Result {
    f.write_str(&serde_json::Value::String(text.to_owned()).to_string())
}
