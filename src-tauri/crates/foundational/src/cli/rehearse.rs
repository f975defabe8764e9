//! `foundational rehearse`.

use std::process::ExitCode;

use clap::Args;
use idp::rehearsal::Dialect;
use serde_json::{Value, json};
use store::Ids;

use super::access::Access;
use super::output::{Failure, Print, text};
use crate::app::Options;
use crate::error::{Code, Error};
use crate::rehearse::{Stage, dialect, play, tag};

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
        let failed = steps.iter().filter(|step| step["passed"] != true).count();
        lines.push(match failed {
            0 => format!("All {} steps passed.", steps.len()),
            _ => format!("{failed} of {} steps failed.", steps.len()),
        });
        self.either(rehearsal, &lines)
    }
}
