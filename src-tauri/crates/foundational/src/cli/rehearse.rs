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
use crate::rehearsal::views::{Rehearsal, RehearsalRun, RehearsalStep};
use crate::words::lower;

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

/// Each step on a line; of a step that failed also what was sent and what came back.
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
    lines.push(verdict(&rehearsal.steps, rehearsal.total));
    print.either(rehearsal, &lines)
}

/// How it went: everything passed, it stopped at a step and why, or how many failed and which first.
fn verdict(steps: &[RehearsalStep], total: u32) -> String {
    let mut failed = steps.iter().enumerate().filter(|(_, step)| !step.passed);
    let Some((at, first)) = failed.next() else { return format!("All {total} steps passed.") };
    let others = failed.filter(|(_, step)| step.request.is_some()).count();
    let place = at + 1;
    let why = first.findings.first().map_or("it failed", |finding| finding.trim_end_matches('.'));
    match (others, steps[place..].iter().all(|step| step.request.is_none())) {
        (_, true) => format!("Stopped at step {place} of {total}: {}.", lower(why)),
        (others, false) => {
            format!("{} of {total} steps failed, first step {place}: {}.", others + 1, lower(why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::views::RehearsalRequest;

    #[test]
    fn the_verdict_states_where_it_stopped_and_why() {
        let request =
            RehearsalRequest { method: "GET".into(), path: "/".into(), headers: Vec::new(), body: None };
        let step = |passed: bool, finding: &str, is_sent: bool| RehearsalStep {
            title: String::new(),
            phase: "client".to_owned(),
            passed,
            findings: vec![finding.to_owned()],
            request: is_sent.then(|| request.clone()),
            answer: None,
            duration_us: 0,
        };
        let good = step(true, "", true);
        let bad = step(false, "The status is 404; expected 200.", true);
        let unsent = step(false, "Skipped.", false);
        let of = |steps: &[&RehearsalStep], total| {
            verdict(&steps.iter().map(|step| (*step).clone()).collect::<Vec<_>>(), total)
        };
        assert_eq!(of(&[&good, &good], 2), "All 2 steps passed.");
        assert_eq!(
            of(&[&bad, &unsent, &unsent], 31),
            "Stopped at step 1 of 31: the status is 404; expected 200."
        );
        assert_eq!(of(&[&bad], 31), "Stopped at step 1 of 31: the status is 404; expected 200.");
        assert_eq!(
            of(&[&good, &bad, &good, &bad], 4),
            "2 of 4 steps failed, first step 2: the status is 404; expected 200."
        );
    }
}
