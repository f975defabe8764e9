//! What kind of file system the data folder is on. SQLite's locks and its shared memory do not hold on network and
//! FUSE file systems (sqlite.org/wal.html, "All processes using a database must be on the same host computer";
//! sqlite.org/howtocorrupt.html, section 2.1).

use std::path::Path;

/// The name of the network or FUSE file system that a folder is on, or would be made on. Nothing for others, and where
/// the system does not say.
pub fn remote_file_system(folder: &Path) -> Option<&'static str> {
    let there = std::path::absolute(folder).ok()?;
    let there = there.ancestors().find(|one| one.exists())?;
    of(there)
}

/// `f_type` of statfs(2), and `linux/magic.h`.
#[cfg(target_os = "linux")]
fn of(folder: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    // The field is signed on some platforms, and the numbers have 32 bits.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "only 32 bits mean something"
    )]
    name(kind as u32)
}

#[cfg(target_os = "linux")]
const fn name(kind: u32) -> Option<&'static str> {
    Some(match kind {
        0x6969 => "NFS",
        0x517B | 0xFE53_4D42 => "SMB",
        0xFF53_4D42 => "CIFS",
        0x6573_5546 => "FUSE",
        0x0102_1997 => "9P",
        0x7375_7245 => "Coda",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x00C3_6400 => "Ceph",
        0x0116_1970 => "GFS2",
        0x7461_636F => "OCFS2",
        0x0BD0_0BD0 => "Lustre",
        0x564C => "NCP",
        0x786F_4256 => "a VirtualBox shared folder",
        0xBACB_ACBC => "a VMware shared folder",
        _ => return None,
    })
}

#[cfg(target_vendor = "apple")]
fn of(folder: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(folder).ok()?.f_fstypename;
    let kind: String = kind
        .iter()
        .map(|letter| char::from(letter.to_ne_bytes()[0]))
        .take_while(|letter| *letter != '\0')
        .collect();
    Some(match kind.as_str() {
        "nfs" => "NFS",
        "smbfs" => "SMB",
        "afpfs" => "AFP",
        "webdav" => "WebDAV",
        "macfuse" | "osxfuse" | "fusefs" => "FUSE",
        _ => return None,
    })
}

#[cfg(windows)]
fn of(folder: &Path) -> Option<&'static str> {
    use std::path::{Component, Prefix};
    match folder.canonicalize().ok()?.components().next()? {
        Component::Prefix(prefix) => match prefix.kind() {
            Prefix::UNC(..) | Prefix::VerbatimUNC(..) => Some("a network share"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
fn of(_folder: &Path) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_other_computers_and_of_programs_are_known_by_their_numbers() {
        for (kind, expected) in
            [(0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0x6573_5546, "FUSE"), (0x0102_1997, "9P")]
        {
            assert_eq!(name(kind), Some(expected), "{kind:#x}");
        }
        for (kind, local) in
            [(0xEF53, "ext4"), (0x0102_1994, "tmpfs"), (0x9123_683E, "btrfs"), (0x5846_5342, "XFS")]
        {
            assert_eq!(name(kind), None, "{local} is one of this computer");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_judged_by_the_one_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("not/yet/there");
        assert_eq!(remote_file_system(&deep), remote_file_system(folder.path()), "the folder above decides");
        assert_eq!(remote_file_system(Path::new("/proc")), None, "a local one is taken");
    }
}
