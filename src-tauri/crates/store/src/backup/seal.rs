//! The seal at the end of a backup: what the backup is, and a digest of every byte of it. SQLite does not read it, so
//! the file opens as the database that it is.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::refusal::RestoreRefusal;

const MARK: &[u8; 16] = b"FOUNDATIONAL 1 \n";
const DIGEST: usize = 32;
/// Digest, length of the facts, mark.
const TAIL: usize = DIGEST + 4 + MARK.len();
const LONGEST_FACTS: usize = 4096;
/// SQLite's own first bytes, and where the application's id is in its header.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";
const APPLICATION_ID: usize = 68;
/// "FNDL"; migration 0010 writes it.
pub(super) const OURS: u32 = 1_179_534_412;

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BackupKind {
    /// A person asked for it.
    Hand,
    /// By itself, once a day.
    Daily,
    /// Before a newer version changed the database.
    Migration,
    /// Before another backup was restored.
    Restore,
    /// To move the workspace to a server.
    Move,
}

/// What says of a backup that it is a move. What is moved, when and by which version are facts of every backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoveManifest {
    /// The form of the file: [`MoveManifest::FORMAT`].
    pub format: u32,
    /// The public address at that time.
    pub address: Option<String>,
    /// The beginnings of the names of the first [`MoveManifest::NAMED`] connections.
    pub connections: Vec<String>,
}

impl MoveManifest {
    /// The form that this version writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;
    /// How many connections are named at most: the facts of a backup have a limit of 4 KiB.
    pub const NAMED: usize = 10;
    /// How many letters of a name there are at most, for the same reason: in JSON, one has six bytes at most.
    const LETTERS: usize = 40;

    /// Of a workspace with this public address and these connections.
    pub fn new(address: Option<String>, connections: impl IntoIterator<Item = String>) -> Self {
        Self {
            format: Self::FORMAT,
            address,
            connections: connections
                .into_iter()
                .take(Self::NAMED)
                .map(|name| name.chars().take(Self::LETTERS).collect())
                .collect(),
        }
    }
}

/// What a backup is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupFacts {
    /// Milliseconds since 1970.
    pub made_at: i64,
    pub kind: BackupKind,
    /// The version of the program that made it.
    pub program: String,
    pub schema: i64,
    pub people: u64,
    pub groups: u64,
    pub connections: u64,
    /// Local Admins who may sign in.
    pub admins: u64,
    /// The newest change in its history.
    pub newest_change: i64,
    /// What makes it a move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<MoveManifest>,
}

/// Where the parts of a sealed file are.
struct Parts {
    facts: Vec<u8>,
    digest: Vec<u8>,
    database: u64,
}

/// Appends the seal.
pub(super) fn close(path: &Path, facts: &BackupFacts) -> io::Result<()> {
    let facts = serde_json::to_vec(facts)?;
    if facts.len() > LONGEST_FACTS {
        return Err(io::Error::other("what it says of itself is too long"));
    }
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    let database = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let mut digest = Sha256::new();
    pour(&mut file, database, |bytes| {
        digest.update(bytes);
        Ok(())
    })?;
    digest.update(&facts);
    let length = u32::try_from(facts.len()).map_err(io::Error::other)?;
    file.write_all(&facts)?;
    file.write_all(&digest.finalize())?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(MARK)?;
    file.sync_all()
}

/// What the seal says, without looking whether it is true. Nothing when there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<BackupFacts>> {
    let parts = parts(&mut File::open(path)?)?;
    Ok(parts.and_then(|parts| serde_json::from_slice(&parts.facts).ok()))
}

/// Copies the database out of a backup to `to`, which exists and is empty, and compares every byte with the seal. The
/// inner `Err` is a file that does not hold what it should; it says what the header alone can tell.
pub(super) fn open(path: &Path, to: &Path) -> io::Result<Result<BackupFacts, RestoreRefusal>> {
    let mut file = File::open(path)?;
    let Some(id) = application_id(&mut file)? else { return Ok(Err(RestoreRefusal::Foreign)) };
    let Some(parts) = parts(&mut file)? else {
        return Ok(Err(if id == OURS { RestoreRefusal::Unsealed } else { RestoreRefusal::Foreign }));
    };
    if id != OURS && id != 0 {
        return Ok(Err(RestoreRefusal::Foreign));
    }
    let mut copy = OpenOptions::new().write(true).open(to)?;
    let mut digest = Sha256::new();
    file.seek(SeekFrom::Start(0))?;
    pour(&mut file, parts.database, |bytes| {
        digest.update(bytes);
        copy.write_all(bytes)
    })?;
    copy.sync_all()?;
    digest.update(&parts.facts);
    if digest.finalize().as_slice() != parts.digest {
        return Ok(Err(RestoreRefusal::Changed));
    }
    Ok(serde_json::from_slice(&parts.facts).map_err(|error| {
        tracing::debug!(%error, "a seal with other facts");
        RestoreRefusal::Changed
    }))
}

