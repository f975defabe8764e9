//! Who may read discovery, as the UI sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether discovery is answered without a token.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Discovery {
    pub open: bool,
}
