//! The parts of an answer that are verified.

use std::borrow::Cow;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::http::Answer;

/// A person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonAnswer<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub user_name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub external_id: Option<Cow<'a, str>>,
    #[serde(default)]
    pub active: Option<bool>,
    #[serde(borrow, default)]
    pub title: Option<Cow<'a, str>>,
}

/// A page of people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PeopleAnswer<'a> {
    /// Optional in a page by cursor (RFC 9865 section 2).
    #[serde(default)]
    pub total_results: Option<usize>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    #[serde(borrow, default, rename = "Resources")]
    pub resources: Vec<PersonAnswer<'a>>,
}

/// A group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupAnswer<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub display_name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub members: Vec<Reference<'a>>,
}

/// The groups of a person.
#[derive(Deserialize)]
pub(crate) struct MembershipAnswer<'a> {
    #[serde(borrow, default)]
    pub groups: Vec<Reference<'a>>,
}

/// A member of a group, or a group of a person.
#[derive(Deserialize)]
pub(crate) struct Reference<'a> {
    #[serde(borrow)]
    pub value: Cow<'a, str>,
}

/// A page of anything.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageAnswer {
    pub total_results: usize,
    #[serde(default, rename = "Resources")]
    pub resources: Vec<serde::de::IgnoredAny>,
}

/// Verifies the status.
///
/// # Errors
/// Another status, with the beginning of the body.
pub(crate) fn has_status(answer: &Answer, status: u16) -> Result<()> {
    let start = String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]);
    ensure!(answer.status == status, "status {} instead of {status}: {start}", answer.status);
    Ok(())
}

/// Reads an answer with this status.
///
/// # Errors
/// Another status, or a body of another form.
pub(crate) fn read<'a, T: Deserialize<'a>>(answer: &'a Answer, status: u16) -> Result<T> {
    if answer.status != status {
        has_status(answer, status)?;
    }
    serde_json::from_slice(&answer.body).context("the body is of another form")
}
