//! The support bundle: files without secrets and without personal values, for a person who helps.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One file of the bundle.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SupportFile {
    /// `requests.jsonl`.
    pub name: String,
    /// What is in it and what is masked, in one sentence.
    pub about: String,
    pub text: String,
}

/// What the bundle contains: what is shown is what is saved.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SupportBundle {
    pub files: Vec<SupportFile>,
}

/// The bundle as one file.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SupportZip {
    /// `foundational-support-2026-11-24.zip`.
    pub name: String,
    /// The bytes of the ZIP archive.
    pub bytes: Vec<u8>,
}
