//! The journal of changes, and the audit entries, in sentences and tables.

pub(crate) mod audit;
pub(crate) mod audit_chain;
pub(crate) mod audit_views;
pub(crate) mod audit_words;
pub(crate) mod changes;
pub(crate) mod last_audit_check;
pub(crate) mod rows;
pub(crate) mod undo;
pub(crate) mod undo_job;
pub(crate) mod undo_views;
pub(crate) mod undo_words;
pub(crate) mod views;
pub(crate) mod words;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::context::{Context, Room};
use crate::history::last_audit_check::LastAuditCheck;

/// The history of people and groups, and what was done here. Cheap to clone.
#[derive(Clone)]
pub struct History {
    context: Context,
    /// Held while an undo is decided or its steps are taken: one at a time.
    undoing: Arc<Mutex<()>>,
    /// What is known of the chain of audit entries.
    audit_check: Arc<std::sync::Mutex<LastAuditCheck>>,
}

impl History {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, undoing: Arc::default(), audit_check: Arc::default() }
    }
}

impl Room for History {
    fn context(&self) -> &Context {
        &self.context
    }
}
