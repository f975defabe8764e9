//! How the identity provider of a connection reaches this computer.

use idp::WayIn;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The ways that there are for a connection, and what the chosen one needs.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WayView {
    /// In the order in which they are offered.
    pub choices: Vec<WayChoice>,
    /// What the chosen one needs of this server; often nothing.
    pub needs: Vec<WayNeed>,
    /// What the chosen one does without on purpose, as a sentence.
    pub note: Option<String>,
}

/// A way in to choose.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WayChoice {
    pub way: WayIn,
    /// "This network only, through Okta's provisioning agent"
    pub label: String,
    /// What it means, in one or two sentences.
    pub hint: String,
}

/// Something that a way needs of this server. It is set in Settings > Server.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WayNeed {
    /// "A listen address that other computers reach"
    pub text: String,
    /// It is there.
    pub met: bool,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetWay {
    pub id: String,
    pub way: WayIn,
}
