//! Proofs of leaving in words.

use std::time::Duration;

use jiff::Timestamp;
use store::{ChangeKind, LeaverOutcome, LeaverProof, LeaverRow, RefusedWrite};

use crate::words::counted;

/// How long reading back may take before it counts as not finished: it is looked for each minute.
const LONGEST: Duration = Duration::from_mins(2);

/// "Complete".
pub(crate) const fn proof_word(proof: LeaverProof) -> &'static str {
    match proof {
        LeaverProof::Incomplete => "Incomplete",
        LeaverProof::Complete => "Complete",
        LeaverProof::Returned => "Access given back",
        LeaverProof::NotRecorded => "Not recorded",
    }
}

/// "Deactivated".
pub(crate) const fn act_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Delete => "Deleted",
        _ => "Deactivated",
    }
}

/// What was seen of a leaver.
pub(crate) fn sentence(row: &LeaverRow, now: Timestamp) -> String {
    match row.outcome {
        Some(LeaverOutcome::Complete) => {
            let account = if row.kind == ChangeKind::Delete { "deleted" } else { "inactive" };
            let sessions = match row.sessions.unwrap_or_default() {
                0 => "No session was open.".to_owned(),
                ended => format!("{} ended.", counted(ended, "session was", "sessions were")),
            };
            format!("Read back: the account is {account}. {sessions}")
        }
        Some(LeaverOutcome::Active) => {
            "The account was active when it was read back from the database.".to_owned()
        }
        Some(LeaverOutcome::SignedIn) => {
            "The account has no access, but a session of this person was open when it was checked.".to_owned()
        }
        Some(LeaverOutcome::Returned) => {
            "A later change gave access back before the account was read back.".to_owned()
        }
        Some(LeaverOutcome::Unrecorded) => {
            "Not recorded: this was before Foundational read leavers back.".to_owned()
        }
        None if now <= row.stored_at + LONGEST => "The account is being read back.".to_owned(),
        None => {
            "The change is stored, but the account was not read back: the check did not finish.".to_owned()
        }
    }
}

/// Why a request that was to end access did not.
pub(crate) fn refusal(refused: &RefusedWrite) -> String {
    match refused.refusals {
        1 => format!("The request was refused: {}.", refused.sentence),
        n => format!("{n} requests were refused, the newest because: {}.", refused.sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_does_not_finish_is_called_so_after_a_while() {
        let stored_at = Timestamp::UNIX_EPOCH;
        let row = LeaverRow {
            change_id: 1,
            connection_id: String::new(),
            connection_name: String::new(),
            person_id: String::new(),
            person_exists: true,
            display: String::new(),
            user_name: String::new(),
            kind: ChangeKind::Deactivate,
            activity_id: None,
            requested_at: None,
            stored_at,
            outcome: None,
            read_back_at: None,
            sessions: None,
            sessions_ended_at: None,
        };
        assert!(sentence(&row, stored_at + LONGEST).contains("is being read back"));
        assert!(sentence(&row, stored_at + LONGEST * 2).contains("did not finish"));
    }
}
