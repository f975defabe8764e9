//! The one table of commands: name, who may call it, what it does, arguments, result, the room and its method. Dispatch, the role check
//! and the TypeScript interface all come from it. To add a command: a line here and a method that takes the [`Actor`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Instrument as _, field};

use crate::access::actor::Actor;
pub use crate::access::effect::Effect;
pub use crate::access::need::Need;
use crate::app::rooms::Rooms;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::views as v;

/// A command with its types, for callers in this program.
pub(crate) trait Command {
    const NAME: &'static str;
    const NEED: Need;
    type Args;
    type Output;

    /// Does it. Whether the actor may is checked by [`run`].
    fn run(
        rooms: &Rooms,
        actor: Actor,
        args: Self::Args,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

macro_rules! commands {
    ($($command:ident $name:literal $need:ident $effect:ident $args:ident -> $output:ty = $room:ident.$method:ident;)*) => {
        /// A type for each command.
        pub(crate) mod command {
            $(
                #[expect(clippy::allow_attributes, reason = "some are called by their name alone")]
                #[allow(dead_code)]
                pub(crate) struct $command;
            )*
        }

        $(impl Command for command::$command {
            const NAME: &'static str = $name;
            const NEED: Need = Need::$need;
            type Args = v::$args;
            type Output = $output;

            async fn run(rooms: &Rooms, actor: Actor, args: Self::Args) -> Result<Self::Output, Error> {
                rooms.$room.$method(actor, args).await
            }
        })*

        /// Every command, who may call it, and what it does to the workspace.
        pub const TABLE: &[(&str, Need, Effect)] = &[$(($name, Need::$need, Effect::$effect)),*];

        /// Does the command of this name.
        pub(crate) async fn dispatch(
            rooms: &Rooms,
            actor: Actor,
            name: &str,
            args: Value,
        ) -> Result<Value, Error> {
            match name {
                $($name => Box::pin(with_json::<command::$command>(rooms, actor, args)).await,)*
                _ => Err(Error::not_found("command", name)),
            }
        }

        /// Reads the arguments of the command of this name and does nothing, for tests. A release build has no part of this.
        ///
        /// # Errors
        /// [`Code::Invalid`], as the command itself refuses them.
        #[cfg(debug_assertions)]
        pub fn read_arguments(name: &str, args: Value) -> Result<(), Error> {
            match name {
                $($name => parse::<command::$command>(args).map(drop),)*
                _ => Err(Error::not_found("command", name)),
            }
        }

        #[cfg(test)]
        fn typescript() -> String {
            use std::fmt::Write as _;
            use ts_rs::TS;
            let config = ts_rs::Config::from_env();
            let mut out = String::from("import type * as T from \"./index\";\n\nexport interface Commands {\n");
            $(
                let (args, output) = (<v::$args as TS>::name(&config), <$output as TS>::name(&config));
                writeln!(out, "  \"{}\": {{ args: T.{args}; result: {} }};", $name, tests::qualified(&output)).unwrap();
            )*
            out.push_str("}\n");
            out
        }
    };
}

commands! {
    WorkspaceStatus "workspace.status" Anyone Reads Nothing -> v::Status = access.status;
    AboutShow "about.show" Member Reads Nothing -> v::About = diagnosis.about;
    AboutParts "about.parts" Member Reads Nothing -> Vec<v::Part> = diagnosis.parts;
    AwakeShow "awake.show" Admin Reads Nothing -> v::KeepAwake = desktop.awake_show;
    AwakeSet "awake.set" Admin Acts KeepAwake -> v::KeepAwake = desktop.awake_set;
    WorkspaceDoctor "workspace.doctor" Admin Reads Nothing -> Vec<v::DoctorLine> = diagnosis.doctor;
    DiagnosisFindings "diagnosis.findings" Admin Reads Nothing -> v::Findings = diagnosis.findings;
    DiagnosisCheck "diagnosis.check" Admin Reads Nothing -> v::Findings = diagnosis.check;
    DiagnosisSetAside "diagnosis.setAside" Admin Acts ById -> v::Nothing = diagnosis.set_aside;
    DiagnosisHide "diagnosis.hide" Admin Acts ById -> v::Nothing = diagnosis.hide;
    DiagnosisShowAgain "diagnosis.showAgain" Admin Acts ById -> v::Nothing = diagnosis.show_again;
    AccountCreateFirst "account.createFirst" Anyone Acts CreateFirst -> v::RecoveryKey = access.create_first;
    SessionSignIn "session.signIn" Anyone Acts SignIn -> v::Status = access.sign_in;
    SessionRecover "session.recover" Anyone Acts Recover -> v::RecoveryKey = access.recover;
    SessionUnlock "session.unlock" Session Reads Password -> v::Status = access.unlock;
    SessionSignOut "session.signOut" Session Acts Nothing -> v::Status = access.sign_out;
    SessionLock "session.lock" Member Reads Nothing -> v::Status = access.lock;
    SessionChangePassword "session.changePassword" Session Acts ChangePassword -> v::Status = access.change_password;
    SessionEditProfile "session.editProfile" Member Acts Profile -> v::Status = access.edit_profile;
    SessionList "session.list" Member Reads Nothing -> Vec<v::SessionRow> = access.session_list;
    SessionEnd "session.end" Member Acts ById -> v::Nothing = access.session_end;
    SessionConfirm "session.confirm" Member Reads Password -> v::Status = access.unlock;
    AccountList "account.list" Admin Reads AccountQuery -> v::AccountList = access.account_list;
    AccountNewRecoveryKey "account.newRecoveryKey" Confirmed Acts Nothing -> v::RecoveryKey = access.new_recovery_key;
    SecurityShow "security.show" Admin Reads Nothing -> v::SecurityView = access.security_show;
    SecuritySet "security.set" Confirmed Acts SecurityRules -> v::SecurityRules = access.security_set;
    NotificationsShow "notifications.show" Admin Reads Nothing -> v::NotificationRules = desktop.notifications_show;
    NotificationsSet "notifications.set" Admin Acts NotificationRules -> v::NotificationRules = desktop.notifications_set;
    ServerListen "server.listen" Confirmed Acts Listen -> v::ServerView = scim_server.listen;
    ServerPort "server.port" Admin Reads Listen -> v::PortView = scim_server.port;
    ServerCertificate "server.certificate" Admin Reads Nothing -> v::CertificateView = scim_server.certificate;
    ServerCheckCertificate "server.checkCertificate" Admin Acts Nothing -> v::CertificateView = scim_server.check_certificate;
    ServerSetCertificate "server.setCertificate" Confirmed Acts CertificateChoice -> v::CertificateView = scim_server.set_certificate;
    ServerExportRoot "server.exportRoot" Admin Acts Nothing -> v::ExportFile = scim_server.export_root;
    ServerCheckPublicUrl "server.checkPublicUrl" Admin Reads Nothing -> v::AddressCheck = scim_server.check_public_url;
    ServerPublicUrl "server.publicUrl" Confirmed Acts PublicUrl -> v::ServerView = scim_server.public_url;
    ServerHosts "server.hosts" Admin Reads Nothing -> v::HostsView = scim_server.host_list;
    ServerAddHost "server.addHost" Confirmed Acts HostByName -> v::HostsView = scim_server.host_add;
    ServerRemoveHost "server.removeHost" Confirmed Acts HostByName -> v::HostsView = scim_server.host_remove;
    ServerProxies "server.proxies" Admin Reads Nothing -> v::TrustedProxies = scim_server.trusted_proxies;
    ServerSetProxies "server.setProxies" Confirmed Acts TrustedProxies -> v::TrustedProxies = scim_server.set_trusted_proxies;
    ServerDiscovery "server.discovery" Admin Reads Nothing -> v::Discovery = scim_server.discovery;
    ServerOpenDiscovery "server.openDiscovery" Confirmed Acts Discovery -> v::Discovery = scim_server.open_discovery;
    SchemaList "schema.list" Admin Reads Nothing -> Vec<v::SchemaView> = scim_server.schema_list;
    SchemaAdd "schema.add" Confirmed Acts SchemaAdd -> v::SchemaView = scim_server.schema_add;
    SchemaRemove "schema.remove" Confirmed Acts ById -> v::Nothing = scim_server.schema_remove;
    ClockTrust "clock.trust" Confirmed Acts Nothing -> v::Nothing = data.clock_trust;
    DataShow "data.show" Admin Reads Nothing -> v::DataView = data.data_show;
    DataLogLimit "data.logLimit" Admin Reads Nothing -> v::LogLimit = data.log_limit;
    DataSetLogLimit "data.setLogLimit" Confirmed Acts LogLimit -> v::LogLimit = data.set_log_limit;
    DataSetBodies "data.setBodies" Confirmed Acts BodiesChoice -> v::BodiesChoice = data.set_bodies;
    ConnectionList "connection.list" Admin Reads Nothing -> Vec<v::ConnectionView> = connections.connection_list;
    ConnectionShow "connection.show" Admin Reads ById -> v::ConnectionView = connections.connection_show;
    ConnectionCreate "connection.create" Admin Acts ConnectionCreate -> v::ConnectionView = connections.connection_create;
    ConnectionRename "connection.rename" Admin Acts ConnectionRename -> v::ConnectionView = connections.connection_rename;
    ConnectionPause "connection.pause" Admin Acts ById -> v::ConnectionView = connections.connection_pause;
    ConnectionResume "connection.resume" Admin Acts ById -> v::ConnectionView = connections.connection_resume;
    ConnectionResumeUnchecked "connection.resumeUnchecked" Confirmed Acts ById -> v::ConnectionView = connections.connection_resume_unchecked;
    ConnectionDelete "connection.delete" Confirmed Acts ConnectionDelete -> v::Nothing = connections.connection_delete;
    ConnectionRules "connection.rules" Admin Reads ById -> v::ConnectionRules = connections.rules;
    ConnectionSetRules "connection.setRules" Confirmed Acts SetRules -> v::ConnectionRules = connections.set_rules;
    ConnectionAccountChoices "connection.accountChoices" Admin Reads ById -> store::AccountChoices = connections.account_choices;
    ConnectionPreviewChoices "connection.previewChoices" Admin Reads ChoicesOf -> store::AccountPreview = connections.preview_account_choices;
    ConnectionSetChoices "connection.setChoices" Admin Acts ChoicesOf -> store::AccountChoices = connections.set_account_choices;
    ConnectionWay "connection.way" Admin Reads ById -> v::WayView = connections.way;
    ConnectionCheckWay "connection.checkWay" Admin Reads ById -> v::AddressCheck = connections.check_way;
    ConnectionSetWay "connection.setWay" Admin Acts SetWay -> v::ConnectionView = connections.set_way;
    ConnectionBrake "connection.brake" Admin Reads ById -> v::ConnectionBrake = connections.brake;
    ConnectionSetBrake "connection.setBrake" Confirmed Acts SetBrake -> v::ConnectionBrake = connections.set_brake;
    HoldShow "hold.show" Admin Reads ById -> Option<v::HoldView> = connections.hold_show;
    HoldLetThrough "hold.letThrough" Confirmed Acts ById -> v::Nothing = connections.hold_let_through;
    HoldKeepRefusing "hold.keepRefusing" Admin Acts ById -> v::Nothing = connections.hold_keep_refusing;
    HoldEnd "hold.end" Confirmed Acts ById -> v::Nothing = connections.hold_end;
    HoldApply "hold.apply" Confirmed Acts ById -> v::Nothing = connections.hold_apply;
    ObserveFirstShow "observeFirst.show" Admin Reads ObserveFirstQuery -> v::ObserveFirstView = connections.observe_first_show;
    ObserveFirstBegin "observeFirst.begin" Admin Acts ById -> v::Nothing = connections.observe_first_begin;
    ObserveFirstLetThrough "observeFirst.letThrough" Confirmed Acts LetPeopleThrough -> v::Nothing = connections.observe_first_let_through;
    ConnectionSupports "connection.supports" Admin Reads ById -> v::Supports = connections.supports;
    ConnectionDays "connection.days" Admin Reads ConnectionDays -> v::DaysView = connections.connection_days;
    ConnectionEvidence "connection.evidence" Admin Reads ById -> Vec<v::EvidenceView> = connections.evidence;
    WizardSave "wizard.save" Admin SavesProgress WizardSave -> v::ConnectionView = connections.wizard_save;
    WizardFinish "wizard.finish" Admin Acts ById -> v::ConnectionView = connections.wizard_finish;
    GuideShow "guide.show" Admin Reads GuideQuery -> idp::guide::Guide = connections.guide;
    TokenCreate "token.create" Confirmed Acts TokenCreate -> v::NewToken = connections.token_create;
    TokenRotate "token.rotate" Confirmed Acts TokenRotate -> v::NewToken = connections.token_rotate;
    TokenCancelRotation "token.cancelRotation" Confirmed Acts ById -> v::Nothing = connections.token_cancel_rotation;
    TokenShorten "token.shorten" Confirmed Acts TokenShorten -> v::TokenView = connections.token_shorten;
    TokenList "token.list" Admin Reads ById -> Vec<v::TokenView> = connections.token_list;
    TokenRevoke "token.revoke" Confirmed Acts ById -> v::TokenView = connections.token_revoke;
    MatchList "match.list" Admin Reads ById -> Vec<v::MatchView> = connections.match_list;
    MatchLink "match.link" Confirmed Acts ById -> v::Nothing = connections.match_link;
    MatchKeepApart "match.keepApart" Confirmed Acts ById -> v::Nothing = connections.match_keep_apart;
    ProvisioningPause "provisioning.pause" Admin Acts Nothing -> v::Nothing = connections.pause_together;
    ProvisioningResume "provisioning.resume" Admin Acts Nothing -> v::Nothing = connections.resume_together;
    ProvisioningSummary "provisioning.summary" Anyone Reads Nothing -> v::Summary = home.summary;
    HomeNoteCrash "home.noteCrash" Admin Acts Nothing -> v::Nothing = desktop.note_crash;
    HomeShow "home.show" Member Reads Nothing -> v::HomeView = home.home;
    PeopleList "people.list" Member Reads PeopleQuery -> v::PersonPage = people.people_list;
    PeoplePlace "people.place" Member Reads PeopleJump -> v::ListPlace = people.people_place;
    PeopleShow "people.show" Member Reads ById -> v::PersonView = people.people_show;
    PersonWhy "person.why" Admin Reads WhyQuestion -> v::WhyView = diagnosis.person_why;
    PeopleCreateLocal "people.createLocal" Confirmed Acts LocalPerson -> v::Passcode = people.create_local;
    PeopleEditLocal "people.editLocal" Admin Acts LocalEdit -> v::Nothing = access.edit_local;
    PeopleSetRole "people.setRole" Confirmed Acts SetRole -> v::Nothing = people.set_role;
    PeopleSetActive "people.setActive" Confirmed Acts SetActive -> v::Nothing = people.set_active;
    PeopleConfirm "people.confirm" Confirmed Acts ById -> v::Nothing = data.confirm_person;
    PeopleDeleteLocal "people.deleteLocal" Confirmed Acts ById -> v::Nothing = people.delete_local;
    PeopleBlock "people.block" Admin Acts ById -> v::Nothing = people.block;
    PeopleUnblock "people.unblock" Confirmed Acts ById -> v::Nothing = people.unblock;
    PeopleLetThrough "people.letThrough" Confirmed Acts LetPersonThrough -> v::Nothing = people.let_through;
    PeopleUndoLink "people.undoLink" Confirmed Acts ById -> v::Nothing = people.undo_link;
    PeopleAttachHistory "people.attachHistory" Confirmed Acts FormerOf -> v::Nothing = people.attach_history;
    PeopleDetachHistory "people.detachHistory" Confirmed Acts FormerOf -> v::Nothing = people.detach_history;
    PeopleBlockMany "people.blockMany" Admin Acts SelectedPeople -> v::PeopleChanged = people.block_many;
    PeopleUnblockMany "people.unblockMany" Confirmed Acts SelectedPeople -> v::PeopleChanged = people.unblock_many;
    PeopleExport "people.export" Confirmed Acts PeopleExport -> v::ExportFile = people.people_export;
    PeopleAllowSignIn "people.allowSignIn" Confirmed Acts ById -> v::Passcode = people.allow_sign_in;
    PeopleForbidSignIn "people.forbidSignIn" Confirmed Acts ById -> v::Nothing = people.forbid_sign_in;
    GroupsExport "groups.export" Confirmed Acts GroupsExport -> v::ExportFile = groups.groups_export;
    GroupsExportMembers "groups.exportMembers" Confirmed Acts MembersExport -> v::ExportFile = groups.members_export;
    GroupsFind "groups.find" Member Reads GroupSearch -> v::GroupPage = groups.groups_find;
    GroupsAdminPreview "groups.adminPreview" Admin Reads ById -> Vec<v::PersonRow> = groups.admin_preview;
    GroupsList "groups.list" Member Reads ListQuery -> v::GroupPage = groups.groups_list;
    GroupsPlace "groups.place" Member Reads GroupJump -> v::ListPlace = groups.groups_place;
    GroupsShow "groups.show" Member Reads ById -> v::GroupView = groups.groups_show;
    HistoryList "history.list" Member Reads HistoryQuery -> v::HistoryPage = history.history_list;
    UndoPreview "undo.preview" Admin Reads UndoQuery -> v::UndoPreview = history.undo_preview;
    UndoStart "undo.start" Confirmed Acts UndoStart -> v::UndoView = history.undo_start;
    UndoStatus "undo.status" Admin Reads UndoStatusQuery -> Option<v::UndoView> = history.undo_status;
    LeaversList "leavers.list" Admin Reads LeaversQuery -> v::LeaversPage = leavers.leavers_list;
    LeaversExport "leavers.export" Confirmed Acts LeaversFilter -> v::ExportFile = leavers.leavers_export;
    AuditList "audit.list" Admin Reads AuditQuery -> v::AuditPage = history.audit_list;
    AuditVerify "audit.verify" Admin Reads Nothing -> v::AuditChain = history.audit_verify;
    AuditExport "audit.export" Confirmed Acts AuditFilter -> v::ExportFile = history.audit_export;
    ActivityList "activity.list" Admin Reads ActivityQuery -> v::ActivityPage = diagnosis.activity_list;
    ActivityExport "activity.export" Confirmed Acts ActivityFilter -> v::ExportFile = diagnosis.activity_export;
    ActivityShow "activity.show" Admin Reads ById -> v::ActivityView = diagnosis.activity_show;
    DeviationsReport "deviations.report" Admin Reads ById -> v::DeviationsReport = diagnosis.deviations_report;
    MappingOf "mapping.of" Admin Reads ById -> v::MappingView = diagnosis.mapping_of;
    MappingShowAttribute "mapping.showAttribute" Admin Acts ShowAttribute -> v::Nothing = diagnosis.show_attribute;
    SupportSetContact "support.setContact" Admin Acts SetContact -> v::About = diagnosis.set_support_contact;
    SupportPreview "support.preview" Admin Reads Nothing -> v::SupportBundle = diagnosis.support_preview;
    SupportSave "support.save" Admin Acts SupportBundle -> v::SupportZip = diagnosis.support_save;
    BackupList "backup.list" Admin Reads Nothing -> v::BackupsView = data.backup_list;
    BackupMake "backup.make" Admin Acts BackupMake -> v::BackupView = data.backup_make;
    BackupFolder "backup.folder" Confirmed Acts BackupFolder -> v::BackupsView = data.backup_folder;
    BackupPreview "backup.preview" Admin Reads BackupFile -> v::RestorePreview = data.backup_preview;
    BackupRestore "backup.restore" Confirmed Acts BackupRestore -> v::RestoreDone = data.backup_restore;
    MoveToServer "move.toServer" Confirmed Acts MoveToServer -> v::MovedFile = data.move_to_server;
    RehearsalRun "rehearsal.run" Admin Reads RehearsalRun -> v::Rehearsal = rehearsals.rehearsal_run;
    RehearsalShow "rehearsal.show" Admin Reads ById -> v::Rehearsal = rehearsals.rehearsal_show;
}

/// Does a command for an actor who may do it, in a span of the log: which command, what kind of caller, how it ended.
pub(crate) async fn run<C: Command>(rooms: &Rooms, actor: Actor, args: C::Args) -> Result<C::Output, Error> {
    run_with::<C, _>(rooms, actor, || Ok(args)).await
}

/// The arguments of a command. Without any, those of an empty object.
fn parse<C>(args: Value) -> Result<C::Args, Error>
where
    C: Command<Args: DeserializeOwned>,
{
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|error| Error::new(Code::Invalid, format!("{}: {error}", C::NAME)))
}

async fn with_json<C>(rooms: &Rooms, actor: Actor, args: Value) -> Result<Value, Error>
where
    C: Command<Args: DeserializeOwned, Output: Serialize>,
{
    let output = run_with::<C, _>(rooms, actor, || parse::<C>(args)).await?;
    serde_json::to_value(output).map_err(|error| Error::new(Code::Internal, error.to_string()))
}

/// Whether the actor may is decided before the arguments are read.
async fn run_with<C, F>(rooms: &Rooms, actor: Actor, args: F) -> Result<C::Output, Error>
where
    C: Command,
    F: FnOnce() -> Result<C::Args, Error>,
{
    let span = tracing::info_span!("command", name = C::NAME, actor = actor.kind(), outcome = field::Empty);
    let work = async {
        actor.check(C::NEED, rooms.access.latest())?;
        C::run(rooms, actor, args()?).await
    };
    let done = work.instrument(span.clone()).await;
    match &done {
        Ok(_) => span.record("outcome", "done"),
        Err(error) => span.record("outcome", field::debug(error.code)),
    };
    span.in_scope(|| tracing::debug!("the command ended"));
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A type's name behind the import's prefix.
    pub(super) fn qualified(name: &str) -> String {
        match name.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
            Some(inner) => format!("T.{inner}[]"),
            None => format!("T.{name}"),
        }
    }

