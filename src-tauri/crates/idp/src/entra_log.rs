//! What the provisioning logs of Microsoft Entra ID call a request that was refused here, so that an Admin finds it there.
//!
//! Source: Microsoft, "Analyze the Microsoft Entra provisioning logs", error codes.

use crate::reason_code::ReasonCode;

/// The error codes to look for; none for what those logs do not name by a code of its own.
pub const fn entra_log_codes(reason: ReasonCode) -> &'static [&'static str] {
    match reason {
        ReasonCode::WrongConnection
        | ReasonCode::PlainHttp
        | ReasonCode::ForbiddenAddress
        | ReasonCode::ProtectedAdmin
        | ReasonCode::LocalUser => &["InsufficientRights", "NotPermitted", "Unauthorized"],
        ReasonCode::Duplicate => &["EntryConflict"],
        // Of a user or group that Entra had created or matched before.
        ReasonCode::NotFound => &["InvalidAnchor"],
        ReasonCode::Rate => &["TooManyRequests"],
        ReasonCode::Defect | ReasonCode::Error => &["InternalServerError"],
        ReasonCode::AuthMissing
        | ReasonCode::AuthScheme
        | ReasonCode::AuthEntraJwt
        | ReasonCode::AuthUnknown
        | ReasonCode::AuthExpired
        | ReasonCode::AuthRevoked
        | ReasonCode::ForeignHost
        | ReasonCode::Paused
        | ReasonCode::Held
        | ReasonCode::Invalid
        | ReasonCode::Filter
        | ReasonCode::Version
        | ReasonCode::Size
        | ReasonCode::UnknownPath
        | ReasonCode::Method
        | ReasonCode::Busy
        | ReasonCode::Late
        | ReasonCode::BrokenAnswer => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_is_forbidden_or_a_conflict_has_its_code_in_the_logs_of_entra() {
        for code in ReasonCode::ALL.iter().copied() {
            let has_code = !entra_log_codes(code).is_empty();
            match code.reason().status {
                403 | 409 | 429 | 500 => assert!(has_code, "{code:?}"),
                401 => assert!(!has_code, "{code:?}: Entra names the quarantine that follows"),
                _ => {}
            }
        }
    }
}
