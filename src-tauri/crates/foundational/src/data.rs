//! The files of the workspace: backups, restore, usage, retention, the clock they count by.

pub(crate) mod backup_state;
pub(crate) mod backup_views;
pub(crate) mod backups;
pub(crate) mod clock;
pub(crate) mod clock_jump;
pub(crate) mod clock_seen;
pub(crate) mod data_usage;
pub(crate) mod data_usage_views;
pub(crate) mod file_check;
pub(crate) mod file_check_state;
pub(crate) mod file_problems;
pub(crate) mod log_limit;
pub(crate) mod move_views;
pub(crate) mod moved;
pub(crate) mod moves;
pub(crate) mod recorded_bodies;
pub(crate) mod restore;
pub(crate) mod retention;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::context::{Context, Room};
use crate::data::backup_state::BackupState;
use crate::data::clock_jump::Moment;
use crate::data::file_check_state::FileCheck;
use crate::server::ScimServer;

/// The files of the workspace. Cheap to clone.
#[derive(Clone)]
pub struct Data {
    context: Context,
    scim_server: ScimServer,
    backups: Arc<BackupState>,
    /// When the journal was last looked through: once a day, as nothing in it is ever old within a minute.
    journal_pruned_at: Arc<Mutex<Option<Timestamp>>>,
    file_check: Arc<Mutex<FileCheck>>,
    /// When the clock was last looked at.
    clock_seen: Arc<Mutex<Option<Moment>>>,
}

impl Data {
    pub(crate) fn new(context: Context, scim_server: ScimServer) -> Self {
        Self {
            context,
            scim_server,
            backups: Arc::default(),
            journal_pruned_at: Arc::default(),
            file_check: Arc::default(),
            clock_seen: Arc::default(),
        }
    }

    pub(crate) fn backups(&self) -> &BackupState {
        &self.backups
    }
}

impl Room for Data {
    fn context(&self) -> &Context {
        &self.context
    }
}
