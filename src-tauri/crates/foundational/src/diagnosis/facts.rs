//! What the rules decide by: everything that is known at one moment, without words.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use idp::mapping::Field;
use jiff::{SignedDuration, Timestamp};
use store::{
    Connection, ExchangeWithNotes, HeldRemovals, LogTrim, RefusalRun, RefusedWrite, Removals, SetupEvidence,
    SleepInterval, SyncCycle, Token, TokenUse, WithheldCount, WithheldPerson, WrongSecret,
};

use crate::connections::wizard_views::{WizardStep, WizardView};
use crate::diagnosis::finding::Finding;
use crate::diagnosis::remedy_views::RemedyView;
use crate::diagnosis::written::UserWrite;
use crate::server::certificate_problem::CertificateProblem;
use crate::server::known_root::KnownRoot;
use crate::server::state::ServerFacts;
use crate::server::views::{MovedView, Problem, Reach};

/// Everything that is known at one moment.
pub(crate) struct Facts {
    pub now: Timestamp,
    pub server: ServerOverview,
    /// What the rooms have found about the workspace itself: its files, clock, backups.
    pub workspace: Vec<Finding>,
    pub connections: Vec<ConnectionFacts>,
    /// Why a request was refused and what can be done, by the request's id.
    pub explained: HashMap<String, Explained>,
    /// The newest exchanges with notes, newest first, by connection.
    pub noted: HashMap<String, Vec<ExchangeWithNotes>>,
    /// The newest writes of people, newest first, by connection.
    pub written: HashMap<String, Vec<UserWrite>>,
    /// The attributes of the default mapping that do not arrive, by connection.
    pub missing: HashMap<String, Vec<MissingAttribute>>,
    /// What the size limit of the request log has deleted.
    pub log_trims: Vec<LogTrim>,
    /// How large the request log may become, in bytes.
    pub log_limit: u64,
    /// The newest requests with the key of a token and another secret, newest first.
    pub wrong_secrets: Vec<WrongSecret>,
    /// Groups with members who are not here for longer than a cycle, by connection.
    pub unresolved: HashMap<String, Vec<UnresolvedMembers>>,
    /// Those whose deactivation was refused and who can sign in, by id.
    pub blockable: HashSet<String>,
    /// This computer is to remain awake while it serves.
    pub remains_awake: bool,
}

/// An attribute that does not arrive.
pub(crate) struct MissingAttribute {
    pub field: &'static Field,
    /// By what it is known: "in none of the last 12 writes of users".
    pub evidence: String,
}

/// A group with members who are not here.
pub(crate) struct UnresolvedMembers {
    pub group_id: String,
    pub group: String,
    pub members: Vec<UnresolvedMember>,
}

/// A member who is not here.
pub(crate) struct UnresolvedMember {
    pub id: String,
    /// The name of a person who was deleted.
    pub deleted: Option<String>,
}

/// The server as a whole.
#[derive(Default)]
pub(crate) struct ServerOverview {
    pub facts: ServerFacts,
    /// Why it does not listen.
    pub problem: Option<Problem>,
    /// What the newest check of the public address has found.
    pub reach: Option<Reach>,
    pub moved: Option<MovedView>,
    /// When the certificate of the public address ends, if that is soon.
    pub certificate_end: Option<Timestamp>,
    /// When the certificate with which connections are secured here ends, if that is soon.
    pub own_certificate_end: Option<Timestamp>,
    /// Why the source of that certificate is not used as it is now.
    pub certificate_problem: Option<CertificateProblem>,
    /// No authority has signed it yet, and one is asked to by ACME.
    pub is_interim: bool,
    /// It is renewed by itself: by the private authority, or by ACME.
    pub renews_itself: bool,
    /// The root that has taken the place of the one that clients trust, and was not exported since.
    pub new_root: Option<KnownRoot>,
    /// The newest client that did not accept the certificate with which connections are secured here.
    pub distrust: Option<Distrust>,
    /// That too many network connections were open.
    pub crowding: Option<String>,
}

/// A client that ended the handshake because of the certificate.
#[derive(Clone, Copy)]
pub(crate) struct Distrust {
    pub from: IpAddr,
    pub at: Timestamp,
}

/// One connection.
pub(crate) struct ConnectionFacts {
    pub connection: Connection,
    pub provider: idp::Provider,
    pub endpoint: String,
    /// The server, as far as it concerns this connection.
    pub server: ServerFacts,
    /// Newest first.
    pub tokens: Vec<Token>,
    /// Those that are accepted now, newest first.
    pub usable: Vec<Token>,
    /// The use of tokens, by token.
    pub uses: HashMap<String, TokenUse>,
    /// When the last token ended, if none is left that works and one was not revoked.
    pub lapsed_at: Option<Timestamp>,
    /// When the token in use ends.
    pub token_end: Option<Timestamp>,
    pub runs: Vec<RefusalRun>,
    pub refused: Vec<RefusedWrite>,
    /// People who were created several times in a row under a name that an account has.
    pub loops: Vec<NameLoop>,
    /// The name by which it was called last, if that is not the one of the public address.
    pub old_host: Option<OldHost>,
    pub last_request_at: Option<Timestamp>,
    /// Requests are logged at this moment; otherwise it may have called since.
    pub is_logged: bool,
    pub wizard: WizardView,
    /// How far the set-up is.
    pub progress: WizardStep,
    pub evidence: Vec<SetupEvidence>,
    /// The usual pause between two visits, as measured.
    pub usual: Option<SignedDuration>,
    pub newest_cycle: Option<SyncCycle>,
    /// When this computer slept since the last request, and in the last day.
    pub slept: Vec<SleepInterval>,
    /// How many matches need a decision.
    pub matches: usize,
    /// What people lost by its client in the last week and do not have again.
    pub removals: Removals,
    /// Its held removals that are still to be done.
    pub held: HeldRemovals,
    /// How many of its people wait to be let through.
    pub withheld: WithheldCount,
    /// The first of them.
    pub withheld_first: Vec<WithheldPerson>,
}

/// A person who was created several times in a row under a name that an account has.
pub(crate) struct NameLoop {
    pub refused: RefusedWrite,
    pub holder: NameHolder,
}

/// The account that has a name.
pub(crate) struct NameHolder {
    pub id: String,
    pub name: String,
    pub source: HolderSource,
}

/// Where the account that has a name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HolderSource {
    ThisConnection,
    /// Another one, by its name.
    OtherConnection(String),
    Local,
}

/// A name by which a connection is called, and which is not the one of the public address.
pub(crate) struct OldHost {
    pub name: String,
    /// The newest request.
    pub newest_at: Timestamp,
    /// When the public address was changed from it, if that is known.
    pub changed_at: Option<Timestamp>,
}

/// Why a request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    /// "The token \"Main\" expired on 3 March."
    pub why: String,
    pub remedy: Option<RemedyView>,
}

impl ConnectionFacts {
    /// Whether the server or a pause is the reason why nothing is answered: that is a finding, or a decision, of its own.
    pub(crate) const fn is_put_off(&self) -> bool {
        self.server.stopped || self.server.unreachable || self.server.moved || self.connection.pause.is_some()
    }

    /// What screens call the identity provider.
    pub(crate) fn idp(&self) -> &str {
        name_of_idp(self.provider, &self.connection)
    }
}

/// What screens call the identity provider of a connection.
pub(crate) fn name_of_idp(provider: idp::Provider, connection: &Connection) -> &str {
    if provider == idp::Provider::Custom { &connection.name } else { provider.label() }
}
