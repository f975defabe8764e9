//! The wizard's guide as data: what an admin does in the identity provider, one action per line.

use serde::Serialize;
use ts_rs::TS;

use crate::provider::Provider;

/// One provider's whole guide. Labels of consoles change, so each guide has the day it was checked on.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Guide {
    /// The provider it belongs to.
    pub provider: Provider,
    /// The name in sentences: "Okta", "Azure", "your identity provider".
    pub name: String,
    /// The line under the name: "Microsoft Entra ID".
    pub subtitle: String,
    /// How long the set-up takes an admin who does it for the first time, in minutes.
    pub minutes: u32,
    /// Who is needed besides an Admin here: "Application Administrator in Azure".
    pub needs: Vec<String>,
    /// The day the labels were last compared with the provider's console, as `YYYY-MM-DD`.
    pub checked_on: String,
    /// The kinds of app that can be made there; empty when there is only one.
    pub variants: Vec<Variant>,
    /// The four steps, in order.
    pub steps: Vec<Step>,
    /// Known clients to choose from, whose steps then replace the general ones; only where the
    /// provider is "any".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub clients: Option<Vec<ClientGuide>>,
}

/// The steps for one known client among "any SCIM 2.0 provider".
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ClientGuide {
    /// Stable id, stored in the wizard's state.
    pub id: String,
    /// The name of the product, as its makers write it.
    pub label: String,
    /// What an admin should know before choosing or while setting it up; often nothing.
    pub warnings: Vec<String>,
    /// The four steps, in order.
    pub steps: Vec<Step>,
}

/// A kind of app in the provider that changes the texts ("catalog app", "own app").
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Variant {
    /// Stable id, stored in the wizard's state.
    pub id: String,
    /// The label of the choice.
    pub label: String,
    /// One line that helps to choose.
    pub hint: String,
}

/// The four process steps of the product's help article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum StepId {
    /// 1: an app for Foundational is made in the provider.
    Create,
    /// 2: endpoint and token are pasted there.
    Connect,
    /// 3: a first person is assigned.
    Assign,
    /// 4: joiner, change and leaver are tried.
    Test,
}

/// One step of the guide.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Step {
    /// Which of the four.
    pub id: StepId,
    /// "Create the app".
    pub title: String,
    /// The one line shown on the start screen.
    pub summary: String,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// What Foundational looks for while this step is open.
    pub evidence: Vec<EvidenceKind>,
}

/// One thing to do in the provider's console.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Action {
    /// One sentence; the provider's own labels stand between `**`.
    pub text: String,
    /// A value to copy from here into the provider, if this action needs one.
    pub copy: Option<CopyValue>,
    /// The label of the field of the console that takes the value ("Tenant URL").
    pub field: Option<String>,
    /// The menu path behind the disclosure "Where is this?".
    pub place: Option<String>,
    /// The page of the provider's console to begin at, one of [`crate::providers::PAGES`]; none where each customer has
    /// an address of its own.
    pub page: Option<String>,
    /// The ids of the [`Variant`]s this action belongs to; empty for all of them.
    pub variants: Vec<String>,
    /// What shows that it was done; none where no request shows it.
    pub evidence: Option<EvidenceKind>,
    /// It is only informative: no action is needed, or only if something else fails.
    pub note: bool,
}

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", content = "text", rename_all = "camelCase")]
#[ts(export)]
pub enum CopyValue {
    /// The connection's endpoint.
    Endpoint,
    /// The token alone.
    Token,
    /// The token behind the word `Bearer`, for fields that are sent as they are typed.
    BearerToken,
    /// A fixed text, such as `userName`.
    Text(String),
    /// A cURL line against the endpoint with `$SCIM_TOKEN`.
    Curl,
}

scim::words! {
    /// One thing that Foundational can see for itself.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum EvidenceKind {
        /// Any request arrived at this connection's address.
        AddressReached = "addressReached",
        /// It arrived over HTTPS.
        Https = "https",
        /// A request with a valid token was answered.
        Credentials = "credentials",
        /// A request with a valid token began in a private network or that of this computer, at another computer: with the way
        /// [`crate::WayIn::Network`] that is probably the provider's agent.
        FromNetwork = "fromNetwork",
        /// The provider looked up a person.
        Lookup = "lookup",
        /// A first person was created or linked.
        FirstPerson = "firstPerson",
        /// A person was changed.
        Change = "change",
        /// A person was deactivated or deleted.
        Deactivation = "deactivation",
        /// A deactivated person was reactivated.
        Reactivation = "reactivation",
        /// A group arrived.
        Group = "group",
    }
}
