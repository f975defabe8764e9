//! What the UI sees of backups, and of what a restore would do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{BackupKind, CarriedOver};
use ts_rs::TS;

/// The panel of backups.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BackupsView {
    /// Where daily ones and those made by hand go.
    pub folder: String,
    /// It is the one inside the data folder.
    pub usual: bool,
    /// Why the last try failed, in a sentence.
    pub problem: Option<String>,
    /// Newest first.
    pub backups: Vec<BackupView>,
    /// How many daily ones are retained.
    pub retained: u32,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BackupView {
    /// The whole path.
    pub file: String,
    pub name: String,
    #[ts(type = "string")]
    pub made_at: Timestamp,
    pub kind: BackupKind,
    pub bytes: u64,
    pub people: u64,
    pub groups: u64,
    pub connections: u64,
    pub admins: u64,
    /// The version of the program that made it.
    pub program: String,
    /// Names this one backup, byte by byte.
    pub seal: String,
}

/// What a restore would do.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RestorePreview {
    pub backup: BackupView,
    /// What is here now and not in the backup: it will be lost.
    pub lost_people: u64,
    pub lost_groups: u64,
    pub lost_connections: u64,
    pub lost_changes: u64,
    /// What ended since the backup was made, and ends in it too.
    pub carried: CarriedOver,
}

/// After a restore was decided. The workspace closes and opens again by itself.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RestoreDone {
    pub restored: BackupView,
    /// The state of before, as a backup of its own.
    pub previous: BackupView,
    /// What ended in the backup too.
    pub carried: CarriedOver,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct BackupMake {
    /// A file that is not there yet, from the command line only; otherwise it goes to the folder.
    #[ts(optional)]
    pub to: Option<String>,
}

#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct BackupFolder {
    /// Nothing: the one inside the data folder.
    pub folder: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct BackupFile {
    /// The whole path of a backup.
    pub file: String,
    /// The userName of the local Admin who is to sign in where nothing is known of what ended since the backup. Without
    /// it: the Admin at the window, or the only one.
    #[ts(optional)]
    pub admin: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct BackupRestore {
    pub file: String,
    /// The seal of the backup that was looked at.
    pub seal: String,
    /// RESTORE, typed by the person.
    pub typed: String,
    /// As in the preview.
    #[ts(optional)]
    pub admin: Option<String>,
}