/// Why [`read`] finds no facts in a file.
pub(super) fn without_facts(path: &Path) -> io::Result<RestoreRefusal> {
    let mut file = File::open(path)?;
    Ok(match (application_id(&mut file)?, parts(&mut file)?.is_some()) {
        (Some(OURS), false) => RestoreRefusal::Unsealed,
        (Some(_), true) => RestoreRefusal::Changed,
        _ => RestoreRefusal::Foreign,
    })
}

/// The application's id in the header of a SQLite database; nothing of another file.
fn application_id(file: &mut File) -> io::Result<Option<u32>> {
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut header = [0_u8; 100];
    if file.read_exact(&mut header).is_err() || !header.starts_with(SQLITE) {
        return Ok(None);
    }
    Ok(Some(header[APPLICATION_ID..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))))
}

/// Whether every byte is as it was written.
pub(super) fn is_whole(path: &Path) -> bool {
    let check = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        let Some(parts) = parts(&mut file)? else { return Ok(false) };
        let mut digest = Sha256::new();
        file.seek(SeekFrom::Start(0))?;
        pour(&mut file, parts.database, |bytes| {
            digest.update(bytes);
            Ok(())
        })?;
        digest.update(&parts.facts);
        Ok(digest.finalize().as_slice() == parts.digest)
    };
    check().unwrap_or(false)
}

/// The digest in the seal, which names this one backup.
pub(super) fn digest(path: &Path) -> io::Result<Option<String>> {
    Ok(parts(&mut File::open(path)?)?.map(|parts| HEXLOWER.encode(&parts.digest)))
}

fn parts(file: &mut File) -> io::Result<Option<Parts>> {
    let size = file.metadata()?.len();
    let Some(end) = size.checked_sub(TAIL as u64) else { return Ok(None) };
    let mut tail = [0_u8; TAIL];
    file.seek(SeekFrom::Start(end))?;
    file.read_exact(&mut tail)?;
    let (digest, rest) = tail.split_at(DIGEST);
    let (length, mark) = rest.split_at(4);
    let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
    if mark != MARK || length > LONGEST_FACTS {
        return Ok(None);
    }
    let Some(database) = end.checked_sub(length as u64) else { return Ok(None) };
    let mut facts = vec![0; length];
    file.seek(SeekFrom::Start(database))?;
    file.read_exact(&mut facts)?;
    // The digest is of all bytes, and not of the place between the database and the facts: they begin where their JSON does.
    let begins = facts.starts_with(b"{");
    Ok(begins.then(|| Parts { facts, digest: digest.to_vec(), database }))
}

fn pour(from: &mut File, length: u64, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut piece = vec![0; 1 << 16];
    let mut from = from.take(length);
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(()),
            read => each(&piece[..read])?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_of_the_database_are_no_part_of_what_a_backup_says() {
        let folder = tempfile::tempdir().unwrap();
        let (backup, copy) = (folder.path().join("backup"), folder.path().join("copy"));
        let mut database = SQLITE.to_vec();
        database.resize(APPLICATION_ID, 0);
        database.extend(OURS.to_be_bytes());
        // A blank before JSON changes nothing of it.
        database.resize(200, b' ');
        std::fs::write(&backup, &database).unwrap();
        let facts = BackupFacts {
            made_at: 0,
            kind: BackupKind::Hand,
            program: "0.1.0".to_owned(),
            schema: 1,
            people: 0,
            groups: 0,
            connections: 0,
            admins: 0,
            newest_change: 0,
            moved: None,
        };
        close(&backup, &facts).unwrap();
        std::fs::write(&copy, "").unwrap();
        assert_eq!(open(&backup, &copy).unwrap(), Ok(facts));
        assert_eq!(std::fs::read(&copy).unwrap(), database, "all of it is taken");
        let mut bytes = std::fs::read(&backup).unwrap();
        let length = bytes.len() - MARK.len() - 4;
        bytes[length] += 1;
        std::fs::write(&backup, bytes).unwrap();
        std::fs::write(&copy, "").unwrap();
        assert_eq!(open(&backup, &copy).unwrap(), Err(RestoreRefusal::Unsealed));
    }
}
