//! `foundational undo`.

use clap::Args;
use jiff::Timestamp;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::history::undo_views::{UndoOf, UndoPreview, UndoQuery, UndoRow, UndoStart, UndoView};
use crate::history::undo_words::outcome;
use crate::limits::ROWS;
use crate::words::counted;

/// What is undone.
#[derive(Args)]
pub(super) struct UndoArgs {
    /// All that the client of this connection did, by its id or name
    #[arg(long, value_name = "CONNECTION", requires = "since")]
    connection: Option<String>,
    /// Since when, as 2026-11-24T14:02:00Z
    #[arg(long, value_name = "TIME", requires = "connection")]
    since: Option<Timestamp>,
    /// All that this request did, by the id in its X-Request-Id
    #[arg(long, value_name = "REQUEST", conflicts_with = "connection")]
    request: Option<String>,
    /// This one change, by the id in the history
    #[arg(long, value_name = "CHANGE", conflicts_with_all = ["connection", "request"])]
    change: Option<i64>,
    /// All that this undo did, by its id
    #[arg(
        long,
        value_name = "UNDO",
        conflicts_with_all = ["connection", "request", "change"],
        required_unless_present_any = ["connection", "request", "change"]
    )]
    undo: Option<String>,
    /// Only show what would be done, and what would not, and why
    #[arg(long)]
    preview: bool,
    /// Do not pause the connection first: its client may make the same changes again
    #[arg(long)]
    without_pause: bool,
    /// Give the Admin role back where it comes with a membership
    #[arg(long)]
    admins: bool,
}

pub(super) async fn undo(workspace: &Workspace, args: UndoArgs, print: &Print) -> Result<(), Failure> {
    // All that a connection did since is a fault of its client; one change or one request need not be.
    let pause = args.connection.is_some() && !args.without_pause;
    let of = match (args.connection.zip(args.since), args.request, args.change, args.undo) {
        (Some((id, since)), ..) => UndoOf::Connection { id, since },
        (_, Some(id), ..) => UndoOf::Request { id },
        (_, _, Some(id), _) => UndoOf::Change { id },
        (.., id) => UndoOf::Undo { id: id.unwrap_or_default() },
    };
    let query =
        UndoQuery { of: of.clone(), seen: None, act: None, search: None, offset: 0, limit: ROWS as u64 };
    let preview = workspace.call::<command::UndoPreview>(query).await?;
    if args.preview {
        return print.either(&preview, &preview_lines(&preview));
    }
    let start = UndoStart { of, seen: preview.seen, pause, admins: args.admins };
    let done = workspace.call::<command::UndoStart>(start).await?;
    print.either(&done, &done_lines(&done))
}

fn preview_lines(preview: &UndoPreview) -> Vec<String> {
    let mut lines = vec![format!("{}: {}.", preview.title, counted(preview.changes, "change", "changes"))];
    lines.push(format!("{} taken, {} not.", counted(preview.steps, "step is", "steps are"), preview.skipped));
    lines.extend(preview.acts.iter().map(|one| format!("{:>7}  {}", one.count, one.name)));
    lines.extend(preview.rows.iter().map(line));
    if let Some(more) = preview.total.checked_sub(preview.rows.len() as u64).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    if preview.admins > 0 {
        let who = counted(preview.admins, "membership gives", "memberships give");
        lines.push(format!("{who} the Admin role; they return only with --admins."));
    }
    lines.extend(preview.notes.iter().cloned());
    lines
}

fn done_lines(done: &UndoView) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", done.title, outcome(done.done, done.skipped))];
    lines.extend(done.rows.iter().filter(|row| row.reason.is_some()).map(line));
    lines.push(format!("Undo this again with: foundational undo --undo {}", done.id));
    lines
}

fn line(row: &UndoRow) -> String {
    let what = if row.is_group { "group" } else { "user " };
    match &row.reason {
        Some(reason) => format!("skipped  {what}  {}: {reason}", row.name),
        None => format!("         {what}  {}: {}. {}", row.name, row.sentence, row.remarks.join(" "))
            .trim_end()
            .to_owned(),
    }
}
