//! Filters (RFC 7644 section 3.4.2.2).
//!
//! To add an operator: a variant of [`CompareOp`], its word there, its meaning in `matches.rs`, and where it may
//! be used in `parser.rs`.

mod display;
mod lexer;
mod matches;
mod parser;
mod tree;

pub(crate) use matches::values;
pub use parser::{DEEPEST, LONGEST, MOST_TERMS};
pub use tree::{Comparand, CompareOp, Filter, Node};
