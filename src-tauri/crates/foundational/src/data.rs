//! The files of the workspace: backups, restore, usage, retention, the clock they count by.

pub(crate) mod backup_views;
pub(crate) mod backups;
pub(crate) mod clock;
pub(crate) mod data_usage;
pub(crate) mod data_usage_views;
pub(crate) mod file_problems;
pub(crate) mod restore;
