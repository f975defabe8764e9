//! The Home screen and the summary of the tray.

pub(crate) mod overview;
pub(crate) mod summary;
pub(crate) mod views;
