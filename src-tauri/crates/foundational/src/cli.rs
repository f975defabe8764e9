//! The command line.
//!
//! Exit codes: 0 done; 1 not done; 2 the command line is wrong; 3 another instance holds the data folder; 4 the data
//! folder cannot be written; 5 the port is taken; 6 the data is lost, damaged or newer than this version.

mod address;
mod audit;
mod backup;
mod certificate;
mod connection;
#[cfg(test)]
mod deploy_files;
mod folder_owner;
mod leavers;
mod log;
mod moving;
mod openapi;
mod output;
mod protocol;
mod readiness;
mod rehearse;
mod serve;
mod service;
mod support;
mod token;
mod undo;
mod why;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::options::{Options, default_data_folder, variable_with_value};
use crate::commands::command;
use crate::shapes::Nothing;
use output::{Failure, Print};
use workspace::Workspace;

/// Let an identity provider manage who has an account: SCIM 2.0 served from this computer.
#[derive(Parser)]
#[command(name = "foundational", version, max_term_width = 100, after_help = EXIT_CODES)]
struct CommandLine {
    /// The data folder [default: the user's own data folder]
    #[arg(long, global = true, env = variable_with_value("FOUNDATIONAL_DATA"), value_name = "DIR")]
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
    Serve(serve::ServeArgs),
    /// Run Foundational as a service of systemd
    #[command(subcommand)]
    Service(service::ServiceCommand),
    /// Manage connections to identity providers
    #[command(subcommand)]
    Connection(connection::ConnectionCommand),
    /// Manage the tokens of connections
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Manage the schemas that this workspace adds to the standard ones
    #[command(subcommand)]
    Schema(protocol::SchemaCommand),
    /// Manage the names by which requests may call this server, beside the public address
    #[command(subcommand)]
    Address(address::AddressCommand),
    /// Show the certificate with which this server secures connections itself
    Certificate(certificate::CertificateArgs),
    /// Show who did what in this workspace, when
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Say whether discovery is answered without a token
    #[command(subcommand)]
    Discovery(protocol::DiscoveryCommand),
    /// Print the OpenAPI 3.1 document of an endpoint, for people who write a SCIM client
    Openapi,
    /// Play a client's whole life over HTTP, in a sandbox, and say step by step how it went
    Rehearse(rehearse::RehearseArgs),
    /// Back the workspace up: people, groups, history, connections and accounts, but not the requests
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the workspace; without --yes, only say what that would do
    Restore(backup::RestoreArgs),
    /// Move the workspace to a server: one file from this computer, one command there
    Move(moving::MoveArgs),
    /// Manage the log of requests
    #[command(subcommand)]
    Log(log::LogCommand),
    /// Say what is wrong with this installation
    Doctor,
    /// Say why a person is here, or is not: what each connection knows of a name
    Why(why::WhyArgs),
    /// List who lost access, and what was seen of it: request arrived, stored, read back, sessions ended
    Leavers(leavers::LeaversArgs),
    /// Undo what a client did: one change, one request, or all that a connection did since a time
    Undo(undo::UndoArgs),
    /// Save a ZIP file for a person who helps: versions, settings, findings and requests without names, addresses and tokens
    SupportBundle(support::SupportArgs),
    /// Take the present time for right, after the clock ran ahead: what expired only by the wrong time is valid again
    TrustClock,
}

/// Reads the command line and does what it says.
pub async fn run() -> ExitCode {
    let line = CommandLine::parse();
    let named = line.data.clone();
    let options = Options {
        data: line.data.unwrap_or_else(default_data_folder),
        listen: None,
        public_url: None,
        insist: line.insist_on_this_folder,
    };
    let print = Print { json: line.json };
    let done = match line.command {
        Command::Serve(args) => serve::run(options, args, &print).await,
        Command::Service(command) => {
            service::service(named.as_deref(), options.insist, command, &print).await
        }
        Command::Openapi => openapi::print().map(|()| ExitCode::SUCCESS),
        Command::Rehearse(args) => rehearse::run(options, args, &print).await,
        Command::Restore(args) => backup::restore(options, args, &print).await.map(|()| ExitCode::SUCCESS),
        Command::Move(args) => moving::run(options, args, &print).await.map(|()| ExitCode::SUCCESS),
        command => Box::pin(manage(options, command, &print)).await,
    };
    match done {
        Ok(code) => code,
        Err(failure) => print.failure(&failure),
    }
}

async fn manage(options: Options, command: Command, print: &Print) -> Result<ExitCode, Failure> {
    let workspace = Workspace::open(options).await?;
    let done = act(&workspace, command, print).await;
    workspace.close().await;
    done
}

async fn act(workspace: &Workspace, command: Command, print: &Print) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(_)
        | Command::Service(_)
        | Command::Openapi
        | Command::Rehearse(_)
        | Command::Restore(_)
        | Command::Move(_) => {}
        Command::Backup(args) => backup::backup(workspace, args, print).await?,
        Command::Doctor => {
            return print.doctor(&workspace.call::<command::WorkspaceDoctor>(Nothing {}).await?);
        }
        Command::TrustClock => {
            let done = workspace.call::<command::ClockTrust>(Nothing {}).await?;
            print.done("What expires is judged by the present time again.", &done)?;
        }
        Command::Log(command) => log::log(workspace, command, print).await?,
        Command::Schema(command) => protocol::schema(workspace, command, print).await?,
        Command::Address(command) => address::address(workspace, command, print).await?,
        Command::Certificate(args) => Box::pin(certificate::certificate(workspace, args, print)).await?,
        Command::Audit(command) => audit::audit(workspace, command, print).await?,
        Command::Discovery(command) => protocol::discovery(workspace, command, print).await?,
        Command::Connection(command) => Box::pin(connection::connection(workspace, command, print)).await?,
        Command::SupportBundle(args) => support::support_bundle(workspace, args, print).await?,
        Command::Leavers(args) => leavers::leavers(workspace, args, print).await?,
        Command::Undo(args) => undo::undo(workspace, args, print).await?,
        Command::Why(args) => why::why(workspace, args, print).await?,
        Command::Token(command) => token::token(workspace, command, print).await?,
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
