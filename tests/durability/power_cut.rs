//! A power cut at any moment: what is acknowledged is there, nothing is half there, and the files are whole. The request log may lose
//! what was not synced, which is its newest rows: the older ones are there without a gap, and it opens.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use reqwest::Method;
use serde_json::{Value, json};
use store::{ActivityFilter, Clock, Ids, PeopleQuery, Scope, Store};
use tempfile::TempDir;
use tests::Rounds;

use crate::bodies::patch;
use crate::chosen::Random;
use crate::folders::{assert_whole_with_log, copy};
use crate::recorded::Record;
use crate::server_process::ServerProcess;

/// How many requests are recorded at least, and at most.
const WRITES: usize = 60;
const MOST: usize = 1_000;
/// How many of them follow after pages were moved from the write-ahead log into the database.
const AFTER: usize = 10;
/// Five letters this many times: nearly as long as a text may be, so that the log is soon long enough.
const FIVES: usize = 3_000;
/// Cuts in `npm test`; `FOUNDATIONAL_CUTS` sets another number, `FOUNDATIONAL_SECONDS` a time.
const CUTS: usize = 300;
/// Cuts of the run with fewer syncs.
const CONTROLS: u64 = 10;
/// How many of the newest rows of the log may be written in another order than that of their requests.
const AT_ONCE: usize = 4;

/// The people: userName, and the attributes that requests set together.
type People = BTreeMap<String, Arc<Value>>;

/// A run of acknowledged requests.
struct Run {
    /// The folder before it.
    before: TempDir,
    scope: Scope,
    record: Record,
    /// The people before the first request and after each, with the number of entries that were recorded by then.
    states: Vec<(usize, People)>,
    /// The requests: method and path.
    requests: Vec<(String, String)>,
}

/// What a workspace has after a power cut.
struct Found {
    /// How many requests its people show.
    requests: usize,
    /// How many requests its log has.
    logged: usize,
}

impl Run {
    async fn record() -> Self {
        let mut server = ServerProcess::start().await;
        server.kill();
        let before = tempfile::tempdir().unwrap();
        copy(&server.data, before.path());
        let moved = last_moved(&server.data);
        server.begin(true).await;
        let mut people = People::new();
        let mut states = vec![(server.library.faults.recorded(), people.clone())];
        let mut paths: BTreeMap<String, String> = BTreeMap::new();
        let mut requests = Vec::new();
        let (mut n, mut left) = (0, AFTER);
        while n < WRITES || left > 0 {
            assert!(n < MOST, "pages are moved into the database within the run");
            // Each person is created and changed, and every other one is deleted after that.
            let is_delete = n % 6 == 5;
            let name = format!("p{}", n / 3 - usize::from(is_delete));
            let values = json!([format!("{n:05}").repeat(FIVES), format!("nick {n}")]);
            let (method, path, body) = match n % 6 {
                0 | 3 => {
                    let person = json!({"userName": name, "title": values[0], "nickName": values[1]});
                    (Method::POST, "/Users".to_owned(), Some(person))
                }
                5 => (Method::DELETE, paths[&name].clone(), None),
                _ => {
                    let change =
                        |path: &str, value: &Value| json!({"op": "replace", "path": path, "value": value});
                    let changes = json!([change("title", &values[0]), change("nickName", &values[1])]);
                    (Method::PATCH, paths[&name].clone(), Some(patch(&changes)))
                }
            };
            requests.push((method.to_string(), path.clone()));
            let done = server.scim(method, &path, body.as_ref()).await.done();
            if is_delete {
                people.remove(&name);
            } else {
                let path = format!("/Users/{}", done["id"].as_str().unwrap());
                people.insert(name.clone(), Arc::new(values));
                paths.insert(name, path);
            }
            states.push((server.library.faults.recorded(), people.clone()));
            n += 1;
            left -= usize::from(left > 0 && last_moved(&server.data) != moved);
        }
        server.kill();
        let record = Record::read(&server.record);
        assert!(record.has_checkpoint(), "it is recorded that pages are moved");
        Self { before, scope: Scope::of(server.connection_id.clone()), record, states, requests }
    }

    /// How many requests were acknowledged at least, and how many had begun at most, when `entries` were recorded.
    fn acknowledged(&self, entries: usize) -> (usize, usize) {
        let least = self.states.iter().rposition(|(recorded, _)| *recorded <= entries).unwrap_or(0);
        (least, (least + 1).min(self.states.len() - 1))
    }

