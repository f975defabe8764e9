//! What comes of pressing each remedy: a table, so that a remedy without an effect does not compile.

use idp::remedy::Remedy;

/// What comes of pressing a remedy.
pub enum Effect {
    /// The address of the page begins like this; `{connection}` and `{target}` are the remedy's.
    Leads(&'static str),
    /// The target is on the clipboard, and the address of the page begins like this.
    Copies(&'static str),
    /// The target is on the clipboard, and the screen remains.
    Copied,
    /// The system is asked to open the target; where there is none, something.
    Opened,
    /// It is asked whether to block the person, and answered with yes: they are blocked.
    Blocked,
    /// This computer remains awake.
    Awake,
    /// The connection is paused.
    Paused,
    Resumed,
    /// This is the answer to what is held.
    Answered(&'static str),
    /// The finding is no longer shown.
    Gone,
}

/// The effect of a remedy.
pub const fn effect(remedy: Remedy) -> Effect {
    use Effect::{Answered, Awake, Blocked, Copied, Copies, Gone, Leads, Opened, Paused, Resumed};
    match remedy {
        Remedy::CreateToken | Remedy::SeeTokens => Leads("/provisioning/{connection}/tokens"),
        Remedy::ReplaceToken => Leads("/provisioning/{connection}/tokens/rotate"),
        Remedy::PasteToken => Leads("/provisioning/{connection}/tokens/{target}"),
        Remedy::ShowEndpoint => Leads("/provisioning/{target}"),
        Remedy::CopyEndpoint => Copies("/provisioning/{connection}"),
        Remedy::OpenConnection => Leads("/provisioning/{connection}"),
        Remedy::OpenAddress | Remedy::CheckAddress | Remedy::SeeCertificate => Leads("/settings/address"),
        Remedy::EditAllowList
        | Remedy::ChangeRule
        | Remedy::Decide
        | Remedy::OpenHeld
        | Remedy::OpenWithheld => Leads("/provisioning/{connection}/settings"),
        Remedy::OpenPerson => Leads("/users/{target}"),
        Remedy::OpenGroup => Leads("/groups/{target}"),
        Remedy::ShowHistory => Leads("/{target}"),
        Remedy::OpenServer => Leads("/settings/server"),
        Remedy::SeeData | Remedy::SeeBackups | Remedy::CheckClock => Leads("/settings/data"),
        Remedy::SeeAudit => Leads("/settings/audit"),
        Remedy::CheckAndResume => Leads("/provisioning"),
        Remedy::SeePeople => Leads("/users"),
        Remedy::SeeActivity => Leads("/activity?result=refused&connection={connection}"),
        Remedy::ShowAssign => Leads("/provisioning/{connection}/setup/assign"),
        Remedy::SeeDeviations => Leads("/provisioning/{connection}/deviations"),
        Remedy::OpenMapping => Leads("/provisioning/{connection}/mapping"),
        Remedy::CopyMapping => Copies("/provisioning/{connection}/mapping"),
        Remedy::UseThisPath => Leads("/provisioning/{connection}/mapping?email={target}"),
        Remedy::TestLeaver => Leads("/provisioning/{connection}/setup/test"),
        Remedy::Undo => Leads("/undo?connection={connection}&since="),
        Remedy::CreateBundle => Leads("/diagnostics/bundle"),
        Remedy::CopyReport => Copied,
        Remedy::SetAside => Gone,
        Remedy::Pause => Paused,
        Remedy::Resume => Resumed,
        Remedy::OpenLogs | Remedy::OpenConsole => Opened,
        Remedy::BlockPerson => Blocked,
        Remedy::LookUpLeaver => Leads("/diagnostics/why"),
        Remedy::KeepAwake => Awake,
        Remedy::LetThrough => Answered("letThrough"),
        Remedy::KeepRefusing => Answered("keepRefusing"),
    }
}

/// In which order the remedies of a finding are pressed: one that changes what is found comes later, and last the one after
/// which there is nothing to answer.
pub const fn order(remedy: Remedy) -> u8 {
    match effect(remedy) {
        Effect::Leads(_) | Effect::Copies(_) | Effect::Copied | Effect::Opened => 0,
        Effect::Blocked | Effect::Awake => 1,
        Effect::Answered(_) if matches!(remedy, Remedy::KeepRefusing) => 1,
        Effect::Paused | Effect::Resumed | Effect::Answered(_) | Effect::Gone => 2,
    }
}
