//! Files that only their owner can read.

use std::io::Write as _;
use std::path::Path;

/// Writes a file with mode 0600, whole or not at all: after a crash or a power cut it is the old one or the new one.
pub fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file)?;
    // The new name is in the folder, which only Unix can sync.
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}
