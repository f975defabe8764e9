//! What a command needs of its caller.

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Every window, signed in or not.
    Anyone,
    /// A person who is signed in, locked or not.
    Session,
    /// A person who is signed in.
    Member,
    /// An Admin.
    Admin,
    /// An Admin who gave the password within the last five minutes.
    Confirmed,
}
