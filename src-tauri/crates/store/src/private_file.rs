//! Files and folders for their owner only (modes 0600 and 0700), whose names survive a power cut. Every private file of the
//! program is made here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file whole or not at all: after a crash or a power cut it is the old one or the new one.
///
/// # Errors
/// The system's; then the old file remains.
pub fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file of this kind has the mode 0600 from its first moment.
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file)?;
    sync_folder(folder)
}

/// Opens a file to append to it, and makes it if need be. What is appended is as durable as the system makes it.
///
/// # Errors
/// The system's.
pub fn append(file: &Path) -> io::Result<File> {
    open_with(file, OpenOptions::new().append(true).create(true))
}

/// Takes the rights of others from a file that may have been copied here.
///
/// # Errors
/// The system's; for example the file is another user's.
pub fn make_private(file: &Path) -> io::Result<()> {
    set_mode(file, 0o600)
}

/// Opens a file to read and write it, and makes it if need be.
pub(crate) fn open(file: &Path) -> io::Result<File> {
    open_with(file, OpenOptions::new().read(true).write(true).create(true))
}

/// Makes an empty file, to be written in pieces and renamed when it is whole; one that is there is replaced.
pub(crate) fn create(file: &Path) -> io::Result<File> {
    remove(file)?;
    open_with(file, OpenOptions::new().write(true).create_new(true))
}

/// One that another program made readable for others is made private again.
fn open_with(file: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    let opened = options.open(file)?;
    set_mode(file, 0o600)?;
    Ok(opened)
}

/// Makes the folder unless it is there.
///
/// # Errors
/// The system's.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    folder.parent().map_or(Ok(()), sync_folder)
}

/// Makes sure that the names in a folder survive a power cut, on the file systems that can say so.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network and FUSE file systems.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        done => done,
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half can fail")]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes a file; one that is not there is no error.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives a file or folder these permissions, where the system has such.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o777 != mode {
        permissions.set_mode(mode);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix half can fail")]
pub(crate) fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(not(unix))]
    fn mode(path: &Path) -> u32 {
        if path.is_dir() { 0o700 } else { 0o600 }
    }

    /// A file that every user may read.
    fn readable_by_all(folder: &tempfile::TempDir) -> std::path::PathBuf {
        let file = folder.path().join("file");
        fs::write(&file, "an older text").unwrap();
        set_mode(&file, 0o644).unwrap();
        file
    }

    #[test]
    fn a_file_is_written_whole_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = readable_by_all(&folder);
        write(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new", "the new text replaces the longer one");
        assert_eq!(mode(&file), 0o600, "whatever the old one allowed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is beside it");
        let gone = folder.path().join("gone").join("file");
        assert!(write(&gone, b"new").is_err(), "a folder that is not there is not made");
    }

    #[test]
    fn what_is_appended_follows_what_is_there_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = readable_by_all(&folder);
        append(&file).unwrap().write_all(b" and more").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"an older text and more", "nothing is lost");
        assert_eq!(mode(&file), 0o600, "whatever it allowed before");
        let fresh = folder.path().join("fresh");
        append(&fresh).unwrap();
        assert_eq!(mode(&fresh), 0o600, "and so is one that is made");
    }

    #[test]
    fn an_opened_file_has_its_text_and_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = readable_by_all(&folder);
        let mut text = String::new();
        open(&file).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), mode(&file)), ("an older text", 0o600), "it is not emptied");
    }

    #[test]
    fn a_created_file_is_empty_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = readable_by_all(&folder);
        create(&file).unwrap();
        assert_eq!(
            (fs::read(&file).unwrap().len(), mode(&file)),
            (0, 0o600),
            "nothing of the old one is left"
        );
    }

    #[test]
    fn a_folder_and_those_above_it_are_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("outer").join("inner");
        create_folder(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700, "no other user looks into it");
        assert_eq!(mode(inner.parent().unwrap()), 0o700, "nor into the one around it");
    }
}
