//! `foundational log`: how large the request log may become.

use clap::Subcommand;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::data::data_usage_views::LogLimit;
use crate::shapes::Nothing;

#[derive(Subcommand)]
pub(super) enum LogCommand {
    /// Set the limit, or show it
    Limit {
        /// The size in MB. The oldest bodies of requests go first, then the oldest requests
        megabytes: Option<u32>,
    },
}

pub(super) async fn log(workspace: &Workspace, command: LogCommand, print: &Print) -> Result<(), Failure> {
    let LogCommand::Limit { megabytes } = command;
    let limit = match megabytes {
        Some(megabytes) => workspace.call::<command::DataSetLogLimit>(LogLimit { megabytes }).await?,
        None => workspace.call::<command::DataLogLimit>(Nothing {}).await?,
    };
    print.done(&format!("The request log may have {} MB.", limit.megabytes), &limit)
}
