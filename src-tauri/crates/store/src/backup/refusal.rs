//! Why a file is not restored.

/// Why a file is not restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreRefusal {
    /// It is something else.
    #[error("is not a backup of Foundational")]
    Foreign,
    /// A database of ours without a seal.
    #[error("has no seal: it was cut short, or is a copy of a live database")]
    Unsealed,
    /// Some byte is not what it was.
    #[error("was changed after it was made")]
    Changed,
    /// The database inside does not hold together.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// A newer version made it.
    #[error("was made by a newer version of Foundational (schema {found}, this version knows {known})")]
    Newer { found: i64, known: i64 },
    /// It is sealed, but tables or triggers in it are not those of its version.
    #[error("holds {0}, which Foundational does not make")]
    Altered(String),
    /// No Admin could sign in to check it.
    #[error("has no Admin who could sign in")]
    NoAdmin,
    /// Each local Admin of it was demoted, blocked or deleted since.
    #[error("would leave no Admin who could sign in: each of its Admins lost that role or access since")]
    NoAdminLeft,
    /// Nothing is known of what ended since, and one of these local Admins is to sign in.
    #[error("has several Admins ({}), and it is unknown which of them lost access since", .0.join(", "))]
    WhichAdmin(Vec<String>),
    /// It can be restored, and was not made to be moved.
    #[error("is a backup, and not the file of a move")]
    NoMove,
    /// A newer version wrote the file of a move.
    #[error("was written by a newer version of Foundational ({0})")]
    NewerMove(String),
    /// The file is no longer the one that was checked.
    #[error("is another file than the one that was looked at")]
    Other,
}
