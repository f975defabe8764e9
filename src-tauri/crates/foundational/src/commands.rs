//! The one table of commands: name, who may call it, arguments, result, the room and its method. Dispatch, the role check
//! and the TypeScript interface all come from it. To add a command: a line here and a method that takes the [`Actor`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Instrument as _, field};

pub use crate::access::need::Need;
use crate::access::sessions::Actor;
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
    ($($command:ident $name:literal $need:ident $args:ident -> $output:ty = $room:ident.$method:ident;)*) => {
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

        /// Every command and who may call it.
        pub const TABLE: &[(&str, Need)] = &[$(($name, Need::$need)),*];

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
    WorkspaceStatus "workspace.status" Anyone Nothing -> v::Status = access.status;
    AboutShow "about.show" Member Nothing -> v::About = diagnosis.about;
    AboutParts "about.parts" Member Nothing -> Vec<v::Part> = diagnosis.parts;
    AwakeShow "awake.show" Admin Nothing -> v::KeepAwake = desktop.awake_show;
    AwakeSet "awake.set" Admin KeepAwake -> v::KeepAwake = desktop.awake_set;
    WorkspaceDoctor "workspace.doctor" Admin Nothing -> Vec<v::Finding> = diagnosis.doctor;
    AccountCreateFirst "account.createFirst" Anyone CreateFirst -> v::RecoveryKey = access.create_first;
    SessionSignIn "session.signIn" Anyone SignIn -> v::Status = access.sign_in;
    SessionRecover "session.recover" Anyone Recover -> v::RecoveryKey = access.recover;
    SessionUnlock "session.unlock" Session Password -> v::Status = access.unlock;
    SessionSignOut "session.signOut" Session Nothing -> v::Status = access.sign_out;
    SessionLock "session.lock" Member Nothing -> v::Status = access.lock;
    SessionChangePassword "session.changePassword" Session ChangePassword -> v::Status = access.change_password;
    SessionEditProfile "session.editProfile" Member Profile -> v::Status = access.edit_profile;
    SessionList "session.list" Member Nothing -> Vec<v::SessionRow> = access.session_list;
    SessionEnd "session.end" Member ById -> v::Nothing = access.session_end;
    SessionConfirm "session.confirm" Member Password -> v::Status = access.unlock;
    AccountList "account.list" Admin AccountQuery -> v::AccountList = access.account_list;
    AccountNewRecoveryKey "account.newRecoveryKey" Confirmed Nothing -> v::RecoveryKey = access.new_recovery_key;
    SecurityShow "security.show" Admin Nothing -> v::SecurityView = access.security_show;
    SecuritySet "security.set" Confirmed SecurityRules -> v::SecurityRules = access.security_set;
    NotificationsShow "notifications.show" Admin Nothing -> v::NotificationRules = desktop.notifications_show;
    NotificationsSet "notifications.set" Admin NotificationRules -> v::NotificationRules = desktop.notifications_set;
    ServerListen "server.listen" Confirmed Listen -> v::ServerView = scim_server.listen;
    ServerPort "server.port" Admin Listen -> v::PortView = scim_server.port;
    ServerCheckPublicUrl "server.checkPublicUrl" Admin Nothing -> v::AddressCheck = scim_server.check_public_url;
    ServerPublicUrl "server.publicUrl" Confirmed PublicUrl -> v::ServerView = scim_server.public_url;
    ServerHosts "server.hosts" Admin Nothing -> v::HostsView = scim_server.host_list;
    ServerAddHost "server.addHost" Confirmed HostByName -> v::HostsView = scim_server.host_add;
    ServerRemoveHost "server.removeHost" Confirmed HostByName -> v::HostsView = scim_server.host_remove;
    ServerDiscovery "server.discovery" Admin Nothing -> v::Discovery = scim_server.discovery;
    ServerOpenDiscovery "server.openDiscovery" Confirmed Discovery -> v::Discovery = scim_server.open_discovery;
    SchemaList "schema.list" Admin Nothing -> Vec<v::SchemaView> = scim_server.schema_list;
    SchemaAdd "schema.add" Confirmed SchemaAdd -> v::SchemaView = scim_server.schema_add;
    SchemaRemove "schema.remove" Confirmed ById -> v::Nothing = scim_server.schema_remove;
    ClockTrust "clock.trust" Confirmed Nothing -> v::Nothing = data.clock_trust;
    DataShow "data.show" Admin Nothing -> v::DataView = data.data_show;
    ConnectionList "connection.list" Admin Nothing -> Vec<v::ConnectionView> = connections.connection_list;
    ConnectionShow "connection.show" Admin ById -> v::ConnectionView = connections.connection_show;
    ConnectionCreate "connection.create" Admin ConnectionCreate -> v::ConnectionView = connections.connection_create;
    ConnectionRename "connection.rename" Admin ConnectionRename -> v::ConnectionView = connections.connection_rename;
    ConnectionPause "connection.pause" Admin ById -> v::ConnectionView = connections.connection_pause;
    ConnectionResume "connection.resume" Admin ById -> v::ConnectionView = connections.connection_resume;
    ConnectionDelete "connection.delete" Confirmed ConnectionDelete -> v::Nothing = connections.connection_delete;
    ConnectionRules "connection.rules" Admin ById -> v::ConnectionRules = connections.rules;
    ConnectionSetRules "connection.setRules" Confirmed SetRules -> v::ConnectionRules = connections.set_rules;
    ConnectionSupports "connection.supports" Admin ById -> v::Supports = connections.supports;
    ConnectionDays "connection.days" Admin ConnectionDays -> v::DaysView = connections.connection_days;
    ConnectionEvidence "connection.evidence" Admin ById -> Vec<v::EvidenceView> = connections.evidence;
    WizardSave "wizard.save" Admin WizardSave -> v::ConnectionView = connections.wizard_save;
    WizardFinish "wizard.finish" Admin ById -> v::ConnectionView = connections.wizard_finish;
    GuideShow "guide.show" Admin ForProvider -> idp::guide::Guide = connections.guide;
    TokenCreate "token.create" Confirmed TokenCreate -> v::NewToken = connections.token_create;
    TokenRotate "token.rotate" Confirmed TokenRotate -> v::NewToken = connections.token_rotate;
    TokenCancelRotation "token.cancelRotation" Confirmed ById -> v::Nothing = connections.token_cancel_rotation;
    TokenShorten "token.shorten" Confirmed TokenShorten -> v::TokenView = connections.token_shorten;
    TokenList "token.list" Admin ById -> Vec<v::TokenView> = connections.token_list;
    TokenRevoke "token.revoke" Confirmed ById -> v::TokenView = connections.token_revoke;
    MatchList "match.list" Admin ById -> Vec<v::MatchView> = connections.match_list;
    MatchLink "match.link" Confirmed ById -> v::Nothing = connections.match_link;
    MatchKeepApart "match.keepApart" Confirmed ById -> v::Nothing = connections.match_keep_apart;
    ProvisioningPause "provisioning.pause" Admin Nothing -> v::Nothing = connections.pause_together;
    ProvisioningResume "provisioning.resume" Admin Nothing -> v::Nothing = connections.resume_together;
    ProvisioningSummary "provisioning.summary" Anyone Nothing -> v::Summary = home.summary;
    HomeNoteCrash "home.noteCrash" Admin Nothing -> v::Nothing = desktop.note_crash;
    HomeShow "home.show" Member Nothing -> v::HomeView = home.home;
    PeopleList "people.list" Member PeopleQuery -> v::PersonPage = people.people_list;
    PeoplePlace "people.place" Member PeopleJump -> v::ListPlace = people.people_place;
    PeopleShow "people.show" Member ById -> v::PersonView = people.people_show;
    PeopleCreateLocal "people.createLocal" Confirmed LocalPerson -> v::Passcode = people.create_local;
    PeopleEditLocal "people.editLocal" Admin LocalEdit -> v::Nothing = access.edit_local;
    PeopleSetRole "people.setRole" Confirmed SetRole -> v::Nothing = people.set_role;
    PeopleSetActive "people.setActive" Confirmed SetActive -> v::Nothing = people.set_active;
    PeopleConfirm "people.confirm" Confirmed ById -> v::Nothing = data.confirm_person;
    PeopleDeleteLocal "people.deleteLocal" Confirmed ById -> v::Nothing = people.delete_local;
    PeopleBlock "people.block" Admin ById -> v::Nothing = people.block;
    PeopleUnblock "people.unblock" Confirmed ById -> v::Nothing = people.unblock;
    PeopleUndoLink "people.undoLink" Confirmed ById -> v::Nothing = people.undo_link;
    PeopleAttachHistory "people.attachHistory" Confirmed FormerOf -> v::Nothing = people.attach_history;
    PeopleDetachHistory "people.detachHistory" Confirmed FormerOf -> v::Nothing = people.detach_history;
    PeopleBlockMany "people.blockMany" Admin SelectedPeople -> v::PeopleChanged = people.block_many;
    PeopleUnblockMany "people.unblockMany" Confirmed SelectedPeople -> v::PeopleChanged = people.unblock_many;
    PeopleExport "people.export" Confirmed PeopleExport -> v::ExportFile = people.people_export;
    PeopleAllowSignIn "people.allowSignIn" Confirmed ById -> v::Passcode = people.allow_sign_in;
    PeopleForbidSignIn "people.forbidSignIn" Confirmed ById -> v::Nothing = people.forbid_sign_in;
    GroupsExport "groups.export" Confirmed GroupsExport -> v::ExportFile = groups.groups_export;
    GroupsExportMembers "groups.exportMembers" Confirmed MembersExport -> v::ExportFile = groups.members_export;
    GroupsFind "groups.find" Admin GroupSearch -> v::GroupPage = groups.groups_find;
    GroupsAdminPreview "groups.adminPreview" Admin ById -> Vec<v::PersonRow> = groups.admin_preview;
    GroupsList "groups.list" Member ListQuery -> v::GroupPage = groups.groups_list;
    GroupsPlace "groups.place" Member GroupJump -> v::ListPlace = groups.groups_place;
    GroupsShow "groups.show" Member ById -> v::GroupView = groups.groups_show;
    HistoryList "history.list" Member HistoryQuery -> v::HistoryPage = history.history_list;
    ActivityList "activity.list" Admin ActivityQuery -> Vec<v::ActivityRow> = diagnosis.activity_list;
    ActivityShow "activity.show" Admin ById -> v::ActivityView = diagnosis.activity_show;
    DeviationsReport "deviations.report" Admin ById -> v::DeviationsReport = diagnosis.deviations_report;
    BackupList "backup.list" Admin Nothing -> v::BackupsView = data.backup_list;
    BackupMake "backup.make" Admin BackupMake -> v::BackupView = data.backup_make;
    BackupFolder "backup.folder" Confirmed BackupFolder -> v::BackupsView = data.backup_folder;
    BackupPreview "backup.preview" Admin BackupFile -> v::RestorePreview = data.backup_preview;
    BackupRestore "backup.restore" Confirmed BackupRestore -> v::RestoreDone = data.backup_restore;
    RehearsalRun "rehearsal.run" Admin RehearsalRun -> v::Rehearsal = rehearsals.rehearsal_run;
    RehearsalShow "rehearsal.show" Admin ById -> v::Rehearsal = rehearsals.rehearsal_show;
}

