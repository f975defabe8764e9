//! What the command line prints: text for people, JSON for programs, failures on standard error.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::app::open::OpenError;
use crate::error::Error;

/// Why a command was not done.
#[derive(Debug)]
pub(super) struct Failure {
    pub message: String,
    pub hint: Option<String>,
    pub code: u8,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { message: error.message, hint: error.hint, code: 1 }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let mut message = error.to_string();
        if let Some(first) = message.get(..1).map(str::to_uppercase) {
            message.replace_range(..1, &first);
        }
        Self {
            message: format!("{message}."),
            hint: Some(error.hint().to_owned()).filter(|h| !h.is_empty()),
            code: error.exit_code(),
        }
    }
}

/// A closed standard output ends the command like any other failure.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { message: format!("Cannot print: {error}."), hint: None, code: 1 }
    }
}

pub(super) struct Print {
    pub json: bool,
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// A date without its time of day; "never" where there is none.
pub(super) fn day<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).map_or("never", |time| time.get(..10).unwrap_or(time))
}

fn line(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

impl Print {
    pub(super) fn either(&self, json: &Value, lines: &[String]) -> Result<(), Failure> {
        if self.json {
            return line(&format!("{json:#}"));
        }
        lines.iter().try_for_each(|text| line(text))
    }

    /// A remark on standard error, for people only.
    pub(super) fn note(&self, line: &str) {
        if !self.json {
            drop(writeln!(std::io::stderr(), "{line}"));
        }
    }

    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        let mut error = std::io::stderr();
        if self.json {
            let told = json!({ "error": { "message": failure.message, "hint": failure.hint } });
            drop(writeln!(error, "{told}"));
        } else {
            drop(writeln!(error, "foundational: {}", failure.message));
            if let Some(hint) = &failure.hint {
                drop(writeln!(error, "  {hint}"));
            }
        }
        ExitCode::from(failure.code)
    }

    pub(super) fn done(&self, line: &str, json: &Value) -> Result<(), Failure> {
        self.either(json, &[line.to_owned()])
    }

    pub(super) fn serving(&self, data: &Path, server: &Value, connections: &Value) -> Result<(), Failure> {
        let listen = text(server, "listen");
        let base = server["publicUrl"].as_str().map_or_else(|| format!("http://{listen}"), str::to_owned);
        if self.json {
            // One line, so that a program can read it while the server runs on.
            return line(&json!({ "listen": listen, "base": base, "data": data }).to_string());
        }
        let mut lines = vec![
            format!("Foundational serves SCIM on {listen} (data in {}).", data.display()),
            format!("Endpoints begin with {base}/scim/v2/"),
        ];
        let known = connections.as_array().map(Vec::as_slice).unwrap_or_default();
        if known.is_empty() {
            lines.push("Next, in another terminal:".to_owned());
            lines.push("  foundational connection create \"My provider\" --provider custom".to_owned());
            lines.push("  foundational token create \"My provider\"".to_owned());
        }
        lines.extend(known.iter().map(|one| format!("  {}: {}", text(one, "name"), text(one, "endpoint"))));
        lines.push("Press Ctrl-C to stop.".to_owned());
        lines.iter().try_for_each(|text| line(text))
    }

    pub(super) fn connection_created(&self, made: &Value) -> Result<(), Failure> {
        let told = json!({
            "id": made["id"], "name": made["name"], "provider": made["provider"], "endpoint": made["endpoint"],
        });
        let name = text(made, "name");
        self.either(
            &told,
            &[
                format!("Created {name} ({}).", text(made, "id")),
                format!("Endpoint: {}", text(made, "endpoint")),
                format!("Next: foundational token create \"{name}\""),
            ],
        )
    }

    pub(super) fn connections(&self, list: &Value) -> Result<(), Failure> {
        let rows = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut lines: Vec<String> = rows
            .iter()
            .map(|one| {
                format!(
                    "{}  {:<30}  {:<6}  {:<26}  {} people",
                    text(one, "id"),
                    text(one, "name"),
                    text(one, "provider"),
                    text(one, "statusText"),
                    one["people"]
                )
            })
            .collect();
        if lines.is_empty() {
            lines.push("There is no connection yet. Make one with: foundational connection create NAME --provider custom".to_owned());
        }
        self.either(list, &lines)
    }

    pub(super) fn connection(&self, one: &Value) -> Result<(), Failure> {
        self.either(
            one,
            &[
                format!("{} ({})", text(one, "name"), text(one, "provider")),
                format!("  Id             {}", text(one, "id")),
                format!("  Endpoint       {}", text(one, "endpoint")),
                format!("  Status         {}", text(one, "statusText")),
                format!("  People         {}", one["people"]),
                format!("  Groups         {}", one["groups"]),
                format!("  Usable tokens  {}", one["tokensUsable"]),
                format!("  Last request   {}", one["lastRequestAt"].as_str().unwrap_or("none yet")),
            ],
        )
    }

    pub(super) fn token_created(&self, made: &Value) -> Result<(), Failure> {
        self.either(
            made,
            &[
                text(made, "token").to_owned(),
                format!(
                    "{}, expires: {}. It is shown this one time; only a fingerprint is stored.",
                    text(made, "label"),
                    day(made, "expiresAt")
                ),
            ],
        )
    }

    pub(super) fn tokens(&self, list: &Value) -> Result<(), Failure> {
        let rows = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut lines: Vec<String> = rows
            .iter()
            .map(|one| {
                format!(
                    "{}  {}  {:<8}  expires {:<10}  last used {}  {}",
                    text(one, "id"),
                    text(one, "masked"),
                    text(one, "state"),
                    day(one, "expiresAt"),
                    day(one, "lastUsedAt"),
                    text(one, "label")
                )
            })
            .collect();
        if lines.is_empty() {
            lines.push(
                "There is no token yet. Make one with: foundational token create CONNECTION".to_owned(),
            );
        }
        self.either(list, &lines)
    }

    pub(super) fn backups(&self, view: &Value) -> Result<(), Failure> {
        let rows = view["backups"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut lines: Vec<String> = rows
            .iter()
            .map(|one| {
                let made = text(one, "madeAt").get(..16).unwrap_or_default().replace('T', " ");
                format!(
                    "{made} UTC  {:<9}  {} people  {}",
                    text(one, "kind"),
                    one["people"],
                    text(one, "file")
                )
            })
            .collect();
        if lines.is_empty() {
            lines.push("There is no backup yet. Make one with: foundational backup".to_owned());
        }
        self.either(view, &lines)
    }

    /// What a restore would do.
    pub(super) fn preview(&self, preview: &Value) -> Result<(), Failure> {
        let backup = &preview["backup"];
        let mut lines = vec![
            format!(
                "{} was made {} by version {}.",
                text(backup, "name"),
                text(backup, "madeAt"),
                text(backup, "program")
            ),
            format!(
                "It holds {} people, {} groups, {} connections and {} Admins.",
                backup["people"], backup["groups"], backup["connections"], backup["admins"]
            ),
            format!(
                "Newer here, and lost by it: {} people, {} groups, {} connections, {} changes.",
                preview["lostPeople"],
                preview["lostGroups"],
                preview["lostConnections"],
                preview["lostChanges"]
            ),
        ];
        lines.extend(super::backup::ended(&preview["carried"]));
        self.either(preview, &lines)
    }

    /// The doctor's findings; a problem among them is exit code 1.
    pub(super) fn findings(&self, findings: &Value) -> Result<ExitCode, Failure> {
        let rows = findings.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut lines = Vec::new();
        for one in rows {
            let mark = match text(one, "level") {
                "ok" => "ok       ",
                "warning" => "attention",
                _ => "PROBLEM  ",
            };
            lines.push(format!("{mark}  {}", text(one, "message")));
            if let Some(hint) = one["hint"].as_str() {
                lines.push(format!("           {hint}"));
            }
        }
        self.either(findings, &lines)?;
        let wrong = rows.iter().any(|one| text(one, "level") == "problem");
        Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
