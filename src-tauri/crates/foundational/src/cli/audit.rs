//! `foundational audit`.

use clap::{Subcommand, value_parser};

use super::output::{Failure, Print, line};
use super::workspace::Workspace;
use crate::commands::command;
use crate::history::audit_views::{AuditEntryView, AuditFilter, AuditQuery};
use crate::shapes::Nothing;
use crate::words::{counted, day};

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// List the newest audit entries: who did what, when
    List {
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u64).range(1..=200))]
        limit: u64,
    },
    /// Print all audit entries as CSV
    Export,
    /// Check that no audit entry was altered, added or removed since it was written
    Verify,
}

pub(super) async fn audit(
    workspace: &Workspace,
    command: AuditCommand,
    print: &Print,
) -> Result<(), Failure> {
    let filter = AuditFilter::default();
    match command {
        AuditCommand::List { limit } => {
            let args = AuditQuery { filter, offset: 0, limit };
            let page = workspace.call::<command::AuditList>(args).await?;
            let mut lines: Vec<String> = page.rows.iter().map(row).collect();
            if lines.is_empty() {
                lines.push("No entries yet.".to_owned());
            }
            print.either(&page.rows, &lines)
        }
        AuditCommand::Export => {
            let file = workspace.call::<command::AuditExport>(filter).await?;
            if print.json { print.either(&file, &[]) } else { line(file.text.trim_end()) }
        }
        AuditCommand::Verify => {
            let chain = workspace.call::<command::AuditVerify>(Nothing {}).await?;
            if let Some(problem) = &chain.problem {
                let hint = chain.problem_at.map(|at| format!("It is dated {at}."));
                return Err(Failure { message: problem.clone(), hint, code: 1 });
            }
            let since = chain.since.map(|at| format!(" since {}", day(at))).unwrap_or_default();
            let entries = counted(chain.entries, "entry", "entries");
            let lines =
                [format!("Complete{since}: {entries}."), format!("Newest hash: {}", chain.newest_hash)];
            print.either(&chain, &lines)
        }
    }
}

fn row(entry: &AuditEntryView) -> String {
    let at = entry.at.strftime("%Y-%m-%d %H:%M");
    format!("{at} UTC  {}  {}", entry.actor.name, entry.sentence)
}
