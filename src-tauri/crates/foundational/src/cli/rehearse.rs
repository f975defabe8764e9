//! `foundational rehearse`.

use std::process::ExitCode;

use clap::Args;
use idp::rehearsal::Dialect;
use serde_json::{Value, json};
use store::Ids;

use super::access::Access;
use super::output::{Failure, Print, text};
use crate::app::open::Options;
use crate::error::{Code, Error};
use crate::rehearsal::run::{Stage, dialect, play, tag};

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
    let word = args.dialect.as_deref();
    let rehearsal = if let Some(url) = args.against {
        elsewhere(url, args.token.unwrap_or_default(), word).await?
    } else {
        let access = Access::open(options).await?;
        let args = json!({ "id": args.connection, "dialect": word, "local": args.local });
        let played = access.call("rehearsal.run", args).await;
        access.close().await;
        played?
    };
    print.rehearsal(&rehearsal)?;
    Ok(if rehearsal["passed"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn elsewhere(url: String, token: String, word: Option<&str>) -> Result<Value, Failure> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        let message = format!("\"{url}\" does not begin with https:// or http://.");
        return Err(Error::invalid("against", message).into());
    }
    let dialect = word.map_or(Ok(Dialect::Custom), dialect)?;
    let stage = Stage { endpoint: url, token, proof: None };
    let played = play(&stage, dialect, &tag(&Ids::random()), |_| {}).await;
    let told = serde_json::to_value(played);
    told.map_err(|error| Error::new(Code::Internal, error.to_string()).into())
}

impl Print {
    /// Each step on a line; of a step that failed also what was sent and what came back.
    fn rehearsal(&self, rehearsal: &Value) -> Result<(), Failure> {
        let steps = rehearsal["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut lines = vec![format!("{} against {}", text(rehearsal, "label"), text(rehearsal, "endpoint"))];
        for step in steps {
            let mark = if step["passed"] == true { "ok    " } else { "FAILED" };
            let millis = step["durationUs"].as_u64().unwrap_or_default() / 1000;
            let (request, answer) = (&step["request"], &step["answer"]);
            let sent = format!("{} {}", text(request, "method"), text(request, "path"));
            lines.push(format!(
                "{mark}  {:<58}  {:>3}  {millis:>5} ms",
                text(step, "title"),
                answer["status"].as_u64().map_or_else(|| "-".to_owned(), |status| status.to_string())
            ));
            if step["passed"] == true {
                continue;
            }
            let findings = step["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
            lines.extend(
                findings.iter().filter_map(Value::as_str).map(|finding| format!("        {finding}")),
            );
            if request.is_object() {
                lines.push(format!("        sent    {sent}"));
            }
            for (name, body) in [("body", &request["body"]), ("answer", &answer["body"])] {
                if !body.is_null() {
                    lines.push(format!("        {name:<6}  {body}"));
                }
            }
        }
        lines.push(verdict(steps, rehearsal["total"].as_u64().unwrap_or_default()));
        self.either(rehearsal, &lines)
    }
}

/// How it went: everything passed, it stopped at a step and why, or how many failed and which first.
fn verdict(steps: &[Value], total: u64) -> String {
    let mut failed = steps.iter().enumerate().filter(|(_, step)| step["passed"] != true);
    let Some((at, first)) = failed.next() else { return format!("All {total} steps passed.") };
    let others = failed.filter(|(_, step)| step["request"].is_object()).count();
    let place = at + 1;
    let why = first["findings"][0].as_str().unwrap_or("it failed").trim_end_matches('.');
    match (others, steps[place..].iter().all(|step| step["request"].is_null())) {
        (_, true) => format!("Stopped at step {place} of {total}: {}.", lower(why)),
        (others, false) => {
            format!("{} of {total} steps failed, first step {place}: {}.", others + 1, lower(why))
        }
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_verdict_says_where_it_stopped_and_why() {
        let good = json!({"passed": true, "findings": [], "request": {}});
        let bad = json!({"passed": false, "findings": ["The status is 404; expected 200."], "request": {}});
        let unsent = json!({"passed": false, "findings": ["Skipped."], "request": null});
        let said = |steps: &[&Value], total| {
            verdict(&steps.iter().map(|step| (*step).clone()).collect::<Vec<_>>(), total)
        };
        assert_eq!(said(&[&good, &good], 2), "All 2 steps passed.");
        assert_eq!(
            said(&[&bad, &unsent, &unsent], 31),
            "Stopped at step 1 of 31: the status is 404; expected 200."
        );
        assert_eq!(said(&[&bad], 31), "Stopped at step 1 of 31: the status is 404; expected 200.");
        assert_eq!(
            said(&[&good, &bad, &good, &bad], 4),
            "2 of 4 steps failed, first step 2: the status is 404; expected 200."
        );
    }
}
