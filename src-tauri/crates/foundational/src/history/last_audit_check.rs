//! What is known of the chain of audit entries.

use jiff::Timestamp;
use store::AuditFault;

/// What the newest check found, and when it was made since the start.
#[derive(Debug, Default)]
pub(crate) struct LastAuditCheck {
    pub at: Option<Timestamp>,
    pub fault: Option<AuditFault>,
}
