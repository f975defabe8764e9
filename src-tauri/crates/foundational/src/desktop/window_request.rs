//! What a second start of the app requests of the one that runs.

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// What a second start wants of the app that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SecondStart {
    /// It was started without a window, as at sign-in: the window is left as it is.
    pub hidden: bool,
    /// A `foundational:` address to open.
    pub link: Option<String>,
}

/// A second start's request, for the host that has the window.
pub struct WindowRequest {
    pub start: SecondStart,
    /// The outcome: nothing, or why the window can't be shown.
    pub answer: oneshot::Sender<Result<(), String>>,
}
