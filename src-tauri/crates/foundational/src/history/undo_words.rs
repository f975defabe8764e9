//! An undo in words.

use jiff::Timestamp;
use store::{UndoAct, UndoObstacle, UndoRemark};

use crate::connections::find::ConnectionsById;
use crate::data::retention::RETENTION;
use crate::history::words::{DELETED_USER, author, happened};
use crate::words::counted;

/// What an act is called in a list of acts.
pub(crate) const fn act_name(act: UndoAct) -> &'static str {
    match act {
        UndoAct::Reactivate => "Reactivate",
        UndoAct::Deactivate => "Deactivate",
        UndoAct::Update => "Change back",
        UndoAct::Restore => "Restore",
        UndoAct::Delete => "Delete",
        UndoAct::AddMembers => "Add members back",
        UndoAct::RemoveMembers => "Remove members",
    }
}

/// What a step does, as a sentence about the person or group.
pub(crate) fn sentence(act: UndoAct, members: u64) -> String {
    match act {
        UndoAct::Reactivate => "Is active again".to_owned(),
        UndoAct::Deactivate => "Is deactivated again".to_owned(),
        UndoAct::Update => "Has the earlier values again".to_owned(),
        UndoAct::Restore => "Is here again, with the same id".to_owned(),
        UndoAct::Delete => "Is deleted, because these changes created it".to_owned(),
        UndoAct::AddMembers => format!("Has {} again", counted(members, "earlier member", "earlier members")),
        UndoAct::RemoveMembers => format!("Loses {}", counted(members, "added member", "added members")),
    }
}

pub(crate) fn remark(remark: UndoRemark) -> String {
    match remark {
        UndoRemark::Blocked => "Remains blocked from signing in.".to_owned(),
        UndoRemark::SignInEnded => "Cannot sign in until an Admin allows it again.".to_owned(),
        UndoRemark::RoleEnded => "Returns as a Member.".to_owned(),
        UndoRemark::GivesAdmin => "Members of this group are Admins.".to_owned(),
        UndoRemark::Waits => "Waits to be let through, because the connection is observed first.".to_owned(),
        UndoRemark::LeavesNothing => {
            "By the rules of the connection nothing remains of it: this cannot be undone again.".to_owned()
        }
    }
}

/// Why a step is not taken. `actor` is the name of the person who made the change that is in the way.
pub(crate) fn reason(why: &UndoObstacle, actor: Option<&str>, connections: &ConnectionsById) -> String {
    match why {
        UndoObstacle::ChangedSince { connection_id, by_undo, .. } => {
            let by = author(connection_id.as_ref(), actor, connections);
            let at = why.changed_at().map(minute).unwrap_or_default();
            let what = if *by_undo { "Undone" } else { "Changed since" };
            format!("{what} by {by} at {at}.")
        }
        UndoObstacle::OtherCommand { change } => {
            format!("\"{}\" is not undone here, but on the page of the user.", happened(*change))
        }
        UndoObstacle::Gone => format!(
            "Nothing remains of it. A deleted user or group can return for {} days, unless the rules of its connection remove it at once.",
            RETENTION.as_secs() / 86_400
        ),
        UndoObstacle::ConnectionGone => "Its connection is being deleted.".to_owned(),
        UndoObstacle::NameTaken { name } if name.is_empty() => {
            "Another user or group has its name now.".to_owned()
        }
        UndoObstacle::NameTaken { name } => format!("Another user or group has the name {name} now."),
        UndoObstacle::HistoryAttached => "Its history was attached to another user.".to_owned(),
        UndoObstacle::Unconfirmed => {
            "An Admin must confirm this user after the restore of a backup first.".to_owned()
        }
        UndoObstacle::LastAdmin => "No local Admin would be left.".to_owned(),
        UndoObstacle::GivesAdmin => "It would make people Admins, which was not chosen.".to_owned(),
        UndoObstacle::MembersGone => "These members no longer exist.".to_owned(),
        UndoObstacle::Restored => "A backup was restored since. Who left in between is not known.".to_owned(),
        UndoObstacle::Moved => {
            "The workspace was moved here before this was undone. Undo it again here.".to_owned()
        }
        UndoObstacle::Unreadable => "What is stored of it cannot be read.".to_owned(),
        UndoObstacle::TooLarge => "It would be larger than a user or group may be.".to_owned(),
        UndoObstacle::Failed => "The database failed each time. The log has the error.".to_owned(),
    }
}

/// The name of the actor of a change that is in the way, where it is a person.
pub(crate) fn actor_of(why: &UndoObstacle) -> Option<&str> {
    match why {
        UndoObstacle::ChangedSince { actor, .. } => actor.as_deref(),
        _ => None,
    }
}

/// The name of an actor by id; one without an account was deleted.
pub(crate) fn name_of(account: Option<store::Account>) -> String {
    account.map_or_else(|| DELETED_USER.to_owned(), |account| account.name)
}

/// What is undone, as it continues a sentence: "the changes since 2026-11-24 14:02 UTC".
pub(crate) fn extent(of: &store::UndoSelection) -> String {
    match of {
        store::UndoSelection::Change { .. } => "one change".to_owned(),
        store::UndoSelection::Request { .. } => "one request".to_owned(),
        store::UndoSelection::Connection { since, .. } => format!("the changes since {}", minute(*since)),
        store::UndoSelection::Undo { .. } => "an undo".to_owned(),
    }
}

/// "The changes of Okta since 2026-11-24 14:02 UTC".
pub(crate) fn title(of: &store::UndoSelection, subject: &str) -> String {
    match of {
        store::UndoSelection::Change { .. } => format!("One change of {subject}"),
        store::UndoSelection::Request { .. } => format!("One request of {subject}"),
        store::UndoSelection::Connection { since, .. } => {
            format!("The changes of {subject} since {}", minute(*since))
        }
        store::UndoSelection::Undo { .. } => format!("An undo of changes of {subject}"),
    }
}

fn minute(at: Timestamp) -> String {
    format!("{} UTC", at.strftime("%Y-%m-%d %H:%M"))
}

/// How an undo ended: "10,000 steps were taken, 3 not."
pub(crate) fn outcome(done: u64, skipped: u64) -> String {
    let done = counted(done, "step was taken", "steps were taken");
    match skipped {
        0 => format!("{done}."),
        skipped => format!("{done}, {skipped} not."),
    }
}
