//! `foundational address`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::access::Access;
use super::output::{Failure, Print, text};

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

pub(super) async fn address(access: &Access, command: AddressCommand, print: &Print) -> Result<(), Failure> {
    match command {
        AddressCommand::List => {
            let list = access.call("server.hosts", json!({})).await?;
            let hosts = list["hosts"].as_array().map(Vec::as_slice).unwrap_or_default();
            let mut lines: Vec<String> =
                hosts.iter().map(|host| format!("{}  {}", text(host, "name"), why(host))).collect();
            if lines.is_empty() {
                lines.push("No other names are allowed.".to_owned());
            }
            if let Some(until) = list["learnsUntil"].as_str() {
                lines.push(format!("Until {until}, names of requests with a right token are added."));
            }
            print.either(&list, &lines)
        }
        AddressCommand::Add { name } => {
            let list = access.call("server.addHost", json!({ "name": name })).await?;
            print.done(&format!("Requests may come by the name {name} now."), &list)
        }
        AddressCommand::Remove { name } => {
            let list = access.call("server.removeHost", json!({ "name": name })).await?;
            print.done(&format!("Removed {name}. Requests by it are refused from now on."), &list)
        }
    }
}

fn why(host: &Value) -> String {
    match (host["origin"].as_str(), host["addedBy"].as_str()) {
        (Some("former"), _) => "was the public address".to_owned(),
        (Some("used"), _) => "used by a request".to_owned(),
        (_, Some(by)) => format!("added by {by}"),
        _ => "added".to_owned(),
    }
}
