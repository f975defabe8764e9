//! `foundational connection`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Subcommand, ValueEnum};
use idp::Provider;
use serde::Serialize;
use store::PeopleAfterDelete;

use super::output::{Failure, Print, day, word};
use super::workspace::Workspace;
use crate::commands::command;
use crate::connections::views::{ConnectionCreate, ConnectionDelete, ConnectionView};
use crate::diagnosis::deviations_views::DeviationsReport;
use crate::shapes::{ById, Nothing};
use crate::shell::shell_word;

#[derive(Subcommand)]
pub(super) enum ConnectionCommand {
    /// Make a connection and print its endpoint
    Create {
        /// The integration name, 2 to 60 characters
        name: String,
        /// What it is set up for
        #[arg(long, value_parser = provider_word())]
        provider: Provider,
    },
    /// List all connections
    List,
    /// Show one connection
    Show {
        /// Its id or name
        connection: String,
    },
    /// Report how a connection's provider deviates from the RFC, and how it is normalised
    Deviations {
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
        /// After a move to this server, although no check has found that the public address leads here
        #[arg(long)]
        unchecked: bool,
    },
    /// Delete a connection, its tokens and its groups
    Delete {
        /// Its id or name
        connection: String,
        /// What happens to its people
        #[arg(long, value_enum)]
        people: PeopleWord,
    },
}

/// One of the words of the providers.
fn provider_word() -> impl TypedValueParser<Value = Provider> {
    PossibleValuesParser::new(Provider::ALL.map(Provider::as_str)).map(|word| Provider::of(&word))
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum PeopleWord {
    /// They become local accounts that are deactivated
    KeepDeactivated,
    /// They become local accounts as they are
    KeepActive,
    /// They are deleted
    Delete,
}

impl From<PeopleWord> for PeopleAfterDelete {
    fn from(word: PeopleWord) -> Self {
        match word {
            PeopleWord::KeepDeactivated => Self::KeepDeactivated,
            PeopleWord::KeepActive => Self::KeepActive,
            PeopleWord::Delete => Self::Delete,
        }
    }
}

/// What programs read of a new connection.
#[derive(Serialize)]
struct Created<'a> {
    id: &'a str,
    name: &'a str,
    provider: Provider,
    endpoint: &'a str,
}

#[derive(Serialize)]
struct Deleted<'a> {
    deleted: &'a str,
}

pub(super) async fn connection(
    workspace: &Workspace,
    command: ConnectionCommand,
    print: &Print,
) -> Result<(), Failure> {
    match command {
        ConnectionCommand::Create { name, provider } => {
            let args = ConnectionCreate { name, provider };
            created(&workspace.call::<command::ConnectionCreate>(args).await?, print)
        }
        ConnectionCommand::List => list(&workspace.call::<command::ConnectionList>(Nothing {}).await?, print),
        ConnectionCommand::Show { connection: id } => {
            show(&workspace.call::<command::ConnectionShow>(ById { id }).await?, print)
        }
        ConnectionCommand::Deviations { connection: id } => {
            deviations(&workspace.call::<command::DeviationsReport>(ById { id }).await?, print)
        }
        ConnectionCommand::Pause { connection: id } => {
            show(&workspace.call::<command::ConnectionPause>(ById { id }).await?, print)
        }
        ConnectionCommand::Resume { connection: id, unchecked: false } => {
            let resumed = Box::pin(workspace.call::<command::ConnectionResume>(ById { id })).await?;
            show(&resumed, print)
        }
        ConnectionCommand::Resume { connection: id, unchecked: true } => {
            let resumed = Box::pin(workspace.call::<command::ConnectionResumeUnchecked>(ById { id }));
            show(&resumed.await?, print)
        }
        ConnectionCommand::Delete { connection: id, people } => {
            let args = ConnectionDelete { id: id.clone(), people: people.into() };
            workspace.call::<command::ConnectionDelete>(args).await?;
            print.done(&format!("Deleted {id}."), &Deleted { deleted: &id })
        }
    }
}

fn created(made: &ConnectionView, print: &Print) -> Result<(), Failure> {
    let ConnectionView { id, name, endpoint, provider, .. } = made;
    print.either(
        &Created { id, name, provider: *provider, endpoint },
        &[
            format!("Created {name} ({id})."),
            format!("Endpoint: {endpoint}"),
            format!("Next: foundational token create {}", shell_word(name)),
        ],
    )
}

fn list(connections: &[ConnectionView], print: &Print) -> Result<(), Failure> {
    let row = |one: &ConnectionView| {
        format!(
            "{}  {:<30}  {:<6}  {:<26}  {} people",
            one.id,
            one.name,
            word(one.provider),
            one.status_text,
            one.people
        )
    };
    let mut lines: Vec<String> = connections.iter().map(row).collect();
    if lines.is_empty() {
        lines.push("There is no connection yet. Make one with: foundational connection create NAME --provider custom".to_owned());
    }
    print.either(&connections, &lines)
}

fn show(one: &ConnectionView, print: &Print) -> Result<(), Failure> {
    let last = one.last_request_at.map_or_else(|| "none yet".to_owned(), |at| at.to_string());
    print.either(
        one,
        &[
            format!("{} ({})", one.name, word(one.provider)),
            format!("  Id             {}", one.id),
            format!("  Endpoint       {}", one.endpoint),
            format!("  Status         {}", one.status_text),
            format!("  People         {}", one.people),
            format!("  Groups         {}", one.groups),
            format!("  Usable tokens  {}", one.tokens_usable),
            format!("  Last request   {last}"),
        ],
    )
}

/// How a provider deviates from the RFC, the most frequent first.
fn deviations(report: &DeviationsReport, print: &Print) -> Result<(), Failure> {
    let exchanges = report.exchanges;
    let mut lines = vec![if report.deviations.is_empty() {
        format!("None of {exchanges} requests deviated from the RFC.")
    } else {
        format!("Deviations in the newest {exchanges} requests:")
    }];
    for one in &report.deviations {
        lines.push(format!("{:>7} x  {}  ({})", one.times, one.title, one.code));
        lines.push(format!("           against {}; {}", one.rule, one.answer));
        lines.push(format!(
            "           first {}, last {}; known of: {}",
            day(Some(one.first_at)),
            day(Some(one.last_at)),
            one.senders
        ));
    }
    print.either(report, &lines)
}
