#![no_main]
//! Any file is a backup or refused, and one of which a single byte was changed after it was sealed is refused.

use std::fs::{self, File};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

// The files themselves: the crate `store` would bring SQLite with it.
#[expect(dead_code, reason = "the database inside is judged elsewhere")]
#[path = "../../../store/src/backup/refusal.rs"]
mod refusal;
#[path = "../../../store/src/backup/seal.rs"]
mod seal;

use refusal::RestoreRefusal;
use seal::{BackupFacts, BackupKind, MoveManifest};

/// A file without a name, so that nothing of it remains. In memory, where there is such a place.
struct Place {
    file: File,
    path: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let named = folder.join(format!("fuzz-{}-{name}", std::process::id()));
        let file = File::create_new(&named).expect("there is no such file");
        fs::remove_file(&named).expect("it can be removed");
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        Self { file, path }
    }
}

static BACKUP: LazyLock<Place> = LazyLock::new(|| Place::new("backup"));
static COPY: LazyLock<Place> = LazyLock::new(|| Place::new("copy"));

/// What a file says that it is, once it is compared with its seal.
fn open(bytes: &[u8]) -> Result<BackupFacts, RestoreRefusal> {
    let path = &BACKUP.path;
    fs::write(path, bytes).expect("it is written");
    COPY.file.set_len(0).expect("it is emptied");
    let opened = seal::open(path, &COPY.path).expect("it is read");
    let facts = seal::read(path).expect("it is read");
    if let Ok(opened) = &opened {
        assert_eq!(facts.as_ref(), Some(opened), "it says the same before it is compared");
        assert!(seal::is_whole(path) && seal::digest(path).is_ok_and(|digest| digest.is_some()));
        let database = fs::read(&COPY.path).expect("it is read");
        assert!(bytes.starts_with(&database) && database.len() < bytes.len(), "the database is a part of it");
    }
    if facts.is_none() {
        assert!(opened.is_err());
        let _ = seal::without_facts(path).expect("it is read");
    }
    opened
}

/// A backup whose database has these bytes behind its header, and what it says.
fn sealed(bytes: &[u8]) -> (Vec<u8>, BackupFacts) {
    let mut database = b"SQLite format 3\0".to_vec();
    database.resize(68, 0);
    database.extend(seal::OURS.to_be_bytes());
    database.resize(100, 0);
    database.extend(bytes);
    fs::write(&BACKUP.path, &database).expect("it is written");
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(64)]).into_owned();
    let moved = MoveManifest::new(Some(text.clone()), vec![text.repeat(9); 99]);
    let facts = BackupFacts {
        made_at: i64::MIN,
        kind: BackupKind::Move,
        program: text,
        schema: i64::MAX,
        people: u64::MAX,
        groups: 0,
        connections: 99,
        admins: 1,
        newest_change: 0,
        moved: Some(moved),
    };
    seal::close(&BACKUP.path, &facts).expect("there is room for every name");
    (fs::read(&BACKUP.path).expect("it is read"), facts)
}

fuzz_target!(|bytes: &[u8]| {
    let _ = open(bytes);
    let Some(([place @ .., change], rest)) = bytes.split_first_chunk::<3>() else { return };
    let (mut file, facts) = sealed(rest);
    assert_eq!(open(&file), Ok(facts));
    // Counted from the end, where the seal is.
    let at = file.len() - 1 - usize::from(u16::from_le_bytes(*place)) % file.len();
    file[at] ^= (*change).max(1);
    assert!(open(&file).is_err(), "byte {at} of {} is another one", file.len());
});
