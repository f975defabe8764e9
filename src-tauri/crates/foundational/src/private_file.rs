//! Files that only their owner can read.

use std::io::Write as _;
use std::path::Path;

/// Writes a file with mode 0600, whole or not at all.
pub fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = file.with_extension("new");
    drop(std::fs::remove_file(&fresh));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut handle = options.open(&fresh)?;
    handle.write_all(bytes)?;
    drop(handle);
    std::fs::rename(&fresh, file)
}
