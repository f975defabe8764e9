//! The trusted proxies, as the UI sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct TrustedProxies {
    /// Addresses and CIDR ranges, beside the addresses of this computer.
    pub proxies: Vec<String>,
}
