//! The audit entries in words.

use store::{AuditAct, AuditActorKind};

/// What an act is called in a list of acts, and its sentence. `{on}` is the subject, `{with}` the detail.
#[expect(clippy::too_many_lines, reason = "it has a line for each act")]
const fn words(act: AuditAct) -> (&'static str, &'static str) {
    match act {
        AuditAct::ConnectionCreate => ("Connection created", "Created the connection {on}."),
        AuditAct::ConnectionRename => ("Connection renamed", "Renamed the connection {on} to {with}."),
        AuditAct::ConnectionDelete => ("Connection deleted", "Deleted the connection {on}: {with}."),
        AuditAct::ConnectionPause => ("Connection paused", "Paused the connection {on}."),
        AuditAct::ConnectionResume => ("Connection resumed", "Resumed the connection {on}."),
        AuditAct::ConnectionResumeUnchecked => (
            "Connection resumed without a check",
            "Resumed the connection {on} without a check of the public address.",
        ),
        AuditAct::PauseAll => ("All connections paused", "Paused all connections."),
        AuditAct::ResumeAll => {
            ("All connections resumed", "Resumed the connections that were paused together.")
        }
        AuditAct::SetupFinish => ("Set-up finished", "Finished the set-up of {on}."),
        AuditAct::RulesSet => ("Rules changed", "Changed the rules of {on}: {with}."),
        AuditAct::WaySet => ("How it is reached changed", "Changed how {on} reaches this computer: {with}."),
        AuditAct::AccountChoicesSet => {
            ("Shown names changed", "Changed what is shown for users of {on}: {with}.")
        }
        AuditAct::BrakeSet => ("Brake changed", "Changed the brake of {on}: {with}."),
        AuditAct::RemovalsLetThrough => ("Removals allowed", "Allowed {with} of {on}."),
        AuditAct::RemovalsRefuse => ("Removals refused", "Decided to refuse removals of {on}; {with} held."),
        AuditAct::RemovalsApply => ("Removals applied", "Applied {with} of {on} that had been allowed."),
        AuditAct::HoldEnd => ("Hold ended", "Ended the hold of {on} and forgot {with}."),
        AuditAct::ObserveFirst => ("Observing begun", "Turned on Observe first for {on}."),
        AuditAct::ObserveEnd => {
            ("Observing ended", "Turned off Observe first for {on}; no user was waiting.")
        }
        AuditAct::PeopleLetThrough => ("Users let through", "Let {with} of {on} through."),
        AuditAct::TokenCreate => ("Token created", "Created the token {with} of {on}."),
        AuditAct::TokenReplace => ("Token replaced", "Replaced the token of {on} by {with}."),
        AuditAct::TokenReplaceCancel => {
            ("Token replacement cancelled", "Cancelled the replacement by the token {with} of {on}.")
        }
        AuditAct::TokenShorten => ("Token shortened", "Shortened the token of {on}: {with}."),
        AuditAct::TokenRevoke => ("Token revoked", "Revoked the token {with} of {on}."),
        AuditAct::TokenRetire => ("Replaced token ended", "Ended the replaced token {with} of {on}."),
        AuditAct::TokenExpose => ("Token exposed", "The token {with} of {on} arrived unencrypted."),
        AuditAct::MatchLink => ("Account linked", "Linked the local account {with} to {on}."),
        AuditAct::MatchDismiss => ("Match dismissed", "Did not link {with} of {on} to the local account."),
        AuditAct::PersonCreate => ("Local account created", "Created the local account {on} as {with}."),
        AuditAct::PersonEdit => ("Local account changed", "Changed the name or address of {on}."),
        AuditAct::PersonDelete => ("Local account deleted", "Deleted the local account {on}."),
        AuditAct::PersonActivate => ("User activated", "Activated {on}."),
        AuditAct::PersonDeactivate => ("User deactivated", "Deactivated {on}."),
        AuditAct::PersonConfirm => ("User confirmed", "Confirmed {on} after a restore."),
        AuditAct::PersonBlock => ("User blocked", "Blocked {on}."),
        AuditAct::PersonUnblock => ("User unblocked", "Unblocked {on}."),
        AuditAct::PeopleBlock => ("Several users blocked", "Blocked {with}."),
        AuditAct::PeopleUnblock => ("Several users unblocked", "Unblocked {with}."),
        AuditAct::PersonLetThrough => ("User let through", "Let {on} through."),
        AuditAct::LinkUndo => ("Link undone", "Made {on} a local account again."),
        AuditAct::HistoryAttach => ("History attached", "Attached the history of a deleted user to {on}."),
        AuditAct::HistoryDetach => ("History detached", "Detached the history of a deleted user from {on}."),
        AuditAct::ChangesUndo => ("Changes undone", "Undid {with} of {on}."),
        AuditAct::AdminRoleGive => ("Made Admin", "Made {on} an Admin."),
        AuditAct::AdminRoleTake => ("Made Member", "Made {on} a Member."),
        AuditAct::SignInAllow => ("Sign-in allowed", "Allowed {on} to sign in, with a new passcode."),
        AuditAct::SignInForbid => ("Sign-in withdrawn", "Withdrew the right to sign in from {on}."),
        AuditAct::PasswordChange => ("Password changed", "Changed their own password."),
        AuditAct::PasswordRecover => ("Recovery key used", "Set a new password with the recovery key."),
        AuditAct::RecoveryKeyReplace => ("Recovery key replaced", "Made a new recovery key."),
        AuditAct::SignIn => ("Signed in", "Signed in ({with})."),
        AuditAct::SignInFail => ("Failed sign-in", "Entered a wrong password for {on}."),
        AuditAct::SignOut => ("Signed out", "Signed out."),
        AuditAct::SessionEnd => ("Session ended", "Ended a session of {on}."),
        AuditAct::SecuritySet => ("Security settings changed", "Changed the security settings: {with}."),
        AuditAct::NotificationsSet => ("Notifications changed", "Changed which notifications are shown."),
        AuditAct::KeepAwakeSet => ("Stay awake changed", "Set staying awake while serving to {with}."),
        AuditAct::ListenSet => ("Listen address changed", "Changed the listen address to {with}."),
        AuditAct::CertificateSet => ("Certificate chosen", "Chose the certificate {with} for this server."),
        AuditAct::CertificateRemove => ("Certificate removed", "Removed the certificate of this server."),
        AuditAct::CertificateCheck => ("Certificate checked", "Checked the certificate of this server."),
        AuditAct::CertificateOrder => ("Certificate received", "Received a certificate for {with}."),
        AuditAct::RootUse => ("Root certificate in use", "Began to use the root certificate {with}."),
        AuditAct::RootExport => ("Root certificate exported", "Exported the root certificate {with}."),
        AuditAct::PublicUrlSet => ("Public address changed", "Changed the public address to {with}."),
        AuditAct::PublicUrlRemove => ("Public address removed", "Removed the public address {with}."),
        AuditAct::HostAdd => ("Host name allowed", "Allowed the host name {with}."),
        AuditAct::HostRemove => ("Host name removed", "Removed the allowed host name {with}."),
        AuditAct::ProxiesSet => ("Trusted proxies changed", "Set the list of trusted proxies: {with}."),
        AuditAct::DiscoveryOpen => ("Discovery opened", "Opened discovery without a token."),
        AuditAct::DiscoveryClose => ("Discovery closed", "Closed discovery without a token."),
        AuditAct::SchemaAdd => ("Schema added", "Added the schema {with}."),
        AuditAct::SchemaRemove => ("Schema removed", "Removed the schema {with}."),
        AuditAct::ClockTrust => ("Clock trusted", "Trusted the clock of this computer again."),
        AuditAct::ClockJump => ("Clock jumped", "Saw the clock of this computer jump {with}."),
        AuditAct::LogLimitSet => ("Size of the log changed", "Limited the request log to {with}."),
        AuditAct::BodiesSet => ("Recorded bodies changed", "Changed how bodies are recorded: {with}."),
        AuditAct::SupportContactSet => ("Support contact changed", "Changed the support contact to {with}."),
        AuditAct::CrashAcknowledge => ("Crash acknowledged", "Acknowledged that the app ended unexpectedly."),
        AuditAct::FindingHide => ("Finding hidden", "Hid for seven days: {with}"),
        AuditAct::FindingShow => ("Finding shown", "Showed again: {with}"),
        AuditAct::FindingSetAside => ("Refused changes set aside", "Set aside: {with}"),
        AuditAct::BackupFolderSet => ("Backup folder changed", "Changed the backup folder to {with}."),
        AuditAct::BackupMake => ("Backup made", "Started a backup: {with}."),
        AuditAct::BackupFail => ("Backup failed", "The backup failed: {with}"),
        AuditAct::BackupRestore => ("Backup restored", "Restored the backup {with}."),
        AuditAct::MoveToServer => {
            ("Moved to a server", "Moved the workspace to a server, by the file {with}.")
        }
        AuditAct::MoveHere => ("Moved here", "Moved the workspace here, from the file {with}."),
        AuditAct::PeopleExport => ("Users exported", "Exported {with}."),
        AuditAct::GroupsExport => ("Groups exported", "Exported {with}."),
        AuditAct::MembersExport => ("Members exported", "Exported the members of {on}: {with}."),
        AuditAct::LeaversExport => ("Proofs of leaving exported", "Exported {with}."),
        AuditAct::AuditExport => ("Audit exported", "Exported {with}."),
        AuditAct::ActivityExport => ("Requests exported", "Exported {with}."),
        AuditAct::SupportBundleSave => ("Support bundle saved", "Saved a support bundle."),
    }
}

