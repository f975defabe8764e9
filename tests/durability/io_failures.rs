//! Every call by which a write reaches the disk fails once, in each way: what is acknowledged is there after a kill, what is
//! refused is there whole or not at all, and the next try succeeds.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tests::until_within;

use crate::chosen::{Random, is_every_call};
use crate::fault_library::{Fault, Target};
use crate::folders::assert_whole;
use crate::server_process::Answer;
use crate::writes::{Kind, Workspace};

/// In `npm test` one of this many calls fails, from a first one by the seed on.
const STRIDE: u32 = 20;
/// After this many failures the program is killed, before the write is tried again.
const KILL: u32 = 16;
/// How long after the end of the cause a write may still be refused.
const HEALED: Duration = Duration::from_secs(10);

struct Run {
    workspace: Workspace,
    random: Random,
    /// The newest write of each kind, and what it changed.
    settled: BTreeMap<Kind, (u32, Value)>,
    tries: u32,
    hits: u32,
}

impl Run {
    /// Fails calls of one kind of write, each once.
    async fn fail_calls_of(&mut self, kind: Kind) {
        let mut n = 0;
        for fault in Fault::ALL {
            let stride = if is_every_call() || fault == Fault::FailedSync { 1 } else { STRIDE };
            let mut call = 1 + self.random.below(stride);
            let before = self.hits;
            loop {
                let is_hit = self.fail(kind, n, fault, call).await;
                n += 1;
                if is_hit {
                    call += stride;
                } else if self.hits == before && call > 1 {
                    // There are fewer calls: one of them.
                    call /= 2;
                } else {
                    break;
                }
            }
            assert!(self.hits > before, "{kind:?}: there is a call that {fault:?} can be of");
        }
    }

    /// Does a write, of which this call fails, and does it again. Answers whether there was such a call.
    async fn fail(&mut self, kind: Kind, n: u32, fault: Fault, call: u32) -> bool {
        let at = format!("seed {}, {kind:?} {n}, {fault:?} of call {call}", self.random.seed);
        self.workspace.prepare(kind, n).await;
        let (before, after) = (self.workspace.read(kind, n).await, self.workspace.after(kind, n));
        assert_ne!(before, after, "{at}: the write changes something");
        let faults = &self.workspace.server.library.faults;
        faults.arm(Target::Workspace, fault, call, 1);
        let answer = self.workspace.write(kind, n).await;
        let is_hit = faults.disarm().hits > 0;
        assert!(is_right(kind, &answer), "{at}: {answer:?}");
        let now = self.workspace.read(kind, n).await;
        assert!(is_whole(kind, &before, &after, &answer, &now), "{at}: {answer:?} is {now}");
        self.tries += 1;
        self.hits += u32::from(is_hit);
        if self.tries.is_multiple_of(KILL) {
            self.workspace.server.restart().await;
            let now = self.workspace.read(kind, n).await;
            assert!(is_whole(kind, &before, &after, &answer, &now), "{at}, killed: {answer:?} is {now}");
            self.assert_settled(Some(kind), &at).await;
        }
        self.do_again(kind, n, &after, &at).await;
        self.settled.insert(kind, (n, after));
        is_hit
    }

    async fn do_again(&mut self, kind: Kind, n: u32, after: &Value, at: &str) {
        if kind == Kind::Undo && self.workspace.is_undo_unfinished().await {
            self.workspace.server.restart().await;
        }
        let workspace = &self.workspace;
        until_within(HEALED, &format!("{at}: it is done again"), async || {
            if workspace.read(kind, n).await == *after {
                return Some(());
            }
            workspace.write(kind, n).await;
            (workspace.read(kind, n).await == *after).then_some(())
        })
        .await;
    }

    /// What was changed before is as it was left, but for one kind.
    async fn assert_settled(&self, but: Option<Kind>, at: &str) {
        for (kind, (n, left)) in &self.settled {
            if Some(*kind) != but {
                assert_eq!(self.workspace.read(*kind, *n).await, *left, "{at}, killed: {kind:?} {n}");
            }
        }
    }
}

/// A SCIM request is done or refused for a while; a command is done or says why not.
fn is_right(kind: Kind, answer: &Answer) -> bool {
    match kind {
        Kind::Bulk => answer.is_done() && statuses(answer).all(|status| status == "201" || status == "503"),
        _ if answer.is_done() => true,
        _ if kind.is_scim() => is_refused_for_a_while(answer),
        _ => answer.body["code"].is_string() && answer.body["message"].is_string(),
    }
}

/// 503 as a SCIM error, with the seconds to wait.
pub(crate) fn is_refused_for_a_while(answer: &Answer) -> bool {
    answer.status == 503
        && answer.retry_after.as_ref().is_some_and(|seconds| seconds.parse::<u32>().is_ok())
        && answer.body["schemas"] == json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        && answer.body["status"] == "503"
}

/// The statuses of the operations of a bulk request.
fn statuses(answer: &Answer) -> impl Iterator<Item = &Value> {
    answer.body["Operations"].as_array().into_iter().flatten().map(|operation| &operation["status"])
}

/// Whether what is there now agrees with the answer: all of the change after an acknowledgement, otherwise all or nothing. Each
/// operation of a bulk request is a change.
fn is_whole(kind: Kind, before: &Value, after: &Value, answer: &Answer, now: &Value) -> bool {
    if kind == Kind::Bulk {
        let (Some(now), Some(all)) = (now.as_array(), after.as_array()) else { return false };
        let acknowledged = statuses(answer).filter(|status| **status == "201").count();
        return now.len() >= acknowledged && now.iter().all(|one| all.contains(one));
    }
    if answer.is_done() { now == after } else { now == before || now == after }
}

/// Answers what was done, in figures.
async fn fail_calls_of(kinds: &[Kind]) -> String {
    let (workspace, random) = (Workspace::start().await, Random::new());
    let mut run = Run { workspace, random, settled: BTreeMap::new(), tries: 0, hits: 0 };
    for kind in kinds {
        run.fail_calls_of(*kind).await;
    }
    let at = format!("seed {}, at the end", run.random.seed);
    run.workspace.server.restart().await;
    run.assert_settled(None, &at).await;
    for (kind, id) in [(Kind::Put, &run.workspace.put), (Kind::Patch, &run.workspace.patched)] {
        if let Some((last, _)) = run.settled.get(&kind) {
            // The first one is numbered 0, and before it the person was created.
            let changes = run.workspace.changes(id).await;
            assert_eq!(changes, u64::from(*last) + 2, "{at}: the history has each change of {kind:?} once");
        }
    }
    run.workspace.server.kill();
    assert_whole(&run.workspace.server.data, &at);
    format!("seed {}: {} writes, a call failed in {}", run.random.seed, run.tries, run.hits)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_changed_wholly_or_not_at_all_whichever_call_fails() {
    println!("{}", fail_calls_of(&[Kind::Create, Kind::Put, Kind::Patch, Kind::Delete]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_bulk_requests_and_undos_are_done_wholly_or_not_at_all_whichever_call_fails() {
    println!("{}", fail_calls_of(&[Kind::Members, Kind::Bulk, Kind::Undo]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_admin_sets_is_set_wholly_or_not_at_all_whichever_call_fails() {
    let kinds = [Kind::Token, Kind::Rule, Kind::Pause, Kind::Setting, Kind::Role];
    println!("{}", fail_calls_of(&kinds).await);
}
