//! How a connection's requests end, by kind.

use jiff::Timestamp;
use store::{
    Activity, ActivityResult, Folded, RefusalRun, RefusedWrite, RequestHealth, RequestKind, Store, Verdict,
    WriteAct, WriteOutcome, WriteRefusal,
};

use crate::request_counts::exchange;
use crate::{Folder, connection};

use RequestKind::{Authentication, Lookup, Write};
use Verdict::{Neutral, Refusal, Success};

struct Calls {
    folder: Folder,
    store: Store,
    id: String,
}

impl Calls {
    async fn new() -> Self {
        let folder = Folder::new();
        let store = folder.open().await;
        let (made, _) = connection(&store, "First").await;
        Self { folder, store, id: made.id }
    }

    async fn record(&self, health: RequestHealth, folded: Option<Folded>) -> String {
        let id = self.store.new_id();
        let result = if health.verdict == Success { ActivityResult::Ok } else { ActivityResult::Refused };
        let row = exchange(&self.folder, id.clone(), &self.id, result, false);
        self.store.record(Activity { health: Some(health), folded, ..row }).await;
        id
    }

    /// A request without a write.
    async fn call(&self, kind: RequestKind, verdict: Verdict) -> String {
        let is_authenticated = kind != Authentication;
        self.record(RequestHealth { kind, verdict, is_authenticated, writes: Vec::new() }, None).await
    }

    async fn write(&self, write: WriteOutcome) -> String {
        let verdict = if write.refusal.is_some() { Refusal } else { Success };
        self.record(RequestHealth { kind: Write, verdict, is_authenticated: true, writes: vec![write] }, None)
            .await
    }

    /// The runs and the refused writes behind everything that was recorded.
    async fn found(&self) -> (Vec<(RequestKind, u64)>, Vec<(String, WriteAct, u64)>) {
        self.settled().await;
        let runs = self.runs().await.into_iter().map(|run| (run.kind, run.refusals)).collect();
        let refused = self.store.refused_writes(&self.id).await.unwrap();
        (runs, refused.into_iter().map(|one| (one.name, one.act, one.refusals)).collect())
    }

    /// Work on the log is done behind the rows that were queued before it.
    async fn settled(&self) {
        self.store.set_aside_refused_writes("another", Vec::new()).await.unwrap();
    }

    async fn runs(&self) -> Vec<RefusalRun> {
        self.store.refusal_runs(&self.id).await.unwrap()
    }
}

fn write(act: WriteAct, id: Option<&str>, user_name: Option<&str>, refused: Option<&str>) -> WriteOutcome {
    WriteOutcome {
        act,
        resource_type: "User",
        id: id.map(str::to_owned),
        user_name: user_name.map(str::to_owned),
        digest: None,
        refusal: refused.map(|sentence| WriteRefusal {
            name: id.or(user_name).unwrap_or_default().to_owned(),
            reason: "data.invalid".to_owned(),
            sentence: sentence.to_owned(),
        }),
    }
}

#[tokio::test]
async fn each_kind_has_a_run_that_only_its_own_success_ends() {
    let calls = Calls::new().await;
    let first = calls.folder.clock.now();
    calls.call(Write, Refusal).await;
    calls.folder.clock.advance(std::time::Duration::from_mins(1));
    calls.call(Lookup, Success).await;
    calls.call(Write, Neutral).await;
    let newest = calls.call(Write, Refusal).await;
    calls.call(Authentication, Refusal).await;
    assert_eq!(calls.found().await.0, [(Authentication, 1), (Write, 2)], "a look-up ends no run of writes");
    let run = calls.runs().await.pop().unwrap();
    assert_eq!((run.since, run.newest_id, &*run.reason), (first, newest, "auth.expired"));
    calls.call(Lookup, Refusal).await;
    assert_eq!(
        calls.found().await.0,
        [(Lookup, 1), (Write, 2)],
        "an accepted token ends that of authentication"
    );
    calls.call(Write, Success).await;
    assert_eq!(calls.found().await.0, [(Lookup, 1)]);
}

#[tokio::test]
async fn refusals_recorded_together_count_each_and_none_that_a_success_followed() {
    let calls = Calls::new().await;
    let began = calls.folder.clock.now();
    let together = |requests, last_at: Timestamp| {
        let health = RequestHealth {
            kind: Authentication,
            verdict: Refusal,
            is_authenticated: false,
            writes: Vec::new(),
        };
        calls.record(health, Some(Folded { requests, last_at }))
    };
    together(40, began).await;
    assert_eq!(calls.found().await.0, [(Authentication, 40)]);
    calls.folder.clock.advance(std::time::Duration::from_mins(1));
    calls.call(Lookup, Success).await;
    together(7, began).await;
    assert_eq!(calls.found().await.0, [], "they arrived before the success");
}

