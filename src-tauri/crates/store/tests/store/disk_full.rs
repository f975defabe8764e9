//! A full disk: what cannot be written is refused, the reserve is for leavers, and the state is known.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use store::injected_disk::inject;
use store::{ChangeSource, Clock, Error, Ids, Person, Scope, Store, Tx};

use crate::{connection, document, person};

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

/// Creates a person, as a client does.
async fn create(store: &Store, scope: &Scope, name: &str) -> Result<Person, Error> {
    let (of, body) = (scope.clone(), document(json!({"userName": name})));
    let work = async move |tx: &mut Tx| tx.create_person(&of, body, &ChangeSource::default()).await;
    store.write_for(scope, work).await
}

/// Takes a person's access away, as a client does.
async fn deactivate(store: &Store, scope: &Scope, id: &str) -> Result<Person, Error> {
    let (of, id) = (scope.clone(), id.to_owned());
    let work = async move |tx: &mut Tx| -> Result<Person, Error> {
        let person = tx.person(&of, &id).await?.ok_or(Error::Closed)?;
        let mut document = person.document.clone();
        document.insert("active".to_owned(), false.into());
        tx.update_person(person, document, &ChangeSource::default()).await
    };
    store.write_for(scope, work).await
}

async fn on_a_small_disk(disk: &Path) {
    let data = disk.join("data");
    let open = async || Store::open(&data, Clock::system(), Ids::random()).await.unwrap();
    // A small disk never has the space that changes need.
    inject(&data, Some(1 << 30));
    let store = open().await;
    let (_, scope) = connection(&store, "First").await;
    let reserve = data.join("reserve");
    let size = std::fs::metadata(&reserve).unwrap().len();
    assert!((1 << 20..4 << 20).contains(&size), "a sixteenth of a small disk is reserved: {size}");
    let leaver = create(&store, &scope, "leaver").await.unwrap();

    let filler = fill(disk);
    inject(&data, None);
    let mut notices = store.events();
    store.look_at_disk();
    assert_eq!(notices.try_recv().ok(), Some(store::StoreEvent::Health), "it is announced");
    let refused = create(&store, &scope, "joiner").await.unwrap_err();
    assert!(matches!(refused, Error::NoRoom), "{refused:?}");
    assert!(reserve.exists(), "the reserve is not for joiners");
    let left = deactivate(&store, &scope, &leaver.id).await.expect("it is for leavers");
    assert!(!left.active && !reserve.exists(), "the reserve was given up");
    assert_eq!(store.workspace_write_failure(), None, "and no write has failed");

    // What an Admin and the program write is not refused before the disk is full again.
    let taken = create_until_refused(&store, &scope, "a").await;
    let stopped = store.workspace_write_failure().expect("it is known that writing has stopped");
    assert!(stopped.why.contains("the disk is full"), "and why: {stopped:?}");
    store.look_at_disk();
    assert!(!reserve.exists(), "there is no room for a new reserve");
    store.write(async move |tx| tx.setting("health.tried").await.map(drop)).await.unwrap();
    assert!(store.workspace_write_failure().is_some(), "a transaction that changes nothing shows nothing");

    std::fs::remove_file(filler).unwrap();
    store.test_write().await.unwrap();
    assert_eq!(store.workspace_write_failure(), None, "with room it works again by itself");
    store.look_at_disk();
    assert!(reserve.exists(), "and the reserve is made again");
    inject(&data, Some(1 << 30));
    create(&store, &scope, "joiner").await.unwrap();
    store.close().await;
    drop(store);
    let store = open().await;
    let people = store.connection(scope.connection_id()).await.unwrap().unwrap().people;
    assert_eq!(people, taken + 2, "everything that was acknowledged is there, and nothing else");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_known_and_its_reserve_is_for_leavers() {
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
        .arg("disk_full::a_full_disk_is_known_and_its_reserve_is_for_leavers")
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let output =
        String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}
