//! A finding: something that is wrong or needs a person, with what shows it, why, and what to do about it.

use idp::remedy::Remedy;
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use crate::diagnosis::remedy_views::RemedyView;
use crate::words::upper;

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $word:literal;)*) => {
        scim::words! {
            /// What is found. The same code means the same everywhere: on Home, in Diagnostics, in a notification, in `doctor`.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
            #[ts(export)]
            pub enum FindingCode {
                $($(#[$meta])* #[serde(rename = $word)] $variant = $word,)*
            }
        }
    };
}

codes! {
    /// The server does not listen.
    ServerStopped = "server.stopped";
    /// It listens elsewhere than before, and nothing has come through since.
    PortChanged = "server.portChanged";
    /// More network connections were open than the system allows.
    ServerCrowded = "server.crowded";
    /// The public address does not lead here.
    AddressNotReachable = "address.notReachable";
    /// The public address leads here, and not everything passes.
    AddressLimited = "address.limited";
    CertificateExpiring = "certificate.expiring";
    /// The files of the certificate, or that of the private authority, are not valid, and the previous pair remains in use.
    CertificateFiles = "certificate.files";
    /// The private authority has a new root, and clients trust the former one.
    CertificateRoot = "certificate.root";
    /// A connection is called at an address of before, or was last (D9).
    AddressChanged = "address.changed";
    FileDamaged = "file.damaged";
    WritingStopped = "writing.stopped";
    DiskReserve = "disk.reserve";
    DiskLow = "disk.low";
    LogStopped = "log.stopped";
    LogSetAside = "log.setAside";
    /// The size limit of the request log deletes what is younger than it is to be stored.
    LogBounded = "log.bounded";
    ClockBehind = "clock.behind";
    ClockAhead = "clock.ahead";
    /// Audit entries were altered or removed.
    AuditBroken = "audit.broken";
    BackupFailing = "backup.failing";
    BackupRestored = "backup.restored";
    /// The workspace was moved to a server, or here, and connections are paused by that.
    WorkspaceMoved = "workspace.moved";
    PeopleUnconfirmed = "people.unconfirmed";
    AppCrashed = "app.crashed";
    /// All tokens have expired or retired.
    TokenExpired = "token.expired";
    /// All tokens were revoked.
    TokenNone = "token.none";
    TokenExpiring = "token.expiring";
    /// A replaced token is still used long after the new one was first used.
    TokenOld = "token.old";
    /// A usable token arrived unencrypted.
    TokenExposed = "token.exposed";
    /// Secrets are tried with the key of a token.
    WrongSecrets = "token.wrongSecrets";
    /// A token without an end is in use, and more than a year old.
    TokenNeverReplaced = "token.neverReplaced";
    /// No request has arrived since a token was created (D1).
    NothingArrives = "setup.nothingArrives";
    /// Requests arrive at an address that is nearly right (D1).
    WrongAddress = "setup.wrongAddress";
    /// Requests are refused with 401 (D3; during the set-up D1).
    Unauthorized = "access.unauthorized";
    /// Requests are refused with 403 or 421 (D4).
    Forbidden = "access.forbidden";
    /// Requests without a valid token are refused for another reason, or fail.
    AccessFails = "access.fails";
    /// Look-ups are refused or fail.
    LookupsFail = "lookup.fails";
    /// Writes are refused or fail, one after another.
    WritesFail = "write.fails";
    /// People or groups could not be created, and were not since.
    NotCreated = "write.notCreated";
    /// A person is created again and again although an account has the name.
    DuplicateLoop = "write.duplicateLoop";
    /// People or groups could not be changed, and were not since (D5).
    NotChanged = "write.notChanged";
    /// People could not be deactivated, and were not since (D6).
    NotDeactivated = "write.notDeactivated";
    /// The credentials work, and no person has arrived yet, within the usual time (D8).
    FirstCycleWaits = "people.firstCycleWaits";
    /// The credentials work, and no person has arrived after the usual time (D2).
    NotAssigned = "people.notAssigned";
    /// In a week of use no person was deactivated (D6).
    NoLeavers = "people.noLeavers";
    /// Attributes arrive that are in no schema (D5).
    AttributesIgnored = "people.attributesIgnored";
    /// A value arrives under another attribute than the one that is shown (D5).
    AttributeElsewhere = "people.attributeElsewhere";
    /// An attribute that the identity provider maps by default does not arrive (D5).
    AttributeMissing = "people.attributeMissing";
    /// Many people lost access by a client in a short time.
    MassLeave = "people.massLeave";
    /// Many people were taken out of groups by a client in a short time.
    MassGroups = "people.massGroups";
    /// People were taken out of the group whose members are Admins.
    AdminsRemoved = "people.adminsRemoved";
    /// Removals are refused until an Admin answers, or were allowed and have not arrived again.
    RemovalsHeld = "people.removalsHeld";
    /// Sign-in or roles are withheld until an Admin lets the people through.
    AccessWithheld = "access.withheld";
    /// Groups have members who are not here, for longer than a cycle.
    MembersUnresolved = "group.membersUnresolved";
    /// Another identity provider calls than the connection is for.
    OtherProvider = "connection.otherProvider";
    /// The identity provider has missed several of its usual times (D7).
    Quiet = "connection.quiet";
    /// This computer slept for longer than a cycle of an identity provider.
    ComputerSlept = "computer.slept";
    /// Matches need a decision.
    MatchWaiting = "match.waiting";
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Severity {
    /// Something does not work: requests are refused, or will be within days.
    Problem,
    /// Something needs a person before long.
    Warning,
    /// Worth knowing. It is shown in Diagnostics alone.
    Notice,
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Confidence {
    /// Foundational refused it itself and knows why, or measured it.
    Certain,
    /// It fits what was seen, and is the usual cause.
    Likely,
    /// It fits what was seen, as other causes do.
    Possible,
}

/// One cause, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FindingCause {
    pub confidence: Confidence,
    pub text: String,
}

/// One fact that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FindingEvidence {
    pub text: String,
    #[ts(type = "string | null")]
    pub at: Option<Timestamp>,
    /// The request that shows it.
    pub activity_id: Option<String>,
}

/// Something that is wrong or needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    /// One and the same for as long as it is the same thing.
    pub id: String,
    pub code: FindingCode,
    pub severity: Severity,
    pub connection_id: Option<String>,
    /// "Azure – Staff: the token expires in 6 days."
    pub message: String,
    /// The same without the name of the connection: "The token expires in 6 days."
    pub sentence: String,
    /// What follows from it, in a sentence or two.
    pub detail: Option<String>,
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// When what it waits for is expected, roughly.
    #[ts(type = "string | null")]
    pub expected_at: Option<Timestamp>,
    /// The most telling first.
    pub evidence: Vec<FindingEvidence>,
    /// The most certain first.
    pub causes: Vec<FindingCause>,
    /// What to do in the identity provider, in order.
    pub steps: Vec<String>,
    /// What can be done from here, the best first.
    pub remedies: Vec<RemedyView>,
    /// It can be hidden for some days. Refused changes are set aside instead, each by itself: one that is refused later is
    /// shown.
    pub can_hide: bool,
}

