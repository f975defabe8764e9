//! The writes and syncs of the two databases, as `faults.c` recorded them, and the files as a power cut leaves them.

use std::path::Path;

use crate::chosen::Random;

/// The databases by their numbers in the record.
const FILES: [&str; 4] = [DATABASE, LOG, "activity.db", "activity.db-wal"];
const DATABASE: &str = "foundational.db";
/// The write-ahead log of the workspace.
const LOG: &str = "foundational.db-wal";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Write,
    Truncate,
    Sync,
    /// A sync that was left out.
    Omitted,
}

struct Entry {
    call: Call,
    file: usize,
    /// Where a write begins, or the new size.
    offset: usize,
    bytes: Vec<u8>,
}

impl Entry {
    /// Does the first `length` bytes of it.
    fn apply(&self, file: &mut Vec<u8>, length: usize) {
        match self.call {
            Call::Write => {
                let end = self.offset + length;
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[self.offset..end].copy_from_slice(&self.bytes[..length]);
            }
            Call::Truncate => file.resize(self.offset, 0),
            Call::Sync | Call::Omitted => {}
        }
    }
}

/// All of a run, in its order.
pub(crate) struct Record(Vec<Entry>);

impl Record {
    pub(crate) fn read(file: &Path) -> Self {
        let bytes = std::fs::read(file).unwrap();
        let (mut rest, mut entries) = (&bytes[..], Vec::new());
        // The last one is not whole where the process was killed in it.
        while let Some((head, behind)) = rest.split_at_checked(24) {
            let word = |at: usize| u32::from_ne_bytes(head[at..at + 4].try_into().unwrap());
            let long = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().unwrap());
            let call = [Call::Write, Call::Truncate, Call::Sync][word(0) as usize - 1];
            let (offset, length) = (usize::try_from(long(8)).unwrap(), usize::try_from(long(16)).unwrap());
            let Some((bytes, behind)) = behind.split_at_checked(length) else { break };
            entries.push(Entry { call, file: word(4) as usize, offset, bytes: bytes.to_vec() });
            rest = behind;
        }
        Self(entries)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether pages of the workspace are moved from its log into the database.
    pub(crate) fn has_checkpoint(&self) -> bool {
        self.0.iter().any(|entry| FILES[entry.file] == DATABASE && entry.call == Call::Write)
    }

    /// The same run with `synchronous=NORMAL`: the write-ahead log of the workspace is synced where it begins again and before its
    /// pages are moved into the database, and not at each commit.
    pub(crate) fn without_syncs_of_commits(mut self) -> Self {
        // Whether what follows is that pages are moved.
        let mut is_moved = false;
        for at in (0..self.0.len()).rev() {
            let (before, behind) = self.0.split_at_mut(at);
            let last = before.iter().rfind(|entry| FILES[entry.file] == LOG);
            let begins = last.is_some_and(|last| last.call == Call::Write && last.offset == 0);
            let entry = &mut behind[0];
            match (FILES[entry.file], entry.call) {
                (LOG, Call::Sync) if !is_moved && !begins => entry.call = Call::Omitted,
                (_, Call::Sync) => {}
                (DATABASE, _) => is_moved = true,
                (LOG, _) => is_moved = false,
                _ => {}
            }
        }
        self
    }

    /// Writes the databases into a folder that has them as they were before the run, as they are after a power cut at the
    /// end of the first `entries`: what was synced is there; each other write is there, or not, or its beginning, at random, or all
    /// of them up to one of which the beginning is there.
    pub(crate) fn cut(&self, entries: usize, folder: &Path, random: &mut Random) {
        for (number, name) in FILES.iter().enumerate() {
            let path = folder.join(name);
            let mut file = std::fs::read(&path).unwrap_or_default();
            let mut unsynced: Vec<&Entry> = Vec::new();
            for entry in self.0[..entries].iter().filter(|entry| entry.file == number) {
                if entry.call == Call::Sync {
                    for written in unsynced.drain(..) {
                        written.apply(&mut file, written.bytes.len());
                    }
                } else {
                    unsynced.push(entry);
                }
            }
            let count = u32::try_from(unsynced.len()).unwrap();
            let torn = (random.below(2) == 0).then(|| random.below(count + 1));
            for (at, written) in (0..).zip(unsynced) {
                let whole = written.bytes.len();
                let length = match torn {
                    Some(torn) if at < torn => Some(whole),
                    Some(torn) => (at == torn).then_some(whole / 2),
                    None => [Some(whole), None, Some(whole / 2)][random.below(3) as usize],
                };
                if let Some(length) = length {
                    written.apply(&mut file, length);
                }
            }
            std::fs::write(path, file).unwrap();
        }
    }
}
