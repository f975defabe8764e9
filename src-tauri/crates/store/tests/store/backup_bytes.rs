//! A backup of which a byte was changed, or that ends early, is refused.

use std::path::PathBuf;

use store::RestoreRefusal;

use crate::Folder;
use crate::backup::{by_hand, filled, refused};

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
