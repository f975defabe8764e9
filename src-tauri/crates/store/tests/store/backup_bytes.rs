//! A backup of which a byte was changed, or that ends early, is refused; and so is one whose pages are damaged, though its seal is true.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use store::{Error, PreparedRestore, RestoreRefusal};

use crate::Folder;
use crate::backup::{by_hand, filled, refused};

/// How many files are damaged by chance in `npm test`; `FOUNDATIONAL_DAMAGES` sets another number, `FOUNDATIONAL_SECONDS` a time.
const DAMAGES: u64 = 24;
const PAGE: usize = 4096;
/// What ends a seal: digest, length of the facts, mark.
const TAIL: usize = 32 + 4 + 16;

/// Numbers that follow from a seed.
struct Draws {
    seed: u64,
    count: u64,
}

impl Draws {
    /// A number below this one.
    fn below(&mut self, end: usize) -> usize {
        self.count += 1;
        let hash = Sha256::digest([self.seed.to_le_bytes(), self.count.to_le_bytes()].concat());
        let number = u64::from_le_bytes(*hash.as_slice().first_chunk().unwrap());
        usize::try_from(number % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

/// Damages a database as disks and programs do: its header, a page that is another one, or nothing but one byte, the head of a page,
/// an early end, bytes here and there.
fn damage(database: &mut Vec<u8>, draws: &mut Draws) {
    let pages = database.len() / PAGE;
    let (page, other) = (draws.below(pages) * PAGE, draws.below(pages) * PAGE);
    match draws.below(6) {
        0 => database[draws.below(100)] ^= 1_u8 << draws.below(8),
        1 => database.copy_within(page..page + PAGE, other),
        2 => database[page..page + PAGE].fill(draws.byte()),
        3 => database[page..page + 12].fill_with(|| draws.byte()),
        4 => database.truncate(page + draws.below(PAGE)),
        _ => {
            for _ in 0..=draws.below(16) {
                let at = draws.below(database.len());
                database[at] = draws.byte();
            }
        }
    }
}

/// The database with these facts and a seal that is true.
fn sealed(database: &[u8], facts: &[u8]) -> Vec<u8> {
    let digest = Sha256::new().chain_update(database).chain_update(facts).finalize();
    let length = u32::try_from(facts.len()).unwrap().to_le_bytes();
    [database, facts, digest.as_slice(), &length, b"FOUNDATIONAL 1 \n"].concat()
}

/// A workspace, the bytes of a backup of it, and where to write others.
async fn backed_up() -> (Folder, Vec<u8>, PathBuf) {
    let folder = Folder::new();
    let (store, _, _) = filled(&folder).await;
    let bytes = std::fs::read(by_hand(&store).await).unwrap();
    store.close().await;
    let other = folder.dir.path().join("other.backup");
    (folder, bytes, other)
}

#[tokio::test]
async fn a_changed_byte_of_the_head_or_of_the_seal_is_refused() {
    let (folder, bytes, other) = backed_up().await;
    // The head of the database, the facts of the seal, its digest, length and mark.
    let places = (0..100).step_by(9).chain((bytes.len() - 300..bytes.len() - 52).step_by(17));
    for (number, place) in places.chain(bytes.len() - 52..bytes.len()).enumerate() {
        let mut changed = bytes.clone();
        changed[place] ^= if number % 2 == 0 { 0x01 } else { 0x80 };
        std::fs::write(&other, &changed).unwrap();
        let why = refused(&folder, &other).await;
        if place < 16 {
            assert_eq!(why, RestoreRefusal::Foreign, "byte {place}: SQLite does not begin so");
        }
    }
}

#[tokio::test]
async fn a_backup_that_ends_early_or_has_more_is_refused() {
    let (folder, bytes, other) = backed_up().await;
    let whole = bytes.len();
    for length in [0, 1, 15, 16, 99, 100, 512, 4095, 4096, 4097, whole / 2, whole - 53, whole - 52, whole - 1]
    {
        std::fs::write(&other, &bytes[..length]).unwrap();
        let why = refused(&folder, &other).await;
        let wanted = if length < 100 { RestoreRefusal::Foreign } else { RestoreRefusal::Unsealed };
        assert_eq!(why, wanted, "the first {length} of {whole} bytes");
    }
    let seal = &bytes[whole - 52..];
    for more in [&b"\0"[..], b"x", b"FOUNDATIONAL 1 \n", seal] {
        std::fs::write(&other, [&bytes[..], more].concat()).unwrap();
        refused(&folder, &other).await;
    }
}

#[tokio::test]
async fn a_backup_that_is_damaged_by_chance_is_refused_or_whole_and_the_workspace_is_as_it_was() {
    let (folder, bytes, other) = backed_up().await;
    let data = folder.dir.path();
    let length_at = bytes.len() - 20;
    let facts = u32::from_le_bytes(*bytes[length_at..].first_chunk().unwrap()) as usize;
    let (database, facts) = bytes[..bytes.len() - TAIL].split_at(bytes.len() - TAIL - facts);
    assert_eq!(sealed(database, facts), bytes, "the seal of the program is made here");

    let before = std::fs::read(data.join("foundational.db")).unwrap();
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let end = number("FOUNDATIONAL_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (first, count) =
        (number("FOUNDATIONAL_SEED").unwrap_or(1), number("FOUNDATIONAL_DAMAGES").unwrap_or(DAMAGES));
    let (mut tried, mut taken) = (0, 0);
    for seed in first.. {
        if end.map_or(tried >= count, |end| Instant::now() >= end) {
            break;
        }
        tried += 1;
        let mut damaged = database.to_vec();
        damage(&mut damaged, &mut Draws { seed, count: 0 });
        if damaged != database {
            std::fs::write(&other, [&damaged[..], &bytes[database.len()..]].concat()).unwrap();
            refused(&folder, &other).await;
        }
        std::fs::write(&other, sealed(&damaged, facts)).unwrap();
        match PreparedRestore::of(data, &other, folder.clock.now(), None).await {
            Ok(ready) => {
                taken += 1;
                ready.forget();
            }
            Err(Error::Backup { .. }) => {}
            Err(other) => panic!("seed {seed}: {other}"),
        }
        let now = std::fs::read(data.join("foundational.db")).unwrap();
        assert!(now == before, "seed {seed}: the workspace is as it was");
        let names = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = names.filter(|name| name.to_str().unwrap().starts_with("restore.")).collect();
        assert!(left.is_empty(), "seed {seed}: nothing is left of the copy: {left:?}");
    }
    assert!(taken < tried, "{taken} of {tried} were whole all the same");
    println!(
        "long run: {tried} damaged backups, {taken} of them whole all the same, 0 panics, 0 changes of the workspace"
    );
}