#[tokio::test]
async fn look_ups_recorded_together_end_no_run_of_refusals_that_followed_them() {
    let calls = Calls::new().await;
    let answered_until = |last_at: Timestamp| {
        let health =
            RequestHealth { kind: Lookup, verdict: Success, is_authenticated: true, writes: Vec::new() };
        calls.record(health, Some(Folded { requests: 900, last_at }))
    };
    let before = calls.folder.clock.now();
    calls.folder.clock.advance(std::time::Duration::from_secs(30));
    calls.call(Authentication, Refusal).await;
    answered_until(before).await;
    assert_eq!(calls.found().await.0, [(Authentication, 1)], "the token was refused after them");
    answered_until(calls.folder.clock.now()).await;
    assert_eq!(calls.found().await.0, []);
}

#[tokio::test]
async fn a_refused_write_remains_until_that_person_s_write_succeeds() {
    let calls = Calls::new().await;
    calls.write(write(WriteAct::Create, None, Some("Ada@acme.example"), Some("it is wrong"))).await;
    calls.write(write(WriteAct::Create, None, Some("ada@ACME.example"), Some("it is wrong"))).await;
    calls.write(write(WriteAct::Deactivate, Some("7"), None, Some("it is wrong"))).await;
    let ada = || ("ada@ACME.example".to_owned(), WriteAct::Create, 2);
    let seven = || ("7".to_owned(), WriteAct::Deactivate, 1);
    let refused = async || {
        let mut refused = calls.found().await.1;
        refused.sort();
        refused
    };
    assert_eq!(refused().await, [seven(), ada()], "one person by any spelling");
    calls.write(write(WriteAct::Create, Some("8"), Some("grace@acme.example"), None)).await;
    calls.write(write(WriteAct::Change, Some("7"), None, None)).await;
    assert_eq!(refused().await, [seven(), ada()], "nor does another change of the leaver end it");
    calls.write(write(WriteAct::Create, Some("9"), Some("ADA@acme.example"), None)).await;
    assert_eq!(refused().await, [seven()]);
    calls.write(write(WriteAct::Deactivate, Some("7"), None, None)).await;
    assert_eq!(refused().await, []);
}

#[tokio::test]
async fn a_refused_write_has_the_id_that_the_request_named_and_no_part_of_a_name() {
    let calls = Calls::new().await;
    calls.write(write(WriteAct::Create, None, Some("acme/ada"), Some("it is wrong"))).await;
    calls.folder.clock.advance(std::time::Duration::from_secs(1));
    calls.write(write(WriteAct::Change, Some("7"), None, Some("it is wrong"))).await;
    calls.settled().await;
    let refused = calls.store.refused_writes(&calls.id).await.unwrap();
    let ids: Vec<Option<&str>> = refused.iter().map(RefusedWrite::resource_id).collect();
    assert_eq!(ids, [Some("7"), None]);
}

#[tokio::test]
async fn what_is_set_aside_returns_only_for_another_reason_and_outlives_a_restart() {
    let calls = Calls::new().await;
    let refuse = |why: &'static str| calls.write(write(WriteAct::Create, None, Some("ada"), Some(why)));
    refuse("it is wrong").await;
    calls.settled().await;
    let subject = calls.store.refused_writes(&calls.id).await.unwrap().remove(0).subject;
    calls.store.set_aside_refused_writes(&calls.id, vec![(subject, WriteAct::Create)]).await.unwrap();
    assert_eq!(calls.found().await.1, []);
    refuse("it is wrong").await;
    assert_eq!(calls.found().await.1, [], "the same again");
    refuse("it is too long").await;
    assert_eq!(calls.found().await.1, [("ada".to_owned(), WriteAct::Create, 3)]);
    calls.call(Lookup, Refusal).await;
    let Calls { folder, store, id } = calls;
    store.close().await;
    drop(store);
    let calls = Calls { store: folder.open().await, folder, id };
    assert_eq!(calls.found().await.0, [(Lookup, 1), (Write, 3)]);
    calls.call(Lookup, Refusal).await;
    assert_eq!(calls.found().await.0, [(Lookup, 2), (Write, 3)], "it is continued");
    while calls.store.delete_activity(&calls.id, Vec::new()).await.unwrap() {}
    assert_eq!(calls.found().await, (vec![], vec![]), "it goes with its connection");
}

#[tokio::test]
async fn the_refused_writes_of_a_connection_are_limited() {
    let calls = Calls::new().await;
    calls.write(write(WriteAct::Deactivate, Some("7"), None, Some("it is wrong"))).await;
    for n in 0..1_005_u32 {
        calls.folder.clock.advance(std::time::Duration::from_secs(1));
        calls.write(write(WriteAct::Create, None, Some(&format!("u{n}")), Some("it is wrong"))).await;
    }
    let refused = calls.found().await.1;
    assert_eq!((refused.len(), &*refused[0].0, &*refused[998].0), (1_000, "u1004", "u6"), "the oldest go");
    assert_eq!(refused[999].0, "7", "but no leaver for a person who was not created");
}
