//! Facts for the tables of the rules: a connection in ordinary use, of which each case changes what it is about.

use std::collections::{BTreeMap, HashMap, HashSet};

use idp::guide::EvidenceKind;
use idp::reason_code::ReasonCode;
use idp::remedy::Remedy;
use idp::{Provider, WayIn};
use jiff::{SignedDuration, Timestamp};
use store::{
    AccountChoices, Brake, Connection, HeldRemovals, Pause, PauseCause, RefusalRun, RefusedWrite, Removals,
    RequestKind, Rules, SetupEvidence, SyncCycle, Token, TokenUse, WithheldCount, WriteAct,
};

use crate::connections::wizard_views::{WizardStep, WizardView};
use crate::diagnosis::facts::{ConnectionFacts, Facts, ServerOverview};
use crate::diagnosis::finding::{Confidence, Finding};
use crate::server::state::ServerFacts;

/// One day, in minutes.
pub(crate) const DAY: i64 = 24 * 60;

/// What a rule is given.
pub(crate) struct Given {
    /// The connection that it is about.
    pub one: ConnectionFacts,
    /// Everything else; the connection is not in it.
    pub all: Facts,
}

/// What is so, how the facts show it, and what is found: "Severity id [confidence of each cause] [remedies]".
pub(crate) type Case = (&'static str, fn(&mut Given), &'static [&'static str]);

/// Asserts what is found in each case. Something must be found in one of them, and nothing in another.
pub(crate) fn check(cases: &[Case], find: impl Fn(Given) -> Vec<Finding>) {
    for (name, change, expected) in cases {
        let mut given = Given::in_use();
        change(&mut given);
        let found = find(given);
        let rows: Vec<String> = found.iter().map(row).collect();
        assert_eq!(rows, *expected, "{name}");
        for one in &found {
            assert!(one.sentence.ends_with('.'), "{name}: {one:?}");
            assert!(one.causes.iter().all(|cause| cause.text.ends_with('.')), "{name}: {one:?}");
            assert!(one.evidence.iter().all(|evidence| !evidence.text.is_empty()), "{name}: {one:?}");
            let subject = one.id.contains(":c1").then_some("c1");
            assert_eq!(one.connection_id.as_deref(), subject, "{name}: {one:?}");
        }
    }
    for is_clear in [false, true] {
        let is_there = cases.iter().any(|(.., expected)| expected.is_empty() == is_clear);
        assert!(is_there, "a case with findings and one without");
    }
}

fn row(found: &Finding) -> String {
    let causes: Vec<Confidence> = found.causes.iter().map(|cause| cause.confidence).collect();
    let remedies: Vec<Remedy> = found.remedies.iter().map(|remedy| remedy.kind).collect();
    format!("{:?} {} {causes:?} {remedies:?}", found.severity, found.id)
}

/// So many minutes before now, 2027-03-05T12:00:00Z.
pub(crate) fn ago(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_804_248_000) - SignedDuration::from_mins(minutes)
}

/// A token that is a month old and does not expire.
pub(crate) fn token(id: &str) -> Token {
    Token {
        id: id.to_owned(),
        connection_id: "c1".to_owned(),
        label: format!("Token {id}"),
        hash: Vec::new(),
        tail: "wOOM".to_owned(),
        created_at: ago(30 * DAY),
        created_by: None,
        expires_at: None,
        revoked_at: None,
        revoked_by: None,
        exposed_at: None,
        replaced_by: None,
        overlap: None,
    }
}

/// The use of a token, so many minutes ago for the first and for the last time.
pub(crate) fn used(first: i64, last: i64) -> TokenUse {
    TokenUse { at: ago(last), first_at: ago(first), source_ip: None, host: None }
}

/// What a wizard has seen.
pub(crate) fn seen(kind: EvidenceKind, minutes: i64) -> SetupEvidence {
    SetupEvidence {
        kind: kind.as_str().to_owned(),
        seen_at: ago(minutes),
        activity_id: "r1".to_owned(),
        sentence: "It was seen.".to_owned(),
        refused: false,
        inconclusive: false,
    }
}

/// A write that was refused twice, the last time in the request "refused".
pub(crate) fn refused(act: WriteAct, subject: &str, reason: ReasonCode) -> RefusedWrite {
    RefusedWrite {
        subject: subject.to_owned(),
        act,
        name: "Ada".to_owned(),
        user_name: Some("ada".to_owned()),
        reason: reason.as_str().to_owned(),
        sentence: "It was refused".to_owned(),
        refusals: 2,
        first_at: ago(60),
        newest_at: ago(20),
        newest_id: "refused".to_owned(),
    }
}

/// So many requests of a kind that were refused in a row, the last one in the request "run".
pub(crate) fn run(kind: RequestKind, reason: ReasonCode, refusals: u64) -> RefusalRun {
    RefusalRun {
        kind,
        refusals,
        since: ago(60),
        newest_at: ago(5),
        newest_id: "run".to_owned(),
        reason: reason.as_str().to_owned(),
    }
}

impl Given {
    /// A connection of Azure that works: nothing is found.
    pub(crate) fn in_use() -> Self {
        let connection = Connection {
            id: "c1".to_owned(),
            name: "First".to_owned(),
            provider: Provider::Azure.as_str().to_owned(),
            way_in: WayIn::Proxy,
            wizard: String::new(),
            people: 10,
            groups: 0,
            created_at: ago(30 * DAY),
            pause: None,
            rules: Rules::default(),
            choices: AccountChoices::default(),
            hidden_attributes: Vec::new(),
            brake: Brake::default(),
            hold: None,
            observing_since: None,
        };
        let one = ConnectionFacts {
            connection,
            provider: Provider::Azure,
            endpoint: "https://scim.example.com/scim/c1".to_owned(),
            server: ServerFacts::default(),
            tokens: vec![token("t1")],
            usable: vec![token("t1")],
            uses: HashMap::from([("t1".to_owned(), used(29 * DAY, 5))]),
            lapsed_at: None,
            token_end: None,
            runs: Vec::new(),
            refused: Vec::new(),
            loops: Vec::new(),
            old_host: None,
            last_request_at: Some(ago(5)),
            is_logged: true,
            wizard: WizardView {
                step: WizardStep::Finish,
                variant: None,
                marks: BTreeMap::new(),
                finished_at: Some(ago(28 * DAY)),
                saved_at: None,
            },
            progress: WizardStep::Finish,
            evidence: vec![
                seen(EvidenceKind::Credentials, 29 * DAY),
                seen(EvidenceKind::FirstPerson, 29 * DAY),
                seen(EvidenceKind::Deactivation, 28 * DAY),
            ],
            usual: Some(SignedDuration::from_mins(40)),
            newest_cycle: Some(SyncCycle { started_at: ago(6), last_at: ago(5) }),
            slept: Vec::new(),
            matches: 0,
            removals: Removals { active: 10, ..Removals::default() },
            held: HeldRemovals::default(),
            withheld: WithheldCount::default(),
            withheld_first: Vec::new(),
        };
        let all = Facts {
            now: ago(0),
            server: ServerOverview::default(),
            workspace: Vec::new(),
            connections: Vec::new(),
            explained: HashMap::new(),
            noted: HashMap::new(),
            written: HashMap::new(),
            missing: HashMap::new(),
            log_trims: Vec::new(),
            log_limit: 1_000_000_000,
            wrong_secrets: Vec::new(),
            unresolved: HashMap::new(),
            blockable: HashSet::new(),
            remains_awake: false,
        };
        Self { one, all }
    }

    /// The connection is for another provider.
    pub(crate) fn of(&mut self, provider: Provider) {
        provider.as_str().clone_into(&mut self.one.connection.provider);
        self.one.provider = provider;
    }

    /// An Admin has paused it.
    pub(crate) fn pause(&mut self) {
        let cause = PauseCause::Person;
        self.one.connection.pause = Some(Pause { at: ago(5), by: None, by_pause_all: false, cause });
    }

    /// All facts, with the connection among them.
    pub(crate) fn whole(self) -> Facts {
        let Self { one, mut all } = self;
        all.connections.push(one);
        all
    }
}

#[test]
fn of_a_connection_in_ordinary_use_nothing_is_found() {
    for provider in Provider::ALL {
        let mut given = Given::in_use();
        given.of(provider);
        assert_eq!(super::diagnose(&given.whole()), [], "{provider:?}");
    }
}
