//! Retention of which a call fails deletes all that it deletes at once, or nothing of it, and the next round does it. The clock
//! is moved, so it runs in a process of this test with `faults.c` preloaded.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use store::{Clock, Ids, Store};
use tests::Api;

use crate::chosen::{Random, is_every_call};
use crate::fault_library::{Fault, FaultLibrary, Faults, Target};
use crate::folders::{assert_whole, copy};

/// With it the test below runs in that folder.
const FOLDER: &str = "FOUNDATIONAL_FAILING_RETENTION";
/// In `npm test` one of this many calls fails, and one of this many syncs.
const STRIDE: u32 = 40;
const SYNCS: u32 = 3;
/// How many people are deleted at once.
const PEOPLE: usize = 3;
const DAY: Duration = Duration::from_hours(24);

/// People who were deleted 31 days ago, by their ids. Retention follows the clock, which is moved at once, after a day.
async fn deleted_long_ago(api: &Api, n: u32) -> Vec<String> {
    let mut ids = Vec::new();
    for one in 0..PEOPLE {
        let person = json!({"userName": format!("left-{n}-{one}@example.com")});
        let made = api.scim("POST", "/Users", person).await.expect(201, "joiner");
        let id = made["id"].as_str().unwrap().to_owned();
        api.scim("DELETE", &format!("/Users/{id}"), None).await.expect(204, "leaver");
        ids.push(id);
    }
    api.clock.advance(30 * DAY);
    api.app.housekeeping().round().await.unwrap();
    api.clock.advance(DAY);
    ids
}

/// How many of these have a tombstone in a workspace as a process leaves it that is killed now.
async fn tombstones(data: &Path, clock: &Clock, ids: &[String], at: &str) -> usize {
    let killed = data.with_file_name("killed");
    drop(std::fs::remove_dir_all(&killed));
    copy(data, &killed);
    let store = Store::open(&killed, clock.clone(), Ids::random()).await.unwrap();
    let mut found = 0;
    for id in ids {
        found += usize::from(store.deleted_person(id).await.unwrap().is_some());
    }
    store.close().await;
    drop(store);
    assert_whole(&killed, at);
    found
}

async fn with_faults_preloaded(folder: &Path) {
    let faults = Faults::of_this_process();
    let data = tempfile::Builder::new().prefix("data").rand_bytes(0).tempdir_in(folder).unwrap();
    let mut api = Api::start_in(data, "custom").await;
    // The others end within the years of this test.
    let lasting = json!({"connectionId": api.connection_id, "expires": "never"});
    let lasting = api.command("token.create", lasting).await;
    lasting["token"].as_str().unwrap().clone_into(&mut api.token);
    let (mut random, mut n, mut all) = (Random::new(), 0, Vec::new());
    for fault in Fault::ALL {
        let stride = match fault {
            _ if is_every_call() => 1,
            Fault::FailedSync => SYNCS,
            _ => STRIDE,
        };
        let (mut call, mut hits) = (1 + random.below(stride.min(8)), 0);
        loop {
            let at = format!("seed {}, {fault:?} of call {call}", random.seed);
            let ids = deleted_long_ago(&api, n).await;
            faults.arm(Target::Workspace, fault, call, 1);
            let done = api.app.housekeeping().round().await;
            let calls = faults.disarm();
            let left = tombstones(api.folder(), &api.clock, &ids, &at).await;
            assert!(left == 0 || left == PEOPLE, "{at}: {left} of {PEOPLE} are left");
            assert!(left == 0 || done.is_err(), "{at}: a round that deletes nothing fails");
            api.app.housekeeping().round().await.unwrap();
            all.extend(ids);
            n += 1;
            hits += calls.hits;
            if calls.hits > 0 {
                call += stride;
            } else if hits == 0 && call > 1 {
                // A round makes fewer calls: one of them.
                call /= 2;
            } else {
                break;
            }
        }
        assert!(hits > 0, "seed {}: there is a call that {fault:?} can be of", random.seed);
        let at = format!("seed {}, after {fault:?}", random.seed);
        assert_eq!(tombstones(api.folder(), &api.clock, &all, &at).await, 0, "{at}: the next rounds do it");
    }
    api.app.close().await;
}

#[tokio::test]
async fn retention_of_which_a_call_fails_deletes_all_or_nothing_and_the_next_round_does_it() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        with_faults_preloaded(Path::new(&folder)).await;
        return;
    }
    let (folder, library) = (tempfile::tempdir().unwrap(), FaultLibrary::new());
    let folder = std::fs::canonicalize(folder.path()).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.arg("--exact").arg(
        "failing_retention::retention_of_which_a_call_fails_deletes_all_or_nothing_and_the_next_round_does_it",
    );
    library.preload(child.env(FOLDER, &folder), &folder.join("data"));
    let child = child.output().unwrap();
    let output =
        String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}
