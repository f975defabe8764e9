//! Groups: the list, the page of one, export.

pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod row;
pub(crate) mod views;

use crate::context::{Context, Room};
use crate::people::People;

/// What an Admin sees of groups. Cheap to clone.
#[derive(Clone)]
pub struct Groups {
    context: Context,
    people: People,
}

impl Groups {
    pub(crate) const fn new(context: Context, people: People) -> Self {
        Self { context, people }
    }
}

impl Room for Groups {
    fn context(&self) -> &Context {
        &self.context
    }
}
