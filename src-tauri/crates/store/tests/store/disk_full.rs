//! A full disk: what cannot be written is refused, the reserve serves what follows, and the state is known.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use store::{Clock, Ids, Scope, Store};

use crate::{connection, person};

/// With it the test below runs in that folder, which is a small disk.
const FOLDER: &str = "FOUNDATIONAL_SMALL_DISK";

/// Writes until the disk has no room, and answers the file that fills it.
fn fill(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("filler");
    let mut file = File::create(&path).unwrap();
    for size in [1 << 16, 1 << 12] {
        while file.write_all(&vec![0x5a; size]).is_ok() {}
    }
    path
}

/// Creates people until one is refused; answers how many were taken.
async fn create_until_refused(store: &Store, scope: &Scope, prefix: &str) -> u64 {
    for taken in 0..20_000 {
        let body = json!({"userName": format!("{prefix}{taken}"), "title": "t".repeat(2_000)});
        if let Err(error) = person(store, scope, body).await {
            assert!(error.is_disk_full(), "it is known why: {error:?}");
            return taken;
        }
    }
    panic!("the disk was never full");
}

async fn on_a_small_disk(disk: &Path) {
    let data = disk.join("data");
    let open = async || Store::open(&data, Clock::system(), Ids::random()).await.unwrap();
    let store = open().await;
    let (_, scope) = connection(&store, "First").await;
    let reserve = data.join("reserve");
    let size = std::fs::metadata(&reserve).unwrap().len();
    assert!((1 << 20..4 << 20).contains(&size), "a sixteenth of a small disk is reserved: {size}");
    assert_eq!(store.workspace_write_failure(), None, "nothing has failed yet");
    let filler = fill(disk);
    let mut notices = store.events();
    let mut taken = create_until_refused(&store, &scope, "a").await;
    let stopped = store.workspace_write_failure().expect("it is known that writing has stopped");
    assert!(stopped.why.contains("the disk is full"), "and why: {stopped:?}");
    assert!(
        std::iter::from_fn(|| notices.try_recv().ok()).any(|one| one == store::StoreEvent::Health),
        "it is announced"
    );
    assert!(!reserve.exists() && store.is_disk_full(), "the reserve was given up");
    person(&store, &scope, json!({"userName": "leaver", "active": false})).await.unwrap();
    taken += 1;
    assert_eq!(store.workspace_write_failure(), None, "a success ends the state");
    store.renew_disk_reserve();
    assert!(!reserve.exists() && store.is_disk_full(), "there is no room for a new reserve");
    taken += create_until_refused(&store, &scope, "b").await;
    assert!(store.workspace_write_failure().is_some(), "writing has stopped again");
    store.write(async move |tx| tx.setting("health.tried").await.map(drop)).await.unwrap();
    assert!(store.workspace_write_failure().is_some(), "a transaction that changes nothing shows nothing");
    std::fs::remove_file(filler).unwrap();
    store.test_write().await.unwrap();
    assert_eq!(store.workspace_write_failure(), None, "with room it works again by itself");
    store.renew_disk_reserve();
    assert!(reserve.exists() && !store.is_disk_full(), "and the reserve is made again");
    store.close().await;
    drop(store);
    let store = open().await;
    let people = store.connection(scope.connection_id()).await.unwrap().unwrap().people;
    assert_eq!(people, taken, "everything that was acknowledged is there, and nothing else");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_known_and_the_reserve_carries_the_next_write() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        on_a_small_disk(Path::new(&folder)).await;
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // A separate mount of the child, which ends with it; root needs no other user for that.
    let kinds: &[&str] =
        if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            &["--mount"]
        } else {
            &["--mount", "--user", "--map-root-user"]
        };
    let child = Command::new("unshare")
        .args(kinds)
        .args(["sh", "-c", r#"mount -t tmpfs -o size=24m none "$1" && exec "$2" --exact "$3""#, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .arg("disk_full::a_full_disk_is_known_and_the_reserve_carries_the_next_write")
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let output =
        String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}
