//! Undo: what clients did is taken back, from the journal, as the act of an Admin.
//!
//! **What the journal has, and the inverse of each change.** The changes that were selected (one, those of a request, all
//! of a connection since a moment, those of another undo) are taken together for each resource, so that each resource has
//! one step however often it was changed: from what it is now to what it was before the first of them.
//!
//! | change | the journal has | inverse |
//! | --- | --- | --- |
//! | create of a person or group | the document | deletion, by the connection's rule on DELETE: a tombstone, or nothing |
//! | update, deactivate, reactivate | the attributes that differ, both sides | the same attributes as they were |
//! | delete | the document, and whether there were a block and a password | the tombstone returns: same id, same document; a block returns, a password and a role do not |
//! | members added or removed | the ids | removed or added again; what happened to a member in between cancels out |
//! | role by the Admin group | both roles | follows from the membership, by the rules of the connection at that time |
//! | block, sign-in, password, role, link by an Admin | both sides | none here: these have commands of their own |
//!
//! **What cannot be undone**, each with its name and the reason ([`UndoObstacle`]): a person whose tombstone is gone or
//! was never there, a resource that another change altered since, a new group that has members of another request, a
//! name that another row has by now, people of a connection that is being deleted. Changes that retention removed are
//! not in the journal, and so not in a plan.
//!
//! **A job of steps.** [`Store::undo_plan`] only reads. [`Store::save_undo`] writes the steps, [`Tx::begin_undo`] decides,
//! in the transaction of the audit entry, and [`Store::continue_undo`] takes steps for [`STEP`] at most, each in its own
//! savepoint, so that the requests of clients wait for one batch at most. Which steps are left is in their rows: after a
//! process ended in the middle, the next one continues. A step is taken only if the journal has no later change of its row
//! than the preview saw; otherwise its reason is stored. Each entry that it makes is in `undo_change`, with the change
//! that it undoes, and is the actor's: so an undo is undone by the same code.
//!
//! **Order.** Deletions come first, because they free names; then documents, the newest change first, because a name
//! that one person gave up was taken by another later; then members that leave, and at last members that return, who
//! exist by then. A step whose name is in use is put behind the others, up to three times, and so is one at which
//! SQLite failed. Two people who exchanged their names are both skipped; their changes can be undone one by one.

mod job;
mod names;
mod net;
mod obstacle;
mod plan;
mod resources;
mod run;
mod selection;
mod step;

use std::time::Duration;

use jiff::Timestamp;

pub(crate) use run::end_unfinished;

pub use job::{UndoJob, UndoState, UndoStepRow};
pub use obstacle::UndoObstacle;
pub use plan::UndoPlan;
pub use selection::UndoSelection;

/// How long a batch of steps may take. A batch of the writer waits for one at most.
pub(crate) const STEP: Duration = Duration::from_millis(100);

scim::words! {
    /// What a step does.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum UndoAct {
        /// A person has access again.
        Reactivate = "reactivate",
        /// A person has no access again.
        Deactivate = "deactivate",
        /// Attributes are as they were.
        Update = "update",
        /// One that was deleted is here again, with the same id.
        Restore = "restore",
        /// One that was created is deleted, by the connection's rule on DELETE.
        Delete = "delete",
        /// Members that were removed are members again.
        AddMembers = "addMembers",
        /// Members that were added are members no longer.
        RemoveMembers = "removeMembers",
    }
}

impl UndoAct {
    /// A word of another version changes no access.
    pub(crate) fn of(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::Update)
    }

    /// It changes the members of a group alone.
    pub const fn is_about_members(self) -> bool {
        matches!(self, Self::AddMembers | Self::RemoveMembers)
    }
}

/// One step: what happens to one person, one group, or some members of a group.
#[derive(Clone, Debug)]
pub struct UndoStep {
    /// What it does.
    pub act: UndoAct,
    /// It is about a group.
    pub is_group: bool,
    /// The person's or group's id.
    pub resource_id: String,
    /// Its name.
    pub display: String,
    /// The changes that it undoes, ascending.
    pub changes: Vec<i64>,
    /// When the oldest of them happened.
    pub at: Timestamp,
    /// The members that it adds or removes.
    pub members: Vec<String>,
    /// Why it will not be taken.
    pub obstacle: Option<UndoObstacle>,
    /// What else the preview shows of it.
    pub remarks: Vec<UndoRemark>,
}

/// What a preview says of a step beside its act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoRemark {
    /// An Admin blocked the person, which an undo does not change.
    Blocked,
    /// The person could sign in; their password ended with the deletion.
    SignInEnded,
    /// The person was an Admin here; the role ended with the deletion.
    RoleEnded,
    /// By the rules of the connection the members of this group are Admins.
    GivesAdmin,
    /// The connection is observed first: access and roles wait until an Admin lets them through.
    Waits,
    /// No tombstone remains: this cannot be undone again.
    LeavesNothing,
}
