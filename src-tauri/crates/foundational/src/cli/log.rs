//! `foundational log`: the requests as a file, and how large their log may become.

use clap::{Subcommand, ValueEnum};
use store::ActivityKind;

use super::output::{Failure, Print, line};
use super::workspace::Workspace;
use crate::commands::command;
use crate::data::data_usage_views::LogLimit;
use crate::diagnosis::activity_views::ActivityFilter;
use crate::shapes::Nothing;

#[derive(Subcommand)]
pub(super) enum LogCommand {
    /// Set the limit, or show it
    Limit {
        /// The size in MB. The oldest bodies of requests go first, then the oldest requests
        megabytes: Option<u32>,
    },
    /// Print the requests, newest first, one JSON object a line
    Export {
        /// Only those of this connection, by name or id
        #[arg(long)]
        connection: Option<String>,
        /// Only those of this kind
        #[arg(long)]
        kind: Option<KindWord>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum KindWord {
    Users,
    Groups,
    /// What this server supports
    Discovery,
    /// By which a client tests the connection
    Test,
}

impl From<KindWord> for ActivityKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Users => Self::User,
            KindWord::Groups => Self::Group,
            KindWord::Discovery => Self::Discovery,
            KindWord::Test => Self::Test,
        }
    }
}

pub(super) async fn log(workspace: &Workspace, command: LogCommand, print: &Print) -> Result<(), Failure> {
    let limit = match command {
        LogCommand::Export { connection, kind } => {
            let kind = kind.map(ActivityKind::from);
            let filter = ActivityFilter { connection_id: connection, kind, ..ActivityFilter::default() };
            let file = workspace.call::<command::ActivityExport>(filter).await?;
            return match file.text.trim_end() {
                _ if print.json => print.either(&file, &[]),
                "" => Ok(()),
                requests => line(requests),
            };
        }
        LogCommand::Limit { megabytes: Some(megabytes) } => {
            workspace.call::<command::DataSetLogLimit>(LogLimit { megabytes }).await?
        }
        LogCommand::Limit { megabytes: None } => workspace.call::<command::DataLogLimit>(Nothing {}).await?,
    };
    print.done(&format!("The request log may have {} MB.", limit.megabytes), &limit)
}