    /// Cuts the power after `entries`, and answers how many requests the workspace and its log have then.
    async fn cut(&self, entries: usize, random: &mut Random) -> Found {
        let at = format!("seed {}, a cut after {entries} of {} entries", random.seed, self.record.count());
        let folder = tempfile::tempdir().unwrap();
        copy(self.before.path(), folder.path());
        self.record.cut(entries, folder.path(), random);
        let (people, log) = read(folder.path(), &self.scope, &at).await;
        assert_whole_with_log(folder.path(), &at);
        let found = self.states.iter().position(|(_, state)| *state == people);
        assert!(found.is_some(), "{at}: the people are as they were after one of the requests: {people:?}");
        self.assert_log(&log, &at);
        Found { requests: found.unwrap(), logged: log.len() }
    }

    /// Asserts that these rows of the log, oldest first, are those of the first requests, but for the newest of them.
    fn assert_log(&self, log: &[(String, String)], at: &str) {
        let (most, sure) = (log.len() + AT_ONCE, log.len().saturating_sub(AT_ONCE));
        assert_eq!(log[..sure], self.requests[..sure], "{at}: the log has a gap");
        let newest = &self.requests[sure..most.min(self.requests.len())];
        assert!(log[sure..].iter().all(|row| newest.contains(row)), "{at}: {:?} of {newest:?}", &log[sure..]);
    }
}

/// When pages were moved into the database last: SQLite writes to its file for nothing else.
fn last_moved(data: &Path) -> SystemTime {
    std::fs::metadata(data.join("foundational.db")).unwrap().modified().unwrap()
}

/// The people of the connection as the program finds them when it opens this folder, and the method and path of each request in its
/// log, oldest first.
async fn read(folder: &Path, scope: &Scope, at: &str) -> (People, Vec<(String, String)>) {
    let store = Store::open(folder, Clock::system(), Ids::random()).await.expect(at);
    assert!(store.damaged_logs().is_empty(), "{at}: the request log opens too");
    let query = PeopleQuery { limit: 200, ..PeopleQuery::default() };
    let mut people = People::new();
    for row in store.people(&query).await.unwrap().0 {
        let person = store.person(scope, &row.id).await.unwrap().expect("who is listed is there");
        let value = |name: &str| person.document.get(name).cloned().unwrap_or_default();
        people.insert(row.user_name, Arc::new(json!([value("title"), value("nickName")])));
    }
    let of_connection =
        ActivityFilter { connection_id: Some(scope.connection_id().to_owned()), ..ActivityFilter::default() };
    let log = store.activity_page(&of_connection, None, MOST).await.unwrap().rows;
    let log = log.into_iter().rev().map(|row| (row.method, row.path)).collect();
    store.close().await;
    (people, log)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged() {
    let (run, mut random) = (Run::record().await, Random::new());
    let count = u32::try_from(run.record.count()).unwrap();
    let (mut cuts, mut with_log) = (0, 0);
    for cut in Rounds::new("FOUNDATIONAL_CUTS", CUTS) {
        let entries = random.below(count + 1) as usize;
        let (least, most) = run.acknowledged(entries);
        let found = run.cut(entries, &mut random).await;
        let at = format!("seed {}, a cut after {entries} of {count} entries", random.seed);
        let there = found.requests;
        assert!((least..=most).contains(&there), "{at}: {least} were acknowledged, {there} are there");
        assert!(found.logged <= most, "{at}: the log has {} of {most} requests", found.logged);
        with_log += usize::from(found.logged > 0);
        cuts = cut + 1;
    }
    let seed = random.seed;
    assert!(cuts < CUTS || with_log > 0, "seed {seed}: the log of some folder has rows");
    println!(
        "long run: {cuts} power cuts among {count} writes and syncs, 0 lost; {with_log} logs with rows, none with a gap; seed {seed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_sync_at_each_commit_a_power_cut_loses_what_was_acknowledged() {
    let (mut run, mut random) = (Run::record().await, Random::new());
    run.record = run.record.without_syncs_of_commits();
    let count = u32::try_from(run.record.count()).unwrap();
    let mut lost = 0;
    for _ in 0..CONTROLS {
        let entries = random.below(count + 1) as usize;
        let (least, _) = run.acknowledged(entries);
        lost += usize::from(run.cut(entries, &mut random).await.requests < least);
    }
    assert!(lost > 0, "seed {}: this test sees what is lost", random.seed);
    println!(
        "seed {}: {lost} of {CONTROLS} cuts without these syncs took what was acknowledged",
        random.seed
    );
}
