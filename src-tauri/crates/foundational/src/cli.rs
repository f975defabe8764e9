//! The command line.
//!
//! Exit codes: 0 done; 1 not done; 2 the command line is wrong; 3 another instance holds the data folder; 4 the data
//! folder cannot be written; 5 the port is taken; 6 the data is lost, damaged or newer than this version.

mod access;
mod address;
mod backup;
mod interop;
mod output;
mod protocol;
mod rehearse;
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::app::open::{Options, default_data_folder};
use access::Access;
use output::{Failure, Print};

/// Let an identity provider manage who has an account: SCIM 2.0 served from this computer.
#[derive(Parser)]
#[command(name = "foundational", version, max_term_width = 100, after_help = EXIT_CODES)]
struct CommandLine {
    /// The data folder [default: the user's own data folder]
    #[arg(long, global = true, env = "FOUNDATIONAL_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Use the data folder even on a network or FUSE file system, where a database can be damaged
    #[arg(long, global = true)]
    insist_on_this_folder: bool,
    /// Print JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 not done; 2 the command line is wrong; 3 another instance holds the \
data folder; 4 the data folder cannot be written; 5 the port is taken; 6 the data is lost, damaged or newer than this version.";

#[derive(Subcommand)]
enum Command {
    /// Serve SCIM without a window until interrupted
    Serve(ServeArgs),
    /// Manage connections to identity providers
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Manage the tokens of connections
    #[command(subcommand)]
    Token(TokenCommand),
    /// Manage the schemas that this workspace adds to the standard ones
    #[command(subcommand)]
    Schema(protocol::SchemaCommand),
    /// Manage the names by which requests may call this server, beside the public address
    #[command(subcommand)]
    Address(address::AddressCommand),
    /// Say whether discovery is answered without a token
    #[command(subcommand)]
    Discovery(protocol::DiscoveryCommand),
    /// Play a client's whole life over HTTP, in a sandbox, and say step by step how it went
    Rehearse(rehearse::RehearseArgs),
    /// Back the workspace up: people, groups, history, connections and accounts, but not the requests
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the workspace; without --yes, only say what that would do
    Restore(backup::RestoreArgs),
    /// Say what is wrong with this installation
    Doctor,
    /// Take the present time for right, after the clock ran ahead: what expired only by the wrong time is valid again
    TrustClock,
}

/// How to serve.
#[derive(Args, Clone)]
pub struct ServeArgs {
    /// Address and port on this computer [default: what Settings say, else 127.0.0.1:8470]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The https URL under which identity providers reach this computer; kept in the settings
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

#[derive(Subcommand)]
enum ConnectionCommand {
    /// Make a connection and print its endpoint
    Create {
        /// The integration name, 2 to 60 characters
        name: String,
        /// What it is set up for
        #[arg(long, value_enum)]
        provider: Provider,
    },
    /// List all connections
    List,
    /// Show one connection
    Show {
        /// Its id or name
        connection: String,
    },
    /// Report which liberties a connection's provider takes, and what is made of them
    Interop {
        /// Its id or name
        connection: String,
    },
    /// Put every request of a connection off (503) until it is resumed
    Pause {
        /// Its id or name
        connection: String,
    },
    /// Answer a paused connection again
    Resume {
        /// Its id or name
        connection: String,
    },
    /// Delete a connection, its tokens and its groups
    Delete {
        /// Its id or name
        connection: String,
        /// What becomes of its people
        #[arg(long, value_enum)]
        people: People,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Provider {
    Okta,
    Azure,
    Custom,
}

#[derive(Clone, Copy, ValueEnum)]
enum People {
    /// They become local accounts that are deactivated
    KeepDeactivated,
    /// They become local accounts as they are
    KeepActive,
    /// They are deleted
    Delete,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print it, this one time
    Create {
        /// The connection's id or name
        connection: String,
        /// What to call it, unique within the connection [default: "Token 1", "Token 2" and so on]
        #[arg(long)]
        label: Option<String>,
        /// How long it lives
        #[arg(long, value_enum, default_value = "1y")]
        expires: Life,
    },
    /// List a connection's tokens
    List {
        /// The connection's id or name
        connection: String,
    },
    /// Refuse a token from now on
    Revoke {
        /// The token's id, as `token list` shows it
        token: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Life {
    #[value(name = "90d")]
    Days90,
    #[value(name = "6m")]
    Months6,
    #[value(name = "1y")]
    Year1,
    #[value(name = "2y")]
    Years2,
    Never,
}

/// Reads the command line and does what it says.
pub async fn run() -> ExitCode {
    let line = CommandLine::parse();
    let options = Options {
        data: line.data.unwrap_or_else(default_data_folder),
        listen: None,
        public_url: None,
        insist: line.insist_on_this_folder,
    };
    let print = Print { json: line.json };
    let done = match line.command {
        Command::Serve(args) => serve::run(options, args, &print).await,
        Command::Rehearse(args) => rehearse::run(options, args, &print).await,
        Command::Restore(args) => backup::restore(options, args, &print).await.map(|()| ExitCode::SUCCESS),
        command => manage(options, command, &print).await,
    };
    match done {
        Ok(code) => code,
        Err(failure) => print.failure(&failure),
    }
}

async fn manage(options: Options, command: Command, print: &Print) -> Result<ExitCode, Failure> {
    let access = Access::open(options).await?;
    let done = act(&access, command, print).await;
    access.close().await;
    done
}

async fn act(access: &Access, command: Command, print: &Print) -> Result<ExitCode, Failure> {
    let word = |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| {
        value().map(|possible| possible.get_name().to_owned()).unwrap_or_default()
    };
    match command {
        Command::Serve(_) | Command::Rehearse(_) | Command::Restore(_) => {}
        Command::Backup(args) => backup::backup(access, args, print).await?,
        Command::Doctor => {
            let findings = access.call("workspace.doctor", json!({})).await?;
            return print.findings(&findings);
        }
        Command::TrustClock => {
            let done = access.call("clock.trust", json!({})).await?;
            print.done("What expires is judged by the present time again.", &done)?;
        }
        Command::Schema(command) => protocol::schema(access, command, print).await?,
        Command::Address(command) => address::address(access, command, print).await?,
        Command::Discovery(command) => protocol::discovery(access, command, print).await?,
        Command::Connection(command) => match command {
            ConnectionCommand::Create { name, provider } => {
                let provider = word(&|| provider.to_possible_value());
                let made =
                    access.call("connection.create", json!({ "name": name, "provider": provider })).await?;
                print.connection_created(&made)?;
            }
            ConnectionCommand::List => {
                print.connections(&access.call("connection.list", json!({})).await?)?;
            }
            ConnectionCommand::Show { connection } => {
                print.connection(&access.call("connection.show", json!({ "id": connection })).await?)?;
            }
            ConnectionCommand::Interop { connection } => {
                print.interop(&access.call("interop.report", json!({ "id": connection })).await?)?;
            }
            ConnectionCommand::Pause { connection } => {
                print.connection(&access.call("connection.pause", json!({ "id": connection })).await?)?;
            }
            ConnectionCommand::Resume { connection } => {
                print.connection(&access.call("connection.resume", json!({ "id": connection })).await?)?;
            }
            ConnectionCommand::Delete { connection, people } => {
                let people = match people {
                    People::KeepDeactivated => "keepDeactivated",
                    People::KeepActive => "keepActive",
                    People::Delete => "delete",
                };
                access.call("connection.delete", json!({ "id": connection, "people": people })).await?;
                print.done(&format!("Deleted {connection}."), &json!({ "deleted": connection }))?;
            }
        },
        Command::Token(command) => match command {
            TokenCommand::Create { connection, label, expires } => {
                let expires = word(&|| expires.to_possible_value());
                let args = json!({ "connectionId": connection, "label": label, "expires": expires });
                print.token_created(&access.call("token.create", args).await?)?;
            }
            TokenCommand::List { connection } => {
                print.tokens(&access.call("token.list", json!({ "id": connection })).await?)?;
            }
            TokenCommand::Revoke { token } => {
                let revoked: Value = access.call("token.revoke", json!({ "id": token })).await?;
                print
                    .done(&format!("Revoked {token}. Requests with it are refused from now on."), &revoked)?;
            }
        },
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent_and_every_part_has_help() {
        CommandLine::command().debug_assert();
        let mut open = vec![CommandLine::command()];
        while let Some(command) = open.pop() {
            assert!(command.get_about().is_some(), "{} says what it does", command.get_name());
            for argument in
                command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version"))
            {
                assert!(
                    argument.get_help().is_some(),
                    "{} {} has help",
                    command.get_name(),
                    argument.get_id()
                );
            }
            open.extend(command.get_subcommands().cloned());
        }
    }
}
