//! What a command does to the workspace.

/// Each command of the table has one; a test calls every command and compares the workspace before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It leaves the workspace as it was, apart from audit entries of sign-ins.
    Reads,
    /// It changes the workspace, ends a session or hands data out, and leaves an audit entry: in the transaction of the
    /// change where there is one, else before the answer.
    Acts,
    /// It saves how far a person is in a wizard, which decides nothing.
    SavesProgress,
}
