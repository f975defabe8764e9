//! What is known of the file of the workspace.

/// What the newest check found, and whether it was made since the start.
#[derive(Debug, Default)]
pub(crate) struct FileCheck {
    /// What is wrong with the file, in SQLite's words.
    pub found: Vec<String>,
    pub is_done: bool,
}
