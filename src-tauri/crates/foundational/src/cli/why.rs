//! `foundational why`.

use clap::Args;
use jiff::Timestamp;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::diagnosis::why_views::{WhyAnswer, WhyQuestion, WhyView};

/// Of which person.
#[derive(Args)]
pub struct WhyArgs {
    /// A name, userName, e-mail address or externalId, or a part of one
    name: String,
}

pub(super) async fn why(workspace: &Workspace, args: WhyArgs, print: &Print) -> Result<(), Failure> {
    let found = workspace.call::<command::PersonWhy>(WhyQuestion { text: args.name }).await?;
    print.either(&found, &lines(&found))
}

fn lines(found: &WhyView) -> Vec<String> {
    let mut lines: Vec<String> = found.answers.iter().flat_map(answer).collect();
    if lines.is_empty() {
        lines.push(format!("There is no connection yet, and no local account has {} in a name.", found.text));
    }
    if found.more {
        lines.push("More users match. Enter the whole name.".to_owned());
    }
    if let Some(reaches) = found.reaches {
        lines.push(format!("Requests were looked through back to {}.", minute(reaches)));
    }
    lines
}

fn answer(answer: &WhyAnswer) -> Vec<String> {
    let at = answer.at.map(|at| format!(" ({})", minute(at))).unwrap_or_default();
    let mut lines = vec![format!("{}: {}{at}", answer.source_name, answer.sentence)];
    lines.extend(answer.expected_at.map(|at| format!("  Expected: {}", minute(at))));
    lines.extend(answer.hint.iter().map(|hint| format!("  {hint}")));
    let request = |one: &crate::diagnosis::why_views::WhyRequest| {
        format!("  {}  {}  {}", minute(one.at), one.id, one.sentence)
    };
    lines.extend(answer.requests.iter().map(request));
    lines
}

fn minute(at: Timestamp) -> String {
    format!("{} UTC", at.strftime("%Y-%m-%d %H:%M"))
}
