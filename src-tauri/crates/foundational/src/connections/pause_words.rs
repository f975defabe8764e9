//! Why a connection is paused where no person paused it.

use store::PauseCause;

/// What paused it and what ends the pause, in sentences; nothing where a person paused it.
pub(crate) const fn reason(cause: PauseCause) -> Option<&'static str> {
    match cause {
        PauseCause::Person => None,
        PauseCause::Restore => Some("Paused because a backup was restored. Check, then resume."),
        PauseCause::MoveAway => Some(
            "Paused because this workspace was moved to a server. If it is resumed here too, there are two copies, and each \
             misses what the other receives.",
        ),
        PauseCause::MoveHere => Some(
            "Paused because this workspace was moved here. Check that the identity provider reaches this computer, then resume.",
        ),
    }
}
