//! An audit entry: who does what on what. It contains no secret.

use crate::Connection;

scim::words! {
    /// What was done.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum AuditAct {
        ConnectionCreate = "connectionCreate",
        ConnectionRename = "connectionRename",
        ConnectionDelete = "connectionDelete",
        ConnectionPause = "connectionPause",
        ConnectionResume = "connectionResume",
        /// Although no check has found that the public address leads here.
        ConnectionResumeUnchecked = "connectionResumeUnchecked",
        PauseAll = "pauseAll",
        ResumeAll = "resumeAll",
        SetupFinish = "setupFinish",
        RulesSet = "rulesSet",
        /// How the identity provider reaches this computer.
        WaySet = "waySet",
        /// By which choices a connection's people are shown.
        AccountChoicesSet = "accountChoicesSet",
        BrakeSet = "brakeSet",
        RemovalsLetThrough = "removalsLetThrough",
        RemovalsRefuse = "removalsRefuse",
        /// Recorded when it is decided; the removals follow.
        RemovalsApply = "removalsApply",
        HoldEnd = "holdEnd",
        ObserveFirst = "observeFirst",
        /// Recorded with the first of them.
        PeopleLetThrough = "peopleLetThrough",
        /// No one waited.
        ObserveEnd = "observeEnd",
        TokenCreate = "tokenCreate",
        TokenReplace = "tokenReplace",
        /// A replacement whose new token is unused was taken back.
        TokenReplaceCancel = "tokenReplaceCancel",
        TokenShorten = "tokenShorten",
        TokenRevoke = "tokenRevoke",
        /// A replaced token ended after its overlap.
        TokenRetire = "tokenRetire",
        /// A token arrived unencrypted for the first time.
        TokenExpose = "tokenExpose",
        MatchLink = "matchLink",
        MatchDismiss = "matchDismiss",
        PersonCreate = "personCreate",
        PersonEdit = "personEdit",
        PersonDelete = "personDelete",
        PersonActivate = "personActivate",
        PersonDeactivate = "personDeactivate",
        PersonConfirm = "personConfirm",
        PersonBlock = "personBlock",
        PersonUnblock = "personUnblock",
        PeopleBlock = "peopleBlock",
        PeopleUnblock = "peopleUnblock",
        PersonLetThrough = "personLetThrough",
        LinkUndo = "linkUndo",
        HistoryAttach = "historyAttach",
        HistoryDetach = "historyDetach",
        /// Recorded when it is decided; its steps follow.
        ChangesUndo = "changesUndo",
        AdminRoleGive = "adminRoleGive",
        AdminRoleTake = "adminRoleTake",
        SignInAllow = "signInAllow",
        SignInForbid = "signInForbid",
        PasswordChange = "passwordChange",
        /// The first Admin got a new password for the recovery key.
        PasswordRecover = "passwordRecover",
        RecoveryKeyReplace = "recoveryKeyReplace",
        SignIn = "signIn",
        /// A wrong password at sign-in, at a locked window or before a sensitive act, or a wrong recovery key.
        SignInFail = "signInFail",
        SignOut = "signOut",
        SessionEnd = "sessionEnd",
        SecuritySet = "securitySet",
        NotificationsSet = "notificationsSet",
        KeepAwakeSet = "keepAwakeSet",
        ListenSet = "listenSet",
        CertificateSet = "certificateSet",
        CertificateRemove = "certificateRemove",
        /// It was read or signed again, or an order was placed by ACME, where it was due.
        CertificateCheck = "certificateCheck",
        /// An authority of ACME has signed one.
        CertificateOrder = "certificateOrder",
        /// The private authority has another root than before, or its first one without an act of an Admin.
        RootUse = "rootUse",
        RootExport = "rootExport",
        PublicUrlSet = "publicUrlSet",
        PublicUrlRemove = "publicUrlRemove",
        HostAdd = "hostAdd",
        HostRemove = "hostRemove",
        ProxiesSet = "proxiesSet",
        DiscoveryOpen = "discoveryOpen",
        DiscoveryClose = "discoveryClose",
        SchemaAdd = "schemaAdd",
        SchemaRemove = "schemaRemove",
        ClockTrust = "clockTrust",
        /// The clock of this computer moved by another time than passed.
        ClockJump = "clockJump",
        LogLimitSet = "logLimitSet",
        BodiesSet = "bodiesSet",
        SupportContactSet = "supportContactSet",
        CrashAcknowledge = "crashAcknowledge",
        FindingHide = "findingHide",
        FindingShow = "findingShow",
        FindingSetAside = "findingSetAside",
        BackupFolderSet = "backupFolderSet",
        /// Recorded before the backup is made, so that the backup has it.
        BackupMake = "backupMake",
        BackupFail = "backupFail",
        /// Recorded in the restored workspace, in the transaction that makes it ready.
        BackupRestore = "backupRestore",
        /// Recorded with the pauses, before the file is written, so that the file has it.
        MoveToServer = "moveToServer",
        /// Recorded in the workspace that was moved, in the transaction that makes it ready.
        MoveHere = "moveHere",
        PeopleExport = "peopleExport",
        GroupsExport = "groupsExport",
        MembersExport = "membersExport",
        LeaversExport = "leaversExport",
        AuditExport = "auditExport",
        ActivityExport = "activityExport",
        SupportBundleSave = "supportBundleSave",
    }
}

