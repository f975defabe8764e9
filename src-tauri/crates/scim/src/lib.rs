//! SCIM 2.0 on values: the rules of RFC 7643, RFC 7644 and RFC 9865 for schemas, resources, filters, patches,
//! lists, bulk jobs, versions and errors, as functions on `serde_json` maps.
//!
//! **Invariant**: this crate is pure. It reads no clock, opens no socket or file, spawns nothing and holds no
//! state; the same arguments always give the same answer. For any bytes the answer is a value or an
//! [`Error`], in bounded time and memory, and never a panic: depth is counted before anything descends.
//!
//! The way of a request through the crate:
//!
//! 1. [`Target::parse`] reads the path.
//! 2. [`json::parse`] turns the body into a map, strictly.
//! 3. [`parse_create`] (POST), [`parse_replace`] (PUT), [`Patch`] (PATCH), [`ListQuery`] (GET and `/.search`) or
//!    [`BulkRequest`] validate it against the [`Registry`] of schemas.
//! 4. [`render`] and [`list_response`] make the answer, [`Error::to_json`] the refusal.
//!
//! How to add the next thing:
//!
//! * an attribute: one line in `schema/user.rs`, `schema/group.rs` or `schema/enterprise.rs`; everything else
//!   (validation, filters, PATCH, projection, `/Schemas`) follows from it;
//! * an address: one line in [`ROUTES`]; the census of `tests/scim` tries it with every wrong token;
//! * a custom schema at run time: [`Registry::with_extension`];
//! * a filter operator: [`CompareOp`], then the compiler names the places;
//! * a test case: a few lines in `tests/cases/*.txt`, no Rust needed;
//! * a finding of the fuzzer (`fuzz/README.md`): the same, before it is fixed.
//!
//! `CHOICES.md` lists what the RFCs leave to a server, and what this one does.
#![warn(missing_docs)]

pub mod bulk;
mod compare;
pub mod discovery;
mod element;
mod error;
pub mod filter;
mod fold;
mod id;
mod ignored;
pub mod json;
mod json_text;
pub mod list;
mod member;
mod near_miss;
pub mod patch;
mod path;
mod project;
mod query;
mod render;
mod render_text;
mod request;
mod resolve;
mod resource;
pub mod schema;
mod value;
pub mod version;
mod words;

pub use bulk::{BulkOperation, BulkOutcome, BulkRequest, BulkRun, BulkStep};
pub use error::{ERROR_URN, Error, Mismatch, ScimType};
pub use filter::{Comparand, CompareOp, Filter, Node};
pub use fold::{fold, is_disguised, is_ignorable};
pub use id::{impossible_id, is_id};
pub use ignored::Ignored;
pub use json_text::push_text;
pub use list::{ListQuery, list_response};
pub use member::Member;
pub use near_miss::is_near_miss;
pub use patch::{MemberOp, Patch};
pub use path::AttributePath;
pub use project::Projection;
pub use query::has_parameter;
pub use render::{Meta, assemble, render, render_entries};
pub use render_text::TextRenderer;
pub use request::{ROUTES, Route, Target};
pub use resource::{ParsedResource, parse_create, parse_replace};
pub use schema::{Attribute, Registry, ResourceType, Schema};
pub use value::LONGEST_STRING;
