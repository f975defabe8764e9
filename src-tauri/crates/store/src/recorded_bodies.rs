//! What is recorded of the bodies of requests and answers.

use serde::{Deserialize, Serialize};

/// What of its bodies the row of an exchange has. An Admin chooses it for the requests to come; each row says by which choice it
/// was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum RecordedBodies {
    /// Both, without secrets.
    #[default]
    Full,
    /// Names of attributes and keywords, without values (`idp::masked`).
    Masked,
    /// Neither.
    None,
}
