//! People: the list, the page of one person, local accounts, bulk selection, export.

pub(crate) mod bulk;
pub(crate) mod bulk_views;
pub(crate) mod directory;
pub(crate) mod export;
pub(crate) mod local_account_views;
pub(crate) mod local_accounts;
pub(crate) mod person;
pub(crate) mod person_views;
pub(crate) mod row;
pub(crate) mod views;

use crate::access::Access;
use crate::context::{Context, Room};
use crate::history::History;

/// What an Admin sees of people and decides about them. Cheap to clone.
#[derive(Clone)]
pub struct People {
    context: Context,
    access: Access,
    history: History,
}

impl People {
    pub(crate) const fn new(context: Context, access: Access, history: History) -> Self {
        Self { context, access, history }
    }
}

impl Room for People {
    fn context(&self) -> &Context {
        &self.context
    }
}