scim::words! {
    /// What kind of actor it was.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum AuditActorKind {
        Person = "person",
        CommandLine = "commandLine",
        /// Foundational itself.
        Program = "program",
        /// A person who is not signed in.
        SignedOut = "signedOut",
    }
}

scim::words! {
    /// What kind of thing an act was on.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
    #[serde(rename_all = "camelCase")]
    #[ts(export)]
    pub enum AuditSubjectKind {
        Connection = "connection",
        Person = "person",
        Group = "group",
    }
}

/// Who does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActor {
    pub kind: AuditActorKind,
    /// The person's id; nothing for the other kinds.
    pub id: Option<String>,
    /// The person's name at the time; empty for the other kinds.
    pub name: String,
}

impl AuditActor {
    /// A person here.
    pub const fn person(id: String, name: String) -> Self {
        Self { kind: AuditActorKind::Person, id: Some(id), name }
    }

    /// One who is no person of this workspace.
    pub const fn other(kind: AuditActorKind) -> Self {
        Self { kind, id: None, name: String::new() }
    }
}

/// What an act is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSubject {
    pub(crate) kind: AuditSubjectKind,
    pub(crate) id: String,
    /// Its name at the time; `None`: it is looked up in the transaction.
    pub(crate) name: Option<String>,
}

impl AuditSubject {
    /// A person, by the name that the transaction finds.
    pub const fn person(id: String) -> Self {
        Self { kind: AuditSubjectKind::Person, id, name: None }
    }

    /// A group, by the name that the transaction finds.
    pub const fn group(id: String) -> Self {
        Self { kind: AuditSubjectKind::Group, id, name: None }
    }

    /// A connection, by the name that the transaction finds.
    pub const fn connection_id(id: String) -> Self {
        Self { kind: AuditSubjectKind::Connection, id, name: None }
    }
}

impl From<&Connection> for AuditSubject {
    /// A connection by the name that was read before the act.
    fn from(connection: &Connection) -> Self {
        let (id, name) = (connection.id.clone(), Some(connection.name.clone()));
        Self { kind: AuditSubjectKind::Connection, id, name }
    }
}

/// Who does what on what. See [`crate::Tx::audit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub(crate) actor: AuditActor,
    pub(crate) act: AuditAct,
    pub(crate) subject: Option<AuditSubject>,
    pub(crate) detail: String,
}

impl AuditEntry {
    /// An act on the workspace as a whole.
    pub const fn new(actor: AuditActor, act: AuditAct) -> Self {
        Self { actor, act, subject: None, detail: String::new() }
    }

    /// An act of Foundational itself.
    pub const fn by_program(act: AuditAct) -> Self {
        Self::new(AuditActor::other(AuditActorKind::Program), act)
    }

    /// The same act on this subject.
    #[must_use]
    pub fn on(mut self, subject: impl Into<AuditSubject>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same act with what its sentence names beside the subject: a label, a name, an address, a number. Never a
    /// secret.
    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}
