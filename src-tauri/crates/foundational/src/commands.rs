//! The one table of commands: name, who may call it, arguments, result, what does it. Dispatch, the role check and
//! the TypeScript interface all come from it. To add a command: a line here and a method that takes the [`Actor`].

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::views as v;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody at a window.
    Nobody,
    /// Somebody signed in, locked or not.
    Session,
    /// Somebody signed in.
    Member,
    /// An Admin.
    Admin,
    /// An Admin who gave the password within the last five minutes.
    Confirmed,
}

macro_rules! commands {
    ($($name:literal $need:ident $args:ident -> $result:ty = $method:ident;)*) => {
        /// Every command and who may call it.
        pub const TABLE: &[(&str, Need)] = &[$(($name, Need::$need)),*];

        pub(crate) async fn dispatch(
            app: &Foundational,
            actor: Actor,
            command: &str,
            args: Value,
        ) -> Result<Value, Error> {
            match command {
                $($name => {
                    actor.check(Need::$need, app.latest())?;
                    let args: v::$args = arguments(command, args)?;
                    result(Box::pin(app.$method(actor, args)).await?)
                })*
                _ => Err(Error::not_found("command", command)),
            }
        }

        #[cfg(test)]
        fn typescript() -> String {
            use std::fmt::Write as _;
            use ts_rs::TS;
            let config = ts_rs::Config::from_env();
            let mut out = String::from("import type * as T from \"./index\";\n\nexport interface Commands {\n");
            $(
                let (args, result) = (<v::$args as TS>::name(&config), <$result as TS>::name(&config));
                writeln!(out, "  \"{}\": {{ args: T.{args}; result: {} }};", $name, tests::qualified(&result)).unwrap();
            )*
            out.push_str("}\n");
            out
        }
    };
}

