//! `foundational address`.

use clap::Subcommand;
use store::HostOrigin;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::server::host_names_views::{HostByName, HostView};
use crate::shapes::Nothing;

#[derive(Subcommand)]
pub(super) enum AddressCommand {
    /// List the names by which requests may call this server, beside the public address
    List,
    /// Allow another name
    Add {
        /// A host name such as scim.example.com
        name: String,
    },
    /// Take a name off the list: requests by it are refused from now on (421)
    Remove {
        /// The name
        name: String,
    },
}

pub(super) async fn address(
    workspace: &Workspace,
    command: AddressCommand,
    print: &Print,
) -> Result<(), Failure> {
    match command {
        AddressCommand::List => {
            let list = workspace.call::<command::ServerHosts>(Nothing {}).await?;
            let mut lines: Vec<String> =
                list.hosts.iter().map(|host| format!("{}  {}", host.name, why(host))).collect();
            if lines.is_empty() {
                lines.push("No other names are allowed.".to_owned());
            }
            if let Some(until) = list.learns_until {
                lines.push(format!("Until {until}, names of requests with a valid token are added."));
            }
            print.either(&list, &lines)
        }
        AddressCommand::Add { name } => {
            let list = workspace.call::<command::ServerAddHost>(HostByName { name: name.clone() }).await?;
            print.done(&format!("Requests by the name {name} are accepted from now on."), &list)
        }
        AddressCommand::Remove { name } => {
            let list = workspace.call::<command::ServerRemoveHost>(HostByName { name: name.clone() }).await?;
            print.done(&format!("Removed {name}. Requests by it are refused from now on."), &list)
        }
    }
}

fn why(host: &HostView) -> String {
    match (host.origin, &host.added_by) {
        (HostOrigin::Former, _) => "was the public address".to_owned(),
        (HostOrigin::Used, _) => "used by a request".to_owned(),
        (HostOrigin::Added, Some(by)) => format!("added by {by}"),
        (HostOrigin::Added, None) => "added".to_owned(),
    }
}
