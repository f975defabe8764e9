//! How each finding is caused: a table with one scene for each code, so that a code without one does not compile.

use std::time::Duration;

use foundational::views::FindingCode;
use idp::remedy::Remedy;

use Act::{
    Admins, Another, Call, CallOld, Finish, Forged, Group, Hold, LeaveGroup, Leavers, Long, Observe, Okta,
    People, Revoke, Rotate, Round, Send, Sleep, Token, Twice, Wrong,
};

/// What an Admin or the identity provider does.
#[derive(Clone, Copy)]
pub enum Act {
    /// A token is created that lives so long.
    Token(&'static str),
    /// It is replaced, and both are accepted for a day.
    Rotate,
    Revoke,
    /// The set-up is finished.
    Finish,
    /// A GET with the newest token; `{id}` is the connection, and an address without it is below its endpoint.
    Call(&'static str),
    /// The same with the first token.
    CallOld,
    /// With a token that is not known.
    Wrong,
    /// With the key of the newest token and another secret.
    Forged,
    /// With the token of another connection.
    Another,
    /// With two Authorization headers.
    Twice,
    /// With the words of Okta's client.
    Okta,
    /// Method, address and body; `{made}` is the id of what was created last.
    Send(&'static str, &'static str, &'static str),
    /// So many people arrive.
    People(usize),
    /// All of them are members of a group.
    Group,
    /// Members of that group are Admins.
    Admins,
    /// The first of them is taken out.
    LeaveGroup,
    /// All of them are deleted.
    Leavers,
    /// From now on a mass change is held.
    Hold,
    /// From now on the connection is observed first.
    Observe,
    /// So many requests with long bodies are refused.
    Long(u64),
    /// What the program does from time to time is done.
    Round,
    /// This computer has slept for so many minutes.
    Sleep(u64),
}

/// How a finding is caused.
pub enum Scene {
    /// A connection for this provider, and what happens so many minutes ago: it is in the data folder when the window opens.
    Past(&'static str, &'static [(u64, Act)]),
    /// Something is done while the window is open; `findings.rs` does it.
    Now,
    /// It takes a disk, a clock, a backup or a certificate that a window's test does not have. The core's tests cause it; here
    /// it is added to what the core answers, with these remedies.
    Added(&'static [Remedy]),
}

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;
const LOOKUP: &str = "/Users?filter=userName%20eq%20%22absent%22";

impl Scene {
    /// What happened before the window is opened, and for which provider.
    pub const fn past(&self) -> Option<(&'static str, &'static [(u64, Act)])> {
        match *self {
            Self::Past(provider, acts) => Some((provider, acts)),
            Self::Now | Self::Added(_) => None,
        }
    }
}

/// The scene of a code.
#[expect(clippy::too_many_lines, reason = "it is a table")]
pub const fn scene(code: FindingCode) -> Scene {
    use FindingCode as Code;
    use Scene::{Added, Now, Past};
    match code {
        Code::TokenExpired => Past("custom", &[(367 * DAY, Token("1y")), (366 * DAY, Call("/Users"))]),
        Code::TokenNone => {
            Past("custom", &[(60, Token("1y")), (59, Call("/Users")), (58, Finish), (57, Revoke)])
        }
        Code::TokenExpiring => Past("custom", &[(360 * DAY, Token("1y")), (10, Call("/Users"))]),
        Code::TokenOld => Past(
            "custom",
            &[
                (10 * HOUR, Token("1y")),
                (9 * HOUR, Call("/Users")),
                (3 * HOUR, Rotate),
                (170, Call("/Users")),
                (30, CallOld),
            ],
        ),
        Code::TokenNeverReplaced => Past("custom", &[(380 * DAY, Token("never")), (10, Call("/Users"))]),
        Code::NothingArrives => Past("custom", &[(30, Token("1y"))]),
        Code::WrongAddress => Past(
            "custom",
            &[
                (60, Token("1y")),
                (59, Call("/Users")),
                (12, Call("/scim/v2/scim/v2/{id}/Users")),
                (11, Call("/scim/v2/scim/v2/{id}/Users")),
                (10, Call("/scim/v2/scim/v2/{id}/Users")),
            ],
        ),
        Code::Unauthorized => {
            Past("custom", &[(60, Token("1y")), (59, Call("/Users")), (12, Wrong), (11, Wrong), (10, Wrong)])
        }
        Code::WrongSecrets => Past(
            "custom",
            &[
                (60, Token("1y")),
                (14, Forged),
                (13, Forged),
                (12, Forged),
                (11, Forged),
                (10, Forged),
                (9, Call("/Users")),
            ],
        ),
        Code::Forbidden => Past(
            "custom",
            &[(60, Token("1y")), (59, Call("/Users")), (12, Another), (11, Another), (10, Another)],
        ),
        Code::AccessFails => {
            Past("custom", &[(60, Token("1y")), (59, Call("/Users")), (12, Twice), (11, Twice), (10, Twice)])
        }
        Code::LookupsFail => Past(
            "custom",
            &[
                (60, Token("1y")),
                (12, Call("/Users?filter=userName%20is")),
                (11, Call("/Users?filter=userName%20is")),
                (10, Call("/Users?filter=userName%20is")),
            ],
        ),
        Code::WritesFail => Past(
            "custom",
            &[
                (60, Token("1y")),
                (12, Send("POST", "/Bulk", r#"{"schemas":[],"Operations":7}"#)),
                (11, Send("POST", "/Bulk", r#"{"schemas":[],"Operations":7}"#)),
                (10, Send("POST", "/Bulk", r#"{"schemas":[],"Operations":7}"#)),
            ],
        ),
        Code::NotCreated => Past(
            "azure",
            &[(60, Token("1y")), (10, Send("POST", "/Users", r#"{"userName":"ada","active":"yes"}"#))],
        ),
        Code::DuplicateLoop => Past(
            "azure",
            &[
                (60, Token("1y")),
                (50, Send("POST", "/Users", LOOP)),
                (12, Send("POST", "/Users", LOOP)),
                (11, Send("POST", "/Users", LOOP)),
                (10, Send("POST", "/Users", LOOP)),
            ],
        ),
        Code::NotChanged => Past(
            "azure",
            &[(60, Token("1y")), (50, People(1)), (10, Send("PATCH", "/Users/{made}", NAME_IS_7))],
        ),
        Code::NotDeactivated => Past(
            "azure",
            &[(60, Token("1y")), (50, People(1)), (10, Send("PATCH", "/Users/{made}", LEAVES_WITH_NAME_7))],
        ),
        Code::FirstCycleWaits => Past("azure", &[(30, Token("1y")), (20, Call(LOOKUP))]),
        Code::NotAssigned => Past("azure", &[(5 * HOUR, Token("1y")), (299, Call(LOOKUP))]),
        Code::NoLeavers => Past("okta", &[(9 * DAY, Token("1y")), (8 * DAY, People(1))]),
        Code::AttributesIgnored => Past(
            "azure",
            &[(60, Token("1y")), (10, Send("POST", "/Users", r#"{"userName":"eve","jobTitle":"Countess"}"#))],
        ),
        Code::AttributeElsewhere => {
            Past("azure", &[(60, Token("1y")), (10, Send("POST", "/Users", AT_HOME))])
        }
        Code::AttributeMissing => Past("azure", &[(60, Token("1y")), (50, People(10))]),
        Code::MassLeave => Past("okta", &[(3 * HOUR, Token("1y")), (170, People(12)), (100, Leavers)]),
        Code::MassGroups => Past(
            "okta",
            &[
                (3 * HOUR, Token("1y")),
                (170, People(12)),
                (160, Group),
                (100, Send("DELETE", "/Groups/{made}", "")),
            ],
        ),
        Code::AdminsRemoved => Past(
            "okta",
            &[(3 * HOUR, Token("1y")), (170, People(1)), (160, Group), (150, Admins), (100, LeaveGroup)],
        ),
        Code::RemovalsHeld => {
            Past("okta", &[(3 * HOUR, Token("1y")), (175, Hold), (170, People(12)), (100, Leavers)])
        }
        Code::AccessWithheld => Past("okta", &[(60, Token("1y")), (55, Observe), (50, People(2))]),
        Code::MembersUnresolved => Past(
            "azure",
            &[(5 * HOUR, Token("1y")), (290, Send("POST", "/Groups", WITH_ABSENT)), (10, Call("/Users"))],
        ),
        Code::OtherProvider => Past("azure", &[(60, Token("1y")), (12, Okta), (11, Okta), (10, Okta)]),
        Code::Quiet => Past("azure", &[(5 * HOUR, Token("1y")), (290, Call("/Users")), (289, Finish)]),
        Code::ComputerSlept => Past(
            "okta",
            &[
                (30 * HOUR, Token("1y")),
                (29 * HOUR, Call("/Users")),
                (28 * HOUR, Finish),
                (12 * HOUR, Sleep(6 * HOUR)),
            ],
        ),
        Code::LogBounded => Past(
            "custom",
            &[(41 * HOUR, Token("1y")), (40 * HOUR, Long(40)), (20 * HOUR, Long(40)), (19 * HOUR, Round)],
        ),
        Code::ClockAhead => Past("custom", &[(9 * DAY, Round), (19 * HOUR, Round)]),
        Code::MatchWaiting
        | Code::TokenExposed
        | Code::AddressChanged
        | Code::AddressNotReachable
        | Code::PortChanged
        | Code::LogSetAside
        | Code::AppCrashed => Now,
        Code::ServerStopped | Code::ServerCrowded | Code::CertificateFiles | Code::CertificateRoot => {
            Added(&[Remedy::OpenServer])
        }
        Code::AddressLimited => Added(&[Remedy::CheckAddress]),
        Code::CertificateExpiring => Added(&[Remedy::SeeCertificate]),
        Code::FileDamaged | Code::WritingStopped | Code::DiskReserve | Code::DiskLow | Code::LogStopped => {
            Added(&[Remedy::SeeData])
        }
        Code::ClockBehind => Added(&[Remedy::CheckClock]),
        Code::AuditBroken => Added(&[Remedy::SeeAudit]),
        Code::BackupFailing => Added(&[Remedy::SeeBackups]),
        Code::BackupRestored => Added(&[Remedy::CheckAndResume]),
        Code::WorkspaceMoved => Added(&[Remedy::OpenServer, Remedy::CheckAddress, Remedy::CheckAndResume]),
        Code::PeopleUnconfirmed => Added(&[Remedy::SeePeople]),
    }
}

const NAME_IS_7: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"replace","path":"name","value":7}]}"#;
const LEAVES_WITH_NAME_7: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"replace","path":"active","value":false},{"op":"replace","path":"name","value":7}]}"#;
const LOOP: &str = r#"{"userName":"loop@example.com"}"#;
const WITH_ABSENT: &str =
    r#"{"displayName":"Absent","members":[{"value":"6f1d3c9e-0000-4000-8000-000000000000"}]}"#;
const AT_HOME: &str = r#"{"userName":"bob","emails":[{"type":"home","value":"bob@home.example"}]}"#;

/// Minutes as a length.
pub const fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}