impl Finding {
    /// A finding about the workspace or the server.
    pub(crate) fn new(code: FindingCode, severity: Severity, message: String) -> Self {
        Self {
            id: code.as_str().to_owned(),
            code,
            severity,
            connection_id: None,
            sentence: message.clone(),
            message,
            detail: None,
            since: None,
            expected_at: None,
            evidence: Vec::new(),
            causes: Vec::new(),
            steps: Vec::new(),
            remedies: Vec::new(),
            can_hide: true,
        }
    }

    /// A finding about a connection; `message` follows its name.
    pub(crate) fn about(
        connection: &store::Connection,
        code: FindingCode,
        severity: Severity,
        message: &str,
    ) -> Self {
        let found = Self::new(code, severity, format!("{}: {message}", connection.name));
        let id = format!("{}:{}", code.as_str(), connection.id);
        Self { id, connection_id: Some(connection.id.clone()), sentence: upper(message), ..found }
    }

    /// One of several of its code: `key` tells them apart.
    pub(crate) fn keyed(mut self, key: &str) -> Self {
        self.id = format!("{}:{key}", self.id);
        self
    }

    pub(crate) fn since(self, since: Option<Timestamp>) -> Self {
        Self { since, ..self }
    }

    pub(crate) fn expected_at(self, expected_at: Option<Timestamp>) -> Self {
        Self { expected_at, ..self }
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub(crate) fn cause(mut self, confidence: Confidence, text: impl Into<String>) -> Self {
        self.causes.push(FindingCause { confidence, text: text.into() });
        self
    }

    pub(crate) fn evidence(mut self, text: impl Into<String>, at: Option<Timestamp>) -> Self {
        self.evidence.push(FindingEvidence { text: text.into(), at, activity_id: None });
        self
    }

    /// Evidence with the request that shows it.
    pub(crate) fn request(mut self, text: impl Into<String>, at: Timestamp, activity_id: &str) -> Self {
        let activity_id = Some(activity_id.to_owned());
        self.evidence.push(FindingEvidence { text: text.into(), at: Some(at), activity_id });
        self
    }

    /// Evidence for those beyond the first ones that are named, if there are any.
    pub(crate) fn and_more(self, all: u64, named: u64) -> Self {
        match all.saturating_sub(named) {
            0 => self,
            more => self.evidence(format!("And {more} more"), None),
        }
    }

    pub(crate) fn steps<const N: usize>(mut self, steps: [&str; N]) -> Self {
        self.steps.extend(steps.map(str::to_owned));
        self
    }

    /// A step that depends on the situation.
    pub(crate) fn step(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }

    /// A remedy that acts on the finding's connection, or on the workspace.
    pub(crate) fn remedy(mut self, kind: Remedy) -> Self {
        self.can_hide &= kind != Remedy::SetAside;
        let target = Some(self.id.as_str()).filter(|_| kind == Remedy::SetAside);
        self.remedies.push(RemedyView::new(kind, self.connection_id.as_deref(), target));
        self
    }

    /// A remedy that acts on something else than the connection.
    pub(crate) fn remedy_with(self, kind: Remedy, target: &str) -> Self {
        let mut found = self.remedy(kind);
        if let Some(remedy) = found.remedies.last_mut() {
            remedy.target = Some(target.to_owned());
        }
        found
    }

    /// Gives the last remedy a label of its own.
    pub(crate) fn labelled(mut self, label: impl Into<String>) -> Self {
        if let Some(remedy) = self.remedies.last_mut() {
            remedy.label = label.into();
        }
        self
    }

    /// A remedy that was found for a request.
    pub(crate) fn remedy_of(mut self, remedy: Option<&RemedyView>) -> Self {
        self.remedies.extend(remedy.filter(|remedy| !self.remedies.contains(remedy)).cloned());
        self
    }
}
