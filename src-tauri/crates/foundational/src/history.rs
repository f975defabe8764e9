//! The journal of changes, and the audit entries, in sentences and tables.

pub(crate) mod audit;
pub(crate) mod audit_views;
pub(crate) mod audit_words;
pub(crate) mod changes;
pub(crate) mod rows;
pub(crate) mod views;
pub(crate) mod words;

use crate::context::{Context, Room};

/// The history of people and groups, and what was done here. Cheap to clone.
#[derive(Clone)]
pub struct History {
    context: Context,
}

impl History {
    pub(crate) const fn new(context: Context) -> Self {
        Self { context }
    }
}

impl Room for History {
    fn context(&self) -> &Context {
        &self.context
    }
}