/// Does a command for an actor who may do it, in a span of the log: which command, what kind of caller, how it ended.
pub(crate) async fn run<C: Command>(rooms: &Rooms, actor: Actor, args: C::Args) -> Result<C::Output, Error> {
    run_with::<C, _>(rooms, actor, || Ok(args)).await
}

async fn with_json<C>(rooms: &Rooms, actor: Actor, args: Value) -> Result<Value, Error>
where
    C: Command<Args: DeserializeOwned, Output: Serialize>,
{
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    let parse = || {
        serde_json::from_value(args)
            .map_err(|error| Error::new(Code::Invalid, format!("{}: {error}", C::NAME)))
    };
    let output = run_with::<C, _>(rooms, actor, parse).await?;
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
            .filter(|name| !["index", "Commands", "Limits", "Providers"].contains(&name.as_str()))
            .collect();
        names.sort();
        let lines: Vec<String> =
            names.iter().map(|name| format!("export type * from \"./{name}\";")).collect();
        std::fs::write(dir.join("index.ts"), lines.join("\n") + "\n").unwrap();
        std::fs::write(dir.join("Commands.ts"), typescript()).unwrap();
        std::fs::write(dir.join("Limits.ts"), crate::limits::typescript()).unwrap();
        std::fs::write(dir.join("Providers.ts"), providers()).unwrap();
    }

    /// What every provider is called, as a TypeScript module.
    fn providers() -> String {
        use std::fmt::Write as _;
        let mut out = String::from("export const providers = {\n");
        for provider in idp::Provider::ALL {
            let (word, label, line) =
                (provider.as_str(), provider.label(), idp::providers::guide(provider).subtitle);
            writeln!(out, "  {word}: {{ label: {label:?}, line: {line:?} }},").unwrap();
        }
        out.push_str("} as const;\n");
        out
    }

    #[test]
    fn names_are_unique() {
        for (at, (name, _)) in TABLE.iter().enumerate() {
            assert_eq!(
                TABLE.iter().position(|(other, _)| other == name),
                Some(at),
                "{name} is in the table twice"
            );
        }
    }

    #[test]
    fn only_what_a_locked_or_new_window_needs_is_open_to_everybody() {
        let open: Vec<&str> =
            TABLE.iter().filter(|(_, need)| *need == Need::Anyone).map(|(name, _)| *name).collect();
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
