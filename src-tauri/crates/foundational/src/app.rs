//! The program as a whole: opening and closing a workspace, its background tasks, what it is made of.

pub(crate) mod about;
pub(crate) mod about_views;
pub(crate) mod events;
pub(crate) mod housekeeping;
pub(crate) mod open;
pub(crate) mod sleep;
