//! People: the list, the page of one person, local accounts, bulk selection, export.

pub(crate) mod bulk;
pub(crate) mod bulk_views;
pub(crate) mod directory;
pub(crate) mod export;
pub(crate) mod local_accounts;
pub(crate) mod person;
pub(crate) mod views;
