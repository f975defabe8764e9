//! The codes of the reasons for which a request is refused or fails.

scim::words! {
    /// Why a request is refused or fails, in the order in which a request is checked. [`crate::reasons`] has the words.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[expect(missing_docs, reason = "the table of reasons explains each")]
    pub enum ReasonCode {
        AuthMissing = "auth.missing",
        AuthScheme = "auth.scheme",
        AuthEntraJwt = "auth.entra_jwt",
        AuthUnknown = "auth.unknown",
        AuthExpired = "auth.expired",
        AuthRevoked = "auth.revoked",
        WrongConnection = "perm.wrong_connection",
        PlainHttp = "perm.plain_http",
        ForeignHost = "host.foreign",
        ForbiddenAddress = "perm.ip",
        ProtectedAdmin = "perm.protected_admin",
        LocalUser = "perm.local_user",
        Paused = "conn.paused",
        Held = "conn.held",
        Duplicate = "data.duplicate",
        Invalid = "data.invalid",
        Filter = "data.filter",
        Version = "data.version",
        Size = "data.size",
        UnknownPath = "path.unknown",
        Method = "path.method",
        NotFound = "notfound",
        Rate = "rate",
        Busy = "busy",
        Late = "late",
        Defect = "defect",
        BrokenAnswer = "answer.broken",
        Error = "error",
    }
}

impl ReasonCode {
    /// Whether a person has to do something about a request that ended so. What the client does again by itself, and an
    /// expected "not found", needs no one.
    pub const fn needs_a_look(self) -> bool {
        !matches!(self, Self::NotFound | Self::Version | Self::Busy | Self::Rate)
    }
}
