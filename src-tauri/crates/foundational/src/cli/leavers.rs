//! `foundational leavers`.

use clap::Args;
use jiff::Timestamp;

use super::output::{Failure, Print, line};
use super::workspace::Workspace;
use crate::commands::command;
use crate::leavers::export::seconds;
use crate::leavers::views::{LeaverView, LeaversFilter, LeaversPage, LeaversQuery};
use crate::limits::ROWS;

/// Which leavers, and how they are printed.
#[derive(Args)]
pub(super) struct LeaversArgs {
    /// Only those who left since, as 2026-11-24T14:02:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Print all of them as CSV
    #[arg(long)]
    csv: bool,
}

pub(super) async fn leavers(workspace: &Workspace, args: LeaversArgs, print: &Print) -> Result<(), Failure> {
    let filter = LeaversFilter { from: args.since, ..LeaversFilter::default() };
    if args.csv {
        let file = workspace.call::<command::LeaversExport>(filter).await?;
        return if print.json { print.either(&file, &[]) } else { line(file.text.trim_end()) };
    }
    let query = LeaversQuery { filter, offset: 0, limit: ROWS as u64 };
    let page = workspace.call::<command::LeaversList>(query).await?;
    print.either(&page, &lines(&page))
}

fn lines(page: &LeaversPage) -> Vec<String> {
    let mut lines: Vec<String> =
        page.proofs.iter().map(|one| format!("{:>7}  {}", one.count, one.word)).collect();
    lines.extend(page.rows.iter().map(row));
    if let Some(more) = page.total.checked_sub(page.rows.len() as u64).filter(|more| *more > 0) {
        lines.push(format!("and {more} more; --csv prints all of them"));
    }
    lines
}

fn row(leaver: &LeaverView) -> String {
    let at = leaver.requested_at.or(leaver.stored_at);
    let at = at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default();
    let took = leaver.took.map(|took| format!(" ({} s)", seconds(took))).unwrap_or_default();
    let LeaverView { act, name, connection_name, word, sentence, .. } = leaver;
    format!("{at}  {act} by {connection_name}: {name}  {word}{took}. {sentence}")
}
