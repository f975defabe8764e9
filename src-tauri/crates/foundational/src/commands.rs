//! The one table of commands: name, role, arguments, result. Dispatch, the role check and the TypeScript
//! interface all come from it.

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Nobody,
    Session,
    Member,
    Admin,
}

macro_rules! commands {
    ($($name:literal $need:ident $args:ident -> $result:ty;)*) => {
        pub const TABLE: &[(&str, Need)] = &[$(($name, Need::$need)),*];
        #[cfg(test)]
        fn typescript() -> String {
            use ts_rs::TS;
            let config = ts_rs::Config::from_env();
            let mut out = String::from("import type * as T from \"./index\";\n\nexport interface Commands {\n");
            $(out.push_str(&format!("  \"{}\": {{ args: T.{}; result: {} }};\n", $name, <crate::views::$args as TS>::name(&config), prefix(&<$result as TS>::name(&config))));)*
            out.push_str("}\n");
            out
        }
    };
}
#[cfg(test)]
fn prefix(name: &str) -> String {
    match name.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => format!("T.{inner}[]"),
        None => format!("T.{name}"),
    }
}
use crate::views::{self as v};
commands! {
    "workspace.status" Nobody Nothing -> v::Status;
    "account.createFirst" Nobody CreateFirst -> v::RecoveryKey;
    "session.signIn" Nobody SignIn -> v::Status;
    "session.recover" Nobody Recover -> v::RecoveryKey;
    "session.unlock" Session Password -> v::Status;
    "session.signOut" Session Nothing -> v::Status;
    "session.lock" Member Nothing -> v::Status;
    "session.confirm" Member Password -> v::Status;
    "server.listen" Admin Listen -> v::ServerView;
    "server.publicUrl" Admin PublicUrl -> v::ServerView;
    "connection.list" Admin Nothing -> Vec<v::ConnectionView>;
    "connection.show" Admin ById -> v::ConnectionView;
    "connection.create" Admin ConnectionCreate -> v::ConnectionView;
    "connection.rename" Admin ConnectionRename -> v::ConnectionView;
    "connection.pause" Admin ById -> v::ConnectionView;
    "connection.resume" Admin ById -> v::ConnectionView;
    "connection.delete" Admin ConnectionDelete -> v::Nothing;
    "connection.proof" Admin ById -> Vec<v::ProofView>;
    "wizard.save" Admin WizardSave -> v::ConnectionView;
    "wizard.finish" Admin ById -> v::ConnectionView;
    "guide.show" Admin ForProvider -> idp::guide::Guide;
    "token.create" Admin TokenCreate -> v::NewToken;
    "token.list" Admin ById -> Vec<v::TokenView>;
    "token.revoke" Admin ById -> v::TokenView;
    "people.list" Member ListQuery -> v::PersonPage;
    "people.show" Member ById -> v::PersonView;
    "groups.list" Member ListQuery -> v::GroupPage;
    "groups.show" Member ById -> v::GroupView;
    "activity.list" Admin ActivityQuery -> Vec<v::ActivityRow>;
    "activity.show" Admin ById -> v::ActivityView;
}
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn bindings() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/api/bindings");
        let mut names: Vec<String> = std::fs::read_dir(&dir).unwrap().filter_map(|e| e.unwrap().file_name().into_string().unwrap().strip_suffix(".ts").map(str::to_owned)).filter(|n| n != "index" && n != "Commands").collect();
        names.sort();
        let index: String = names.iter().map(|n| format!("export type * from \"./{n}\";\n")).collect();
        std::fs::write(dir.join("index.ts"), index).unwrap();
        std::fs::write(dir.join("Commands.ts"), typescript()).unwrap();
    }
}
