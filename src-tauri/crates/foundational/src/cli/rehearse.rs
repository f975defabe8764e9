//! `foundational rehearse`.

use std::process::ExitCode;

use clap::Args;
use idp::rehearsal::Dialect;
use store::Ids;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::app::options::Options;
use crate::commands::command;
use crate::error::Error;
use crate::rehearsal::player::{Stage, play};
use crate::rehearsal::run::{dialect, tag};
use crate::rehearsal::views::{Rehearsal, RehearsalRun};

/// What to rehearse, and where.
#[derive(Args)]
pub(super) struct RehearseArgs {
    /// The connection's id or name
    #[arg(required_unless_present = "against", conflicts_with = "against")]
    connection: Option<String>,
    /// How to speak: okta-patch, okta-put, azure, azure-flag, custom, keycloak, keycloak-patch, authentik, onelogin,
    /// jumpcloud, ping, cyberark, sailpoint, google or rippling [default: what fits the connection]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<String>,
    /// Stay on this computer, although there is a public URL
    #[arg(long, conflicts_with = "against")]
    local: bool,
    /// Play against any other SCIM server, by its base URL; what is made there is removed again
    #[arg(long, value_name = "URL", requires = "token")]
    against: Option<String>,
    /// The bearer token of that other server
    #[arg(long, value_name = "TOKEN", env = "FOUNDATIONAL_REHEARSE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// Exit code 1 when a step failed.
pub(super) async fn run(options: Options, args: RehearseArgs, print: &Print) -> Result<ExitCode, Failure> {
    let rehearsal = if let Some(url) = args.against {
        elsewhere(url, args.token.unwrap_or_default(), args.dialect.as_deref()).await?
    } else {
        let workspace = Workspace::open(options).await?;
        let args = RehearsalRun {
            id: args.connection.unwrap_or_default(),
            dialect: args.dialect,
            local: Some(args.local),
        };
        let played = workspace.call::<command::RehearsalRun>(args).await;
        workspace.close().await;
        played?
    };
    show(&rehearsal, print)?;
    Ok(if rehearsal.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn elsewhere(url: String, token: String, word: Option<&str>) -> Result<Rehearsal, Failure> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        let message = format!("\"{url}\" does not begin with https:// or http://.");
        return Err(Error::invalid("against", message).into());
    }
    let dialect = word.map_or(Ok(Dialect::Custom), dialect)?;
    let stage = Stage { endpoint: url, token, own_header: None };
    Ok(play(&stage, dialect, &tag(&Ids::random()), |_| {}).await)
}

/// Each step on a line; of a step that failed also what was sent and the answer.
fn show(rehearsal: &Rehearsal, print: &Print) -> Result<(), Failure> {
    let mut lines = vec![format!("{} against {}", rehearsal.label, rehearsal.endpoint)];
    for step in &rehearsal.steps {
        let mark = if step.passed { "ok    " } else { "FAILED" };
        let status = step.answer.as_ref().map_or_else(|| "-".to_owned(), |answer| answer.status.to_string());
        lines.push(format!("{mark}  {:<58}  {status:>3}  {:>5} ms", step.title, step.duration_us / 1000));
        if step.passed {
            continue;
        }
        lines.extend(step.findings.iter().map(|finding| format!("        {finding}")));
        let sent = step.request.as_ref();
        lines.extend(sent.map(|request| format!("        sent    {} {}", request.method, request.path)));
        let answer = step.answer.as_ref().and_then(|answer| answer.body.as_ref());
        for (name, body) in [("body", sent.and_then(|request| request.body.as_ref())), ("answer", answer)] {
            lines.extend(body.map(|body| format!("        {name:<6}  {body}")));
        }
    }
    lines.push(rehearsal.verdict.clone());
    print.either(rehearsal, &lines)
}