    /// Writes the interface of the table and the index of all types beside the files that `ts-rs` writes, so it
    /// runs after them. CI fails when the checked-in ones differ.
    #[test]
    fn bindings() {
        let dir = std::env::var_os("TS_RS_EXPORT_DIR").expect(".cargo/config.toml names the folder");
        let dir = std::path::PathBuf::from(dir);
        let mut names: Vec<String> = std::fs::read_dir(&dir)
            .unwrap()
            .filter_map(|entry| {
                entry.unwrap().file_name().into_string().unwrap().strip_suffix(".ts").map(str::to_owned)
            })
            .filter(|name| {
                !["index", "Commands", "InputRules", "Limits", "Providers"].contains(&name.as_str())
            })
            .collect();
        names.sort();
        let lines: Vec<String> =
            names.iter().map(|name| format!("export type * from \"./{name}\";")).collect();
        std::fs::write(dir.join("index.ts"), lines.join("\n") + "\n").unwrap();
        std::fs::write(dir.join("Commands.ts"), typescript()).unwrap();
        std::fs::write(dir.join("InputRules.ts"), crate::input_rules::typescript()).unwrap();
        std::fs::write(dir.join("Limits.ts"), crate::limits::typescript()).unwrap();
        std::fs::write(dir.join("Providers.ts"), providers()).unwrap();
    }

    /// What every provider is called, as a TypeScript module.
    fn providers() -> String {
        use std::fmt::Write as _;
        let mut out = String::from("export const providers = {\n");
        for provider in idp::Provider::ALL {
            let (word, label, line) = (
                provider.as_str(),
                provider.label(),
                idp::providers::guide(provider, idp::WayIn::default()).subtitle,
            );
            writeln!(out, "  {word}: {{ label: {label:?}, line: {line:?} }},").unwrap();
        }
        out.push_str("} as const;\n");
        out
    }

    #[test]
    fn names_are_unique() {
        for (at, (name, ..)) in TABLE.iter().enumerate() {
            assert_eq!(
                TABLE.iter().position(|(other, ..)| other == name),
                Some(at),
                "{name} is in the table twice"
            );
        }
    }

    #[test]
    fn only_what_a_locked_or_new_window_needs_is_open_to_everybody() {
        let open: Vec<&str> =
            TABLE.iter().filter(|(_, need, _)| *need == Need::Anyone).map(|(name, ..)| *name).collect();
        assert_eq!(
            open,
            [
                "workspace.status",
                "account.createFirst",
                "session.signIn",
                "session.recover",
                "provisioning.summary"
            ],
            "a new open command is a decision"
        );
    }
}