/// "Token created".
pub(crate) const fn act_name(act: AuditAct) -> &'static str {
    words(act).0
}

/// "Created the token Token 1 of Okta – Employees." A part of the pattern without a value is left out.
pub(crate) fn sentence(act: Option<AuditAct>, on: &str, with: &str) -> String {
    let pattern = match act {
        None => return "Did something that this version does not know.".to_owned(),
        Some(AuditAct::SignIn) if with.is_empty() => "Signed in.",
        Some(AuditAct::SignInFail) if !with.is_empty() => "Entered a wrong {with}.",
        Some(AuditAct::SignInFail) if on.is_empty() => "Entered an unknown name.",
        Some(act) => words(act).1,
    };
    // In one pass: a name may look like a part of the pattern.
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (part, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(if part == "on" { on } else { with });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What an actor who is no person is called.
pub(crate) const fn actor_name(kind: AuditActorKind) -> &'static str {
    match kind {
        AuditActorKind::Person => "A user",
        AuditActorKind::CommandLine => "Command line",
        AuditActorKind::Program => "Foundational",
        AuditActorKind::SignedOut => "Not signed in",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_the_names_as_they_are() {
        let create = Some(AuditAct::TokenCreate);
        assert_eq!(sentence(create, "Okta", "Token 1"), "Created the token Token 1 of Okta.");
        assert_eq!(sentence(create, "{with}", "{on}"), "Created the token {on} of {with}.", "names are data");
        assert_eq!(sentence(Some(AuditAct::SignIn), "", ""), "Signed in.");
        let fail = Some(AuditAct::SignInFail);
        assert_eq!(sentence(fail, "Ada", ""), "Entered a wrong password for Ada.");
        assert_eq!(sentence(fail, "", ""), "Entered an unknown name.");
        assert_eq!(sentence(fail, "", "recovery key"), "Entered a wrong recovery key.");
    }

    #[test]
    fn each_act_has_a_name_of_its_own_and_a_sentence_of_known_parts() {
        for (at, act) in AuditAct::ALL.iter().enumerate() {
            let first = AuditAct::ALL.iter().position(|other| act_name(*other) == act_name(*act));
            assert_eq!(first, Some(at), "{act:?}");
            let whole = sentence(Some(*act), "ON", "WITH");
            assert!(!whole.contains(['{', '}']), "{whole}");
            let parts = words(*act).1.matches('{').count();
            assert_eq!(
                parts,
                words(*act).1.matches("{on}").count() + words(*act).1.matches("{with}").count()
            );
        }
    }
}
