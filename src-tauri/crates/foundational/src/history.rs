//! The journal of changes in sentences and tables.

pub(crate) mod changes;
pub(crate) mod rows;
pub(crate) mod views;
pub(crate) mod words;

use crate::context::{Context, Room};

/// The history of people and groups. Cheap to clone.
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
