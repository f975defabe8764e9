//! `foundational log`: the requests as a file, and how large their log may become.

use clap::Subcommand;

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
    },
}

pub(super) async fn log(workspace: &Workspace, command: LogCommand, print: &Print) -> Result<(), Failure> {
    let limit = match command {
        LogCommand::Export { connection } => {
            let filter = ActivityFilter { connection_id: connection, ..ActivityFilter::default() };
            let file = workspace.call::<command::ActivityExport>(filter).await?;
            return if print.json { print.either(&file, &[]) } else { line(file.text.trim_end()) };
        }
        LogCommand::Limit { megabytes: Some(megabytes) } => {
            workspace.call::<command::DataSetLogLimit>(LogLimit { megabytes }).await?
        }
        LogCommand::Limit { megabytes: None } => workspace.call::<command::DataLogLimit>(Nothing {}).await?,
    };
    print.done(&format!("The request log may have {} MB.", limit.megabytes), &limit)
}