commands! {
    "workspace.status" Nobody Nothing -> v::Status = status;
    "about.show" Member Nothing -> v::About = about;
    "about.parts" Member Nothing -> Vec<v::Part> = parts;
    "awake.show" Admin Nothing -> v::KeepAwake = awake_show;
    "awake.set" Admin KeepAwake -> v::KeepAwake = awake_set;
    "workspace.doctor" Admin Nothing -> Vec<v::Finding> = doctor;
    "account.createFirst" Nobody CreateFirst -> v::RecoveryKey = create_first;
    "session.signIn" Nobody SignIn -> v::Status = sign_in;
    "session.recover" Nobody Recover -> v::RecoveryKey = recover;
    "session.unlock" Session Password -> v::Status = unlock;
    "session.signOut" Session Nothing -> v::Status = sign_out;
    "session.lock" Member Nothing -> v::Status = lock;
    "session.changePassword" Session ChangePassword -> v::Status = change_password;
    "session.editProfile" Member Profile -> v::Status = edit_profile;
    "session.list" Member Nothing -> Vec<v::SessionRow> = session_list;
    "session.end" Member ById -> v::Nothing = session_end;
    "session.confirm" Member Password -> v::Status = unlock;
    "account.list" Admin AccountQuery -> v::AccountList = account_list;
    "account.newRecoveryKey" Confirmed Nothing -> v::RecoveryKey = new_recovery_key;
    "security.show" Admin Nothing -> v::SecurityView = security_show;
    "security.set" Confirmed SecurityRules -> v::SecurityRules = security_set;
    "notifications.show" Admin Nothing -> v::NotificationRules = notifications_show;
    "notifications.set" Admin NotificationRules -> v::NotificationRules = notifications_set;
    "server.listen" Confirmed Listen -> v::ServerView = listen;
    "server.port" Admin Listen -> v::PortView = port;
    "server.checkPublicUrl" Admin Nothing -> v::AddressCheck = check_public_url;
    "server.publicUrl" Confirmed PublicUrl -> v::ServerView = public_url;
    "server.hosts" Admin Nothing -> v::HostsView = host_list;
    "server.addHost" Confirmed HostByName -> v::HostsView = host_add;
    "server.removeHost" Confirmed HostByName -> v::HostsView = host_remove;
    "server.discovery" Admin Nothing -> v::Discovery = discovery;
    "server.openDiscovery" Confirmed Discovery -> v::Discovery = open_discovery;
    "schema.list" Admin Nothing -> Vec<v::SchemaView> = schema_list;
    "schema.add" Confirmed SchemaAdd -> v::SchemaView = schema_add;
    "schema.remove" Confirmed ById -> v::Nothing = schema_remove;
    "clock.trust" Confirmed Nothing -> v::Nothing = clock_trust;
    "data.show" Admin Nothing -> v::DataView = data_show;
    "connection.list" Admin Nothing -> Vec<v::ConnectionView> = connection_list;
    "connection.show" Admin ById -> v::ConnectionView = connection_show;
    "connection.create" Admin ConnectionCreate -> v::ConnectionView = connection_create;
    "connection.rename" Admin ConnectionRename -> v::ConnectionView = connection_rename;
    "connection.pause" Admin ById -> v::ConnectionView = connection_pause;
    "connection.resume" Admin ById -> v::ConnectionView = connection_resume;
    "connection.delete" Confirmed ConnectionDelete -> v::Nothing = connection_delete;
    "connection.rules" Admin ById -> v::ConnectionRules = rules;
    "connection.setRules" Confirmed SetRules -> v::ConnectionRules = set_rules;
    "connection.supports" Admin ById -> v::Supports = supports;
    "connection.days" Admin ConnectionDays -> v::DaysView = connection_days;
    "connection.proof" Admin ById -> Vec<v::ProofView> = proof;
    "wizard.save" Admin WizardSave -> v::ConnectionView = wizard_save;
    "wizard.finish" Admin ById -> v::ConnectionView = wizard_finish;
    "guide.show" Admin ForProvider -> idp::guide::Guide = guide;
    "token.create" Confirmed TokenCreate -> v::NewToken = token_create;
    "token.rotate" Confirmed TokenRotate -> v::NewToken = token_rotate;
    "token.cancelRotation" Confirmed ById -> v::Nothing = token_cancel_rotation;
    "token.shorten" Confirmed TokenShorten -> v::TokenView = token_shorten;
    "token.list" Admin ById -> Vec<v::TokenView> = token_list;
    "token.revoke" Confirmed ById -> v::TokenView = token_revoke;
    "match.list" Admin ById -> Vec<v::MatchView> = match_list;
    "match.link" Confirmed ById -> v::Nothing = match_link;
    "match.keepApart" Confirmed ById -> v::Nothing = match_keep_apart;
    "provisioning.pause" Admin Nothing -> v::Nothing = pause_together;
    "provisioning.resume" Admin Nothing -> v::Nothing = resume_together;
    "provisioning.summary" Nobody Nothing -> v::Summary = summary;
    "home.noteCrash" Admin Nothing -> v::Nothing = note_crash;
    "home.show" Member Nothing -> v::HomeView = home;
    "people.list" Member PeopleQuery -> v::PersonPage = people_list;
    "people.place" Member PeopleJump -> v::ListPlace = people_place;
    "people.show" Member ById -> v::PersonView = people_show;
    "people.createLocal" Confirmed LocalPerson -> v::Passcode = create_local;
    "people.editLocal" Admin LocalEdit -> v::Nothing = edit_local;
    "people.setRole" Confirmed SetRole -> v::Nothing = set_role;
    "people.setActive" Confirmed SetActive -> v::Nothing = set_active;
    "people.confirm" Confirmed ById -> v::Nothing = confirm_person;
    "people.deleteLocal" Confirmed ById -> v::Nothing = delete_local;
    "people.block" Admin ById -> v::Nothing = block;
    "people.unblock" Confirmed ById -> v::Nothing = unblock;
    "people.undoLink" Confirmed ById -> v::Nothing = undo_link;
    "people.attachHistory" Confirmed FormerOf -> v::Nothing = attach_history;
    "people.detachHistory" Confirmed FormerOf -> v::Nothing = detach_history;
    "people.blockMany" Admin People -> v::PeopleChanged = block_many;
    "people.unblockMany" Confirmed People -> v::PeopleChanged = unblock_many;
    "people.export" Confirmed PeopleExport -> v::ExportFile = people_export;
    "people.allowSignIn" Confirmed ById -> v::Passcode = allow_sign_in;
    "people.forbidSignIn" Confirmed ById -> v::Nothing = forbid_sign_in;
    "groups.export" Confirmed GroupsExport -> v::ExportFile = groups_export;
    "groups.exportMembers" Confirmed MembersExport -> v::ExportFile = members_export;
    "groups.find" Admin GroupSearch -> v::GroupPage = groups_find;
    "groups.adminPreview" Admin ById -> Vec<v::PersonRow> = admin_preview;
    "groups.list" Member ListQuery -> v::GroupPage = groups_list;
    "groups.place" Member GroupJump -> v::ListPlace = groups_place;
    "groups.show" Member ById -> v::GroupView = groups_show;
    "history.list" Member HistoryQuery -> v::HistoryPage = history_list;
    "activity.list" Admin ActivityQuery -> Vec<v::ActivityRow> = activity_list;
    "activity.show" Admin ById -> v::ActivityView = activity_show;
    "interop.report" Admin ById -> v::InteropReport = interop_report;
    "backup.list" Admin Nothing -> v::BackupsView = backup_list;
    "backup.make" Admin BackupMake -> v::BackupView = backup_make;
    "backup.folder" Confirmed BackupFolder -> v::BackupsView = backup_folder;
    "backup.preview" Admin BackupFile -> v::RestorePreview = backup_preview;
    "backup.restore" Confirmed BackupRestore -> v::RestoreDone = backup_restore;
    "rehearsal.run" Admin RehearsalRun -> v::Rehearsal = rehearsal_run;
    "rehearsal.show" Admin ById -> v::Rehearsal = rehearsal_show;
}

fn arguments<T: DeserializeOwned>(command: &str, args: Value) -> Result<T, Error> {
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|error| Error::new(Code::Invalid, format!("{command}: {error}")))
}

fn result(value: impl serde::Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| Error::new(Code::Internal, error.to_string()))
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
            .filter(|name| name != "index" && name != "Commands")
            .collect();
        names.sort();
        let lines: Vec<String> =
            names.iter().map(|name| format!("export type * from \"./{name}\";")).collect();
        std::fs::write(dir.join("index.ts"), lines.join("\n") + "\n").unwrap();
        std::fs::write(dir.join("Commands.ts"), typescript()).unwrap();
    }

    #[test]
    fn names_are_unique() {
        for (at, (name, _)) in TABLE.iter().enumerate() {
            assert_eq!(TABLE.iter().position(|(other, _)| other == name), Some(at), "{name} stands twice");
        }
    }

    #[test]
    fn only_what_a_locked_or_new_window_needs_is_open_to_everybody() {
        let open: Vec<&str> =
            TABLE.iter().filter(|(_, need)| *need == Need::Nobody).map(|(name, _)| *name).collect();
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
